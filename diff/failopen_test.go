package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// The fail-open table: fourteen shapes of authorization rules, each declared as its
// consumer would, and what becomes of them when a claim changes its shape. The
// verdicts are those of Judge on generated contracts. proof/opa runs the same
// rules in a policy engine on the same callers and holds the table to what they
// answer; docs/proof/opa.md is its log.

// A cell is a rule in a situation, and what Judge says of it.
type cell struct {
	Rule      string         `json:"rule"`
	Words     string         `json:"words"`
	Declared  string         `json:"declared"`
	Whole     bool           `json:"whole"`   // nothing is left out of the declaration
	Without   string         `json:"without"` // what it says happens without the claim, if by default
	Situation string         `json:"situation"`
	Kinds     []string       `json:"kinds"` // of change that are found
	Verdict   report.Verdict `json:"verdict"`
	Reason    string         `json:"reason"`
	Callers   []callerTokens `json:"callers"`
}

type callerTokens struct {
	caller
	Before map[string]json.RawMessage `json:"before"`
	After  map[string]json.RawMessage `json:"after"`
}

// The golden of the table. Each token in it can be issued under the contract that
// it stands for.
func TestFailOpenTable(t *testing.T) {
	cells := failOpenCells(t)
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines) // one cell in a line
	enc.SetEscapeHTML(false)
	for _, c := range cells {
		if err := enc.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	want.Golden(t, "../testdata/failopen/table.ndjson", lines.Bytes())
}

func failOpenCells(t *testing.T) []cell {
	t.Helper()
	var cells []cell
	for _, s := range ruleShapes {
		for _, sit := range situations {
			for i, declared := range s.declarations() {
				if c, ok := judgeCell(t, s, sit, declared, i == 0); ok {
					cells = append(cells, c)
				}
			}
		}
	}
	return cells
}

