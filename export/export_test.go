package export_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tokenctl.dev/export"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

func TestRun(t *testing.T) {
	at := func(line int) schema.Range { return schema.Range{File: "c.cue", Line: line, Col: 1} }
	target := func(r export.Result) *export.Target {
		return &export.Target{
			Name: "t",
			Capabilities: []export.Capability{
				{ID: "lifetime", Support: export.Full}, {ID: "values", Support: export.None}, {ID: "format", Support: export.Part},
			},
			Export: func(*issuance.Issuance) (*export.Result, error) { return &r, nil },
		}
	}
	file := map[string][]byte{"a.json": nil}
	late, early := export.Loss{Capability: "values", At: at(2)}, export.Loss{Capability: "format", At: at(1)}
	r, err := target(export.Result{Files: file, Losses: []export.Loss{late, early, late}}).Run(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Losses) != 2 || r.Losses[0].At != at(1) || r.Losses[1].At != at(2) {
		t.Errorf("losses are not by place and each once: %v", r.Losses)
	}
	for want, r := range map[string]export.Result{
		"outside":            {Files: map[string][]byte{"../a": nil}},
		"no file":            {},
		`loses "lifetime"`:   {Files: file, Losses: []export.Loss{{Capability: "lifetime"}}},
		`loses "undeclared"`: {Files: file, Losses: []export.Loss{{Capability: "undeclared"}}},
	} {
		if _, err := target(r).Run(nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

// TestWriteAllOrNothing: where one file cannot be written, the others stay as they
// were, and nothing else is left behind.
func TestWriteAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	if err := export.Write(dir, map[string][]byte{"a": []byte("old"), "sub/b": []byte("b")}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "z"), 0o777); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"a": []byte("new"), "sub/b": []byte("b"), "z": []byte("a folder is in the way")}
	if err := export.Write(dir, files); err == nil {
		t.Fatal("a folder was overwritten")
	}
	if a, err := os.ReadFile(filepath.Join(dir, "a")); err != nil || string(a) != "old" {
		t.Errorf("a says %q, %v", a, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("left behind: %v", entries)
	}
	differ, err := export.Differing(dir, map[string][]byte{"a": []byte("new"), "sub/b": []byte("b"), "c": nil})
	if err != nil || strings.Join(differ, " ") != "a c" {
		t.Errorf("differing: %v, %v", differ, err)
	}
}

func TestAllows(t *testing.T) {
	losses := []export.Loss{{Effects: []export.Effect{
		{Token: "id", Claim: "nbf", Change: export.Missing}, {Client: "web", Token: "id", Claim: "typ", Change: export.Extra},
	}}}
	for _, tc := range []struct {
		client, claim string
		change        export.Change
		want          bool
	}{
		{"web", "nbf", export.Missing, true}, {"app", "nbf", export.Missing, true}, {"web", "nbf", export.Extra, false},
		{"web", "typ", export.Extra, true}, {"app", "typ", export.Extra, false},
	} {
		if got := export.Allows(losses, tc.client, "id", tc.claim, tc.change); got != tc.want {
			t.Errorf("%v: %v", tc, got)
		}
	}
}
