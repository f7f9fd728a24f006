package tokenctl_test

import (
	"path/filepath"
	"testing"

	"tokenctl.dev/diff"
	"tokenctl.dev/internal/docgen"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/lint"
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
	want.Golden(t, "docs/rules/README.md", docgen.Rules())
	want.Golden(t, "docs/changes/README.md", docgen.Kinds())
	want.Golden(t, "docs/language.md", docgen.Language())
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
