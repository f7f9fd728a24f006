package valueset

import "slices"

// lists is the search for a list that satisfies a conjunction of atoms.
type lists struct {
	*search
	term    []literal
	shapes  []*items // all hold
	against []*items // none holds
	count   counts
	unique  bool
	repeat  bool  // there must be two equal elements
	need    []Set // each must have an element
	avoid   []Set // none may have one
	fixed   int   // from here on the shapes treat all elements alike
}

// maxElements bounds the lists that are built.
const maxElements = 2000

func (s *search) array(term []literal) result {
	p := listsOf(term)
	p.search = s
	if p.unique && p.repeat {
		return nothing
	}
	r := nothing
	for _, n := range p.sizes() {
		if n > maxElements {
			return r.or(func() result { return undecided("the lists would be too long to compare") })
		}
		if r = r.or(func() result { return p.ofSize(n) }); r.ok == Yes {
			break
		}
	}
	return r
}

func (p *lists) addLiteral(l literal) {
	switch a := l.atom.(type) {
	case *items:
		if p.fixed = max(p.fixed, len(a.prefix)); l.neg {
			p.against = append(p.against, a)
		} else {
			p.shapes = append(p.shapes, a)
		}
	case counts:
		p.count = p.count.meet(a).(counts)
	case distinct:
		p.unique = p.unique || !l.neg
		p.repeat = p.repeat || l.neg
	case contains:
		if l.neg {
			p.avoid = append(p.avoid, a.elem)
		} else {
			p.need = append(p.need, a.elem)
		}
	}
}

// spare is the number of elements behind the fixed ones that suffices to meet all
// demands one by one.
func (p *lists) spare() int {
	n := len(p.against) + len(p.need)
	if p.repeat {
		n += 2
	}
	return n
}

// sizes returns the lengths to try. Beyond the fixed elements and one for each
// demand a longer list can do nothing that a shorter one cannot.
func (p *lists) sizes() []int {
	if p.count.empty() {
		return nil
	}
	fits := func(n int) bool {
		return p.count.has(n) && !slices.ContainsFunc(p.shapes, func(t *items) bool {
			return n < len(t.prefix) || t.closed && n > len(t.prefix)
		})
	}
	var out []int
	last := p.fixed + p.spare() + 1
	for n := 0; n <= last; n++ {
		if fits(n) {
			out = append(out, n)
		}
	}
	for _, sp := range p.count.in { // the next one after those
		n, ok := sp.lo.v.small()
		if !ok {
			return append(out, maxElements+1)
		}
		if n = max(n, last+1); fits(n) {
			return append(out, n)
		}
	}
	return out
}

// domain is the set of the elements at index i.
func (p *lists) domain(i int) Set {
	d := Any()
	for _, t := range p.shapes {
		d = d.meet(t.at(i))
	}
	for _, a := range p.avoid {
		d = d.meet(a.complement())
	}
	return d
}

// ofSize looks for a list of n elements.
func (p *lists) ofSize(n int) result {
	places := make([]Set, n)
	for i := range places {
		if i > p.fixed {
			places[i] = places[i-1]
		} else {
			places[i] = p.domain(i)
		}
	}
	a := arrangement{lists: p, places: places, same: make([]int, n), changed: make([]bool, n)}
	for i := range a.same {
		a.same[i] = i
	}
	for _, t := range p.against {
		if n >= len(t.prefix) && (!t.closed || n == len(t.prefix)) {
			a.demands = append(a.demands, func(i int) Set { return t.at(i).complement() })
		}
	}
	for _, set := range p.need {
		a.demands = append(a.demands, func(int) Set { return set })
	}
	if !a.possible() {
		return nothing
	}
	if !p.repeat {
		return a.assign(0)
	}
	return a.pairUp()
}

