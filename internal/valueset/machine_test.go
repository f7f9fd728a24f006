package valueset

import (
	"testing"
	"unicode"
)

// randomAtom returns a predicate on strings that has a machine.
func (g gen) randomAtom() atom {
	switch g.IntN(5) {
	case 0:
		list := make([]string, g.IntN(4))
		for i := range list {
			list[i] = g.word()
		}
		t := textsOf(list...)
		t.but = g.IntN(2) == 0
		return t
	case 1:
		c := atLeast(g.IntN(4), familyRunes).meet(atMost(1+g.IntN(5), familyRunes))
		if g.IntN(2) == 0 {
			c = c.complement()
		}
		return c
	case 2:
		return atLeast(g.IntN(4), familyRunes)
	case 3:
		in := above(text(g.word()), g.IntN(2) == 0).intersect(below(text(g.word()), g.IntN(2) == 0))
		if g.IntN(2) == 0 {
			in = in.complement()
		}
		return order{in}
	}
	return patternOf(g.regexp(3))
}

// TestMachines runs the machines of random atoms on random strings, beside the atoms.
// What a machine says of all continuations must hold of those that are tried.
func TestMachines(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		g := newGen(seed)
		a := g.randomAtom()
		m := machineOf(a, newSearch().budget)
		for range 10 {
			s := g.word() + g.word()
			state, settled := m.start(), Unknown
			for _, r := range s {
				if t := m.settled(state); t != Unknown {
					settled = t
				}
				state = m.next(state, m.letters().class(r))
			}
			v := stringValue(s)
			if got := tri(m.accepts(state)); got != a.holds(&v, byModel) || settled != Unknown && got != settled {
				t.Fatalf("seed %d: %s on %q: %v, settled %v", seed, a.key(), s, got, settled)
			}
		}
	}
}

// TestProducts runs the product of several machines, and what the search for a string
// in it finds.
func TestProducts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1000) {
		g := newGen(seed)
		f := and(or(lit(g.randomAtom()), not(lit(g.randomAtom()))), lit(g.randomAtom()))
		r := newSearch().text(f)
		if r.ok == Unknown || r.ok == Yes && f.holds(&r.v, byModel) != Yes {
			t.Fatalf("seed %d: %s: %v %q", seed, f.key, r.ok, r.v.text)
		}
		_, listed := finite(f)
		for range 30 {
			v := stringValue(g.word() + g.word())
			shorter := !listed && runeCount(v.text) < runeCount(r.v.text)
			if in := f.holds(&v, byModel); in == Yes && (r.ok == No || shorter) {
				t.Fatalf("seed %d: %s: %q is in it, found %v %q", seed, f.key, v.text, r.ok, r.v.text)
			}
		}
	}
}

// TestAlphabet demands that each character is in one class, and surrogates in none.
func TestAlphabet(t *testing.T) {
	p, err := compileProgram(`[\x{D000}-\x{E100}a-f]|\pL`)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters([]*alphabet{p.alphabet, escapes()}) {
		for _, s := range l.segments {
			if s.lo <= 0xDFFF && s.hi >= 0xD800 || s.lo > s.hi || s.hi > unicode.MaxRune {
				t.Errorf("segment %x-%x", s.lo, s.hi)
			}
		}
		if l.rune != []rune(string(l.rune))[0] {
			t.Errorf("%x is no character", l.rune)
		}
	}
	for _, r := range []rune{0xD800, 0xDFFF} {
		if c := p.alphabet.class(r); c >= 0 {
			t.Errorf("%x is in class %d", r, c)
		}
	}
}
