// Package want reads test fixtures whose expectations stand beside the line that
// they are about.
//
// A fixture is a txtar archive. Each of its top directories is a case. A comment
// at the end of a line says what is expected there:
//
//	kind: "acess" // want "kind must be"
//
// means that exactly one thing is reported on that line, and that its text holds
// these words; several strings mean several things. was instead of want is for
// the old revision of a pair. What is reported and not expected is a failure, and
// so is what is expected and not reported.
package want

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A Fixture is one archive.
type Fixture struct {
	Name    string // of the file, without .txtar
	Comment string // what stands before the first file
	Cases   []Case
}

// A Case is one top directory of a fixture.
type Case struct {
	Name  string
	Files map[string][]byte // by path below the directory
	marks []mark
}

// A Got is one thing that was reported.
type Got struct {
	Mark string // want, or was for a place in the old revision
	File string // below the case's directory
	Line int
	Text string
}

type mark struct {
	Got
	met bool
}

// Fixtures reads the archives that match the pattern. There must be one.
func Fixtures(t testing.TB, pattern string) []Fixture {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures match %s (%v)", pattern, err)
	}
	var out []Fixture
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, parse(t, file, a))
	}
	return out
}

func parse(t testing.TB, file string, a *txtar.Archive) Fixture {
	f := Fixture{Name: strings.TrimSuffix(filepath.Base(file), ".txtar"), Comment: strings.TrimSpace(string(a.Comment))}
	for _, member := range a.Files {
		dir, name, ok := strings.Cut(path.Clean(member.Name), "/")
		if !ok {
			t.Fatalf("%s: %s is in no case", file, member.Name)
		}
		i := slices.IndexFunc(f.Cases, func(c Case) bool { return c.Name == dir })
		if i < 0 {
			i = len(f.Cases)
			f.Cases = append(f.Cases, Case{Name: dir, Files: map[string][]byte{}})
		}
		f.Cases[i].Files[name] = member.Data
		f.Cases[i].marks = append(f.Cases[i].marks, marks(t, file, name, member.Data)...)
	}
	return f
}

var comment = regexp.MustCompile(`// (want|was)((?: "(?:[^"\\]|\\.)*")+)\s*$`)
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

func marks(t testing.TB, file, name string, data []byte) []mark {
	var out []mark
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		m := comment.FindStringSubmatch(strings.TrimRight(text, "\n"))
		if m == nil {
			if strings.Contains(text, "// want") || strings.Contains(text, "// was") {
				t.Fatalf("%s: %s:%d: not an expectation: %s", file, name, line, text)
			}
			continue
		}
		for _, q := range quoted.FindAllString(m[2], -1) {
			words, err := strconv.Unquote(q)
			if err != nil {
				t.Fatalf("%s: %s:%d: %v", file, name, line, err)
			}
			out = append(out, mark{Got: Got{Mark: m[1], File: name, Line: line, Text: words}})
		}
	}
	return out
}

// Wants gives what is expected, for checks of another kind than Check.
func (c Case) Wants() []Got {
	var out []Got
	for _, m := range c.marks {
		out = append(out, m.Got)
	}
	return out
}

// Expects says whether anything is expected in the case.
func (c Case) Expects() bool { return len(c.marks) > 0 }

// Check compares what was reported with what is expected.
func (c Case) Check(t testing.TB, got []Got) {
	t.Helper()
	marks := slices.Clone(c.marks)
	got = slices.Clone(got)
	slices.SortFunc(got, func(a, b Got) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text))
	})
	for _, g := range got {
		i := slices.IndexFunc(marks, func(m mark) bool {
			return !m.met && m.Mark == g.Mark && m.File == g.File && m.Line == g.Line && strings.Contains(g.Text, m.Text)
		})
		if i < 0 {
			t.Errorf("%s: not expected: %s", c.Name, g)
			continue
		}
		marks[i].met = true
	}
	for _, m := range marks {
		if !m.met {
			t.Errorf("%s: not reported: %s", c.Name, m.Got)
		}
	}
}

func (g Got) String() string {
	return fmt.Sprintf("%s:%d: %s %q", g.File, g.Line, g.Mark, g.Text)
}

// header is what every contract has, so that fixtures need not say it. Its
// package is example.
const header = `package example

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "example"
version: "1.0.0"
issuer: url: "https://login.example.com"
`

// Contract gives the files of a case that leaves out what every contract has.
func (c Case) Contract() map[string][]byte { return contract(c.Files, "") }

// Old and New give the files of the two revisions of a pair: those below old and
// new in the case's directory.
func (c Case) Old() map[string][]byte { return contract(c.Files, "old/") }

// New is the other one.
func (c Case) New() map[string][]byte { return contract(c.Files, "new/") }

// IsPair says whether the case is of two revisions.
func (c Case) IsPair() bool {
	for name := range c.Files {
		if strings.HasPrefix(name, "old/") {
			return true
		}
	}
	return false
}

func contract(files map[string][]byte, prefix string) map[string][]byte {
	out := map[string][]byte{}
	whole := false
	for name, b := range files {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out[rest] = b
			whole = whole || strings.Contains(string(b), "schema.#Contract")
		}
	}
	if !whole {
		out["header.cue"] = []byte(header)
	}
	return out
}

// Golden compares output with a file, or writes it where TOKENCTL_UPDATE is 1.
func Golden(t testing.TB, file string, got []byte) {
	t.Helper()
	if os.Getenv("TOKENCTL_UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(file)
	if err != nil || string(old) != string(got) {
		t.Errorf("%s is not what it should be; to write it: TOKENCTL_UPDATE=1 go test ./...\n%s", file, firstDifference(string(old), string(got)))
	}
}

func firstDifference(old, new string) string {
	a, b := strings.Split(old, "\n"), strings.Split(new, "\n")
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Sprintf("line %d: not there, want %q", i+1, b[i])
		case i >= len(b):
			return fmt.Sprintf("line %d: %q, want nothing", i+1, a[i])
		case a[i] != b[i]:
			return fmt.Sprintf("line %d: %q, want %q", i+1, a[i], b[i])
		}
	}
	return ""
}
