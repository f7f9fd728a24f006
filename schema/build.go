package schema

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"tokenctl.dev/internal/source"
)

// The names under which contracts import the language. Nothing is behind them on
// the web.
const (
	Module     = "tokenctl.dev"
	ImportPath = schemaPath + "@v0"
	schemaPath = Module + "/schema"
)

// CUEVersion is the version of CUE that the language is written in.
const CUEVersion = "v0.15.0"

// An author is the author's package: what CUE made of it, and its syntax.
type author struct {
	tree  *source.Tree
	root  string // made up, absolute: what CUE believes the tree's root to be
	value cue.Value
	inst  *build.Instance
	shown map[string]string // display names by made-up names

	repaired bool // some references lead nowhere and were taken out
}

// evaluate loads the package in the tree's directory and evaluates it against a
// stub of the schema: every definition's name, open. The shape is checked
// afterwards against the table (check.go); so CUE's part is ten times cheaper,
// places are the author's own, and no mistake hides another. Nothing outside the
// tree is read and nothing is fetched.
func evaluate(t *source.Tree) (*author, problems) {
	a := &author{tree: t, root: madeUpRoot(), shown: map[string]string{}}
	var ps problems
	overlay, err := a.collect(&ps)
	if err != nil {
		ps.add("unreadable", Range{File: t.Show(t.Dir)}, "%v", err)
	}
	if len(ps) > 0 {
		return a, ps
	}
	broken := repairs{}
	for {
		if a.load(overlay, broken); a.inst.Err != nil {
			return a, append(ps, a.loadProblems()...)
		}
		// CUE_DEBUG=opendef in the environment would switch closedness off.
		a.value = cuecontext.New(cuecontext.CUE_DEBUG("")).BuildInstance(a.inst)
		found, more := a.compileProblems(broken)
		ps = append(ps, found...)
		a.repaired = len(ps) > 0
		if !more {
			return a, ps
		}
	}
}

// load parses the package and what it imports.
func (a *author) load(overlay map[string]load.Source, broken repairs) {
	insts := load.Instances([]string{"."}, &load.Config{
		Dir:        a.abs(a.tree.Dir),
		ModuleRoot: a.root,
		Overlay:    overlay,
		Registry:   offline{},
		Env:        []string{},
		ParseFile: func(name string, src any, cfg parser.Config) (*ast.File, error) {
			f, err := parseFile(name, src, cfg)
			if err == nil {
				broken.apply(name, f)
			}
			return f, err
		},
	})
	a.inst = insts[0]
}

// madeUpRoot gives an absolute path that does not exist, so that CUE reads
// nothing but the overlay.
func madeUpRoot() string {
	root := "/tokenctl-contract"
	if runtime.GOOS == "windows" {
		root = filepath.VolumeName(os.TempDir()) + `\tokenctl-contract`
	}
	for {
		if _, err := os.Lstat(root); err != nil {
			return root
		}
		root += "-"
	}
}

func (a *author) abs(name string) string {
	return filepath.Join(a.root, filepath.FromSlash(name))
}

// show gives the name of a file as the user would write it.
func (a *author) show(madeUp string) string {
	if s, ok := a.shown[madeUp]; ok {
		return s
	}
	s := a.tree.Show(a.relative(madeUp))
	a.shown[madeUp] = s
	return s
}

// relative gives the name of a file in the tree.
func (a *author) relative(madeUp string) string {
	rel, err := filepath.Rel(a.root, madeUp)
	if err != nil {
		return madeUp
	}
	return filepath.ToSlash(rel)
}

func (a *author) point(p token.Pos) Range {
	pos := p.Position()
	return Range{File: a.show(pos.Filename), Line: pos.Line, Col: pos.Column, EndLine: pos.Line, EndCol: pos.Column}
}

// stub gives the schema with every definition open.
var stub = sync.OnceValue(func() []byte {
	var b strings.Builder
	b.WriteString("package schema\n")
	for _, name := range slices.Sorted(maps.Keys(shapes())) {
		switch shapes()[name].form {
		case record, table:
			fmt.Fprintf(&b, "#%s: {...}\n", name)
		default:
			fmt.Fprintf(&b, "#%s: _\n", name)
		}
	}
	return []byte(b.String())
})

// parseFile parses as CUE would, but for what reads other files: @extern(embed)
// reads anything below the module root and follows symbolic links.
func parseFile(name string, src any, cfg parser.Config) (*ast.File, error) {
	f, err := parser.ParseFile(name, src, cfg)
	if err != nil {
		return f, err
	}
	for _, d := range f.Decls {
		if attr, ok := d.(*ast.Attribute); ok && strings.HasPrefix(attr.Text, "@extern") {
			return f, errors.Newf(attr.Pos(), "%s reads other files, which a contract cannot", attr.Text)
		}
	}
	return f, nil
}
