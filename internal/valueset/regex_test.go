package valueset

import (
	"regexp"
	"testing"
)

// TestRandomRegexps compares random pairs of regular expressions and holds the answer
// against package regexp.
func TestRandomRegexps(t *testing.T) {
	t.Parallel()
	var counts [5]int
	for seed := range seeds(2) {
		g := newGen(seed)
		checkRegexps(t, g, g.regexp(4), g.regexp(4), &counts)
	}
	t.Logf("seeds from %d: unknown, equal, narrowed, widened, changed: %v", *seed, counts)
}

func checkRegexps(t *testing.T, g gen, x, y string, counts *[5]int) {
	t.Helper()
	re, se := regexp.MustCompile(x), regexp.MustCompile(y)
	old, _ := Matching(x)
	new, _ := Matching(y)
	r := Relate(old, new)
	counts[r.Kind]++
	if r.Kind == Undecided {
		t.Errorf("%q, %q: %s", x, y, r.Reason())
	}
	for _, w := range []struct {
		a        Answer
		old, new bool
	}{{r.Lost, true, false}, {r.Gained, false, true}} {
		if v, _ := parse(w.a.Witness); w.a.Is == Yes && (re.MatchString(v.text) != w.old || se.MatchString(v.text) != w.new) {
			t.Errorf("%q, %q: witness %s is not one", x, y, w.a.Witness)
		}
	}
	for range 40 {
		s := g.word()
		a, b := re.MatchString(s), se.MatchString(s)
		if r.Lost.Is == No && a && !b || r.Gained.Is == No && !a && b {
			t.Errorf("%q, %q: %v, but %q is %v and %v", x, y, r.Kind, s, a, b)
		}
	}
}

// TestRegexMachine runs the automaton of an expression on strings, beside package
// regexp.
func TestRegexMachine(t *testing.T) {
	t.Parallel()
	exprs := []string{
		``, `^`, `$`, `^$`, `a`, `^a`, `a$`, `^a$`, `\Aa\z`, `(?m)^a$`, `(?m)a$\nb`, `\ba\b`, `\Ba`, `a\B`, `\b`, `\B`, `^\b`, `\b$`,
		`(?i)straße`, `(?i)k`, `[^a-z]`, `(?s).`, `.`, `^.*$`, `\pL+`, `\PL`, `[[:alpha:]]`, `a{2,3}`, `(a|b)*c`, `x*`, `(?U)a+?`,
		`^(?:a|ab)(?:c|bcd)$`, `\x{10FFFF}`, `^[\x00-\x{10FFFF}]$`, `\d{4}-\d\d`, `a|^b|c$`, `(^a|b)(c$|d)`, `(?m:^)b`, `a(?m:$)`,
	}
	for _, expr := range exprs {
		re := regexp.MustCompile(expr)
		for seed := range uint64(200) {
			g := newGen(seed)
			s := g.word() + g.pick("", "a", "k", "K", "straße", "ſ", "\u212a", "2026-11", "\U0010FFFF", "\n")
			if got, want := runMachine(t, expr, s), re.MatchString(s); got != want {
				t.Fatalf("%q on %q: %v, want %v", expr, s, got, want)
			}
		}
	}
}

func runMachine(t *testing.T, expr, s string) bool {
	t.Helper()
	p, err := compileProgram(expr)
	if err != nil {
		t.Fatal(err)
	}
	m := newRegex(p, newSearch().budget)
	state := m.start()
	for _, r := range s {
		settled := m.settled(state)
		state = m.next(state, m.letters().class(r))
		if settled != Unknown && m.settled(state) != settled {
			t.Fatalf("%q on %q: a state was settled and is not", expr, s)
		}
	}
	return m.accepts(state)
}
