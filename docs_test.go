package tokenctl_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/diff"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/internal/docgen"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/lint"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// What is generated is what is in docs.
func TestDocumentation(t *testing.T) {
	fixture := func(dir, id string) want.Fixture {
		return want.Fixtures(t, filepath.Join("testdata", dir, id+".txtar"))[0]
	}
	for _, r := range lint.Rules() {
		want.Golden(t, "docs/rules/"+r.ID+".md", docgen.Rule(r, fixture("lint", r.ID)))
	}
	for _, k := range diff.Kinds() {
		want.Golden(t, "docs/changes/"+k.ID+".md", docgen.Kind(k, fixture("diff", k.ID)))
	}
	for _, target := range convert.Targets() {
		want.Golden(t, "docs/targets/"+target.Name+".md", docgen.Target(target))
	}
	want.Golden(t, "docs/rules/README.md", docgen.Rules())
	want.Golden(t, "docs/changes/README.md", docgen.Kinds())
	want.Golden(t, "docs/language.md", docgen.Language())
}

// The output that the README shows is what the script holds tokenctl to.
func TestReadme(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/script/diff_try.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(script), "-- diff.txt --\n")
	output, _, _ := strings.Cut(rest, "\n-- ")
	if !found || !strings.Contains(string(page), strings.TrimSpace(output)) {
		t.Error("README.md shows another output of make try than testdata/script/diff_try.txtar")
	}
}

// The waivers that docs/waivers.md shows are waivers of the language, and of rules and
// kinds that there are.
func TestWaiversPage(t *testing.T) {
	page, err := os.ReadFile("docs/waivers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```cue\n")
	example, _, _ := strings.Cut(rest, "```")
	c, err := schema.Load(source.Files("c", ".", map[string][]byte{"c.cue": []byte(`package c

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "c"
version: "1.0.0"
issuer: url: "https://login.example.com"
` + example)}))
	if err != nil || len(c.Waivers) < 2 {
		t.Fatalf("%v\n%s", err, example)
	}
	var known []string
	for _, r := range lint.Rules() {
		known = append(known, r.ID)
	}
	for _, k := range diff.Kinds() {
		known = append(known, k.ID)
	}
	for _, w := range c.Waivers {
		if !slices.Contains(known, w.Rule) || w.Fingerprint != "" && len(w.Fingerprint) != len(report.Finding{}.Fingerprint()) {
			t.Errorf("no such rule or fingerprint: %s, %s", w.Rule, w.Fingerprint)
		}
	}
}

// Every field of the language says what it means.
func TestLanguageIsDocumented(t *testing.T) {
	for _, d := range schema.Reference() {
		if d.Text == "" {
			t.Errorf("#%s has no comment", d.Name)
		}
		for _, f := range d.Fields {
			if f.Text == "" {
				t.Errorf("%s of #%s has no comment", f.Name, d.Name)
			}
		}
	}
}