// possible reports whether each demand by itself can be met: otherwise the search
// would try all ways to meet the others before.
func (a *arrangement) possible() bool {
	for _, demand := range a.demands {
		met := false
		for i := range a.reach() {
			met = met || a.find(a.places[i].meet(demand(i))).ok != No
			if met || i >= a.fixed {
				break // the other places are like this one
			}
		}
		if !met {
			return false
		}
	}
	return true
}

// arrangement is a list under construction: the set of each element, and which
// elements are to be equal.
type arrangement struct {
	*lists
	places  []Set
	same    []int // the first element that is to be equal to this one
	changed []bool
	demands []func(i int) Set
}

// reach is the number of places that need to be looked at: the others are like the
// last of them.
func (a *arrangement) reach() int { return min(len(a.places), a.fixed+a.spare()) }

// pairUp makes two elements equal, in every way that makes a difference.
func (a *arrangement) pairUp() result {
	r := nothing
	for k := range a.reach() {
		for i := range k {
			before := a.places[i]
			a.places[i] = before.meet(a.places[k])
			a.same[k] = i
			r = r.or(func() result { return a.assign(0) })
			a.places[i], a.same[k] = before, k
			if r.ok == Yes {
				return r
			}
		}
	}
	return r
}

// assign chooses an element for each demand from the d-th on.
func (a *arrangement) assign(d int) result {
	if d == len(a.demands) {
		return a.fill()
	}
	if !a.spend(20) {
		return a.exhausted()
	}
	r := nothing
	for i := range a.reach() {
		j := a.same[i]
		before, changed := a.places[j], a.changed[j]
		a.places[j] = before.meet(a.demands[d](i))
		a.changed[j] = true
		if a.find(a.places[j]).ok != No {
			r = r.or(func() result { return a.assign(d + 1) })
		}
		a.places[j], a.changed[j] = before, changed
		if r.ok == Yes {
			return r
		}
		if i >= a.fixed && !changed && !a.repeat {
			break // the other places behind the fixed ones are like this one
		}
	}
	return r
}

// fill chooses the elements.
func (a *arrangement) fill() result {
	elems := make([]value, len(a.places))
	doubt := result{ok: Yes}
	for i, set := range a.places {
		if a.same[i] != i {
			elems[i] = elems[a.same[i]]
			continue
		}
		r := a.find(set)
		switch r.ok {
		case No:
			return nothing
		case Unknown:
			doubt = r
		}
		elems[i] = r.v
	}
	if doubt.ok != Yes {
		return doubt
	}
	if a.unique {
		if r := a.choose(elems); r.ok != Yes {
			return r
		}
	}
	v := value{kind: ArrayKind, elems: elems}
	whole := conjunction(a.term)
	if a.decide(whole, &v) == Yes {
		return found(v)
	}
	return undecided(doubts(whole))
}

// choose makes the elements distinct.
func (a *arrangement) choose(elems []value) result {
	n := len(elems)
	options := make([][]value, n)
	lists := map[string][]value{}
	for i, set := range a.places {
		list, ok := lists[set.Key()]
		if !ok {
			var complete bool
			if list, complete = a.list(set, n); !complete && len(list) < n {
				return undecided("it cannot be told how many values the elements have")
			}
			lists[set.Key()] = list
		}
		options[i] = list
	}
	taken := map[JSON]int{} // the element that has the value
	for i := range options {
		if !augment(options, taken, map[JSON]bool{}, i) {
			return nothing
		}
	}
	for i, list := range options {
		for j := range list {
			if k, ok := taken[list[j].json()]; ok && k == i {
				elems[i] = list[j]
			}
		}
	}
	return result{ok: Yes}
}

// augment finds a value for element i, moving others if need be.
func augment(options [][]value, taken map[JSON]int, tried map[JSON]bool, i int) bool {
	for j := range options[i] {
		k := options[i][j].json()
		if tried[k] {
			continue
		}
		tried[k] = true
		if other, ok := taken[k]; !ok || augment(options, taken, tried, other) {
			taken[k] = i
			return true
		}
	}
	return false
}
