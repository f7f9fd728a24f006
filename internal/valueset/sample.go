package valueset

import (
	"math/rand/v2"
	"slices"
)

// Sample lists up to n values of the set, all different, in a fixed order: by kind, and
// small ones first. Fewer do not mean that there are no others.
func (s Set) Sample(n int) []JSON {
	list, _ := newSearch().list(s, n)
	out := make([]JSON, 0, len(list))
	for i := range list {
		out = append(out, list[i].json())
	}
	if len(out) == 0 && n > 0 { // it may be one that is not looked for by listing
		if v, ok := s.Some(); ok {
			out = append(out, v)
		}
	}
	return out
}

// Ends lists the numbers in the set at which one of its ranges begins or ends.
func (s Set) Ends() []JSON {
	var out []JSON
	for _, i := range []int{iInteger, iFloat} {
		unfolded(s.parts().of[i], i).each(func(n *formula) {
			a, ok := n.atom.(numbers)
			if !ok {
				return
			}
			for _, sp := range a.in {
				for _, e := range []end[decimal]{sp.lo, sp.hi} {
					v := value{kind: 1 << i, num: e.v}
					if !e.inf && s.holds(&v, byModel) == Yes && !slices.Contains(out, v.json()) {
						out = append(out, v.json())
					}
				}
			}
		})
	}
	return out
}

// maxTextTries bounds the strings that are drawn for one that opaque atoms accept.
const maxTextTries = 8

// RandomText draws a string of the set: one of n characters, else the nearest to that
// which it comes upon. Letters and digits go before other characters. It reports
// false if it finds none.
func (s Set) RandomText(r *rand.Rand, n int) (JSON, bool) {
	f := unfolded(s.parts().of[iString], iString)
	if list, ok := finite(f); ok {
		return s.oneOfTexts(r.Perm(len(list)), list)
	}
	g, ok := newSearch().graph(f, readable())
	if !ok || g.dist[0] < 0 {
		return "", false
	}
	for range maxTextTries {
		v := stringValue(g.draw(r, n))
		if s.holds(&v, byModel) == Yes {
			return v.json(), true
		}
	}
	return "", false
}

func (s Set) oneOfTexts(order []int, list []string) (JSON, bool) {
	for _, i := range order {
		v := stringValue(list[i])
		if s.holds(&v, byModel) == Yes {
			return v.json(), true
		}
	}
	return "", false
}

// LongestText returns a string of the set that takes the most bytes as JSON; false if
// there is no longest, or it was not found.
func (s Set) LongestText() (JSON, bool) {
	f := unfolded(s.parts().of[iString], iString)
	if list, ok := finite(f); ok {
		order := make([]int, len(list))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return len(quote(list[b])) - len(quote(list[a])) })
		return s.oneOfTexts(order, list)
	}
	g, ok := newSearch().graph(f, escapes())
	if !ok || g.dist[0] < 0 {
		return "", false
	}
	text, ok := g.longest()
	v := stringValue(text)
	return v.json(), ok && s.holds(&v, byModel) == Yes
}

// readable is an alphabet of the characters by how much they are liked in examples.
func readable() *alphabet {
	return alphabetOf([]rune{' ', '!', '-', '/', '0', ':', 'A', '[', '_', '`', 'a', '{', 0x7F}, likes)
}

// likes is the weight of a character when one is drawn.
func likes(r rune) int {
	switch {
	case r >= 'a' && r <= 'z':
		return 400
	case r >= '0' && r <= '9':
		return 200
	case r >= 'A' && r <= 'Z':
		return 100
	case r == '-' || r == '_' || r == '.':
		return 4
	case r > ' ' && r < 0x7F:
		return 2
	}
	return 0
}

// draw spells a string on a random way through the graph.
func (g *graph) draw(r *rand.Rand, n int) string {
	var text []rune
	for st := 0; ; {
		if len(text) >= n && g.accept[st] != No {
			break
		}
		l := g.step(r, st, len(text) >= n)
		if l < 0 {
			break // no string is longer
		}
		text = append(text, g.letters[l].draw(r))
		st = g.next[st][l]
	}
	return string(text)
}

// step chooses a letter, by weight; of those that lead to an end, if that is wanted.
func (g *graph) step(r *rand.Rand, st int, toEnd bool) int {
	weights := make([]int, len(g.letters))
	total := 0
	for l, t := range g.next[st] {
		if t < 0 || toEnd && g.dist[t] >= g.dist[st] {
			continue
		}
		weights[l] = 1
		if like := likes(g.letters[l].rune); like > 0 {
			weights[l] = like * like * min(g.letters[l].count(), 26)
		}
		total += weights[l]
	}
	if total == 0 {
		return -1
	}
	at := r.IntN(total)
	for l, w := range weights {
		if at -= w; at < 0 && w > 0 {
			return l
		}
	}
	return -1
}

// draw chooses a character of the class.
func (l *letter) draw(r *rand.Rand) rune {
	if likes(l.rune) == 0 {
		return l.rune
	}
	at := r.IntN(l.count())
	for _, s := range l.segments {
		if n := int(s.hi-s.lo) + 1; at < n {
			return s.lo + rune(at)
		} else {
			at -= n
		}
	}
	return l.rune
}

// longest spells a string that takes the most bytes; false if there is no longest.
func (g *graph) longest() (string, bool) {
	order, finite := g.order()
	if !finite {
		return "", false
	}
	far := make([]int, len(g.states)) // bytes from here on, plus one
	by := make([]int, len(g.states))  // the letter to take, or -1
	for _, st := range slices.Backward(order) {
		if by[st] = -1; g.accept[st] != No {
			far[st] = 1
		}
		for l, t := range g.next[st] {
			if t < 0 || far[t] == 0 {
				continue
			}
			if n := far[t] + runeSize(g.letters[l].rune); n > far[st] {
				far[st], by[st] = n, l
			}
		}
	}
	var text []rune
	for st := 0; by[st] >= 0; st = g.next[st][by[st]] {
		text = append(text, g.letters[by[st]].rune)
	}
	return string(text), far[0] > 0
}
