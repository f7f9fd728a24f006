package tokenctl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/docgen"
	"tokenctl.dev/internal/want"
)

// ours are contracts that no issuer publishes: the reference contract, and what two
// others share.
var ours = []string{"contracts/bank", "contracts/digdir"}

// What the language can state is what fixtures and contracts state: each point, what
// real issuers publish, and each incident, or the reason why not.
func TestCoverage(t *testing.T) {
	points := want.Fixtures(t, "testdata/language/points.txtar")[0]
	for i, c := range points.Cases {
		if c.Name != fmt.Sprintf("%02d", i+1) || docgen.Title(c) == "" || !c.Expects() && len(c.Files["facts"]) == 0 {
			t.Errorf("point %s is not stated", c.Name)
		}
	}
	incidents := want.Fixtures(t, "testdata/incidents/*.txtar")
	for _, f := range incidents {
		if len(docgen.Says(f)) == 0 || !strings.Contains(f.Comment, "(") {
			t.Errorf("incident %s hurts nobody, or does not say where it is recorded", f.Name)
		}
	}
	gaps, err := docgen.ReadGaps(read(t, "testdata/incidents/not-stated.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gaps {
		if !slices.ContainsFunc(incidents, func(f want.Fixture) bool { return f.Name == g.Where }) {
			t.Errorf("%q is of no incident: %s", g.What, g.Where)
		}
	}
	if len(points.Cases) != 25 || len(incidents) < 40 {
		t.Errorf("%d points and %d incidents", len(points.Cases), len(incidents))
	}
	want.Golden(t, "docs/language-coverage.md", docgen.Coverage(points, published(t), incidents, gaps))
}

func published(t *testing.T) []docgen.Published {
	dirs, err := filepath.Glob("contracts/*")
	if err != nil {
		t.Fatal(err)
	}
	var out []docgen.Published
	for _, dir := range dirs {
		if slices.Contains(ours, filepath.ToSlash(dir)) {
			continue
		}
		file := filepath.ToSlash(filepath.Join(dir, filepath.Base(dir)+".cue"))
		p := docgen.ReadPublished(file, read(t, file))
		if len(p.Facts) == 0 {
			t.Errorf("%s says no fact that its issuer publishes", file)
		}
		if n := strings.Count(string(read(t, file)), "// not stated:"); n != len(p.NotStated) {
			t.Errorf("%s: something is not stated for no reason", file)
		}
		out = append(out, p)
	}
	return out
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
