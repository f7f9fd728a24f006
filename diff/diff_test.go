package diff

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// A revisions is a case of a fixture: old and new.
type revisions struct{ old, new *schema.Contract }

func pairOf(t *testing.T, c want.Case) revisions {
	t.Helper()
	return revisions{given.Files(t, "old", c.Old()), given.Files(t, "new", c.New())}
}

func judged(old, new *schema.Contract) []report.Change {
	return Judge(Compare(old, new), issuance.Of(old), issuance.Of(new))
}

// Each kind of change is found where its fixture expects it, with its verdicts:
// every verdict but unaffected is expected one by one.
func TestKinds(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/diff/*.txtar") {
		for _, c := range f.Cases {
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				p := pairOf(t, c)
				changes := judged(p.old, p.new)
				if c.Name == "example" && !slices.ContainsFunc(changes, func(ch report.Change) bool { return ch.Kind == f.Name }) {
					t.Errorf("the example does not show %s", f.Name)
				}
				c.Check(t, got(changes))
			})
		}
	}
}

func got(changes []report.Change) []want.Got {
	var out []want.Got
	for _, c := range changes {
		at := func(mark, file string, r schema.Range, text string) {
			if r.File != "" && r.File != "header.cue" {
				out = append(out, want.Got{Mark: mark, File: file + "/" + r.File, Line: r.Line, Text: text})
			}
		}
		at("want", "new", c.At, c.Kind+": "+c.Message)
		at("was", "old", c.Was, c.Kind)
		for _, j := range c.Judgements {
			if j.Verdict == report.Unaffected {
				continue
			}
			text := fmt.Sprintf("%s %s %s: %s", c.Kind, j.Verdict, j.Consumer, j.Reason)
			if j.Witness != "" {
				text += " (" + j.Witness + ")"
			}
			at("want", "new", c.At, text)
		}
	}
	return out
}

// How bad a kind of change is, the policy of the old revision says; what opens stays as
// bad as ever, and what the proposed revision would like does not count.
func TestPolicyOfTheOldRevision(t *testing.T) {
	contract := func(rest string) *schema.Contract {
		return given.Text(t, `
clients: web: grants: ["authorization_code"]
resources: {
	opens: reads: access_token: status: #denyIf: "x"
	shuts: reads: access_token: status: {use: "data", onMissing: "fail"}
}
`+rest)
	}
	const with, without = "tokens: access_token: {kind: \"access\", claims: status: {}}\n", "tokens: access_token: kind: \"access\"\n"
	const milder = "policy: rules: \"claim-removed\": severity: \"off\"\n"
	severities := func(old, new string) string {
		var out []string
		for _, c := range judged(contract(old), contract(new)) {
			for _, v := range c.Judgements {
				if c.Kind == "claim-removed" && !v.Anonymous {
					out = append(out, v.Consumer+" "+v.Severity.String())
				}
			}
		}
		return strings.Join(out, ", ")
	}
	if got := severities(with+milder, without); got != "resources.opens error, resources.shuts note" {
		t.Errorf("the old policy: %s", got)
	}
	if got := severities(with, without+milder); got != "resources.opens error, resources.shuts error" {
		t.Errorf("the new policy: %s", got)
	}
}

// What kind of data a claim holds, the old revision says, in its policy or at the claim:
// the proposed one does not talk down what it shows. What it newly says counts if it is
// worse.
func TestClassOfTheOldRevision(t *testing.T) {
	contract := func(rest string) *schema.Contract {
		return given.Text(t, `
claims: {x1: #value: string, national_id: #value: string}
tokens: access_token: kind: "access"
clients: crm: {party: "third", grants: ["authorization_code"]}
`+rest)
	}
	shows := func(claim string) string {
		return "clients: crm: releases: access_token: " + claim + ": {}\n"
	}
	policy := func(claim, category string) string {
		return "policy: categories: " + claim + ": \"" + category + "\"\n"
	}
	declared := func(claim, category string) string {
		return "claims: " + claim + ": category: \"" + category + "\"\n"
	}
	for _, c := range []struct {
		name, old, new string
		exposes        bool
	}{
		{"nothing said of a plain name", "", shows("x1"), false},
		{"the old policy says what it is", policy("x1", "user.government_id"), policy("x1", "user.government_id") + shows("x1"), true},
		{"the new policy talks it down", policy("x1", "user.government_id"), policy("x1", "system") + shows("x1"), true},
		{"the new policy is silent", policy("x1", "user.government_id"), shows("x1"), true},
		{"only the new policy says what it is", "", policy("x1", "user.government_id") + shows("x1"), true},
		{"only the new policy talks it down", "", policy("national_id", "system") + shows("national_id"), true},
		{"the old policy has said that it is nothing", policy("national_id", "system"), shows("national_id"), false},
		{"the claim is talked down", declared("x1", "user.government_id"), declared("x1", "system") + shows("x1"), true},
		{"the claim was nothing before", declared("national_id", "system"), declared("national_id", "system") + shows("national_id"), false},
	} {
		exposes := false
		for _, ch := range judged(contract(c.old), contract(c.new)) {
			exposes = exposes || ch.Worst() == report.Exposes
		}
		if exposes != c.exposes {
			t.Errorf("%s: exposes %v", c.name, exposes)
		}
	}
}

// Nothing changes from a contract to itself.
func TestSelfDiffIsEmpty(t *testing.T) {
	each(t, func(t *testing.T, name string, p revisions) {
		for _, c := range []*schema.Contract{p.old, p.new} {
			if changes := Compare(c, c); len(changes) > 0 {
				t.Errorf("%s: %s", name, changes[0].Message)
			}
		}
	})
}

// What changed one way has changed the other way round: each kind has its mirror.
func TestMirror(t *testing.T) {
	mirror, swallows := map[string]string{}, map[string][]string{}
	for _, k := range Kinds() {
		mirror[k.ID], swallows[k.ID] = k.Mirror, k.Swallows
	}
	explains := func(by []Change, id string) bool {
		return slices.ContainsFunc(by, func(c Change) bool { return slices.Contains(swallows[c.Kind.ID], id) })
	}
	each(t, func(t *testing.T, name string, p revisions) {
		var there, back []string
		forth, reverse := Compare(p.old, p.new), Compare(p.new, p.old)
		for _, c := range forth {
			there = append(there, mirror[c.Kind.ID])
		}
		for _, c := range reverse {
			back = append(back, c.Kind.ID)
		}
		// What one direction explains by a change of another kind is left out of both.
		explained := func(id string) bool { return explains(reverse, id) || explains(forth, mirror[id]) }
		there, back = slices.DeleteFunc(there, explained), slices.DeleteFunc(back, explained)
		slices.Sort(there)
		slices.Sort(back)
		if !slices.Equal(there, back) {
			t.Errorf("%s: there %v, mirrored %v", name, there, back)
		}
	})
}

// Every kind has a fixture, a mirror, and says what it is.
func TestKindsAreWhole(t *testing.T) {
	byID := map[string]*Kind{}
	for _, k := range Kinds() {
		if byID[k.ID] != nil {
			t.Errorf("two kinds are called %s", k.ID)
		}
		byID[k.ID] = k
		if k.Object == "" || k.Aspect == "" || k.Action == "" || k.Summary == "" || k.Why == "" || k.Since == "" || !slices.Contains([]string{"issuer", "consumers", "both"}, k.Order) {
			t.Errorf("kind %s lacks a part", k.ID)
		}
	}
	for _, k := range Kinds() {
		if m := byID[k.Mirror]; m == nil || m.Mirror != k.ID {
			t.Errorf("the mirror of %s is %s, which does not mirror it", k.ID, k.Mirror)
		}
	}
	for _, pattern := range []string{"../testdata/diff/*.txtar", "../docs/changes/[a-z]*-*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, f := range files {
			id := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(f), ".txtar"), ".md")
			found[id] = true
			if byID[id] == nil {
				t.Errorf("%s is for no kind of change", f)
			}
		}
		for id := range byID {
			if !found[id] {
				t.Errorf("%s lacks %s", pattern, id)
			}
		}
	}
}

// each calls f for every pair of fixtures, and for the reference contract with
// what a colleague proposes.
func each(t *testing.T, f func(t *testing.T, name string, p revisions)) {
	t.Helper()
	for _, fixture := range slices.Concat(want.Fixtures(t, "../testdata/diff/*.txtar"), want.Fixtures(t, "../testdata/incidents/*.txtar")) {
		for _, c := range fixture.Cases {
			if c.IsPair() {
				f(t, fixture.Name+"/"+c.Name, pairOf(t, c))
			}
		}
	}
	f(t, "try", revisions{old: given.Dir(t, "../contracts/bank"), new: given.Dir(t, "../testdata/try/bank")})
}
