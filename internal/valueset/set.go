package valueset

import (
	"math/bits"
	"slices"
	"strings"
)

// Set is a set of JSON values. It is immutable, cheap to copy and safe for
// concurrent use. The zero Set holds every value.
type Set struct{ p *parts }

// parts is what is known of a set: a formula for each kind, by the kind's index.
type parts struct {
	of     [kinds]*formula
	key    string
	source *source // nil: only the formulas know
	def    JSON    // the default mark, or ""
}

var everything = func() *parts {
	p := &parts{key: "_"}
	for i := range p.of {
		p.of[i] = always
	}
	return p
}()

// Indexes of the kinds that are named in code.
var (
	iNull    = index(NullKind)
	iBoolean = index(BooleanKind)
	iInteger = index(IntegerKind)
	iFloat   = index(FloatKind)
	iString  = index(StringKind)
	iArray   = index(ArrayKind)
	iObject  = index(ObjectKind)
)

func index(k Kinds) int { return bits.TrailingZeros8(uint8(k)) }

func (s Set) parts() *parts {
	if s.p == nil {
		return everything
	}
	return s.p
}

func newSet(of [kinds]*formula, src *source) Set {
	p := &parts{of: of, source: src}
	full := true
	var b strings.Builder
	for i, f := range of {
		full = full && f == always
		if f != never {
			b.WriteByte("nbifsao"[i])
			if f != always {
				b.WriteString(":" + f.key + ";")
			}
		}
	}
	if p.key = b.String(); full {
		p.key = "_"
	}
	return Set{p}
}

// onKinds returns the set of the values of these kinds that the formula describes.
func onKinds(k Kinds, f *formula) Set {
	var of [kinds]*formula
	for i := range of {
		if of[i] = never; k>>i&1 == 1 {
			of[i] = f
		}
	}
	return newSet(of, nil)
}

// Any returns the set of all values.
func Any() Set { return Set{} }

// Empty returns the set without values.
func Empty() Set { return onKinds(0, never) }

// OfKinds returns all values of these kinds.
func OfKinds(k Kinds) Set { return onKinds(k, always) }

// Const returns the set of one value. Text that is not JSON gives the empty set.
func Const(v JSON) Set {
	w, err := parse(v)
	if err != nil {
		return Empty()
	}
	return constSet(&w)
}

// OneOf returns the set of these values.
func OneOf(vs ...JSON) Set {
	sets := make([]Set, len(vs))
	for i, v := range vs {
		sets[i] = Const(v)
	}
	return unionAll(sets)
}

func constSet(v *value) Set {
	switch v.kind {
	case NullKind:
		return OfKinds(NullKind)
	case BooleanKind:
		return onKinds(v.kind, lit(booleans{v.isTrue, !v.isTrue}))
	case IntegerKind, FloatKind:
		return onKinds(v.kind, lit(numbersIn(pointOf(v.num), v.kind == IntegerKind)))
	case StringKind:
		return onKinds(v.kind, lit(texts{list: []string{v.text}}))
	case ArrayKind:
		prefix := make([]Set, len(v.elems))
		for i := range v.elems {
			prefix[i] = constSet(&v.elems[i])
		}
		return onKinds(ArrayKind, lit(itemsOf(prefix, Empty(), true)))
	}
	named := make([]field, len(v.members))
	for i := range v.members {
		named[i] = field{v.members[i].name, constSet(&v.members[i].value), true}
	}
	return onKinds(ObjectKind, lit(fieldsOf(named, closedRules())))
}

// closedRules are the rules of a shape that allows no further members.
func closedRules() []rule { return []rule{{always, Empty()}} }

// Matching returns the strings in which a regular expression (RE2) matches
// somewhere, as =~ does in CUE; false if expr is none.
func Matching(expr string) (Set, bool) {
	if !validPattern(expr) {
		return Empty(), false
	}
	return onKinds(StringKind, lit(patternOf(expr))), true
}

// ListOf returns the lists whose elements are in elem. The empty list is one.
func ListOf(elem Set) Set {
	return onKinds(ArrayKind, lit(itemsOf(nil, elem, false)))
}

