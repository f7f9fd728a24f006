package lint

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

func run(c *schema.Contract) []report.Finding { return Run(issuance.Of(c), c.Policy) }

// Each rule finds what its fixture expects, at the line, and nothing else there.
func TestRules(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/lint/*.txtar") {
		for _, c := range f.Cases {
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				switch {
				case c.Name == "avoid" && !c.Expects():
					t.Error("avoid must expect a finding")
				case c.Name == "prefer" && c.Expects():
					t.Error("prefer must be silent")
				}
				var got []want.Got
				for _, found := range run(given.Files(t, c.Name, c.Contract())) {
					if c.Name == "prefer" && found.Rule != f.Name {
						t.Errorf("prefer is an example: %s[%s] %s", found.Severity, found.Rule, found.Message)
					}
					if found.Rule == f.Name {
						got = append(got, want.Got{Mark: "want", File: found.At.File, Line: found.At.Line, Text: said(found)})
					}
				}
				c.Check(t, got)
			})
		}
	}
}

// What was wrong before anything changed is found by the rules that the fixture
// names; what changed is for package diff.
func TestIncidents(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/incidents/*.txtar") {
		for _, c := range f.Cases {
			if c.IsPair() {
				continue
			}
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				var rules []string
				for _, w := range c.Wants() {
					rule, _, _ := strings.Cut(w.Text, ":")
					rules = append(rules, rule)
				}
				if len(rules) == 0 {
					t.Error("no rule is named")
				}
				var got []want.Got
				for _, found := range run(given.Files(t, c.Name, c.Contract())) {
					if slices.Contains(rules, found.Rule) {
						got = append(got, want.Got{Mark: "want", File: found.At.File, Line: found.At.Line, Text: found.Rule + ": " + found.Message})
					}
				}
				c.Check(t, got)
			})
		}
	}
}

// said is a finding in one line, with what its further places say.
func said(f report.Finding) string {
	text := f.Message
	for _, r := range f.Related {
		text += " = " + r.Message
	}
	return text
}

// One rule, one file, one fixture, one page, all with one name.
func TestRulesAreWhole(t *testing.T) {
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
		if r.Summary == "" || r.Why == "" || r.Waive == "" || r.Category == "" || r.Since == "" || len(r.Refs) == 0 || r.Check == nil || r.Severity == report.Off {
			t.Errorf("rule %s lacks a part", r.ID)
		}
		for _, other := range r.YieldsTo {
			if !slices.ContainsFunc(Rules(), func(r *Rule) bool { return r.ID == other }) {
				t.Errorf("rule %s yields to %s, which is none", r.ID, other)
			}
		}
	}
	if !slices.IsSorted(ids) {
		t.Errorf("the rules are not sorted: %v", ids)
	}
	for pattern, name := range map[string]func(string) string{
		"rule_*.go": func(s string) string {
			return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(s, "rule_"), ".go"), "_", "-")
		},
		"../testdata/lint/*.txtar":  func(s string) string { return strings.TrimSuffix(s, ".txtar") },
		"../docs/rules/[a-z]*-*.md": func(s string) string { return strings.TrimSuffix(s, ".md") },
	} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			got = append(got, name(filepath.Base(f)))
		}
		slices.Sort(got)
		if !slices.Equal(got, ids) {
			t.Errorf("%s are for %v, the rules are %v", pattern, got, ids)
		}
	}
}

// Every rule over every fixture, with severities: a new rule that fires elsewhere
// shows here.
func TestMatrix(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Findings of every rule on every case of testdata/lint.\n")
	for _, f := range want.Fixtures(t, "../testdata/lint/*.txtar") {
		for _, c := range f.Cases {
			counts := map[string]int{}
			for _, found := range run(given.Files(t, c.Name, c.Contract())) {
				counts[found.Rule+" "+found.Severity.String()]++
			}
			fmt.Fprintf(&b, "%s/%s:", f.Name, c.Name)
			for _, id := range slices.Sorted(maps.Keys(counts)) {
				fmt.Fprintf(&b, " %s %d", id, counts[id])
			}
			b.WriteByte('\n')
		}
	}
	want.Golden(t, "../testdata/lint/matrix.golden", []byte(b.String()))
}

// The contracts of this repository have no finding that is not written down with
// the reason why it is true.
func TestContractsAreKnown(t *testing.T) {
	dirs, err := filepath.Glob("../contracts/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no contracts", err)
	}
	for _, dir := range dirs {
		tree, err := source.Open(t.Context(), dir, ".")
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		trees, err := schema.Contracts(tree)
		if err != nil {
			t.Fatal(err)
		}
		known, _ := os.ReadFile(filepath.Join(dir, "findings.md"))
		stale := explained(string(known))
		for _, tree := range trees {
			c, err := schema.Load(tree)
			if err != nil {
				t.Errorf("%s: %v", dir, err)
				continue
			}
			for _, f := range run(c) {
				delete(stale, f.Rule+", "+f.Subject)
				if f.Severity > report.Note && !strings.Contains(string(known), f.Rule+", "+f.Subject+":") {
					t.Errorf("%s: %s: %s[%s] %s (%s) is not explained in findings.md", dir, f.At, f.Severity, f.Rule, f.Message, f.Subject)
				}
			}
		}
		for what := range stale {
			t.Errorf("%s: findings.md explains %s, which is found no more", dir, what)
		}
	}
}

// explained gives what findings.md explains: a rule and a subject on each line.
func explained(text string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(text) {
		if what, ok := strings.CutPrefix(line, "- "); ok {
			what, _, _ = strings.Cut(what, ": true")
			out[what] = true
		}
	}
	return out
}

// A change cannot silence itself: where the old revision's policy is given, that
// one counts.
func TestPolicyOfTheOldRevision(t *testing.T) {
	c := given.Files(t, "policy", map[string][]byte{"c.cue": []byte(`package policy

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "policy"
version: "1.0.0"
issuer: url: "https://login.example.com"
policy: {
	rules: "secret-in-token": {severity: "off", reason: "the test"}
	lifetimes: access: "12h"
}
claims: api_key: {#value: string, category: "user.authorization.credentials"}
tokens: access_token: {kind: "access", profile: "rfc9068", lifetime: "8h", claims: api_key: {}}
`)})
	rules := func(policy schema.Policy) []string {
		var out []string
		for _, f := range Run(issuance.Of(c), policy) {
			out = append(out, f.Rule)
		}
		return out
	}
	if got := rules(c.Policy); len(got) > 0 {
		t.Errorf("by its own policy: %v", got)
	}
	if got, want := rules(schema.Policy{}), []string{"access-token-lifetime", "secret-in-token"}; !slices.Equal(got, want) {
		t.Errorf("by the old policy: %v, want %v", got, want)
	}
}
