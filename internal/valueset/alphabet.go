package valueset

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// alphabet divides all characters into classes: a machine treats the characters of
// a class alike. Segment i begins at starts[i] and has class of[i]; the last ends
// with the last character. Surrogates are no characters.
type alphabet struct {
	starts []rune
	of     []int
	n      int // number of classes
}

// alphabetOf makes the alphabet for a set of boundaries, given a signature of each
// character: segments with equal signatures are one class.
func alphabetOf[S comparable](starts []rune, signature func(rune) S) *alphabet {
	starts = append(starts, 0, 0xD800, 0xE000)
	slices.Sort(starts)
	starts = slices.Compact(starts)
	a := &alphabet{}
	classes := map[S]int{}
	for _, r := range starts {
		if r > unicode.MaxRune {
			continue
		}
		class := -1
		if r < 0xD800 || r > 0xDFFF {
			s := signature(r)
			c, ok := classes[s]
			if !ok {
				c = len(classes)
				classes[s] = c
			}
			class = c
		}
		if n := len(a.of); n > 0 && a.of[n-1] == class {
			continue
		}
		a.starts = append(a.starts, r)
		a.of = append(a.of, class)
	}
	a.n = len(classes)
	return a
}

// class returns the class of a character.
func (a *alphabet) class(r rune) int {
	i, ok := slices.BinarySearch(a.starts, r)
	if !ok {
		i--
	}
	return a.of[i]
}

// segment is a range of characters, both ends included.
type segment struct{ lo, hi rune }

// letter is a class of characters of a product: what it is for each machine.
type letter struct {
	segments []segment
	rune     rune  // the one to show
	class    []int // by machine
}

// count is the number of characters in the class.
func (l *letter) count() int {
	n := 0
	for _, s := range l.segments {
		n += int(s.hi-s.lo) + 1
	}
	return n
}

// letters refines several alphabets into one.
func letters(as []*alphabet) []letter {
	starts := []rune{0}
	for _, a := range as {
		starts = append(starts, a.starts...)
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	var out []letter
	index := map[string]int{}
	at := make([]int, len(as))
	class := make([]int, len(as))
	var key []byte
	for i, r := range starts {
		if r >= 0xD800 && r <= 0xDFFF {
			continue
		}
		hi := rune(unicode.MaxRune)
		if i+1 < len(starts) {
			hi = starts[i+1] - 1
		} else if r < 0xD800 {
			hi = 0xD7FF
		}
		key = key[:0]
		for j, a := range as {
			for at[j]+1 < len(a.starts) && a.starts[at[j]+1] <= r {
				at[j]++
			}
			class[j] = a.of[at[j]]
			key = utf8.AppendRune(key, rune(class[j]))
		}
		k, ok := index[string(key)]
		if !ok {
			k = len(out)
			index[string(key)] = k
			out = append(out, letter{class: slices.Clone(class)})
		}
		out[k].segments = append(out[k].segments, segment{r, hi})
	}
	if len(as) == 0 { // no machine splits at the surrogates
		out[0].segments = []segment{{0, 0xD7FF}, {0xE000, unicode.MaxRune}}
	}
	for i := range out {
		out[i].rune = nicest(out[i].segments)
	}
	slices.SortStableFunc(out, func(a, b letter) int { return rank(a.rune) - rank(b.rune) })
	return out
}

// rank orders characters by how well they read in a message.
func rank(r rune) int {
	switch {
	case r >= 'a' && r <= 'z':
		return int(r - 'a')
	case r >= '0' && r <= '9':
		return 100 + int(r-'0')
	case r >= 'A' && r <= 'Z':
		return 200 + int(r-'A')
	case r > ' ' && r < 0x7F:
		return 300 + int(r)
	case r == ' ':
		return 500
	case r >= 0xA1 && unicode.IsPrint(r):
		return 1000 + int(r)
	}
	return 1<<22 + int(r)
}

// nicest returns the character with the lowest rank among a few of each segment.
func nicest(segments []segment) rune {
	best := segments[0].lo
	for _, s := range segments {
		for _, r := range []rune{s.lo, 'a', '0', 'A', '!', 0xA1} {
			if r >= s.lo && r <= s.hi && rank(r) < rank(best) {
				best = r
			}
		}
	}
	return best
}
