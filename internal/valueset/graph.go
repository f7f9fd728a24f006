package valueset

import "slices"

// graph is the part of a product from which an accepting state can be reached.
type graph struct {
	*product
	states []state
	next   [][]int // by state and letter; -1: nothing is accepted from there
	accept []Tri
	dist   []int // the length of the shortest way to accept; -1: there is none
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

// prune measures the way to accept, and cuts the ways that lead nowhere.
func (g *graph) prune() {
	from := make([][]int, len(g.states))
	for i, row := range g.next {
		for _, t := range row {
			if t >= 0 {
				from[t] = append(from[t], i)
			}
		}
	}
	g.dist = make([]int, len(g.states))
	var queue []int
	for i, t := range g.accept {
		if g.dist[i] = -1; t != No {
			g.dist[i] = 0
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		for _, i := range from[queue[0]] {
			if g.dist[i] < 0 {
				g.dist[i] = g.dist[queue[0]] + 1
				queue = append(queue, i)
			}
		}
		queue = queue[1:]
	}
	for _, row := range g.next {
		for l, t := range row {
			if t >= 0 && g.dist[t] < 0 {
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

// count returns the number of strings that may be accepted, at most limit; -1 if
// there are infinitely many.
func (g *graph) count(limit int) int {
	order, finite := g.order()
	if !finite {
		return -1
	}
	from := make([]int, len(g.states)) // strings from here on
	for _, i := range slices.Backward(order) {
		n := 0
		if g.accept[i] != No {
			n = 1
		}
		for l, t := range g.next[i] {
			if t >= 0 {
				n += min(g.letters[l].count(), limit) * from[t]
			}
		}
		from[i] = min(n, limit)
	}
	return from[0]
}

// prefix is the beginning of an accepted string.
type prefix struct {
	state int
	text  string
	size  int
}

// strings lists up to n accepted strings, short ones first. Where there are
// infinitely many, it does not go through all characters of a class.
func (g *graph) strings(n int) (list []string, complete bool) {
	if g.dist[0] < 0 {
		return nil, true
	}
	variety := n + 1
	switch count := g.count(n + 1); {
	case count < 0: // infinitely many: longer ones will do
		variety = 2
	case count > n:
		variety = min(variety, 64)
	default:
		complete = true
	}
	// Prefixes by the length of the shortest string that they begin. Of those with
	// one length the longest goes first, so that few are held.
	ways := map[int][]prefix{g.dist[0]: {{state: 0}}}
	for size := g.dist[0]; len(ways) > 0; size++ {
		for len(ways[size]) > 0 {
			stack := ways[size]
			p := stack[len(stack)-1]
			ways[size] = stack[:len(stack)-1]
			switch g.decide(p) {
			case Yes:
				list = append(list, p.text)
			case Unknown:
				complete = false
			}
			if len(list) > n {
				return list[:n], false
			}
			g.extend(p, variety, ways)
			if !g.spend(1+len(g.letters)) || g.asks < 0 {
				return list, false
			}
		}
		delete(ways, size)
	}
	return list, complete
}

// extend adds the prefixes that are longer by one character.
func (g *graph) extend(p prefix, variety int, ways map[int][]prefix) {
	for l, t := range slices.Backward(g.next[p.state]) {
		if t < 0 {
			continue
		}
		size := p.size + 1 + g.dist[t]
		for _, r := range slices.Backward(g.letters[l].runes(variety)) {
			ways[size] = append(ways[size], prefix{t, p.text + string(r), p.size + 1})
		}
	}
}

func (g *graph) decide(p prefix) Tri {
	if t := g.accept[p.state]; t != Unknown {
		return t
	}
	v := stringValue(p.text)
	return g.budget.decide(g.formula, &v)
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
	return out
}

// lengths returns the least and the largest number of bytes of the accepted
// strings, as JSON, without quotes.
func (g *graph) lengths() (least, most int, bounded bool) {
	order, bounded := g.order()
	least = -1
	dist := make([]int, len(g.states)) // the shortest way, plus one
	dist[0] = 1
	for changed := true; changed; {
		changed = false
		for i, row := range g.next {
			for l, t := range row {
				if t < 0 || dist[i] == 0 {
					continue
				}
				if d := dist[i] + runeSize(g.letters[l].rune); dist[t] == 0 || d < dist[t] {
					dist[t], changed = d, true
				}
			}
		}
	}
	far := make([]int, len(g.states))
	for _, i := range order {
		for l, t := range g.next[i] {
			if t >= 0 {
				far[t] = max(far[t], far[i]+runeSize(g.letters[l].rune))
			}
		}
	}
	for i, t := range g.accept {
		if t == No || dist[i] == 0 {
			continue
		}
		if least < 0 || dist[i]-1 < least {
			least = dist[i] - 1
		}
		most = max(most, far[i])
	}
	if least < 0 { // nothing is accepted
		return 0, 0, true
	}
	return least, most, bounded
}
