package schema

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
)

// The shape is checked in Go from a table that is read out of the schema; plain
// "cue vet -c" goes by the schema itself. Both must accept and refuse the same,
// but for what only tokenctl finds.
var onlyTokenctl = map[string]string{
	"hidden-field":       "legal CUE everywhere",
	"optional-field":     "legal CUE everywhere",
	"file-not-loaded":    "CUE leaves files out without a word",
	"unknown-name":       "cross-references are Go's",
	"contradiction":      "cross-references are Go's",
	"default-mark":       "legal CUE everywhere",
	"regular-expression": "an error to CUE only when it meets a string",
	"self-reference":     "CUE says nothing where the field is a list",
	"needs-fetching":     "tokenctl fetches nothing",
}

// refusedByShape says whether tokenctl refuses the contract for a reason that
// plain CUE knows too.
func refusedByShape(t *testing.T, files map[string][]byte) (bool, string) {
	t.Helper()
	_, err := Load(source.Files("test", ".", files))
	var le *LoadError
	if err == nil || !errors.As(err, &le) {
		return err != nil, fmt.Sprint(err)
	}
	for _, p := range le.Problems {
		switch {
		case onlyTokenctl[p.ID] != "":
		case p.ID == "unknown-field" && !strings.Contains(p.Subject, "."): // the package is the author's
		case p.ID == "unknown-field" && strings.Contains(p.Subject, "#"): // definitions are legal CUE everywhere
		case p.ID == "missing-field" && (strings.Contains(p.Message, "names no issuer") || strings.Contains(p.Message, "a reading must")):
		default:
			return true, le.Error()
		}
	}
	return false, ""
}

// refusedByCUE says whether "cue vet -c" refuses the contract, with the schema in
// cue.mod/pkg.
func refusedByCUE(t *testing.T, files map[string][]byte) (bool, string) {
	t.Helper()
	root := madeUpRoot()
	overlay := map[string]load.Source{filepath.Join(root, "cue.mod/module.cue"): load.FromString("module: \"contract.invalid\"\nlanguage: version: \"v0.15.0\"\n")}
	for name, b := range Files() {
		overlay[filepath.Join(root, "cue.mod/pkg", schemaPath, name)] = load.FromBytes(b)
	}
	for name, b := range files {
		overlay[filepath.Join(root, name)] = load.FromBytes(b)
	}
	inst := load.Instances([]string{"."}, &load.Config{Dir: root, ModuleRoot: root, Overlay: overlay, Registry: offline{}, Env: []string{}})[0]
	if inst.Err != nil {
		return true, inst.Err.Error()
	}
	v := cuecontext.New(cuecontext.CUE_DEBUG("")).BuildInstance(inst)
	if err := v.Validate(cue.Concrete(true)); err != nil {
		return true, err.Error()
	}
	return false, ""
}

func agree(t *testing.T, files map[string][]byte) {
	t.Helper()
	ours, why := refusedByShape(t, files)
	theirs, whyCUE := refusedByCUE(t, files)
	if ours != theirs {
		t.Errorf("tokenctl refuses: %v (%s)\ncue vet refuses: %v (%s)", ours, why, theirs, whyCUE)
	}
}

func TestAgreesWithCUE(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/load/*.txtar") {
		for _, c := range f.Cases {
			// Without the schema in the files, plain CUE has nothing to check with;
			// a cue.mod of its own is another matter.
			if c.Files["cue.mod/module.cue"] != nil || !strings.Contains(string(slices.Concat(c.Files["c.cue"], c.Files["a.cue"])), "schema.#Contract") {
				continue
			}
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) { agree(t, c.Files) })
		}
	}
	agree(t, map[string][]byte{"c.cue": everything(t)})
}

func everything(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("../testdata/language/everything/everything.cue")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every field of a contract that states all of them, misspelt, retyped, removed,
// and given a value that no enum has.
func TestAgreesWithCUEOnMutants(t *testing.T) {
	src := everything(t)
	f, err := parser.ParseFile("c.cue", src)
	if err != nil {
		t.Fatal(err)
	}
	n, every := 0, 1
	if testing.Short() {
		every = 20
	}
	ast.Walk(f, func(node ast.Node) bool {
		field, ok := node.(*ast.Field)
		if !ok {
			return true
		}
		for kind, mutant := range mutants(src, field) {
			if n++; n%every != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d:%d", kind, field.Pos().Line(), field.Pos().Column()), func(t *testing.T) {
				t.Parallel()
				agree(t, map[string][]byte{"c.cue": mutant})
				literalAgree(t, source.Files("test", ".", map[string][]byte{"c.cue": mutant}))
			})
		}
		return true
	}, nil)
	if n < 1000 {
		t.Errorf("only %d mutants", n)
	}
}

func mutants(src []byte, f *ast.Field) map[string][]byte {
	label := [2]int{f.Label.Pos().Offset(), f.Label.End().Offset()}
	value := [2]int{f.Value.Pos().Offset(), f.Value.End().Offset()}
	replace := func(at [2]int, text string) []byte {
		return slices.Concat(src[:at[0]], []byte(text), src[at[1]:])
	}
	out := map[string][]byte{}
	if name, _, err := ast.LabelName(f.Label); err == nil {
		out["misspelt"] = replace(label, `"`+strings.TrimPrefix(name, "#")+`q"`)
	}
	switch v := f.Value.(type) {
	case *ast.BasicLit:
		if v.Kind == token.STRING {
			out["foreign"] = replace(value, `"zzz"`)
			out["retyped"] = replace(value, "7")
		} else {
			out["retyped"] = replace(value, `"zzz"`)
		}
	case *ast.ListLit:
		out["retyped"] = replace(value, `"zzz"`)
		out["elements"] = replace(value, `["zzz", 7]`)
	default:
		out["retyped"] = replace(value, "7")
	}
	if _, isLit := f.Value.(*ast.StructLit); !isLit || f.Value.(*ast.StructLit).Lbrace.IsValid() {
		if stmt := src[label[0]:value[1]]; !strings.Contains(string(stmt), "\n") {
			out["removed"] = replace([2]int{label[0], value[1]}, "")
		}
	}
	return out
}
