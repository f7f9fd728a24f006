package valueset

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// machine is a deterministic automaton over the classes of an alphabet. Its states
// are numbers; it may build them on demand.
type machine interface {
	letters() *alphabet
	start() int
	next(state, class int) int
	accepts(state int) bool
	// settled is Yes if every continuation is accepted, and No if none is.
	settled(state int) Tri
}

// trie accepts a finite set of strings. A state is the range of those that begin
// with what has been read.
type trie struct {
	list     []string // sorted
	alphabet *alphabet
	runes    []rune // by class; the last class is all other characters
	states   []trieState
	index    map[trieState]int
}

type trieState struct{ lo, hi, read int }

func newTrie(list []string) *trie {
	t := &trie{list: list, index: map[trieState]int{}}
	t.alphabet, t.runes = spelling(list)
	t.add(trieState{}) // state 0: nothing is left
	return t
}

// spelling makes an alphabet in which each character of the strings is a class.
func spelling(list []string) (*alphabet, []rune) {
	var starts []rune
	used := map[rune]bool{}
	for _, s := range list {
		for _, r := range s {
			if !used[r] {
				used[r] = true
				starts = append(starts, r, r+1)
			}
		}
	}
	const other = -1
	a := alphabetOf(starts, func(r rune) rune {
		if used[r] {
			return r
		}
		return other
	})
	runes := make([]rune, a.n)
	for i, c := range a.of {
		if c >= 0 {
			if runes[c] = other; used[a.starts[i]] {
				runes[c] = a.starts[i]
			}
		}
	}
	return a, runes
}

func (t *trie) add(s trieState) int {
	if s.lo >= s.hi {
		s = trieState{}
	}
	i, ok := t.index[s]
	if !ok {
		i = len(t.states)
		t.index[s] = i
		t.states = append(t.states, s)
	}
	return i
}

func (t *trie) letters() *alphabet { return t.alphabet }

func (t *trie) start() int { return t.add(trieState{0, len(t.list), 0}) }

func (t *trie) accepts(state int) bool {
	s := t.states[state]
	return s.lo < s.hi && len(t.list[s.lo]) == s.read
}

func (t *trie) settled(state int) Tri {
	if state == 0 {
		return No
	}
	return Unknown
}

func (t *trie) next(state, class int) int {
	s := t.states[state]
	r := t.runes[class]
	if r < 0 || s.lo >= s.hi {
		return 0
	}
	lo, hi := within(t.list[s.lo:s.hi], s.read, r)
	return t.add(trieState{s.lo + lo, s.lo + hi, s.read + utf8.RuneLen(r)})
}

// within returns the range of the sorted strings that have r after the bytes that
// they share.
func within(list []string, read int, r rune) (lo, hi int) {
	lo, _ = slices.BinarySearchFunc(list, string(r), func(s, r string) int { return strings.Compare(s[read:], r) })
	for hi = lo; hi < len(list) && strings.HasPrefix(list[hi][read:], string(r)); hi++ {
	}
	return lo, hi
}

// lengths accepts strings by the number of their characters; a state is that
// number, up to where nothing changes any more.
type lengths struct {
	counts counts
	cap    int
}

func newLengths(c counts) (lengths, bool) {
	cap := 0
	for _, s := range c.in {
		for _, e := range []end[decimal]{s.lo, s.hi} {
			n, ok := e.v.small()
			if !ok {
				return lengths{}, false
			}
			if !e.inf {
				cap = max(cap, n+1)
			}
		}
	}
	return lengths{c, cap}, true
}

func (l lengths) letters() *alphabet {
	return &alphabet{starts: []rune{0, 0xD800, 0xE000}, of: []int{0, -1, 0}, n: 1}
}

func (l lengths) start() int            { return 0 }
func (l lengths) next(state, _ int) int { return min(state+1, l.cap) }
func (l lengths) accepts(state int) bool {
	return l.counts.has(state)
}

func (l lengths) settled(state int) Tri {
	if state < l.cap {
		return Unknown
	}
	return tri(l.counts.has(state))
}

// ranks accepts strings by their order. A state is the range of the bounds that
// begin with what has been read; the bounds before that range are below it.
type ranks struct {
	trie
	order order
}

func newRanks(o order) *ranks {
	var bounds []string
	for _, s := range o.in {
		for _, e := range []end[text]{s.lo, s.hi} {
			if !e.inf {
				bounds = append(bounds, string(e.v))
			}
		}
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	r := &ranks{order: o}
	r.list, r.index = bounds, map[trieState]int{}
	// What falls between two bounds depends on the order of the characters, so the
	// ranges between the characters that occur are classes of their own.
	var starts []rune
	for _, b := range bounds {
		for _, c := range b {
			starts = append(starts, c, c+1)
		}
	}
	r.alphabet = alphabetOf(starts, func(c rune) rune { return c })
	r.runes = make([]rune, r.alphabet.n)
	for i, c := range r.alphabet.of {
		if c >= 0 {
			r.runes[c] = r.alphabet.starts[i]
		}
	}
	return r
}

func (r *ranks) state(s trieState) int {
	if s.lo >= s.hi {
		s = trieState{s.lo, s.lo, 0} // only the rank counts
	}
	i, ok := r.index[s]
	if !ok {
		i = len(r.states)
		r.index[s] = i
		r.states = append(r.states, s)
	}
	return i
}

func (r *ranks) start() int { return r.state(trieState{0, len(r.list), 0}) }

func (r *ranks) next(state, class int) int {
	s := r.states[state]
	if s.lo >= s.hi {
		return state
	}
	c := r.runes[class]
	lo, hi := within(r.list[s.lo:s.hi], s.read, c)
	return r.state(trieState{s.lo + lo, s.lo + hi, s.read + utf8.RuneLen(c)})
}

func (r *ranks) accepts(state int) bool {
	s := r.states[state]
	if s.lo < s.hi && len(r.list[s.lo]) == s.read {
		return r.order.in.has(text(r.list[s.lo]))
	}
	return r.between(s.lo)
}

// between reports whether the strings between bounds i-1 and i are accepted.
func (r *ranks) between(i int) bool {
	for _, s := range r.order.in {
		above := s.lo.inf || i > 0 && string(s.lo.v) <= r.list[i-1]
		below := s.hi.inf || i < len(r.list) && string(s.hi.v) >= r.list[i]
		if above && below {
			return true
		}
	}
	return false
}

func (r *ranks) settled(state int) Tri {
	if s := r.states[state]; s.lo < s.hi {
		return Unknown
	} else {
		return tri(r.between(s.lo))
	}
}
