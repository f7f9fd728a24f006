package sample

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"tokenctl.dev/internal/valueset"
)

// constraint evaluates a constraint as it stands in a contract.
func constraint(src string) cue.Value {
	head := ""
	for _, p := range []string{"strings", "list", "struct", "time", "net", "uuid", "math", "regexp", "encoding/json"} {
		if strings.Contains(src, path.Base(p)+".") {
			head += fmt.Sprintf("import %q\n", p)
		}
	}
	return cuecontext.New().CompileString(head + "claims: x: #value: " + src).LookupPath(cue.ParsePath("claims.x.#value"))
}

// accepts asks CUE whether a value is in a constraint: unifying the two must give the
// value and nothing else.
func accepts(c cue.Value, v valueset.JSON) bool {
	return same(c.Unify(cuecontext.New().CompileString(string(v))), v)
}

// same reports whether CUE's value is just v. Where it leaves a choice, one
// alternative must be.
func same(u cue.Value, v valueset.JSON) bool {
	if op, args := u.Eval().Expr(); op == cue.OrOp {
		return slices.ContainsFunc(args, func(a cue.Value) bool { return same(a, v) })
	}
	if u.Validate(cue.Concrete(true), cue.Final()) != nil {
		return false
	}
	text, err := u.MarshalJSON()
	j, ok := valueset.Compact(text)
	return err == nil && ok && j == v
}

// constraints are those of the table of pairs that refer to nothing, and random
// combinations of them.
func constraints(t *testing.T, random int) []string {
	table, err := os.ReadFile("../valueset/testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(table)) {
		parts := strings.Split(line, " => ")
		if len(parts) != 4 || line[0] == '#' {
			continue
		}
		for _, src := range parts[1:3] {
			if !reference.MatchString(src) && !(strings.Contains(src, "{") && strings.Contains(src, "list.")) {
				out = append(out, src)
			}
		}
	}
	n := len(out)
	for seed := range uint64(random) {
		r := rand.New(rand.NewPCG(seed, 7))
		pick := func() string { return "(" + out[r.IntN(n)] + ")" }
		forms := []string{pick() + " | " + pick(), "[..." + pick() + "]", "{a: " + pick() + ", b?: " + pick() + "}", pick() + " & " + pick(), "[" + pick() + ", ..." + pick() + "]"}
		out = append(out, forms[r.IntN(len(forms))])
	}
	return out
}

// reference matches what refers to a definition, or to a member; and what CUE v0.17
// forgets to close a struct beside.
var reference = regexp.MustCompile(`#[A-Z]|\b_[a-z]|b: a\b|_\|_|matchN|matchIf|!=null|net\.|close`)

// TestRandomSamples shows every sample to CUE: those inside of the set must be in the
// constraint, those outside must not.
func TestRandomSamples(t *testing.T) {
	t.Parallel()
	inside, outside := 0, 0
	for i, src := range constraints(t, 300) {
		c := constraint(src)
		if c.Err() != nil {
			continue
		}
		set := valueset.Of(c)
		for _, s := range []Source{{}, {Seed: uint64(i) + 1}, {Length: Shortest}, {Length: Longest}} {
			v, ok := s.Value(set, About{})
			if !ok {
				if set.IsEmpty() == valueset.No {
					t.Errorf("%s, %+v: no value found", src, s)
				}
				continue
			}
			inside++
			if !accepts(c, v) {
				t.Errorf("%s, %+v: CUE refuses %s", src, s, v)
			}
			if z := set.Size(); len(v) < z.Min || z.Bounded && len(v) > z.Max {
				t.Errorf("%s, %+v: %s is not within %+v", src, s, v, z)
			}
		}
		for _, w := range (Source{Seed: uint64(i)}).Outside(set, About{}) {
			outside++
			if accepts(c, w.Value) {
				t.Errorf("%s: CUE accepts %s, although %s", src, w.Value, w)
			}
		}
	}
	t.Logf("%d inside, %d outside", inside, outside)
	if inside < 2000 || outside < 2000 {
		t.Errorf("only %d inside and %d outside", inside, outside)
	}
}
