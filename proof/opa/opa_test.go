// Package opa holds the fail-open table of tokenctl to a policy engine.
//
// testdata/failopen/table.ndjson of the main module says what tokenctl says of
// fourteen rules when a claim changes its shape, with the tokens of some callers
// before and after. Here the same rules, in Rego, decide on the same tokens. It is a
// module of its own, so that tokenctl does not depend on OPA.
package opa

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
)

const table = "../../testdata/failopen/table.ndjson"

// A cell is what tokenctl says of a rule in a situation.
type cell struct {
	Rule, Words, Declared, Situation, Verdict string
	Whole                                     bool   // nothing is left out of the declaration
	Without                                   string // what it says happens without the claim, if by default
	Kinds                                     []string
	Callers                                   []caller

	outcome outcome // of OPA
	another bool    // what is declared, if by default, is another rule than this
}

// A caller is somebody whom the rule is there to let in, or to keep out.
type caller struct {
	Right         bool
	Request       map[string]any
	Before, After map[string]any
}

// An outcome is what becomes of a rule by a change.
type outcome string

// The outcomes, the worst first. A rule may do both: then it opens.
const (
	opens outcome = "opens" // somebody whom it kept out, and is there to keep out, gets in
	shuts outcome = "shuts" // somebody whom it let in, and is there to let in, does not
	same  outcome = "same"
)

// shutBefore are the rules that let nobody in before the change, and why. What they
// do to the right callers shows nothing.
var shutBefore = map[string]string{
	"p11": "contains takes a text in Rego; other languages look for the element of a list by the same word",
}

func TestTable(t *testing.T) {
	cells := load(t)
	rules := compile(t, cells)
	for i := range cells {
		cells[i].outcome = decide(t, rules[cells[i].Rule], cells[i])
	}
	otherwise(cells)
	t.Run("never milder", func(t *testing.T) { neverMilder(t, cells) })
	t.Run("cell by cell", func(t *testing.T) { cellByCell(t, cells) })
	golden(t, "../../docs/proof/opa.md", logOf(cells))
}

func load(t *testing.T) []cell {
	t.Helper()
	f, err := os.Open(filepath.FromSlash(table))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []cell
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c cell
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if len(out) < 100 {
		t.Fatalf("only %d cells", len(out))
	}
	return out
}

// compile reads the rules. Each has a policy, and each policy a rule.
func compile(t *testing.T, cells []cell) map[string]rego.PreparedEvalQuery {
	t.Helper()
	words := map[string]string{}
	for _, c := range cells {
		words[c.Rule] = c.Words
	}
	files, err := filepath.Glob("policies/*.rego")
	if err != nil || len(files) != len(words) || len(files) != 14 {
		t.Fatalf("%d policies for %d rules, want 14 (%v)", len(files), len(words), err)
	}
	out := map[string]rego.PreparedEvalQuery{}
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".rego")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(string(text), "\n"); first != "# "+words[id] {
			t.Errorf("%s is about %q, and the rule about %q", file, first, words[id])
		}
		query, err := rego.New(rego.Query("data.tokenctl."+id+".allow"), rego.Module(file, string(text))).PrepareForEval(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out[id] = query
	}
	return out
}

// decide asks the rule about every caller, before and after.
func decide(t *testing.T, rule rego.PreparedEvalQuery, c cell) outcome {
	t.Helper()
	out := same
	for _, who := range c.Callers {
		before, after := allows(t, rule, who.Request, who.Before), allows(t, rule, who.Request, who.After)
		switch {
		case !who.Right && before:
			t.Errorf("%s lets in the wrong caller %v before anything changed", c.Rule, who.Before)
		case who.Right && !before && shutBefore[c.Rule] == "":
			t.Errorf("%s keeps out the right caller %v before anything changed", c.Rule, who.Before)
		case !who.Right && after:
			out = opens
		case who.Right && before && !after && out == same:
			out = shuts
		}
	}
	return out
}

func allows(t *testing.T, rule rego.PreparedEvalQuery, request, token map[string]any) bool {
	t.Helper()
	results, err := rule.Eval(t.Context(), rego.EvalInput(map[string]any{"request": request, "token": token}))
	if err != nil {
		t.Fatal(err)
	}
	return results.Allowed()
}

// otherwise marks where a default makes the declaration one of another rule:
// "#allowIf" alone says that who has no claim is refused, and p6 lets them in. The
// main module holds such a verdict to that of the same words with onMissing.
func otherwise(cells []cell) {
	without := map[string]string{}
	for _, c := range cells {
		if c.Whole {
			without[c.Rule] = c.Without
		}
	}
	for i, c := range cells {
		cells[i].another = c.Without != "" && c.Without != without[c.Rule]
	}
}

// Where the wrong caller gets in, tokenctl says breaks-open; where the right one is
// kept out, it does not say that nothing happens. So it is for every rule that is
// what was declared, and for those of which something is left open.
func neverMilder(t *testing.T, cells []cell) {
	open := 0
	for _, c := range cells {
		if !c.Whole && !c.another {
			open++
		}
		if !c.another && c.milder() {
			t.Errorf("%s (%s), %s: OPA: %s, tokenctl: %s", c.Rule, c.Declared, c.Situation, c.outcome, c.Verdict)
		}
	}
	if open < 15 {
		t.Errorf("only %d cells in which something is left open", open)
	}
}

func (c cell) milder() bool {
	return c.outcome == opens && c.Verdict != "breaks-open" || c.outcome == shuts && c.Verdict == "unaffected"
}

// Several rules have one declaration: a consumer that allows by a value does not say
// whether it looks for an element or for a part of a text. tokenctl says breaks-open
// exactly where one of them opens.
func cellByCell(t *testing.T, cells []cell) {
	type declared struct{ declaration, situation string }
	worst := map[declared]outcome{}
	for _, c := range cells {
		if at := (declared{declaration(c), c.Situation}); c.Whole && worst[at] != opens {
			worst[at] = c.outcome
		}
	}
	for _, c := range cells {
		at := declared{declaration(c), c.Situation}
		if !c.Whole {
			continue
		}
		if says := c.Verdict == "breaks-open"; says != (worst[at] == opens) {
			t.Errorf("%s (%s), %s: of the rules so declared OPA says: %s, tokenctl: %s", c.Rule, c.Declared, c.Situation, worst[at], c.Verdict)
		}
	}
	if len(worst) < 60 {
		t.Errorf("only %d cells of declarations", len(worst))
	}
}

// declaration is what is declared, but for the values that the rule looks for.
func declaration(c cell) string {
	field, rest, _ := strings.Cut(c.Declared, ": ")
	if !strings.HasPrefix(field, "#") {
		return c.Declared
	}
	if i := strings.Index(rest, ", onMissing"); i >= 0 {
		return field + rest[i:]
	}
	return field
}

func golden(t *testing.T, file string, got string) {
	t.Helper()
	if os.Getenv("TOKENCTL_UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old, err := os.ReadFile(file); err != nil || string(old) != got {
		t.Errorf("%s is not what it should be; to write it: TOKENCTL_UPDATE=1 go test ./... in proof/opa", file)
	}
}

// situations are those of the table, in its order.
func situations(cells []cell) []string {
	var out []string
	for _, c := range cells {
		if !slices.Contains(out, c.Situation) {
			out = append(out, c.Situation)
		}
	}
	return out
}

func count(cells []cell, of func(cell) bool) int {
	n := 0
	for _, c := range cells {
		if of(c) {
			n++
		}
	}
	return n
}
