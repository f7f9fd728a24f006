package valueset

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"cuelang.org/go/cue"
)

// FuzzPair compares two constraints and holds every answer against CUE.
func FuzzPair(f *testing.F) {
	for _, p := range readPairs(f) {
		f.Add(p.old, p.new)
	}
	f.Fuzz(func(t *testing.T, oldSrc, newSrc string) {
		old, ok1 := tame(oldSrc)
		new, ok2 := tame(newSrc)
		if !ok1 || !ok2 {
			t.Skip()
		}
		a, b := Of(old), Of(new)
		r := Relate(a, b)
		if back := Relate(b, a); back.Kind != mirror(r.Kind) {
			t.Errorf("%v there, %v back", r.Kind, back.Kind)
		}
		if r.Lost.Is == Yes && (acceptedByCUE(t, old, a, r.Lost.Witness) != Yes || acceptedByCUE(t, new, b, r.Lost.Witness) != No) {
			t.Errorf("%s is not lost", r.Lost.Witness)
		}
		if r.Gained.Is == Yes && (acceptedByCUE(t, old, a, r.Gained.Witness) != No || acceptedByCUE(t, new, b, r.Gained.Witness) != Yes) {
			t.Errorf("%s is not gained", r.Gained.Witness)
		}
		if same := Relate(a, Of(old)); same.Kind != Equal {
			t.Errorf("not equal to itself: %v", same)
		}
		_, _, _ = a.Size(), a.String(), a.Kinds()
	})
}

// tame evaluates a constraint unless CUE might not come to an end.
func tame(src string) (cue.Value, bool) {
	if len(src) > 150 || !utf8.ValidString(src) || strings.ContainsAny(src, "\n*@") {
		return cue.Value{}, false
	}
	for _, wild := range []string{"for", "Range", "Repeat", "Pow", "template", "import", "\\(", "let"} {
		if strings.Contains(src, wild) {
			return cue.Value{}, false
		}
	}
	v, ok := compiled(src)
	return v, ok && v.Exists()
}

// FuzzPayload asks for values of constraints, and holds the answer against CUE.
func FuzzPayload(f *testing.F) {
	for _, p := range readPairs(f) {
		for _, r := range p.reasons {
			if kind, text, _ := strings.Cut(r, " "); kind == "lost" || kind == "gained" {
				f.Add(p.old, text)
				f.Add(p.new, text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src, text string) {
		v, ok := tame(src)
		j, isJSON := Compact([]byte(text))
		if !ok || !isJSON {
			t.Skip()
		}
		s := Of(v)
		got, want := s.Contains(j), acceptedByCUE(t, v, s, j)
		if got != Unknown && want != Unknown && got != want {
			t.Errorf("%s contains %s: %v, CUE says %v; set is %v", src, j, got, want, s)
		}
		if again, ok := Compact([]byte(j)); !ok || again != j {
			t.Errorf("%s is written %s", j, again)
		}
	})
}

// FuzzRegexps compares two regular expressions, and runs both on a string.
func FuzzRegexps(f *testing.F) {
	for seed := range uint64(50) {
		g := newGen(seed)
		f.Add(g.regexp(4), g.regexp(4), g.word())
	}
	f.Fuzz(func(t *testing.T, x, y, s string) {
		re, err := regexp.Compile(x)
		se, err2 := regexp.Compile(y)
		if err != nil || err2 != nil || !utf8.ValidString(s) || len(x)+len(y) > 100 {
			t.Skip()
		}
		old, _ := Matching(x)
		new, _ := Matching(y)
		r := Relate(old, new)
		if a, b := re.MatchString(s), se.MatchString(s); r.Lost.Is == No && a && !b || r.Gained.Is == No && !a && b {
			t.Errorf("%q, %q: %v, but %q is %v and %v", x, y, r.Kind, s, a, b)
		}
		if got := runMachine(t, x, s); got != re.MatchString(s) {
			t.Errorf("%q on %q: %v", x, s, got)
		}
	})
}

// FuzzRandom drives the property tests by their seed.
func FuzzRandom(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		var members [3]int
		var relations [5]int
		checkMembership(t, seed, &members)
		checkRelation(t, seed, &relations, map[string]int{})
	})
}
