package schema

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tokenctl.dev/internal/scale"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
)

// Each mistake of testdata/load is one finding, at the author's line, in words of
// the language; contracts without a mistake load.
func TestLoad(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/load/*.txtar") {
		for _, c := range f.Cases {
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				_, err := Load(source.Files(c.Name, ".", c.Files))
				var load *LoadError
				if err != nil && !errors.As(err, &load) {
					t.Fatal(err)
				}
				var got []want.Got
				if load != nil {
					for _, p := range load.Problems {
						got = append(got, want.Got{Mark: "want", File: p.At.File, Line: p.At.Line, Text: problemText(p)})
					}
				}
				c.Check(t, got)
			})
		}
	}
}

func problemText(p Problem) string {
	text := p.ID + ": " + p.Message
	if p.Hint != "" {
		text += "; " + p.Hint
	}
	return text
}

func BenchmarkLoad(b *testing.B) {
	for _, claims := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(claims), func(b *testing.B) {
			dir := b.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "c.cue"), scale.Contract(claims), 0o666); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				tree, err := source.Open(b.Context(), dir, ".")
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Load(tree); err != nil {
					b.Fatal(err)
				}
				tree.Close()
			}
		})
	}
}

// Laws that hold for every field of the language are shown on one contract, so
// that contract must state them all.
func TestEverythingStatesEveryField(t *testing.T) {
	a, ps := evaluate(source.Files("everything", ".", map[string][]byte{"c.cue": everything(t)}))
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	root, ps := check(a)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	stated := map[string]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		for _, m := range n.fields {
			if n.shape.form == record {
				stated[n.shape.name+"."+m.name] = true
			}
			visit(m.node)
		}
		for _, e := range n.elems {
			visit(e)
		}
	}
	visit(root)
	for name, s := range shapes() {
		for _, f := range s.fields {
			switch name {
			case "Lifecycle", "Treatment", "Entry", "Note", "Consumer", "Grantable":
				continue // parts of other records
			}
			if !stated[name+"."+f.name] {
				t.Errorf("testdata/language/everything does not state %s.%s", name, f.name)
			}
		}
	}
}