// Who leaves out onMissing is taken to have said its default: the verdict is that of
// the rule that was declared, and the reason says what was not said.
func TestFailOpenDefaults(t *testing.T) {
	n := 0
	for _, s := range ruleShapes {
		for _, sit := range situations {
			for _, declared := range s.declarations() {
				left, ok := judgeCell(t, s, sit, declared, false)
				if !ok || strings.Contains(declared, "onMissing") || left.Without == "" {
					continue
				}
				said, _ := judgeCell(t, s, sit, fmt.Sprintf("%s, onMissing: %q", declared, left.Without), true)
				if n++; left.Verdict != said.Verdict || strings.TrimSuffix(left.Reason, " (the default of onMissing)") != said.Reason {
					t.Errorf("%s (%s), %s: %s, %q; said %s, %q", s.ID, declared, sit.name, left.Verdict, left.Reason, said.Verdict, said.Reason)
				}
				if sit.name == "gone" && !strings.Contains(left.Reason, "default") {
					t.Errorf("%s (%s): the reason %q does not say what was not said", s.ID, declared, left.Reason)
				}
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d cells", n)
	}
}

// The table in docs/how-tokenctl-decides.md, which was written before the judge,
// says the same.
func TestFailOpenPage(t *testing.T) {
	page, err := os.ReadFile("../docs/how-tokenctl-decides.md")
	if err != nil {
		t.Fatal(err)
	}
	cells := failOpenCells(t)
	columns := [][]string{{"sometimes absent", "gone"}, {"null"}, {"list to string", "string to list", "number to string", "boolean to string"}, {"renamed"}, {"empty"}}
	rows := map[string]string{
		"`#allowIf` (without it: deny)": "p1 p2 p11", "`#allowIf`, without it allow": "p6",
		"`#denyIf` (without it: allow)": "p3 p5 p13", "`#denyIf`, without it deny": "p4", "`#allowIfAll`": "p14",
		"`use: limit`, without it allow": "p7", "`use: limit`, without it deny": "p8", "`use: limit`, nothing said": "p7 p8",
		"`use: match` (without it: deny)": "p9", "`use: match`, without it allow": "p10", "`use: truthy` (without it: deny)": "p12",
	}
	for _, line := range strings.Split(string(page), "\n") {
		text := strings.Split(strings.Trim(line, "| "), " | ")
		rules, ok := rows[strings.ReplaceAll(text[0], `"`, "")]
		if !ok || len(text) != 1+len(columns) {
			continue
		}
		delete(rows, strings.ReplaceAll(text[0], `"`, ""))
		whole := !strings.HasSuffix(text[0], "nothing said")
		for i, situations := range columns {
			opens := false
			for _, c := range cells {
				opens = opens || c.Whole == whole && slices.Contains(strings.Fields(rules), c.Rule) && slices.Contains(situations, c.Situation) && c.Verdict == report.BreaksOpen
			}
			if says := strings.Contains(text[1+i], "opens"); says != opens {
				t.Errorf("%s, %v: the page says %q, the judge opens: %v", text[0], situations, text[1+i], opens)
			}
		}
	}
	if len(rows) > 0 {
		t.Errorf("the page lacks rows: %v", rows)
	}
}

// declarations are the ways to declare the rule, first the whole one.
func (s ruleShape) declarations() []string {
	out := []string{s.reading}
	if s.onMissing != "" {
		out = []string{fmt.Sprintf("%s, onMissing: %q", s.reading, s.onMissing), s.reading}
	}
	if s.otherwise != "" {
		out = append(out, s.otherwise)
	}
	return out
}

func judgeCell(t *testing.T, s ruleShape, sit situation, declared string, whole bool) (cell, bool) {
	values, presence, of, ok := sit.after(s)
	if !ok {
		return cell{}, false
	}
	c := cell{Rule: s.ID, Words: s.Words, Declared: declared, Whole: whole, Situation: sit.name, Kinds: []string{}, Verdict: report.Unaffected}
	old, new := contractWith(t, s.claim, s.set(), "always", declared), contractWith(t, s.claim, values, presence, declared)
	c.Without = old.Resources[0].Reads[0].OnMissing
	for _, change := range Judge(Compare(old, new), issuance.Of(old), issuance.Of(new)) {
		c.Kinds = append(c.Kinds, change.Kind)
		for _, j := range change.Judgements {
			if j.Consumer == "resources.api" && j.Verdict.Rank() > c.Verdict.Rank() {
				c.Verdict, c.Reason = j.Verdict, j.Reason
			}
		}
	}
	for _, who := range s.callers {
		for _, value := range of(who.value) {
			ct := callerTokens{caller: who, Before: tokenWith(t, old, s.claim, who.value), After: map[string]json.RawMessage{}}
			if value != withoutIt {
				ct.After = tokenWith(t, new, s.claim, value)
			}
			c.Callers = append(c.Callers, ct)
		}
	}
	return c, true
}

// contractWith is a contract in which one API reads one claim. Presence "" is a
// claim that is gone.
func contractWith(t *testing.T, claim, values, presence, declared string) *schema.Contract {
	t.Helper()
	entry, placed := fmt.Sprintf("#value: %s", values), fmt.Sprintf(", claims: %s: presence: %q", claim, presence)
	if presence == "" {
		entry, placed = "retired: {}", ""
	}
	c, err := loadText(fmt.Appendf(nil, `package c

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "c"
version: "1.0.0"
issuer: url: "https://login.example.com"
claims: %s: {%s}
tokens: access_token: {kind: "access", readers: "complete"%s}
clients: web: grants: ["client_credentials"]
resources: api: reads: access_token: %[1]s: {%[4]s}
`, claim, entry, placed, declared))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tokenWith(t *testing.T, c *schema.Contract, claim, value string) map[string]json.RawMessage {
	t.Helper()
	if c.Claim(claim).Value.Contains(valueset.JSON(value)) != valueset.Yes {
		t.Errorf("%s cannot be %s: it is %s", claim, value, c.Claim(claim).Value)
	}
	return map[string]json.RawMessage{claim: json.RawMessage(value)}
}
