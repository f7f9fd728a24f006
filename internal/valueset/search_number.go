package valueset

import (
	"math/big"
	"slices"
)

// number looks for a number of one kind.
func (s *search) number(k Kinds, f *formula) result {
	return s.terms(k, f, func(term []literal) result {
		list, complete := numbersOf(k, term, maxTries)
		whole := conjunction(term)
		for i := range list {
			if s.decide(whole, &list[i]) == Yes {
				return found(list[i])
			}
		}
		if complete {
			return s.among(whole, list)
		}
		return undecided(doubts(whole))
	})
}

// conjunction is the formula of a term.
func conjunction(term []literal) *formula {
	fs := make([]*formula, len(term))
	for i, l := range term {
		if fs[i] = lit(l.atom); l.neg {
			fs[i] = not(fs[i])
		}
	}
	return and(fs...)
}

// numbersOf lists numbers of a term, small ones first, without regard to opaque
// atoms. complete says that there are no others.
func numbersOf(k Kinds, term []literal, limit int) (list []value, complete bool) {
	in := allOf[decimal]()
	var of, notOf []decimal
	for _, l := range term {
		switch a := l.atom.(type) {
		case numbers:
			in = in.intersect(a.in)
		case multiple:
			if l.neg {
				notOf = append(notOf, a.of)
			} else {
				of = append(of, a.of)
			}
		}
	}
	if k == IntegerKind {
		of = append(of, decimalOf(1))
	}
	if len(in) == 0 {
		return nil, true
	}
	ds, complete := grid(in, of, notOf, limit)
	if len(of) == 0 {
		ds, complete = dense(in, notOf)
	}
	for _, d := range ds {
		list = append(list, value{kind: k, num: d})
	}
	return list, complete
}

// grid lists numbers that are multiples of all of some numbers and of none of
// others.
func grid(in spans[decimal], of, notOf []decimal, limit int) (list []decimal, complete bool) {
	if len(of) == 0 {
		return nil, false
	}
	step, ok := commonMultiple(of)
	if !ok {
		return nil, false
	}
	for _, n := range notOf {
		if isMultiple(step, n) {
			return nil, true
		}
	}
	complete = true
	for _, sp := range in {
		// Three times the limit leaves room for those that notOf rules out.
		ks, all := steps(sp, step, 3*limit)
		complete = complete && all
		for _, k := range ks {
			d := newDecimal(new(big.Int).Mul(k, step.int()), step.exp)
			excluded := slices.ContainsFunc(notOf, func(n decimal) bool { return isMultiple(d, n) })
			if excluded || !sp.has(d) {
				continue
			}
			if len(list) >= limit {
				return bySize(list), false
			}
			list = append(list, d)
		}
	}
	return bySize(list), complete
}

func bySize(list []decimal) []decimal {
	slices.SortStableFunc(list, func(a, b decimal) int {
		if c := a.abs().compare(b.abs()); c != 0 {
			return c
		}
		return b.sign() - a.sign()
	})
	return list
}

func (d decimal) abs() decimal { return decimal{new(big.Int).Abs(d.int()), d.exp} }

// commonMultiple returns the least common multiple; false if it is too large.
func commonMultiple(ds []decimal) (decimal, bool) {
	m := ds[0]
	for _, d := range ds[1:] {
		exp := min(m.exp, d.exp)
		if max(m.exp, d.exp)-exp > maxShift {
			return decimal{}, false
		}
		a, b := m.scaled(exp), d.scaled(exp)
		g := new(big.Int).GCD(nil, nil, a, b)
		m = newDecimal(new(big.Int).Mul(a, g.Quo(b, g)), exp)
	}
	return m, m.int().BitLen() < 8*maxShift
}

// steps lists the k for which k × step may lie in the span, from zero outward.
func steps(sp span[decimal], step decimal, limit int) (ks []*big.Int, all bool) {
	lo, okLo := quotient(sp.lo, step, true)
	hi, okHi := quotient(sp.hi, step, false)
	if !okLo || !okHi {
		return nil, false
	}
	up, down := new(big.Int), big.NewInt(-1)
	if lo != nil && lo.Sign() > 0 {
		up, down = new(big.Int).Set(lo), nil
	}
	if hi != nil && hi.Sign() < 0 {
		up, down = nil, new(big.Int).Set(hi)
	}
	for len(ks) < limit {
		if up != nil && hi != nil && up.Cmp(hi) > 0 {
			up = nil
		}
		if down != nil && lo != nil && down.Cmp(lo) < 0 {
			down = nil
		}
		if up == nil && down == nil {
			return ks, true
		}
		if up != nil {
			ks = append(ks, new(big.Int).Set(up))
			up.Add(up, one)
		}
		if down != nil {
			ks = append(ks, new(big.Int).Set(down))
			down.Sub(down, one)
		}
	}
	return ks, false
}

// quotient divides an end by the step, rounded inward; nil for no end, false if
// the numbers are too far apart.
func quotient(e end[decimal], step decimal, up bool) (*big.Int, bool) {
	if e.inf {
		return nil, true
	}
	exp := min(e.v.exp, step.exp)
	if max(e.v.exp, step.exp)-exp > maxShift {
		return nil, false
	}
	q, r := new(big.Int).DivMod(e.v.scaled(exp), step.scaled(exp), new(big.Int))
	if up && r.Sign() != 0 {
		q.Add(q, one)
	}
	return q, true
}

// dense lists a few numbers of each span that are not multiples of some numbers.
// It is complete only where the spans are single numbers.
func dense(in spans[decimal], notOf []decimal) (list []decimal, complete bool) {
	complete = true
	for _, sp := range in {
		point := !sp.lo.inf && !sp.hi.inf && sp.lo.v.compare(sp.hi.v) == 0
		complete = complete && point
		for _, d := range inside(sp) {
			if !slices.ContainsFunc(notOf, func(n decimal) bool { return isMultiple(d, n) }) {
				list = append(list, d)
			}
		}
	}
	return list, complete
}

// inside returns a few numbers of a span: short ones, its ends, some between.
func inside(sp span[decimal]) []decimal {
	var list []decimal
	add := func(d decimal) {
		if sp.has(d) && !slices.ContainsFunc(list, func(e decimal) bool { return e.compare(d) == 0 }) {
			list = append(list, d)
		}
	}
	for _, n := range []int64{5, 0, 10, 15, -5, -15, 1} { // tenths
		add(newDecimal(big.NewInt(n), -1))
	}
	lo, hi := sp.lo.v, sp.hi.v
	if !sp.lo.inf {
		add(lo)
	}
	if !sp.hi.inf {
		add(hi)
	}
	if sp.lo.inf && !sp.hi.inf {
		lo, _ = hi.floor().plus(-10)
	}
	if sp.hi.inf && !sp.lo.inf {
		hi, _ = lo.floor().plus(11)
	}
	for n := 0; n < 6 && lo.compare(hi) < 0; n++ {
		hi = between(lo, hi)
		add(hi)
	}
	return list
}
