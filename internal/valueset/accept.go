package valueset

import (
	"math/big"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
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
	if u.Validate() != nil {
		return No
	}
	return same(u, v)
}

// newContext returns a context that the environment has no influence on: CUE_DEBUG
// could switch closedness off.
func newContext() *cue.Context { return cuecontext.New(cuecontext.CUE_DEBUG("")) }

// same reports whether the result of a unification is just the value. Where CUE
// leaves a choice between alternatives, one of them must be the value. Unknown says
// that the result depends on something that has no value yet, such as =~_pattern.
func same(u cue.Value, v *value) Tri {
	if err := u.Err(); err != nil {
		if u.IsConcrete() || refused(err) {
			return No
		}
		return Unknown
	}
	if u.Kind() == cueKind(v.kind) {
		return equal(u, v)
	}
	result := No
	if op, args := u.Eval().Expr(); op == cue.OrOp || op == cue.NoOp {
		for _, a := range args {
			if a != u && a.Kind() == cueKind(v.kind) {
				result = either(result, same(a, v))
			}
		}
	}
	if d, ok := u.Default(); ok && d.Kind() == cueKind(v.kind) {
		result = either(result, equal(d, v))
	}
	return result
}

// refused reports whether a validator has refused a value, for reasons that are in the
// value. To CUE that is not final for a struct, as it may still get members.
func refused(err error) bool {
	for _, e := range errors.Errors(err) {
		format, _ := e.Msg()
		known := func(reason string) bool { return strings.Contains(format, reason) }
		if !slices.ContainsFunc(reasons[:], known) || strings.Contains(e.Error(), "non-concrete") {
			return false
		}
	}
	return true
}

// reasons are what CUE says of such values, and of their members.
var reasons = [...]string{"does not satisfy", "field is required but not present", "conflicting values", "field not allowed"}

// equal compares CUE data with a value of the same kind.
func equal(u cue.Value, v *value) Tri {
	switch v.kind {
	case NullKind:
		return Yes
	case BooleanKind:
		b, err := u.Bool()
		return tri(err == nil && b == v.isTrue)
	case IntegerKind, FloatKind:
		d, ok := numberOf(u)
		return tri(ok && d.compare(v.num) == 0)
	case StringKind:
		s, err := u.String()
		return tri(err == nil && s == v.text)
	case ArrayKind:
		return equalList(u, v)
	}
	return equalStruct(u, v)
}

func equalList(u cue.Value, v *value) Tri {
	it, err := u.List()
	if err != nil {
		return No
	}
	result := Yes
	n := 0
	for ; it.Next(); n++ {
		if n >= len(v.elems) {
			return No
		}
		result = both(result, same(it.Value(), &v.elems[n]))
	}
	return both(result, tri(n == len(v.elems)))
}

func equalStruct(u cue.Value, v *value) Tri {
	it, err := u.Fields()
	if err != nil {
		return No
	}
	result := Yes
	for it.Next() { // the members of the value, and what the constraint adds
		w, ok := v.get(it.Selector().Unquoted())
		if !ok {
			return No
		}
		result = both(result, same(it.Value(), w))
	}
	return result
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
