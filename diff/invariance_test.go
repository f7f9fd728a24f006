package diff

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/schema"
)

// rewritings say the same contract otherwise: what CUE does not tell apart is no
// change.
var rewritings = map[string]func(*ast.File){
	"the fields of every record in the opposite order": func(f *ast.File) {
		ast.Walk(f, nil, func(n ast.Node) {
			if s, ok := n.(*ast.StructLit); ok {
				slices.Reverse(s.Elts)
			}
		})
		i := slices.IndexFunc(f.Decls, func(d ast.Decl) bool { _, ok := d.(*ast.Field); return ok })
		if i >= 0 {
			slices.Reverse(f.Decls[i:])
		}
	},
	"every record in a definition that is referred to": func(f *ast.File) {
		var shared []ast.Decl
		for _, d := range f.Decls {
			field, ok := d.(*ast.Field)
			if !ok {
				continue
			}
			if s, ok := field.Value.(*ast.StructLit); ok {
				name, _, _ := ast.LabelName(field.Label)
				shared = append(shared, &ast.Field{Label: ast.NewIdent("_shared_" + name), Value: s})
				field.Value = ast.NewIdent("_shared_" + name)
			}
		}
		f.Decls = append(f.Decls, shared...)
	},
	"every field on a line of its own path": func(f *ast.File) {
		var out []ast.Decl
		for _, d := range f.Decls {
			field, ok := d.(*ast.Field)
			s, isStruct := (*ast.StructLit)(nil), false
			if ok {
				s, isStruct = field.Value.(*ast.StructLit)
			}
			if !isStruct || len(s.Elts) == 0 || slices.ContainsFunc(s.Elts, func(e ast.Decl) bool { _, plain := e.(*ast.Field); return !plain }) {
				out = append(out, d)
				continue
			}
			for _, e := range s.Elts {
				out = append(out, &ast.Field{Label: field.Label, Value: ast.NewStruct(e)})
			}
		}
		f.Decls = out
	},
}

// A contract that is written otherwise is the same contract: nothing changed, and
// what changes from it to another one means the same.
func TestRewritingIsNoChange(t *testing.T) {
	files := append(want.Fixtures(t, "../testdata/diff/*.txtar"), want.Fixtures(t, "../testdata/incidents/*.txtar")...)
	for _, how := range slices.Sorted(maps.Keys(rewritings)) {
		rewritten, tried := 0, 0
		for _, fixture := range files {
			for _, c := range fixture.Cases {
				if !c.IsPair() {
					continue
				}
				tried++
				p := pairOf(t, c)
				again := rewrite(t, c.Old(), rewritings[how])
				if again == nil {
					continue // the fixture's own idioms do not bear it
				}
				rewritten++
				if changes := Compare(p.old, again); len(changes) > 0 {
					t.Errorf("%s, %s: %s: %s", fixture.Name, c.Name, how, changes[0].Message)
				}
				if was, is := verdictsOf(p.old, p.new), verdictsOf(again, p.new); was != is {
					t.Errorf("%s, %s: %s: other verdicts\n%s\nthey were\n%s", fixture.Name, c.Name, how, is, was)
				}
			}
		}
		if rewritten < tried*9/10 {
			t.Errorf("%s: only %d of %d contracts could be written so", how, rewritten, tried)
		}
	}
}

// rewrite loads a contract whose files are written otherwise; nil where that is none.
func rewrite(t *testing.T, files map[string][]byte, how func(*ast.File)) *schema.Contract {
	t.Helper()
	out := map[string][]byte{}
	for name, text := range files {
		if !strings.HasSuffix(name, ".cue") {
			out[name] = text
			continue
		}
		f, err := parser.ParseFile(name, text)
		if err != nil {
			t.Fatal(err)
		}
		how(f)
		if out[name], err = format.Node(f); err != nil {
			return nil
		}
	}
	c, err := schema.Load(source.Files("old", ".", out))
	if err != nil {
		return nil
	}
	return c
}

func verdictsOf(old, new *schema.Contract) string {
	var lines []string
	for _, c := range judged(old, new) {
		for _, v := range c.Judgements {
			lines = append(lines, c.Kind+" "+string(v.Verdict)+" "+v.Consumer)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
