package valueset

import (
	"slices"
	"unicode/utf8"
)

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
func (s Set) Size() Size { return s.size(nil) }

// size is Size within the constraints of these names.
func (s Set) size(within []string) Size {
	names := s.names()
	for _, n := range names {
		if slices.Contains(within, n) {
			return Size{Min: 1} // it goes on without end
		}
	}
	within = append(within[:len(within):len(within)], names...)
	first := true
	out := Size{Bounded: true}
	for i, f := range s.parts().of {
		if f == never {
			continue
		}
		z := s.sizeOf(1<<i, unfolded(f, i), within)
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

func (s Set) sizeOf(k Kinds, f *formula, within []string) Size {
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
		return s.sizeOfTerms(ArrayKind, func(term []literal) Size { return arraySize(term, within) })
	}
	return s.sizeOfTerms(ObjectKind, func(term []literal) Size { return objectSize(term, within) })
}

func (s Set) sizeOfTerms(k Kinds, size func([]literal) Size) Size {
	out := Size{Min: 2}
	if s.parts().of[index(k)] == always {
		return out
	}
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

// arraySize is the size of the lists of a term.
func arraySize(term []literal, within []string) Size {
	p := listsOf(term)
	least, most := p.limits()
	if p.unique && most < 0 {
		most = p.distinctElements()
	}
	out := Size{Min: 2 + max(least-1, 0), Max: 2 + max(most-1, 0), Bounded: most >= 0}
	add := func(i, least, most int) { // so many elements like the one at i
		if least <= 0 && most <= 0 {
			return
		}
		z := p.element(i).size(within)
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
func objectSize(term []literal, within []string) Size {
	p := objectsOf(term)
	out := exact(2)
	members := 0
	for _, s := range p.slots {
		if s.set.Key() == Empty().Key() {
			continue
		}
		z := s.set.size(within).plus(exact(len(quote(s.name)) + 1))
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
		if len(f.Set.names()) > 0 { // it goes on without end
			return f.Name, true
		}
		if p, is := f.Set.Unbounded(); is {
			return joinPath(f.Name, p), true
		}
	}
	if rest.Key() != Empty().Key() {
		return "*", true
	}
	if _, most := s.Items(); most >= 0 {
		elem := s.Elem()
		if len(elem.names()) > 0 {
			return "[]", true
		}
		if p, is := elem.Unbounded(); is {
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
