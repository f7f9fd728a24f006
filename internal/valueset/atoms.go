package valueset

import (
	"math/big"
)

// booleans is a set of booleans.
type booleans struct{ yes, no bool }

func (b booleans) key() string {
	switch {
	case b.yes && b.no:
		return "bool"
	case b.yes:
		return "true"
	}
	return "false"
}

func (b booleans) holds(v *value, _ mode) Tri {
	return tri(v.isTrue && b.yes || !v.isTrue && b.no)
}

func (b booleans) family() family     { return familyBoolean }
func (b booleans) complement() region { return booleans{!b.yes, !b.no} }
func (b booleans) empty() bool        { return !b.yes && !b.no }
func (b booleans) full() bool         { return b.yes && b.no }

func (b booleans) meet(r region) region {
	c := r.(booleans)
	return booleans{b.yes && c.yes, b.no && c.no}
}

func (b booleans) join(r region) region {
	c := r.(booleans)
	return booleans{b.yes || c.yes, b.no || c.no}
}

// numbers is a set of numbers of one kind. In a set of integers, ends are closed.
type numbers struct {
	in      spans[decimal]
	integer bool
}

func numbersIn(s spans[decimal], integer bool) numbers {
	if integer {
		s = integers(s)
	}
	return numbers{s, integer}
}

func (n numbers) key() string { return n.in.key(decimal.key) }

func (n numbers) holds(v *value, _ mode) Tri { return tri(n.in.has(v.num)) }

func (n numbers) family() family     { return familyNumber }
func (n numbers) complement() region { return numbersIn(n.in.complement(), n.integer) }
func (n numbers) empty() bool        { return len(n.in) == 0 }
func (n numbers) full() bool         { return n.in.all() }

func (n numbers) meet(r region) region {
	return numbersIn(n.in.intersect(r.(numbers).in), n.integer)
}

func (n numbers) join(r region) region {
	return numbersIn(n.in.union(r.(numbers).in), n.integer)
}

// multiple holds of the multiples of a positive number.
type multiple struct{ of decimal }

func (m multiple) key() string { return "multipleOf " + m.of.key() }

func (m multiple) holds(v *value, _ mode) Tri { return tri(isMultiple(v.num, m.of)) }

// isMultiple reports whether a is a multiple of b, which is not zero.
func isMultiple(a, b decimal) bool {
	if a.sign() == 0 {
		return true
	}
	if a.exp < b.exp {
		return false // a has a digit below the last one of b, and is not divisible by ten
	}
	// a/b = (ca/cb) × 10^n: of a large n, only the twos and fives of cb count.
	a.exp = min(a.exp, b.exp+b.int().BitLen())
	return new(big.Int).Rem(a.scaled(b.exp), b.int()).Sign() == 0
}

// counts holds of strings of so many characters, lists of so many elements, or
// objects of so many members.
type counts struct {
	in spans[decimal]
	of family // familyRunes, familyItems or familyMembers
}

func countsIn(s spans[decimal], of family) counts {
	return counts{integers(s.intersect(above(decimal{}, false))), of}
}

// atLeast and atMost are the counts from n and up to n.
func atLeast(n int, of family) counts { return counts{above(decimalOf(max(n, 0)), false), of} }

func atMost(n int, of family) counts {
	if n < 0 {
		return counts{nil, of}
	}
	return counts{spans[decimal]{{lo: end[decimal]{}, hi: end[decimal]{v: decimalOf(n)}}}, of}
}

func (c counts) key() string { return "len" + c.in.key(decimal.key) }

func (c counts) holds(v *value, _ mode) Tri {
	switch v.kind {
	case StringKind:
		return tri(c.has(runeCount(v.text)))
	case ArrayKind:
		return tri(c.has(len(v.elems)))
	}
	return tri(c.has(len(v.members)))
}

func (c counts) has(n int) bool { return c.in.has(decimalOf(n)) }

func (c counts) family() family     { return c.of }
func (c counts) complement() region { return countsIn(c.in.complement(), c.of) }
func (c counts) empty() bool        { return len(c.in) == 0 }

func (c counts) full() bool {
	return len(c.in) == 1 && c.in[0].hi.inf && c.in[0].lo.v.sign() <= 0
}

func (c counts) meet(r region) region { return countsIn(c.in.intersect(r.(counts).in), c.of) }
func (c counts) join(r region) region { return countsIn(c.in.union(r.(counts).in), c.of) }

// limits returns the least and the largest count; the largest is -1 if there is
// none, and a count beyond what fits an int counts as none.
func (c counts) limits() (least, most int) {
	least, ok := c.in[0].lo.v.small()
	if !ok {
		least = int(^uint(0) >> 1)
	}
	last := c.in[len(c.in)-1].hi
	if most, ok = last.v.small(); last.inf || !ok {
		most = -1
	}
	return least, most
}
