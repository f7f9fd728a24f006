package jsonschema

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"regexp"
	"testing"

	"tokenctl.dev/internal/pairs"
)

// translations are regular expressions and what becomes of them; "" is what cannot
// be said.
var translations = []struct{ re2, ecma string }{
	{`^[0-9]{8}$`, `^[0-9]{8}$`},
	{`^\d+$`, `^[0-9]+$`},
	{`\Aa\z`, `^a$`},
	{`(?i)^k`, "^[Kk\u212a]"},
	{`\d[^0-9]`, `[0-9][^0-9]`},
	{`(?s)^.*$`, `^[\s\S]*$`},
	{`^.$`, `^[^\n]$`},
	{`a.b`, `a[^\n]b`},
	{`\Qa.b\E`, `a\.b`},
	{`(?P<x>ab)*?`, `(?:ab)*`},
	{`x{2,}y{1,3}`, `x{2,}y{1,3}`},
	{`(?:^|a)+`, `(?:^|a)+`},
	{`^*a`, `(?:^)*a`},
	{`[^\x00-\x1f]`, `[^\x00-\x1f]`},
	{`[\]\-^]`, `[\-\]\^]`},
	{`[[:alpha:]]`, `[A-Za-z]`},
	{`[^\x00-\x{10FFFF}]`, `[^\s\S]`},
	{`\bé/\B`, `\bé/\B`},
	{`a|b|^$`, `[ab]|^$`},
	{"\t\\\\", `\x09\\`},
	{`[\x{1F600}-\x{1F64F}]`, `[😀-🙏]`},
	{`(?m)^a$`, ""},
	{`a(?m:$)`, ""},
	{`a\C`, ""},
}

func TestECMA(t *testing.T) {
	for _, x := range translations {
		got, ok := ecma(x.re2)
		if ok != (x.ecma != "") || ok && got != x.ecma {
			t.Errorf("%s becomes %s, want %s", x.re2, got, x.ecma)
		}
	}
}

// TestECMAMeaning runs random expressions and their translations: in Go, and where
// it is installed in an engine of ECMA-262.
func TestECMAMeaning(t *testing.T) {
	type run struct {
		Expr  string
		Words []string
		want  []bool
		from  string
	}
	var runs []run
	cases := uint64(2000)
	if testing.Short() {
		cases = 300
	}
	for seed := range cases {
		g := pairs.NewRandom(seed)
		src := g.Regexp(4)
		re, err := regexp.Compile(src)
		expr, ok := ecma(src)
		if err != nil || !ok {
			continue
		}
		translated, err := regexp.Compile(expr)
		if err != nil {
			t.Fatalf("%s becomes %s: %v", src, expr, err)
		}
		r := run{Expr: expr, from: src}
		for range 8 {
			w := g.Word()
			r.Words, r.want = append(r.Words, w), append(r.want, re.MatchString(w))
			if translated.MatchString(w) != re.MatchString(w) {
				t.Errorf("%s becomes %s, which differs on %q", src, expr, w)
			}
		}
		runs = append(runs, r)
	}
	if uint64(len(runs)) < cases/2 {
		t.Fatalf("only %d expressions", len(runs))
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("without an engine of ECMA-262 (node) the translations are only run in Go")
	}
	script := `const runs = JSON.parse(require("fs").readFileSync(0));
		console.log(JSON.stringify(runs.map(r => { const e = new RegExp(r.Expr, "u"); return r.Words.map(w => e.test(w)) })))`
	in, err := json.Marshal(runs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "-e", script)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]bool
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i, r := range runs {
		for j, w := range r.Words {
			if got[i][j] != r.want[j] {
				t.Errorf("%s becomes %s, which ECMA-262 runs otherwise on %q", r.from, r.Expr, w)
			}
		}
	}
}