// Field is a member of an object. A member that is Never there has no values,
// whatever Set says.
type Field struct {
	Name     string
	Set      Set
	Presence Presence
}

// Object returns the objects with these members. Members of other names have
// values in rest: Empty for closed objects, Any for open ones. Of fields with one
// name the last counts.
func Object(list []Field, rest Set) Set {
	named := make([]field, 0, len(list))
	for _, f := range list {
		g := field{f.Name, f.Set, f.Presence == Always}
		if f.Presence == Never {
			g.set = Empty()
		}
		named = slices.DeleteFunc(named, func(h field) bool { return h.name == g.name })
		named = append(named, g)
	}
	var rules []rule
	if rest.Key() != Any().Key() {
		rules = []rule{{always, rest}}
	}
	return onKinds(ObjectKind, lit(fieldsOf(named, rules)))
}

// Union returns the values that are in s or in t.
func (s Set) Union(t Set) Set {
	if s.Key() == t.Key() {
		return s
	}
	u := s.join(t)
	return Set{u.withSource(joined, s, t)}
}

// Intersect returns the values that are in both s and t.
func (s Set) Intersect(t Set) Set {
	if s.Key() == t.Key() {
		return s
	}
	u := s.meet(t)
	return Set{u.withSource(met, s, t)}
}

// Without returns the values of s that are not in t.
func (s Set) Without(t Set) Set {
	u := s.meet(t.complement())
	return Set{u.withSource(without, s, t)}
}

// meet, join and complement are the operations on the formulas alone.
func (s Set) meet(t Set) Set {
	var of [kinds]*formula
	for i := range of {
		of[i] = and(s.parts().of[i], t.parts().of[i])
	}
	return newSet(of, nil)
}

func (s Set) join(t Set) Set { return unionAll([]Set{s, t}) }

func intersectAll(sets []Set) Set { return combineAll(sets, and) }

func unionAll(sets []Set) Set { return combineAll(sets, or) }

func combineAll(sets []Set, combine func(...*formula) *formula) Set {
	if len(sets) == 1 {
		return sets[0]
	}
	var of [kinds]*formula
	fs := make([]*formula, len(sets))
	for i := range of {
		for j, s := range sets {
			fs[j] = s.parts().of[i]
		}
		of[i] = combine(fs...)
	}
	return newSet(of, nil)
}

func (s Set) complement() Set {
	var of [kinds]*formula
	for i := range of {
		of[i] = not(s.parts().of[i])
	}
	return newSet(of, nil)
}

// Key returns a text that identifies the set: equal keys mean equal sets, while
// equal sets may have different keys. It depends on nothing but the constraint:
// it is the same in each run, on each machine.
func (s Set) Key() string { return s.parts().key }

// Default returns the value that the constraint marks as default, if it marks one
// and it is concrete. Marks have no influence on anything else here.
func (s Set) Default() (JSON, bool) {
	d := s.parts().def
	return d, d != ""
}

// Kinds returns the kinds of values that may occur. A kind that can only be ruled
// out by looking into lists, objects or patterns is included.
func (s Set) Kinds() Kinds {
	var k Kinds
	for i, f := range s.parts().of {
		if f != never {
			k |= 1 << i
		}
	}
	return k
}

// Contains reports whether the value is in the set. It is Unknown for numbers with an
// exponent beyond what CUE can read.
func (s Set) Contains(v JSON) Tri {
	w, err := parse(v)
	switch err {
	case nil:
		return s.holds(&w, byModel)
	case errTooLarge:
		return Unknown
	}
	return No
}

// ContainsText is Contains for a string, which need not be written as JSON first.
func (s Set) ContainsText(text string) Tri {
	return s.holds(&value{kind: StringKind, text: text}, byModel)
}

// holds decides membership. By CUE, a set that was made from CUE is asked as CUE
// understands it, and other sets by their parts.
func (s Set) holds(v *value, m mode) Tri {
	p := s.parts()
	if m == byCUE && p.source != nil {
		t := p.source.holds(v)
		if t == Yes && p.of[index(v.kind)].refuted(v) {
			return No
		}
		return t
	}
	return p.of[index(v.kind)].holds(v, m)
}
