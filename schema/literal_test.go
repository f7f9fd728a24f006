package schema

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
)

// What is read out of the syntax is what CUE says: the same data, from the same
// places, with the same problems.
func TestLiteralsAreWhatCUESays(t *testing.T) {
	for _, pattern := range []string{"load", "language", "lint", "diff", "incidents", "places"} {
		for _, f := range want.Fixtures(t, "../testdata/"+pattern+"/*.txtar") {
			for _, c := range f.Cases {
				dirs := map[string]bool{}
				for name := range c.Files {
					if strings.HasSuffix(name, ".cue") && !strings.HasPrefix(name, "cue.mod") {
						dirs[path.Dir(name)] = true
					}
				}
				for _, dir := range slices.Sorted(maps.Keys(dirs)) {
					literalAgree(t, source.Files("test", dir, c.Files))
				}
			}
		}
	}
	literalAgree(t, source.Files("test", ".", map[string][]byte{"c.cue": everything(t)}))
}

func TestLiteralsOfContractsAreWhatCUESays(t *testing.T) {
	dirs, err := filepath.Glob("../contracts/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		tree, err := source.Open(t.Context(), dir, ".")
		if err != nil {
			t.Fatal(err)
		}
		literalAgree(t, tree)
		tree.Close()
	}
}

// literalAgree checks the package in both ways.
func literalAgree(t *testing.T, tree *source.Tree) {
	t.Helper()
	a, _ := evaluate(tree)
	if !a.value.Exists() {
		return // it does not parse
	}
	check := func(asked bool) string {
		c := &checker{author: a, asked: asked}
		n := c.record(a.value, shapes()["Contract"], c.root())
		var b strings.Builder
		for _, p := range c.ps.sorted() {
			fmt.Fprintf(&b, "%+v\n", p)
		}
		printNode(&b, n, "")
		return b.String()
	}
	if syntax, cue := check(false), check(true); syntax != cue {
		t.Errorf("%s: by the syntax\n%s\nby CUE\n%s", tree.Spec, syntax, cue)
	}
}

// The syntax is asked where it is enough, and only there.
func TestLiteral(t *testing.T) {
	for src, plain := range map[string]bool{
		`{kind: "access", lifetime: "5m"}`:          true,
		`kind: "access"`:                            true,
		`{"kind": "access", claims: sub: {}}`:       true,
		`{kind: "access", of: ["a", "b"]}`:          true,
		`{kind: "access", kind: "access"}`:          false,
		`{kind: "acess"}`:                           false,
		`{lifetime: "5m"}`:                          false,
		`{kind: "access", kin: "d"}`:                false,
		`{kind: 'access'}`:                          false,
		`{kind: "acc\("ess")"}`:                     false,
		`{kind: *"access" | string}`:                false,
		`{kind: "access", _x: 1}`:                   false,
		`{kind: "access", claims: {_sub: {}}}`:      false,
		`{kind: "access", lifetime?: "5m"}`:         false,
		`{kind: "access", K=lifetime: "5m"}`:        false,
		`{kind: "access", ...}`:                     false,
		`{kind: "access", let life = "5m"}`:         false,
		`{kind: "access", if true {format: "jwt"}}`: false,
		`{kind: "access", lifetime: "5" + "m"}`:     false,
		`{kind: "access", of: [...]}`:               false,
	} {
		f, err := parser.ParseFile("x.cue", "x: "+src)
		if err != nil {
			t.Fatal(src, err)
		}
		c := &checker{author: &author{tree: source.Files("x", ".", nil), shown: map[string]string{}}}
		n := c.literal(f.Decls[0].(*ast.Field).Value, shapes()["Token"], nil)
		if got := n != nil; got != plain {
			t.Errorf("%s: read out of the syntax: %v", src, got)
		}
	}
}

func printNode(b *strings.Builder, n *node, name string) {
	if n == nil {
		return
	}
	fmt.Fprintf(b, "%s form %d %q %d %v %s at %v sum %x\n", name, n.shape.form, n.text, n.number, n.truth, setKey(n), n.at, n.sum)
	fields := slices.SortedFunc(slices.Values(n.fields), func(a, b member) int { return strings.Compare(a.name, b.name) })
	for _, m := range fields {
		printNode(b, m.node, name+"."+m.name)
	}
	for i, e := range n.elems {
		printNode(b, e, fmt.Sprintf("%s[%d]", name, i))
	}
}

func setKey(n *node) string {
	if n.shape.form != set {
		return ""
	}
	return n.set.Key()
}
