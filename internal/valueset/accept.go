package valueset

import (
	"math/big"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// accepts asks CUE whether a value is in the set of a constraint: unifying the two
// must neither fail nor add a member (see the package documentation). It is what
// every No rests on, so it goes by nothing but CUE's evaluation.
func accepts(c cue.Value, v *value) (t Tri) {
	defer func() {
		if recover() != nil { // CUE fails on it
			t = Unknown
		}
	}()
	w := newContext().CompileString(string(v.json()))
	if w.Err() != nil {
		return Unknown
	}
	u := c.Unify(w)
	return tri(u.Validate() == nil && same(u, v))
}

// newContext returns a context that the environment has no influence on: CUE_DEBUG
// could switch closedness off.
func newContext() *cue.Context { return cuecontext.New(cuecontext.CUE_DEBUG("")) }

// same reports whether the result of a unification is just the value. Where CUE
// leaves a choice between alternatives, one of them must be the value.
func same(u cue.Value, v *value) bool {
	if u.Err() != nil {
		return false
	}
	if u.Kind() == cueKind(v.kind) {
		return equal(u, v)
	}
	if op, args := u.Eval().Expr(); op == cue.OrOp || op == cue.NoOp {
		for _, a := range args {
			if a != u && a.Kind() == cueKind(v.kind) && same(a, v) {
				return true
			}
		}
	}
	d, ok := u.Default()
	return ok && d.Kind() == cueKind(v.kind) && equal(d, v)
}

// equal compares CUE data with a value of the same kind.
func equal(u cue.Value, v *value) bool {
	switch v.kind {
	case NullKind:
		return true
	case BooleanKind:
		b, err := u.Bool()
		return err == nil && b == v.isTrue
	case IntegerKind, FloatKind:
		d, ok := numberOf(u)
		return ok && d.compare(v.num) == 0
	case StringKind:
		s, err := u.String()
		return err == nil && s == v.text
	case ArrayKind:
		return equalList(u, v)
	}
	return equalStruct(u, v)
}

func equalList(u cue.Value, v *value) bool {
	it, err := u.List()
	if err != nil {
		return false
	}
	n := 0
	for ; it.Next(); n++ {
		if n >= len(v.elems) || !same(it.Value(), &v.elems[n]) {
			return false
		}
	}
	return n == len(v.elems)
}

func equalStruct(u cue.Value, v *value) bool {
	it, err := u.Fields()
	if err != nil {
		return false
	}
	for it.Next() { // the members of the value, and what the constraint adds
		w, ok := v.get(it.Selector().Unquoted())
		if !ok || !same(it.Value(), w) {
			return false
		}
	}
	return true
}

// numberOf reads a CUE number.
func numberOf(u cue.Value) (decimal, bool) {
	var mant big.Int
	exp, err := u.MantExp(&mant)
	return newDecimal(&mant, exp), err == nil
}

// cueKinds are the kinds of CUE by the index of the kind of JSON value.
var cueKinds = [kinds]cue.Kind{
	cue.NullKind, cue.BoolKind, cue.IntKind, cue.FloatKind, cue.StringKind, cue.ListKind, cue.StructKind,
}

func cueKind(k Kinds) cue.Kind { return cueKinds[index(k)] }

// jsonKinds are the kinds of JSON values among kinds of CUE.
func jsonKinds(k cue.Kind) Kinds {
	var out Kinds
	for i, c := range cueKinds {
		if k&c != 0 {
			out |= 1 << i
		}
	}
	return out
}
