package verify

import (
	"regexp"
	"testing"

	"tokenctl.dev/internal/pairs"
)

// TestDFA holds tables against package regexp.
func TestDFA(t *testing.T) {
	tables, asked := 0, 0
	check := func(expr, text string) {
		re, err := regexp.Compile(expr)
		if err != nil {
			return
		}
		d := newDFA(expr)
		if d == nil {
			return
		}
		tables++
		if is, ok := d.match([]byte(text)); ok {
			asked++
			if is != re.MatchString(text) {
				t.Errorf("%q on %q: %v", expr, text, is)
			}
		}
	}
	cases := uint64(5000)
	if testing.Short() {
		cases = 500
	}
	for seed := range cases {
		r := pairs.NewRandom(seed)
		check(r.Regexp(4), r.Word())
	}
	for _, expr := range []string{``, `^`, `$`, `$^`, `^$`, `a$|b`, `^a|b$`, `(?:^|b)a`, `a(?:$|b)`, `[^\x00-\x{10FFFF}]`, `x*`, `^x*$`, `^(?:)*$`, `a^`} {
		for _, text := range []string{"", "a", "b", "ab", "ba", "aba", "xx", "xa", "\n", "a\n", "\x7f"} {
			check(expr, text)
		}
	}
	if t.Logf("%d tables, %d strings", tables, asked); uint64(asked) < cases/4 {
		t.Error("too few to show anything")
	}
}

func TestDFALimits(t *testing.T) {
	for _, expr := range []string{`(?m)^a`, `\ba`, `a(?m:$)`, `\B`, `(?:a|b)*a(?:a|b){12}`} {
		if newDFA(expr) != nil {
			t.Errorf("%s became a table", expr)
		}
	}
	for _, expr := range []string{`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, `^(?:https?|urn):[!-~]+$`} {
		if newDFA(expr) == nil {
			t.Errorf("%s became no table", expr)
		}
	}
	if _, ok := newDFA(`^.$`).match([]byte("é")); ok {
		t.Error("the table told of a string that is not in ASCII")
	}
}
