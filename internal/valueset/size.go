package valueset

import "unicode/utf8"

// Size is how many bytes values take as JSON: compact, in UTF-8, with no escapes but
// those that JSON demands.
type Size struct {
	Min     int // no value takes less
	Max     int // no value takes more, if Bounded
	Bounded bool
}

// maxNumberSize is what a number counts at most where no bound makes it longer: the
// longest that a 64-bit float takes, as software commonly writes it.
const maxNumberSize = 24

// Size returns the limits of the encoded size of the values in s. Where s cannot be
// looked into, they are wider than need be. A number counts with at most 24 bytes,
// unless a bound demands more digits: there is no end to the digits that a number
// may have.
func (s Set) Size() Size {
	first := true
	out := Size{Bounded: true}
	for i, f := range s.parts().of {
		if f == never {
			continue
		}
		z := s.sizeOf(1<<i, f)
		if first {
			out, first = z, false
			continue
		}
		out = out.or(z)
	}
	return out
}

// or is the size of what has the one size or the other.
func (z Size) or(y Size) Size {
	return Size{min(z.Min, y.Min), max(z.Max, y.Max), z.Bounded && y.Bounded}
}

// plus is the size of what has both sizes together.
func (z Size) plus(y Size) Size {
	return Size{z.Min + y.Min, z.Max + y.Max, z.Bounded && y.Bounded}
}

func exact(n int) Size { return Size{n, n, true} }

func (s Set) sizeOf(k Kinds, f *formula) Size {
	if f == always && (k == ArrayKind || k == ObjectKind) {
		return Size{Min: 2} // lists of lists of lists have no end
	}
	switch k {
	case NullKind:
		return exact(4)
	case BooleanKind:
		switch f.key {
		case "true":
			return exact(4)
		case "false":
			return exact(5)
		}
		return Size{4, 5, true}
	case IntegerKind, FloatKind:
		return numberSize(k, f)
	case StringKind:
		return textSize(f)
	case ArrayKind:
		return s.sizeOfTerms(ArrayKind, arraySize)
	}
	return s.sizeOfTerms(ObjectKind, objectSize)
}

func (s Set) sizeOfTerms(k Kinds, size func([]literal) Size) Size {
	out := Size{Min: 2}
	first := true
	ok := s.terms(k, func(term []literal) {
		if z := size(term); first {
			out, first = z, false
		} else {
			out = out.or(z)
		}
	})
	if !ok {
		return Size{Min: 2}
	}
	return out
}

func numberSize(k Kinds, f *formula) Size {
	n := 1
	if k == FloatKind {
		n = 3
	}
	out := Size{Min: n, Max: maxNumberSize, Bounded: true}
	var ranges []numbers
	if r, ok := f.atom.(numbers); ok && f.op == opAtom {
		ranges = append(ranges, r)
	}
	for _, a := range f.args {
		if r, ok := a.atom.(numbers); ok && f.op == opAnd && a.op == opAtom {
			ranges = append(ranges, r)
		}
	}
	for i, r := range ranges {
		z := r.size(k)
		if i == 0 {
			out = z
		}
		out = Size{max(out.Min, z.Min), min(out.Max, z.Max), true}
	}
	return out
}

func (n numbers) size(k Kinds) Size {
	out := Size{Min: maxNumberSize, Bounded: true}
	for _, sp := range n.in {
		point := !sp.lo.inf && !sp.hi.inf && sp.lo.v.compare(sp.hi.v) == 0
		least, most := maxNumberSize, 0
		for _, e := range []end[decimal]{sp.lo, sp.hi} {
			if e.inf {
				most = max(most, maxNumberSize)
				continue
			}
			v := value{kind: k, num: e.v}
			size := len(v.json())
			least, most = min(least, size), max(most, size)
		}
		if k == FloatKind && !point {
			least, most = 3, max(most, maxNumberSize)
		}
		if sp.has(decimal{}) && k == IntegerKind {
			least = 1
		}
		out = Size{min(out.Min, least), max(out.Max, most), true}
	}
	return out
}

// textSize is the size of the strings that a formula describes, quotes included.
func textSize(f *formula) Size {
	if f == always {
		return Size{Min: 2}
	}
	if list, ok := finite(f); ok && len(list) > 0 {
		out := exact(len(quote(list[0])))
		for _, t := range list[1:] {
			out = out.or(exact(len(quote(t))))
		}
		return out
	}
	g, ok := newSearch().graph(f, escapes())
	if !ok {
		return Size{Min: 2}
	}
	least, most, bounded := g.lengths()
	return Size{least + 2, most + 2, bounded}
}

// escapes is an alphabet of the characters by the bytes that they take.
func escapes() *alphabet {
	starts := []rune{0x80, 0x800, 0x10000}
	for r := range rune(0x60) {
		starts = append(starts, r)
	}
	return alphabetOf(starts, runeSize)
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

// arraySize is the size of the lists of a term.
func arraySize(term []literal) Size {
	p := listsOf(term)
	least, most := p.limits()
	if p.unique && most < 0 {
		most = p.distinctElements()
	}
	out := Size{Min: 2 + max(least-1, 0), Max: 2 + max(most-1, 0), Bounded: most >= 0}
	add := func(i, least, most int) { // so many elements like the one at i
		z := p.element(i).Size()
		out.Min += max(least, 0) * z.Min
		if most > 0 {
			out.Max += most * z.Max
			out.Bounded = out.Bounded && z.Bounded
		}
	}
	for i := range p.fixed {
		add(i, min(least-i, 1), min(most-i, 1))
	}
	add(p.fixed, least-p.fixed, most-p.fixed)
	return out
}

// distinctElements returns the largest number of elements of a list without equal
// ones, or -1.
func (p *lists) distinctElements() int {
	values, ok := p.element(p.fixed).Values()
	if !ok {
		return -1
	}
	return p.fixed + len(values)
}

// objectSize is the size of the objects of a term.
func objectSize(term []literal) Size {
	p := objectsOf(term)
	out := exact(2)
	members := 0
	for _, s := range p.slots {
		if s.set.Key() == Empty().Key() {
			continue
		}
		z := s.set.Size().plus(exact(len(quote(s.name)) + 1))
		if members > 0 {
			z.Max++ // a comma
		}
		if !s.required {
			z.Min = 0
		} else if out.Min > 2 {
			z.Min++
		}
		out = out.plus(z)
		members++
		if s.group != 0 && p.more {
			out.Bounded = false
		}
	}
	if p.doubt != "" {
		out.Bounded = false
	}
	return out
}

// Unbounded names the first place in s that has no upper limit of its size: "" is the
// value itself, "a.b" a member, "a[]" the elements of a list, "*" members of any
// name. It reports false if all of s is bounded.
func (s Set) Unbounded() (path string, is bool) {
	if s.Size().Bounded {
		return "", false
	}
	named, rest := s.Members()
	for _, f := range named {
		if p, is := f.Set.Unbounded(); is {
			return joinPath(f.Name, p), true
		}
	}
	if rest.Key() != Empty().Key() {
		return "*", true
	}
	if _, most := s.Items(); most >= 0 {
		if p, is := s.Elem().Unbounded(); is {
			return joinPath("[]", p), true
		}
	}
	return "", true
}

func joinPath(a, b string) string {
	if b == "" || utf8.RuneCountInString(b) > 0 && b[0] == '[' {
		return a + b
	}
	return a + "." + b
}
