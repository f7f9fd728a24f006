package pairs

import (
	"math/rand/v2"
	"strings"
)

// Random writes random regular expressions over few characters, and strings that
// they may distinguish.
type Random struct{ *rand.Rand }

// NewRandom begins at a seed.
func NewRandom(seed uint64) Random { return Random{rand.New(rand.NewPCG(seed, 1))} }

func (r Random) pick(s ...string) string { return s[r.IntN(len(s))] }

// Regexp writes an expression in the syntax of RE2. It may be invalid: a repetition of
// too many repetitions.
func (r Random) Regexp(depth int) string {
	if depth == 0 {
		return r.pick("a", "b", "K", ".", "[ab]", "[^a]", `\d`, `\w`, `\s`, `\S`, "(?i:k)", "é", `\pL`, `\PL`, "(?s:.)", `\.`, `-`, `😀`, `[^é-😀]`, "^", "$", `\b`, `\B`, `(?m:^)`)
	}
	switch r.IntN(5) {
	case 0, 1:
		return r.Regexp(depth-1) + r.Regexp(depth-1)
	case 2:
		return "(?:" + r.Regexp(depth-1) + ")" + r.pick("*", "+", "?", "{2}", "{1,2}", "{2,}", "*?")
	case 3:
		return "(" + r.Regexp(depth-1) + "|" + r.Regexp(depth-1) + ")"
	}
	return r.pick("^", "", "(?i)") + r.Regexp(depth-1) + r.pick("$", "")
}

// Word writes a string.
func (r Random) Word() string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(r.pick("a", "b", "K", "k", "\u212a", "0", " ", "\n", "é", "_", ".", "-", "😀", "Z"))
	}
	return b.String()
}
