package valueset

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// items is the shape of a list: it has at least the elements of prefix, and what
// follows them is in rest; closed lists have nothing that follows.
type items struct {
	prefix []Set
	rest   Set
	closed bool
	k      string
}

func itemsOf(prefix []Set, rest Set, closed bool) *items {
	var b strings.Builder
	b.WriteByte('[')
	for _, p := range prefix {
		b.WriteString(p.Key())
		b.WriteByte(',')
	}
	if !closed {
		b.WriteString("..." + rest.Key())
	}
	b.WriteByte(']')
	return &items{prefix, rest, closed, b.String()}
}

func (t *items) key() string { return t.k }

// at returns the set of the element at index i of a list that is long enough.
func (t *items) at(i int) Set {
	switch {
	case i < len(t.prefix):
		return t.prefix[i]
	case t.closed:
		return Empty()
	}
	return t.rest
}

func (t *items) holds(v *value, m mode) Tri {
	if len(v.elems) < len(t.prefix) {
		return No
	}
	result := Yes
	for i := range v.elems {
		result = both(result, t.at(i).holds(&v.elems[i], m))
	}
	return result
}

// distinct holds of lists without equal elements.
type distinct struct{}

func (distinct) key() string { return "unique" }

func (distinct) holds(v *value, _ mode) Tri {
	seen := make(map[JSON]bool, len(v.elems))
	for i := range v.elems {
		k := v.elems[i].json()
		if seen[k] {
			return No
		}
		seen[k] = true
	}
	return Yes
}

// contains holds of lists that have an element in a set.
type contains struct{ elem Set }

func (c contains) key() string { return "contains " + c.elem.Key() }

func (c contains) holds(v *value, m mode) Tri {
	result := No
	for i := range v.elems {
		result = either(result, c.elem.holds(&v.elems[i], m))
	}
	return result
}

// field is what a shape says of one member.
type field struct {
	name     string
	set      Set
	required bool
}

// rule is what a shape says of the members that it does not name: those whose
// name is in names have a value in set.
type rule struct {
	names *formula // on strings
	set   Set
}

// fields is the shape of an object.
type fields struct {
	named []field // sorted by name
	rules []rule
	k     string
}

// fieldsOf takes its arguments over. All rules apply that fit a name; a member to
// which none applies may have any value.
func fieldsOf(named []field, rules []rule) *fields {
	slices.SortFunc(named, func(a, b field) int { return cmp.Compare(a.name, b.name) })
	slices.SortFunc(rules, func(a, b rule) int {
		return cmp.Or(cmp.Compare(a.names.key, b.names.key), cmp.Compare(a.set.Key(), b.set.Key()))
	})
	var b strings.Builder
	b.WriteByte('{')
	for _, f := range named {
		b.WriteString(strconv.Quote(f.name))
		if !f.required {
			b.WriteByte('?')
		}
		b.WriteString(":" + f.set.Key() + ",")
	}
	for _, r := range rules {
		b.WriteString("[" + r.names.key + "]:" + r.set.Key() + ",")
	}
	b.WriteByte('}')
	return &fields{named, rules, b.String()}
}

func (s *fields) key() string { return s.k }

// find returns what the shape says of a name that it names.
func (s *fields) find(name string) (field, bool) {
	i, ok := slices.BinarySearchFunc(s.named, name, func(f field, name string) int { return cmp.Compare(f.name, name) })
	if !ok {
		return field{}, false
	}
	return s.named[i], true
}

// at returns the set of the member of that name, and whether it must be there.
// Unknown says that a rule cannot tell whether it applies; the set is then the
// larger one, to which the value belongs in any case.
func (s *fields) at(name string) (set Set, required bool, certain Tri) {
	if f, ok := s.find(name); ok {
		return f.set, f.required, Yes
	}
	set, certain = Any(), Yes
	v := stringValue(name)
	for _, r := range s.rules {
		switch r.names.holds(&v, byModel) {
		case Yes:
			set = set.meet(r.set)
		case Unknown:
			certain = Unknown
		}
	}
	return set, false, certain
}

func (s *fields) holds(v *value, m mode) Tri {
	result := Yes
	for _, f := range s.named {
		if _, ok := v.get(f.name); !ok && f.required {
			return No
		}
	}
	for i := range v.members {
		set, _, certain := s.at(v.members[i].name)
		t := set.holds(&v.members[i].value, m)
		if t == Yes {
			t = certain
		}
		result = both(result, t)
	}
	return result
}
