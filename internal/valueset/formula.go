package valueset

import (
	"cmp"
	"slices"
	"strings"
)

// atom is a predicate on the values of one kind.
type atom interface {
	// key identifies the predicate: equal keys, equal predicates.
	key() string
	// holds decides the predicate for a value of the kind it is about.
	holds(v *value, m mode) Tri
}

// region is an atom of a family that is closed under and, or and not: ranges of
// numbers, finite sets of strings and their complements, and so on. Formulas merge
// the regions of one family.
type region interface {
	atom
	family() family
	complement() region
	meet(region) region // the argument is of the same family
	join(region) region
	empty() bool
	full() bool
}

type family uint8

const (
	familyBoolean family = iota
	familyNumber
	familyStrings
	familyRunes
	familyItems
	familyOrder
	familyMembers
)

// mode says who decides whether a value is in a nested set.
type mode uint8

const (
	byModel mode = iota // this package alone
	byCUE               // CUE, for sets that were made from CUE
)

type op uint8

const (
	opNever op = iota
	opAlways
	opAtom
	opAnd
	opOr
)

// formula is a combination of atoms. It is in normal form as far as that is cheap:
// not stands at atoms only, and and or are flat, sorted and without doubles. A
// formula never changes.
type formula struct {
	op   op
	neg  bool // of an atom
	atom atom
	args []*formula
	key  string
	asks bool // CUE has to be asked about values
}

var (
	never  = &formula{op: opNever, key: "0"}
	always = &formula{op: opAlways, key: "1"}
)

func lit(a atom) *formula {
	if r, ok := a.(region); ok {
		if r.empty() {
			return never
		}
		if r.full() {
			return always
		}
	}
	return &formula{op: opAtom, atom: a, key: a.key(), asks: asks(a)}
}

func not(f *formula) *formula {
	switch f.op {
	case opNever:
		return always
	case opAlways:
		return never
	case opAtom:
		if r, ok := f.atom.(region); ok {
			return lit(r.complement())
		}
		if f.neg {
			return lit(f.atom)
		}
		return &formula{op: opAtom, neg: true, atom: f.atom, key: "!" + f.key, asks: f.asks}
	}
	args := make([]*formula, len(f.args))
	for i, a := range f.args {
		args[i] = not(a)
	}
	if f.op == opAnd {
		return or(args...)
	}
	return and(args...)
}

func and(fs ...*formula) *formula { return combine(opAnd, fs) }

func or(fs ...*formula) *formula { return combine(opOr, fs) }

// combine builds the conjunction or disjunction in normal form.
func combine(o op, fs []*formula) *formula {
	unit, zero := always, never
	if o == opOr {
		unit, zero = never, always
	}
	args := make([]*formula, 0, len(fs))
	var regions []region
	for _, f := range flat(o, fs) {
		if f.op == zero.op {
			return zero
		}
		if f.op == unit.op {
			continue
		}
		if r, ok := f.atom.(region); ok && f.op == opAtom {
			regions = append(regions, r)
			continue
		}
		args = append(args, f)
	}
	for _, f := range merged(o, regions) {
		if f.op == zero.op {
			return zero
		}
		if f.op != unit.op {
			args = append(args, f)
		}
	}
	slices.SortFunc(args, func(a, b *formula) int { return cmp.Compare(a.key, b.key) })
	args = slices.CompactFunc(args, func(a, b *formula) bool { return a.key == b.key })
	if opposed(args) {
		return zero
	}
	switch len(args) {
	case 0:
		return unit
	case 1:
		return args[0]
	}
	asks := slices.ContainsFunc(args, func(f *formula) bool { return f.asks })
	return &formula{op: o, args: args, key: joinKeys(o, args), asks: asks}
}

// flat takes the arguments of nested formulas of the same operator as its own.
func flat(o op, fs []*formula) []*formula {
	if !slices.ContainsFunc(fs, func(f *formula) bool { return f.op == o }) {
		return fs
	}
	var out []*formula
	for _, f := range fs {
		if f.op == o {
			out = append(out, f.args...) // flat already
			continue
		}
		out = append(out, f)
	}
	return out
}

