package valueset

import "strings"

// A Demand is what a set demands of the values of one kind, for those who write a
// set in another language: a JSON Schema, a compiled check. It is a combination of
// others (All, Some), or one condition, of one of the types Truths, Numbers,
// Multiples, Texts, Between, Match, Count, Shape, Distinct, Holds, Members, Named
// and Opaque. All{} demands nothing, and Some{} nothing can meet.
type Demand any

// All is met by the values that meet every one of these.
type All []Demand

// Some is met by the values that meet one of these.
type Some []Demand

// Not is met by the values that do not meet a single condition. It stands only
// where there is no positive way to say so.
type Not struct{ Demand Demand }

// Truths are booleans.
type Truths struct{ True, False bool }

// Numbers are intervals from low to high that do not overlap. Those of integers
// have closed ends.
type Numbers []Interval

// Interval lies between two numbers. A limit that is nil is none.
type Interval struct {
	Low, High         *Number
	OpenLow, OpenHigh bool // the limit itself is outside
}

// Multiples are the multiples of a number above zero.
type Multiples struct{ Of Number }

// Texts are strings, sorted; with But, all others.
type Texts struct {
	List []string
	But  bool
}

// Between holds of strings, in the order of their bytes. A limit that is nil is none.
type Between []struct {
	Low, High         *string
	OpenLow, OpenHigh bool
}

// Match holds of the strings in which the regular expression (RE2) matches somewhere.
type Match struct{ Expr string }

// Count holds of strings of so many code points, lists of so many elements and
// objects of so many members: of one of these ranges, from low to high.
type Count []struct{ Least, Most int } // Most is -1 for no limit

// Shape holds of lists that have at least the elements of Prefix; what follows them
// is in Rest, and with Closed nothing does.
type Shape struct {
	Prefix []Set
	Rest   Set
	Closed bool
}

// Distinct holds of lists in which no element comes twice.
type Distinct struct{}

// Holds is met by lists with an element in the set.
type Holds struct{ Elem Set }

// Members is the shape of an object. A member that Fields names is in its set; of
// the others, every rule applies whose names fit. Presence is Always or Sometimes.
type Members struct {
	Fields []Field // sorted by name
	Rules  []NameRule
}

// NameRule says that members with these names have values in the set.
type NameRule struct {
	Names Demand // on strings
	Set   Set
}

// Named is the set of a definition that refers to itself; equal keys, equal sets.
type Named struct {
	Key, Name string
	Set       func() Set
}

// Opaque is a condition that only CUE can decide. Text says how it is written.
type Opaque struct{ Text string }

// Demand returns what s demands of the values of one kind.
func (s Set) Demand(kind Kinds) Demand { return demandOf(s.parts().of[index(kind)]) }

func demandOf(f *formula) Demand {
	switch f.op {
	case opNever:
		return Some{}
	case opAlways:
		return All{}
	case opAtom:
		if d := leafOf(f.atom); f.neg {
			return Not{d}
		} else {
			return d
		}
	}
	args := make([]Demand, len(f.args))
	for i, a := range f.args {
		args[i] = demandOf(a)
	}
	if f.op == opAnd {
		return All(args)
	}
	return Some(args)
}

func leafOf(a atom) Demand {
	switch a := a.(type) {
	case booleans:
		return Truths{a.yes, a.no}
	case numbers:
		return intervalsOf(a.in)
	case multiple:
		return Multiples{Number{a.of}}
	case texts:
		return Texts{a.list, a.but}
	case order:
		return betweenOf(a.in)
	case pattern:
		return Match{a.expr}
	case counts:
		return countOf(a.in)
	case *items:
		return Shape{a.prefix, a.rest, a.closed}
	case distinct:
		return Distinct{}
	case contains:
		return Holds{a.elem}
	case *fields:
		return membersOf(a)
	case *named:
		return Named{a.k, a.name, a.set}
	case *opaque:
		return Opaque{a.name}
	}
	return Opaque{a.key()} // whoever reads it says that it is not told
}

func intervalsOf(in spans[decimal]) Numbers {
	out := make(Numbers, len(in))
	for i, s := range in {
		out[i] = Interval{OpenLow: s.lo.open, OpenHigh: s.hi.open}
		if !s.lo.inf {
			out[i].Low = &Number{s.lo.v}
		}
		if !s.hi.inf {
			out[i].High = &Number{s.hi.v}
		}
	}
	return out
}

func betweenOf(in spans[text]) Between {
	out := make(Between, len(in))
	for i, s := range in {
		out[i].OpenLow, out[i].OpenHigh = s.lo.open, s.hi.open
		if !s.lo.inf {
			out[i].Low = (*string)(&s.lo.v)
		}
		if !s.hi.inf {
			out[i].High = (*string)(&s.hi.v)
		}
	}
	return out
}

func countOf(in spans[decimal]) Count {
	out := make(Count, len(in))
	for i, s := range in {
		out[i].Least, out[i].Most = counts{spans[decimal]{s}, familyItems}.limits()
	}
	return out
}

func membersOf(s *fields) Members {
	var out Members
	for _, f := range s.named {
		p := Sometimes
		if f.required {
			p = Always
		}
		out.Fields = append(out.Fields, Field{f.name, f.set, p})
	}
	for _, r := range s.rules {
		out.Rules = append(out.Rules, NameRule{demandOf(r.names), r.set})
	}
	return out
}

// ObjectOf is Object for objects with rules: families are the members whose names
// begin with a text, and rest is for those that fit none of them.
func ObjectOf(list []Field, families []Field, rest Set) Set {
	base := Object(list, Any())
	shape := base.parts().of[iObject].atom
	named := []field(nil)
	if s, ok := shape.(*fields); ok {
		named = s.named
	}
	var rules []rule
	var known []*formula
	for _, f := range families {
		names := lit(patternOf("^" + escaped(f.Name)))
		known = append(known, names)
		rules = append(rules, rule{names, f.Set})
	}
	if rest.Key() != Any().Key() {
		rules = append(rules, rule{not(or(known...)), rest})
	}
	return onKinds(ObjectKind, lit(fieldsOf(named, rules)))
}

// Number is an exact number.
type Number struct{ d decimal }

// ParseNumber reads a number as JSON writes it; false for an exponent beyond what
// CUE can read.
func ParseNumber(text string) (Number, bool) {
	d, ok := parseDecimal(text)
	return Number{d}, ok
}

// Compare returns a number below, equal to or above 0 as n is below, equal to or
// above m.
func (n Number) Compare(m Number) int { return n.d.compare(m.d) }

// MultipleOf reports whether n is a multiple of m, which is not zero.
func (n Number) MultipleOf(m Number) bool { return isMultiple(n.d, m.d) }

// Int64 returns an integer that is small enough.
func (n Number) Int64() (int64, bool) {
	if n.d.exp < 0 || n.d.exp > 18 {
		return 0, false
	}
	i := n.d.scaled(0)
	return i.Int64(), i.IsInt64()
}

// String writes the number as JSON: an integer with all its digits where they are
// not too many.
func (n Number) String() string {
	switch {
	case n.d.exp > maxShift:
		return n.d.floatText()
	case n.d.isInteger():
		return n.d.integerText()
	}
	return strings.TrimSuffix(n.d.floatText(), ".0")
}

// SameNumbers reports whether s demands the same of numbers whether they are written
// as integers or not, as "number" and plain bounds do.
func (s Set) SameNumbers() bool { return sameNumbers(s.parts()) }
