package valueset

import (
	"math/big"
	"testing"
)

// numerals are numbers as text, from low to high.
var numerals = []string{
	"-1e1000", "-1e20", "-123.4501", "-123.45", "-10", "-9.99", "-1", "-0.5", "-1e-30", "0", "1e-30", "0.1", "0.10001",
	"0.3", "0.5", "1", "1.5", "2", "9.99", "10", "99", "100", "9007199254740992", "9007199254740993", "1e20", "1e1000",
}

func decimals(t *testing.T) []decimal {
	t.Helper()
	out := make([]decimal, len(numerals))
	for i, s := range numerals {
		d, ok := parseDecimal(s)
		if !ok {
			t.Fatalf("%s is not read", s)
		}
		out[i] = d
	}
	return out
}

func TestDecimalOrder(t *testing.T) {
	ds := decimals(t)
	for i, a := range ds {
		for j, b := range ds {
			if got, want := a.compare(b), compareInts(i, j); (got < 0) != (want < 0) || (got > 0) != (want > 0) {
				t.Errorf("compare(%s, %s) = %d", numerals[i], numerals[j], got)
			}
		}
	}
}

func compareInts(a, b int) int { return a - b }

func TestDecimalEquality(t *testing.T) {
	for _, same := range [][]string{
		{"1", "1.0", "1e0", "10e-1", "0.1e1", "1.000"}, {"0", "-0", "0.00", "0e5", "-0.0"}, {"1500", "1.5e3", "15E2", "1500.00"},
		{"-12.5", "-125e-1", "-12.50"},
	} {
		first, _ := parseDecimal(same[0])
		for _, s := range same {
			d, ok := parseDecimal(s)
			if !ok || d.compare(first) != 0 || d.key() != first.key() {
				t.Errorf("%s is %s, not %s", s, d.key(), first.key())
			}
		}
	}
	for _, s := range []string{"", "-", "a", "1e", "e5", ".", "--1", "1e999999999999", "1e200000"} {
		if d, ok := parseDecimal(s); ok && s != "." {
			t.Errorf("%q is read as %s", s, d.key())
		}
	}
}

func TestDecimalText(t *testing.T) {
	for _, s := range numerals {
		d, _ := parseDecimal(s)
		back, ok := parseDecimal(d.floatText())
		if !ok || back.compare(d) != 0 {
			t.Errorf("%s is written as %s", s, d.floatText())
		}
		if v, err := numberValue(d.floatText()); err != nil || v.kind != FloatKind {
			t.Errorf("%s is written as %s, which is no float", s, d.floatText())
		}
		if d.isInteger() {
			if v, err := numberValue(d.integerText()); err != nil || v.kind != IntegerKind || v.num.compare(d) != 0 {
				t.Errorf("%s is written as %s", s, d.integerText())
			}
		}
	}
}

func TestDecimalFloorAndBetween(t *testing.T) {
	ds := decimals(t)
	for i, a := range ds {
		f := a.floor()
		next, ok := f.plus(1)
		if !f.isInteger() || f.compare(a) > 0 || ok && next.compare(a) <= 0 {
			t.Errorf("floor(%s) = %s", numerals[i], f.key())
		}
		for j, b := range ds[i+1:] {
			if m := between(a, b); m.compare(a) <= 0 || m.compare(b) >= 0 {
				t.Errorf("between(%s, %s) = %s", numerals[i], numerals[i+1+j], m.key())
			}
		}
	}
}

func TestMultiples(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"6", "3", true}, {"7", "3", false}, {"0", "3", true}, {"-6", "3", true}, {"1.5", "0.5", true}, {"1", "0.3", false},
		{"0.9", "0.3", true}, {"1e30", "7", false}, {"1e30", "8", true}, {"1e300", "1e299", true}, {"1e299", "1e300", false},
		{"1", "1e-1000", true}, {"1e50000", "1024", true}, {"9007199254740993", "2", false},
	} {
		a, _ := parseDecimal(c.a)
		b, _ := parseDecimal(c.b)
		if got := isMultiple(a, b); got != c.want {
			t.Errorf("%s multiple of %s: %v", c.a, c.b, got)
		}
	}
}

// TestSpans checks the algebra of intervals on all points that matter.
func TestSpans(t *testing.T) {
	var points []decimal
	for n := -2; n <= 14; n++ {
		points = append(points, newDecimal(big.NewInt(int64(n)), 0), newDecimal(big.NewInt(int64(10*n+5)), -1))
	}
	random := func(g gen) spans[decimal] {
		s := spans[decimal]{}
		for range g.IntN(4) {
			lo := g.IntN(10)
			x := span[decimal]{
				end[decimal]{v: decimalOf(lo), open: g.IntN(2) == 0, inf: g.IntN(8) == 0},
				end[decimal]{v: decimalOf(lo + g.IntN(4)), open: g.IntN(2) == 0, inf: g.IntN(8) == 0},
			}
			if !x.empty() {
				s = s.union(spans[decimal]{x})
			}
		}
		return s
	}
	for seed := range uint64(3000) {
		g := newGen(seed)
		a, b := random(g), random(g)
		for _, p := range points {
			x, y := a.has(p), b.has(p)
			n := integers(a)
			if a.union(b).has(p) != (x || y) || a.intersect(b).has(p) != (x && y) || a.complement().has(p) == x ||
				p.isInteger() && n.has(p) != x {
				t.Fatalf("seed %d: %s and %s at %s", seed, a.key(decimal.key), b.key(decimal.key), p.key())
			}
		}
		if back := a.complement().complement(); back.key(decimal.key) != a.key(decimal.key) {
			t.Fatalf("seed %d: %s is %s after two complements", seed, a.key(decimal.key), back.key(decimal.key))
		}
	}
}
