package valueset

import (
	"cmp"
	"slices"
)

func compareStrings(a, b string) int { return cmp.Compare(a, b) }

// list returns up to n values of a set, all different; complete says that there are
// no others.
func (s *search) list(set Set, n int) (list []value, complete bool) {
	complete = true
	for i, f := range set.parts().of {
		if f == never {
			continue
		}
		more, all := s.listKind(1<<i, f, n-len(list)+1)
		list = append(list, more...)
		complete = complete && all
		if len(list) > n {
			return list[:n], false
		}
	}
	return list, complete
}

func (s *search) listKind(k Kinds, f *formula, n int) (list []value, complete bool) {
	switch k {
	case IntegerKind, FloatKind:
		return s.listNumbers(k, f, n)
	case StringKind:
		texts, complete := s.texts(f, n)
		for _, t := range texts {
			list = append(list, stringValue(t))
		}
		return list, complete
	case ArrayKind, ObjectKind:
		return s.listOneByOne(k, f, n)
	}
	complete = true
	for _, v := range constants(k) {
		switch f.holds(&v, byModel) {
		case Yes:
			list = append(list, v)
		case Unknown:
			complete = false
		}
	}
	return list, complete
}

func (s *search) listNumbers(k Kinds, f *formula, n int) (list []value, complete bool) {
	seen := map[JSON]bool{}
	complete = s.expand([]*formula{f}, nil, func(term []literal) bool {
		candidates, all := numbersOf(k, term, n)
		for i := range candidates {
			t := holdsAll(term, &candidates[i])
			if key := candidates[i].json(); t == Yes && !seen[key] {
				seen[key] = true
				list = append(list, candidates[i])
			}
			all = all && t != Unknown
		}
		return all
	})
	return list, complete
}

// maxOneByOne bounds the lists and objects that are listed, each by a search.
const maxOneByOne = 64

// listOneByOne finds a value, then another, and so on.
func (s *search) listOneByOne(k Kinds, f *formula, n int) (list []value, complete bool) {
	set := onKinds(k, f)
	for range min(n, maxOneByOne) {
		r := s.find(set)
		if r.ok != Yes {
			return list, r.ok == No
		}
		list = append(list, r.v)
		set = set.meet(constSet(&r.v).complement())
	}
	return list, false
}

// texts returns up to n strings, short ones first.
func (s *search) texts(f *formula, n int) (list []string, complete bool) {
	if choice, ok := finite(f); ok {
		complete = true
		for _, t := range choice {
			v := stringValue(t)
			switch f.holds(&v, byModel) {
			case Yes:
				list = append(list, t)
			case Unknown:
				complete = false
			}
		}
		if len(list) > n {
			return list[:n], false
		}
		return list, complete
	}
	g, ok := s.graph(f)
	if !ok {
		return nil, false
	}
	return g.strings(n)
}

// graph is the part of a product from which an accepting state can be reached.
type graph struct {
	*product
	states []state
	next   [][]int // by state and letter; -1: nothing is accepted from there
	accept []Tri
}

// maxGraph bounds the states of a graph.
const maxGraph = 20_000

// graph builds the product of a formula; false if it is too large.
func (s *search) graph(f *formula, extra ...*alphabet) (*graph, bool) {
	g := &graph{product: productOf(f, s.budget, extra...)}
	index := map[string]int{}
	add := func(st state) int {
		k := st.key()
		i, ok := index[k]
		if !ok {
			i = len(g.states)
			index[k] = i
			g.states = append(g.states, st)
		}
		return i
	}
	add(g.start())
	for i := 0; i < len(g.states); i++ {
		g.accept = append(g.accept, g.accepts(g.states[i]))
		row := make([]int, len(g.letters))
		dead := g.settled(g.states[i]) == No
		for l := range row {
			if row[l] = -1; !dead {
				row[l] = add(g.product.next(g.states[i], &g.letters[l]))
			}
		}
		g.next = append(g.next, row)
		if len(g.states) > maxGraph || !s.spend(len(row)+1) {
			return nil, false
		}
	}
	g.prune()
	return g, true
}

// prune cuts the ways that lead nowhere.
func (g *graph) prune() {
	from := make([][]int, len(g.states))
	for i, row := range g.next {
		for _, t := range row {
			if t >= 0 {
				from[t] = append(from[t], i)
			}
		}
	}
	alive := make([]bool, len(g.states))
	var queue []int
	for i, t := range g.accept {
		if t != No {
			alive[i] = true
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		for _, i := range from[queue[0]] {
			if !alive[i] {
				alive[i] = true
				queue = append(queue, i)
			}
		}
		queue = queue[1:]
	}
	for _, row := range g.next {
		for l, t := range row {
			if t >= 0 && !alive[t] {
				row[l] = -1
			}
		}
	}
}

// order returns the states so that each comes after those from which it is reached;
// false if there is a circle, so that infinitely many strings are accepted.
func (g *graph) order() ([]int, bool) {
	in := make([]int, len(g.states))
	reached := make([]bool, len(g.states))
	stack := []int{0}
	reached[0] = true
	total := 0
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		total++
		for _, t := range g.next[i] {
			if t >= 0 {
				if in[t]++; !reached[t] {
					reached[t] = true
					stack = append(stack, t)
				}
			}
		}
	}
	var out []int
	if in[0] == 0 {
		out = append(out, 0)
	}
	for i := 0; i < len(out); i++ {
		for _, t := range g.next[out[i]] {
			if t >= 0 {
				if in[t]--; in[t] == 0 {
					out = append(out, t)
				}
			}
		}
	}
	return out, len(out) == total
}

// maxQueue bounds the prefixes that are held while strings are listed.
const maxQueue = 100_000

// strings lists up to n accepted strings by length.
func (g *graph) strings(n int) (list []string, complete bool) {
	_, finite := g.order()
	complete = finite
	type prefix struct {
		state int
		text  string
	}
	queue := []prefix{{0, ""}}
	for len(queue) > 0 && len(queue) < maxQueue {
		p := queue[0]
		queue = queue[1:]
		if t := g.decide(p.state, p.text); t == Yes {
			list = append(list, p.text)
		} else if t == Unknown {
			complete = false
		}
		if len(list) > n {
			return list[:n], false
		}
		for l, t := range g.next[p.state] {
			if t < 0 {
				continue
			}
			for _, r := range g.letters[l].runes(n + 1) {
				queue = append(queue, prefix{t, p.text + string(r)})
			}
		}
		if !g.spend(1 + len(g.letters)) {
			return list, false
		}
	}
	return list, complete && len(queue) == 0
}

func (g *graph) decide(state int, text string) Tri {
	if t := g.accept[state]; t != Unknown {
		return t
	}
	v := stringValue(text)
	return g.formula.holds(&v, byModel)
}

// runes lists up to n characters of the class, the one to show first.
func (l *letter) runes(n int) []rune {
	out := []rune{l.rune}
	for _, s := range l.segments {
		for r := s.lo; r <= s.hi && len(out) < n; r++ {
			if r != l.rune {
				out = append(out, r)
			}
		}
	}
	return slices.Clip(out)
}
