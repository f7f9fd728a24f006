package valueset

import "fmt"

// search answers one question: is there a value in a set, and which.
type search struct {
	*budget
	known map[string]result // by the key of the set
	// open are the sets that are being searched or listed. assumed counts how often
	// one of them was come back to: what was found meanwhile holds for this place only.
	open    map[string]bool
	assumed int
}

// result is what a search has found: a value (Yes), that there is none (No), or
// why it cannot tell.
type result struct {
	ok  Tri
	v   value
	why string
}

func newSearch() *search {
	return &search{
		budget: &budget{left: maxWork, asks: maxAsks},
		known:  map[string]result{},
		open:   map[string]bool{},
	}
}

func found(v value) result          { return result{ok: Yes, v: v} }
func undecided(why string) result   { return result{why: why} }
func (s *search) exhausted() result { return undecided(s.why) }

var nothing = result{ok: No}

// or keeps the better of two results: a value, else a doubt.
func (r result) or(other func() result) result {
	if r.ok == Yes {
		return r
	}
	o := other()
	if o.ok == No {
		return r
	}
	if r.ok == No || o.ok == Yes {
		return o
	}
	return r
}

// find looks for a value in the set, a small one.
func (s *search) find(set Set) result {
	p := set.parts()
	if r, ok := s.known[p.key]; ok {
		return r
	}
	if s.open[p.key] {
		s.assumed++
		return nothing
	}
	if !s.spend(40) {
		return s.exhausted()
	}
	s.open[p.key] = true
	assumed := s.assumed
	r := nothing
	for i, f := range p.of {
		if f == never {
			continue
		}
		if r = r.or(func() result { return s.ofKind(1<<i, f) }); r.ok == Yes {
			break
		}
	}
	delete(s.open, p.key)
	if r.ok == Yes || s.assumed == assumed || len(s.open) == 0 {
		s.known[p.key] = r
	}
	return r
}

func (s *search) ofKind(k Kinds, f *formula) result {
	f = unfolded(f, index(k))
	switch k {
	case IntegerKind, FloatKind:
		return s.number(k, f)
	case StringKind:
		return s.text(f)
	case ArrayKind:
		return s.terms(k, f, s.array)
	case ObjectKind:
		return s.terms(k, f, s.object)
	}
	return s.among(f, constants(k))
}

// constants are all values of a kind that has few.
func constants(k Kinds) []value {
	if k == NullKind {
		return []value{{kind: NullKind}}
	}
	return []value{boolValue(false), boolValue(true)}
}

// among looks for a value of a list that satisfies the formula; there are no others.
func (s *search) among(f *formula, list []value) result {
	r := nothing
	for i := range list {
		switch s.decide(f, &list[i]) {
		case Yes:
			return found(list[i])
		case Unknown:
			r = undecided(doubts(f))
		}
	}
	return r
}

// doubts says which parts of the formula are not modelled.
func doubts(f *formula) string {
	name := ""
	f.each(func(n *formula) {
		if o, ok := n.atom.(*opaque); ok && name == "" {
			name = o.name
		}
	})
	if name == "" {
		return "part of the constraint is too large to compare"
	}
	return fmt.Sprintf("it depends on %s, which tokenctl cannot compare", name)
}

// literal is an atom or its negation.
type literal struct {
	atom
	neg bool
}

// terms looks for a value in one of the conjunctions that the formula is a
// disjunction of.
func (s *search) terms(k Kinds, f *formula, solve func([]literal) result) result {
	r := nothing
	s.expand([]*formula{f}, nil, func(term []literal) bool {
		r = r.or(func() result { return solve(term) })
		if r.ok == Unknown {
			r = r.or(func() result { return s.hinted(k, term, solve) })
		}
		return r.ok != Yes
	})
	if r.ok != Yes && s.left < 0 {
		return s.exhausted()
	}
	return r
}

// hinted looks for a value where the opaque atoms of a term say that it may be.
func (s *search) hinted(k Kinds, term []literal, solve func([]literal) result) result {
	fs := []*formula{}
	for _, l := range term {
		if o, ok := l.atom.(*opaque); ok && !l.neg && o.hint.p != nil {
			fs = append(fs, o.hint.parts().of[index(k)])
		}
	}
	if len(fs) == 0 {
		return nothing
	}
	r := nothing
	s.expand(fs, term, func(term []literal) bool {
		r = r.or(func() result { return solve(term) })
		return r.ok != Yes
	})
	return r
}

// expand calls yield for the conjunctions of the conjunction of fs, until it
// returns false. Those with an atom and its negation are left out.
func (s *search) expand(fs []*formula, term []literal, yield func([]literal) bool) bool {
	if !s.spend(10) {
		return false
	}
	if len(fs) == 0 {
		return yield(term)
	}
	f, rest := fs[0], fs[1:]
	switch f.op {
	case opNever:
		return true
	case opAlways:
		return s.expand(rest, term, yield)
	case opAtom:
		for _, l := range term {
			if l.neg != f.neg && l.key() == f.atomKey() {
				return true
			}
		}
		return s.expand(rest, append(term[:len(term):len(term)], literal{f.atom, f.neg}), yield)
	case opAnd:
		return s.expand(append(f.args[:len(f.args):len(f.args)], rest...), term, yield)
	}
	for _, a := range f.args {
		if !s.expand(append([]*formula{a}, rest...), term, yield) {
			return false
		}
	}
	return true
}
