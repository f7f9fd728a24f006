package valueset

import (
	"slices"
	"strings"
)

// ordered is a type with a dense or discrete order.
type ordered[T any] interface{ compare(T) int }

// end is one end of an interval; inf means that there is none.
type end[T ordered[T]] struct {
	v         T
	open, inf bool
}

// span is an interval that is not empty.
type span[T ordered[T]] struct{ lo, hi end[T] }

// spans is a set: intervals from low to high that neither overlap nor touch.
type spans[T ordered[T]] []span[T]

func compareLow[T ordered[T]](a, b end[T]) int {
	switch {
	case a.inf && b.inf:
		return 0
	case a.inf:
		return -1
	case b.inf:
		return 1
	}
	if c := a.v.compare(b.v); c != 0 || a.open == b.open {
		return c
	}
	if b.open {
		return -1
	}
	return 1
}

func compareHigh[T ordered[T]](a, b end[T]) int {
	switch {
	case a.inf && b.inf:
		return 0
	case a.inf:
		return 1
	case b.inf:
		return -1
	}
	if c := a.v.compare(b.v); c != 0 || a.open == b.open {
		return c
	}
	if a.open {
		return -1
	}
	return 1
}

// empty reports whether nothing lies between the ends.
func (s span[T]) empty() bool {
	if s.lo.inf || s.hi.inf {
		return false
	}
	c := s.lo.v.compare(s.hi.v)
	return c > 0 || c == 0 && (s.lo.open || s.hi.open)
}

// touches reports whether no value lies between s and a later t.
func (s span[T]) touches(t span[T]) bool {
	if s.hi.inf || t.lo.inf {
		return true
	}
	c := s.hi.v.compare(t.lo.v)
	return c > 0 || c == 0 && !(s.hi.open && t.lo.open)
}

func (s span[T]) has(v T) bool {
	if !s.lo.inf {
		if c := v.compare(s.lo.v); c < 0 || c == 0 && s.lo.open {
			return false
		}
	}
	if !s.hi.inf {
		if c := v.compare(s.hi.v); c > 0 || c == 0 && s.hi.open {
			return false
		}
	}
	return true
}

func allOf[T ordered[T]]() spans[T] {
	return spans[T]{{lo: end[T]{inf: true}, hi: end[T]{inf: true}}}
}

func pointOf[T ordered[T]](v T) spans[T] {
	return spans[T]{{lo: end[T]{v: v}, hi: end[T]{v: v}}}
}

// above returns the values over v, and v itself unless open.
func above[T ordered[T]](v T, open bool) spans[T] {
	return spans[T]{{lo: end[T]{v: v, open: open}, hi: end[T]{inf: true}}}
}

// below returns the values under v, and v itself unless open.
func below[T ordered[T]](v T, open bool) spans[T] {
	return spans[T]{{lo: end[T]{inf: true}, hi: end[T]{v: v, open: open}}}
}

func (s spans[T]) has(v T) bool {
	return slices.ContainsFunc(s, func(x span[T]) bool { return x.has(v) })
}

func (s spans[T]) all() bool { return len(s) == 1 && s[0].lo.inf && s[0].hi.inf }

func (s spans[T]) union(t spans[T]) spans[T] {
	both := append(slices.Clone(s), t...)
	slices.SortFunc(both, func(a, b span[T]) int { return compareLow(a.lo, b.lo) })
	return both.joined()
}

// joined merges neighbours that overlap or touch; s is sorted by its low ends.
func (s spans[T]) joined() spans[T] {
	var out spans[T]
	for _, x := range s {
		if n := len(out); n > 0 && out[n-1].touches(x) {
			if compareHigh(out[n-1].hi, x.hi) < 0 {
				out[n-1].hi = x.hi
			}
			continue
		}
		out = append(out, x)
	}
	return out
}

func (s spans[T]) intersect(t spans[T]) spans[T] {
	var out spans[T]
	for i, j := 0, 0; i < len(s) && j < len(t); {
		x := s[i]
		if compareLow(x.lo, t[j].lo) < 0 {
			x.lo = t[j].lo
		}
		if compareHigh(t[j].hi, x.hi) < 0 {
			x.hi = t[j].hi
			j++
		} else {
			i++
		}
		if !x.empty() {
			out = append(out, x)
		}
	}
	return out
}

func (s spans[T]) complement() spans[T] {
	var out spans[T]
	lo := end[T]{inf: true}
	for _, x := range s {
		if !x.lo.inf {
			out = append(out, span[T]{lo, end[T]{v: x.lo.v, open: !x.lo.open}})
		}
		if x.hi.inf {
			return out
		}
		lo = end[T]{v: x.hi.v, open: !x.hi.open}
	}
	return append(out, span[T]{lo, end[T]{inf: true}})
}

// key writes the set with its values written by text.
func (s spans[T]) key(text func(T) string) string {
	var b strings.Builder
	for i, x := range s {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch {
		case x.lo.inf:
			b.WriteByte('(')
		case x.lo.open:
			b.WriteString("(" + text(x.lo.v))
		default:
			b.WriteString("[" + text(x.lo.v))
		}
		b.WriteByte(',')
		switch {
		case x.hi.inf:
			b.WriteByte(')')
		case x.hi.open:
			b.WriteString(text(x.hi.v) + ")")
		default:
			b.WriteString(text(x.hi.v) + "]")
		}
	}
	return b.String()
}

// integers keeps the integers of a set, with closed ends, so that equal sets of
// integers are written alike. Ends too large to multiply out stay as they are.
func integers(s spans[decimal]) spans[decimal] {
	out := make(spans[decimal], 0, len(s))
	for _, x := range s {
		x.lo = integerEnd(x.lo, 1)
		x.hi = integerEnd(x.hi, -1)
		if x.empty() {
			continue
		}
		if n := len(out); n > 0 && adjacent(out[n-1].hi, x.lo) {
			out[n-1].hi = x.hi
			continue
		}
		out = append(out, x)
	}
	return out
}

// integerEnd moves an end inward (up for step 1, down for -1) to an integer.
func integerEnd(e end[decimal], step int) end[decimal] {
	if e.inf {
		return e
	}
	if !e.v.isInteger() {
		v := e.v.floor()
		if step > 0 {
			v, _ = v.plus(1) // a number with a fraction is small
		}
		return end[decimal]{v: v}
	}
	if v, ok := e.v.plus(step); ok && e.open {
		return end[decimal]{v: v}
	}
	return e
}

// adjacent reports whether no integer lies between two closed ends.
func adjacent(hi, lo end[decimal]) bool {
	if hi.inf || lo.inf || hi.open || lo.open {
		return false
	}
	next, ok := hi.v.plus(1)
	return ok && next.compare(lo.v) == 0
}
