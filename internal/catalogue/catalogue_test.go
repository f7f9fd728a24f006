package catalogue

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/diff"
	"tokenctl.dev/lint"
)

// Every rule and kind is there once, with its page.
func TestAll(t *testing.T) {
	if os.Getenv("TOKENCTL_UPDATE") == "1" {
		t.Skip("the pages are being written")
	}
	seen := map[string]int{}
	for _, e := range All() {
		seen[e.ID]++
		if !strings.HasPrefix(string(e.Page()), "# "+e.ID+"\n\n") || e.Summary == "" || e.Since == "" {
			t.Errorf("%s (%q, since %q) has the page %.40q", e.ID, e.Summary, e.Since, e.Page())
		}
		if (e.Severity == "") != (e.Kind == Change) {
			t.Errorf("%s, a %s, has severity %q", e.ID, e.Kind, e.Severity)
		}
	}
	for _, r := range lint.Rules() {
		if seen[r.ID] != 1 {
			t.Errorf("%s is there %d times", r.ID, seen[r.ID])
		}
	}
	for _, k := range diff.Kinds() {
		if seen[k.ID] != 1 {
			t.Errorf("%s is there %d times", k.ID, seen[k.ID])
		}
	}
	if want := len(lint.Rules()) + len(diff.Kinds()) + len(others); len(seen) != want {
		t.Errorf("%d entries, want %d", len(seen), want)
	}
}

// What is reported beside rules and kinds is listed, and nothing else.
func TestOthers(t *testing.T) {
	reported := regexp.MustCompile(`(?:finding\(|Rule: +|contract[A-Z][a-z]+ = )"((?:waiver|contract)-[a-z]+)"`)
	var ids []string
	for _, pattern := range []string{"../waiver/*.go", "../../cmd/tokenctl/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files match %s: %v", pattern, err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range reported.FindAllStringSubmatch(string(src), -1) {
				ids = append(ids, m[1])
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var listed []string
	for _, e := range others {
		listed = append(listed, e.ID)
	}
	if !slices.Equal(ids, listed) {
		t.Errorf("reported are %q, listed %q", ids, listed)
	}
}
