package valueset

import (
	"cmp"
	"slices"
)

// maxValues bounds the sets that Values lists.
const maxValues = 1000

// Values lists the values of a set that is finite and not large, in a fixed order;
// false for all others.
func (s Set) Values() ([]JSON, bool) {
	for i, f := range s.parts().of {
		if f == always && i != iNull && i != iBoolean {
			return nil, false
		}
	}
	if !s.Size().Bounded {
		return nil, false
	}
	list, complete := newSearch().list(s, maxValues)
	if !complete {
		return nil, false
	}
	slices.SortFunc(list, compareValues)
	out := make([]JSON, len(list))
	for i := range list {
		out[i] = list[i].json()
	}
	return out, true
}

// compareValues orders values by kind, then numbers by size and others by text.
func compareValues(a, b value) int {
	if a.kind == b.kind && a.kind&NumberKind != 0 {
		return a.num.compare(b.num)
	}
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.json(), b.json()))
}

// terms calls visit for the conjunctions that the formula of a kind consists of,
// but for those that surely describe nothing.
func (s Set) terms(k Kinds, visit func([]literal)) bool {
	search := newSearch()
	var all [][]literal
	ok := search.expand([]*formula{unfolded(s.parts().of[index(k)], index(k))}, nil, func(term []literal) bool {
		all = append(all, slices.Clone(term))
		return len(all) <= maxTerms
	})
	if !ok {
		return false
	}
	solve := search.array
	if k == ObjectKind {
		solve = search.object
	}
	for _, term := range all {
		if len(all) == 1 || solve(term).ok != No {
			visit(term)
		}
	}
	return true
}

// maxTerms bounds the alternatives of a constraint that are looked into.
const maxTerms = 256

// Elem returns what may be an element of the arrays in s. It may be too large: not
// every value in it need occur.
func (s Set) Elem() Set {
	out := Empty()
	ok := s.terms(ArrayKind, func(term []literal) {
		p := listsOf(term)
		for i := range p.fixed + 1 {
			if _, most := p.limits(); most < 0 || i < most {
				out = out.Union(p.element(i))
			}
		}
	})
	if !ok {
		return Any()
	}
	return out
}

// At returns what may be the element at index i of the arrays in s that are so long.
// It may be too large, as Elem.
func (s Set) At(i int) Set {
	out := Empty()
	ok := s.terms(ArrayKind, func(term []literal) {
		p := listsOf(term)
		if _, most := p.limits(); most < 0 || i < most {
			out = out.Union(p.element(i))
		}
	})
	if !ok {
		return Any()
	}
	return out
}

// listsOf collects the atoms of a term.
func listsOf(term []literal) *lists {
	p := &lists{search: newSearch(), term: term, count: atLeast(0, familyItems)}
	for _, l := range term {
		p.addLiteral(l)
	}
	return p
}

// element is the set of the elements at index i, with its source.
func (p *lists) element(i int) Set {
	d := Any()
	for j, t := range p.shapes {
		if j == 0 {
			d = t.at(i)
		} else {
			d = d.Intersect(t.at(i))
		}
	}
	for _, a := range p.avoid {
		d = d.Without(a)
	}
	return d
}

// limits returns the least and the largest length that shapes and counts allow;
// the largest is -1 if there is none.
func (p *lists) limits() (least, most int) {
	if p.count.empty() {
		return 0, 0
	}
	least, most = p.count.limits()
	for _, t := range p.shapes {
		least = max(least, len(t.prefix))
		if t.closed && (most < 0 || most > len(t.prefix)) {
			most = len(t.prefix)
		}
	}
	return least, most
}

// Items returns the least and the largest number of elements of the arrays in s; the
// largest is -1 if there is no limit. Both are 0 if there are no arrays.
func (s Set) Items() (least, most int) {
	first, open := true, false
	ok := s.terms(ArrayKind, func(term []literal) {
		lo, hi := listsOf(term).limits()
		if open = open || hi < 0; first {
			least, first = lo, false
		}
		least, most = min(least, lo), max(most, hi)
	})
	if !ok || open {
		return least, -1
	}
	return least, most
}

// Member returns what the member of that name may be in the objects of s, and
// whether it is there. Always and Never are certain; the set may be too large.
func (s Set) Member(name string) (Set, Presence) {
	out := Empty()
	var seen [3]bool
	ok := s.terms(ObjectKind, func(term []literal) {
		set, p := memberOf(term, name)
		seen[p] = true
		if p != Never {
			out = out.Union(set)
		}
	})
	switch {
	case !ok:
		return Any(), Sometimes
	case seen == [3]bool{Always: true}:
		return out, Always
	case !seen[Always] && !seen[Sometimes]:
		return Empty(), Never
	}
	return out, Sometimes
}

func memberOf(term []literal, name string) (Set, Presence) {
	set, p := Any(), Sometimes
	first := true
	for _, l := range term {
		t, ok := l.atom.(*fields)
		if !ok || l.neg {
			continue
		}
		u, required, _ := t.at(name)
		if first {
			set, first = u, false
		} else {
			set = set.Intersect(u)
		}
		if required {
			p = Always
		}
	}
	if set.Key() == Empty().Key() && p != Always {
		p = Never
	}
	return set, p
}

// Members lists the members that s names, sorted by name, and what other members
// may be: Empty if there are none.
func (s Set) Members() (named []Field, rest Set) {
	rest = Empty()
	names := map[string]bool{}
	ok := s.terms(ObjectKind, func(term []literal) {
		p := objectsOf(term)
		for _, slot := range p.slots {
			if slot.group == 0 {
				names[slot.name] = true
			} else {
				rest = rest.join(slot.set)
			}
		}
		if p.doubt != "" {
			rest = Any()
		}
	})
	if !ok {
		rest = Any()
	}
	for name := range names {
		set, p := s.Member(name)
		named = append(named, Field{name, set, p})
	}
	slices.SortFunc(named, func(a, b Field) int { return compareStrings(a.Name, b.Name) })
	return named, rest
}

// Open reports whether objects in s may have members that s does not name.
func (s Set) Open() bool {
	_, rest := s.Members()
	return rest.Key() != Empty().Key()
}