// merged combines the regions of each family into one.
func merged(o op, regions []region) []*formula {
	if len(regions) == 0 {
		return nil
	}
	slices.SortStableFunc(regions, func(a, b region) int { return cmp.Compare(a.family(), b.family()) })
	var out []*formula
	for len(regions) > 0 {
		n := 1
		for n < len(regions) && regions[n].family() == regions[0].family() {
			n++
		}
		out = append(out, lit(fold(o, regions[:n])))
		regions = regions[n:]
	}
	return out
}

// fold combines regions of one family, by halves: a long enumeration is a union of
// many small sets.
func fold(o op, rs []region) region {
	if len(rs) == 1 {
		return rs[0]
	}
	a, b := fold(o, rs[:len(rs)/2]), fold(o, rs[len(rs)/2:])
	if o == opAnd {
		return a.meet(b)
	}
	return a.join(b)
}

// opposed reports whether some argument is the negation of another.
func opposed(args []*formula) bool {
	for _, a := range args {
		if a.op != opAtom || !a.neg {
			continue
		}
		if _, ok := slices.BinarySearchFunc(args, a.key[1:], func(f *formula, key string) int { return cmp.Compare(f.key, key) }); ok {
			return true
		}
	}
	return false
}

func joinKeys(o op, args []*formula) string {
	sep := byte('&')
	if o == opOr {
		sep = '|'
	}
	var b strings.Builder
	b.WriteByte('(')
	for i, a := range args {
		if i > 0 {
			b.WriteByte(sep)
		}
		b.WriteString(a.key)
	}
	b.WriteByte(')')
	return b.String()
}

// truth evaluates the formula, given the value of the atom of each node. Unknown
// atoms are taken as unrelated to one another, and also to themselves.
func (f *formula) truth(of func(*formula) Tri) Tri {
	switch f.op {
	case opNever:
		return No
	case opAlways:
		return Yes
	case opAtom:
		t := of(f)
		if f.neg {
			t = t.not()
		}
		return t
	}
	stop := No
	if f.op == opOr {
		stop = Yes
	}
	result := stop.not()
	for _, a := range f.args {
		switch t := a.truth(of); t {
		case stop:
			return stop
		case Unknown:
			result = Unknown
		}
	}
	return result
}

// maxFree bounds the unknown atoms whose values are tried in all combinations.
const maxFree = 8

// possible is truth, but an atom that is unknown is the same wherever it stands:
// X or not X is Yes. Unknown is the answer where it depends on them.
func (f *formula) possible(of func(*formula) Tri) Tri {
	t := f.truth(of)
	if t != Unknown || f.op == opAtom {
		return t
	}
	free := map[string]int{}
	f.each(func(n *formula) {
		if _, ok := free[n.atomKey()]; !ok && of(n) == Unknown {
			free[n.atomKey()] = len(free)
		}
	})
	if len(free) == 1 && !f.repeats(free) || len(free) > maxFree {
		return Unknown
	}
	first := Unknown
	for bits := range 1 << len(free) {
		t := f.truth(func(n *formula) Tri {
			if i, ok := free[n.atomKey()]; ok {
				return tri(bits>>i&1 == 1)
			}
			return of(n)
		})
		if bits > 0 && t != first {
			return Unknown
		}
		first = t
	}
	return first
}

// repeats reports whether one of these atoms stands in more than one place.
func (f *formula) repeats(keys map[string]int) bool {
	n := 0
	f.each(func(a *formula) {
		if _, ok := keys[a.atomKey()]; ok {
			n++
		}
	})
	return n > 1
}

// each calls visit for each node that is an atom.
func (f *formula) each(visit func(*formula)) {
	if f.op == opAtom {
		visit(f)
	}
	for _, a := range f.args {
		a.each(visit)
	}
}

// atomKey is the key of the node's atom.
func (f *formula) atomKey() string {
	if f.neg {
		return f.key[1:]
	}
	return f.key
}

// holds decides the formula for a value.
func (f *formula) holds(v *value, m mode) Tri {
	return f.possible(func(n *formula) Tri { return n.atom.holds(v, m) })
}
