package diff

import (
	"os"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/random"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// notCompared are the fields whose change is no Change, and why. It is the whole
// list: the test below changes every other field of the language.
var notCompared = map[string]string{
	"description": "documentation",
	"owner":       "who to ask; no token depends on it",
	"team":        "part of owner",
	"contact":     "part of owner",
	"labels":      "notes of the organisation",
	"language":    "there is one version of the language",
	"version":     "it follows from the changes",
	"examples":    "they show the contract and are no part of it",
}

// Every field of the language, changed: it is a Change, or stands in the list
// above. So nothing that the decoder or Compare forgets stays unseen.
func TestEveryFieldIsCompared(t *testing.T) {
	src, err := os.ReadFile("../testdata/language/everything/everything.cue")
	if err != nil {
		t.Fatal(err)
	}
	old, err := loadText(src)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := random.Fields(src)
	if err != nil {
		t.Fatal(err)
	}
	tried, loaded := 0, 0
	for _, f := range fields {
		if !f.Changeable() || slices.ContainsFunc(f.Path, func(s string) bool { return notCompared[s] != "" }) {
			continue
		}
		tried++
		new := firstThatLoads(f)
		if new == nil {
			t.Logf("%s: no other value loads", strings.Join(f.Path, "."))
			continue
		}
		loaded++
		if len(Compare(old, new)) == 0 {
			t.Errorf("line %d: a change of %s is no Change", f.Line, strings.Join(f.Path, "."))
		}
	}
	if tried < 250 || loaded < tried*95/100 {
		t.Errorf("of %d fields, only %d could be changed", tried, loaded)
	}
}

func loadText(src []byte) (*schema.Contract, error) {
	return schema.Load(source.Files("everything", ".", map[string][]byte{"c.cue": src}))
}

func firstThatLoads(f random.Field) *schema.Contract {
	for text := range f.Edits() {
		if c, err := loadText(text); err == nil {
			return c
		}
	}
	return nil
}
