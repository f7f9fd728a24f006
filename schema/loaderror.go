package schema

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"tokenctl.dev/internal/source"
)

// loadProblems says why CUE could not load the package: syntax, imports, package
// clauses. Later steps have nothing to go on.
func (a *author) loadProblems() problems {
	var ps problems
	for _, err := range errors.Errors(a.inst.Err) {
		if err.Position().IsValid() {
			a.loadProblem(&ps, err)
		}
	}
	if len(ps) == 0 { // what CUE says without a place is about the directory
		a.packageProblems(&ps)
	}
	if len(ps) == 0 {
		ps.add("unreadable", Range{File: a.tree.Show(a.tree.Dir)}, "%v", a.inst.Err)
	}
	return ps
}

func (a *author) loadProblem(ps *problems, err errors.Error) {
	at := a.point(err.Position())
	format, args := err.Msg()
	message := fmt.Sprintf(format, args...)
	if message != "import failed" {
		ps.add("syntax", at, "%s", message)
		return
	}
	imp := a.importAt(err.Position())
	p := ps.add("import", at, "%s cannot be imported: it is not in the contract's files", imp)
	p.Hint = "tokenctl fetches nothing; put the package into cue.mod/pkg"
	if strings.Contains(imp, Module) {
		p.Hint = fmt.Sprintf("the language is imported as %q", ImportPath)
	}
}

// importAt gives the import path that is written at a place, in its quotes.
func (a *author) importAt(pos token.Pos) string {
	b, err := a.tree.Read(a.relative(pos.Filename()))
	if err != nil || pos.Offset() > len(b) {
		return "the package"
	}
	quoted, err := strconv.QuotedPrefix(string(b[pos.Offset():]))
	if err != nil {
		return "the package"
	}
	return quoted
}

// packageProblems looks at the files of the directory for a package to load.
func (a *author) packageProblems(ps *problems) {
	dir := a.tree.Dir
	entries, _ := a.tree.List(dir)
	var first string
	files := 0
	for _, e := range entries {
		if e.Kind != source.File || !strings.HasSuffix(e.Name, ".cue") {
			continue
		}
		files++
		name := path.Join(dir, e.Name)
		f := a.syntax(name)
		if f == nil {
			continue
		}
		at := Range{File: a.tree.Show(name), Line: 1, Col: 1}
		switch pkg := f.PackageName(); {
		case pkg == "":
			p := ps.add("package", at, "the file has no package clause, so it belongs to no contract")
			p.Hint = "begin it with: package " + packageNameFor(dir)
		case first == "":
			first = pkg
		case pkg != first:
			at = a.point(packagePos(f))
			ps.add("package", at, "one directory holds one contract: this is package %s, other files are package %s", pkg, first)
		}
	}
	if files == 0 {
		ps.add("package", Range{File: a.tree.Show(dir)}, "there is no contract here: the directory holds no .cue files")
	}
	for _, e := range entries {
		if f := a.syntax(path.Join(dir, e.Name)); f != nil && len(*ps) == 0 {
			if attr := buildAttribute(f); attr != nil {
				p := ps.add("package", a.point(attr.Pos()), "%s leaves the file out", attr.Text)
				p.Hint = "tokenctl sets no tags: say what differs by environment in directories below a base"
			}
		}
	}
}

func packageNameFor(dir string) string {
	if base := path.Base(dir); base != "." && !strings.ContainsAny(base, "-.") {
		return base
	}
	return "contract"
}

// syntax parses a file of the tree; nil where it is not CUE.
func (a *author) syntax(name string) *ast.File {
	if !strings.HasSuffix(name, ".cue") {
		return nil
	}
	b, err := a.tree.Read(name)
	if err != nil {
		return nil
	}
	f, err := parser.ParseFile(a.abs(name), b)
	if err != nil {
		return nil
	}
	return f
}

func packagePos(f *ast.File) token.Pos {
	for _, d := range f.Decls {
		if p, ok := d.(*ast.Package); ok {
			return p.Pos()
		}
	}
	return token.NoPos
}

func buildAttribute(f *ast.File) *ast.Attribute {
	for _, d := range f.Decls {
		if attr, ok := d.(*ast.Attribute); ok && strings.HasPrefix(attr.Text, "@if") {
			return attr
		}
	}
	return nil
}

// repairs are places in the author's syntax that keep CUE from evaluating
// anything at all: references that lead nowhere and imports that are not used.
// They are reported and then taken out, so that the other mistakes show in the
// same run.
type repairs map[string]map[int]bool // by made-up file name, offset

func (a *author) compileProblems(r repairs) (ps problems, more bool) {
	for _, err := range errors.Errors(a.value.Err()) {
		format, args := err.Msg()
		message, hint := fmt.Sprintf(format, args...), ""
		switch {
		case strings.HasPrefix(format, "reference ") && strings.HasSuffix(format, " not found"):
			hint = DidYouMean(fmt.Sprint(args...), a.packageNames())
		case strings.HasPrefix(format, "imported and not used"):
		default:
			continue
		}
		pos := err.Position()
		if !pos.IsValid() || r[pos.Filename()][pos.Offset()] {
			continue
		}
		if r[pos.Filename()] == nil {
			r[pos.Filename()] = map[int]bool{}
		}
		r[pos.Filename()][pos.Offset()] = true
		p := ps.add("reference", a.point(pos), "%s", message)
		p.Hint = hint
		more = true
	}
	return ps, more
}

// packageNames are the names that a reference in the package may mean.
func (a *author) packageNames() []string {
	var names []string
	for _, f := range a.inst.Files {
		for _, d := range f.Decls {
			if field, ok := d.(*ast.Field); ok {
				if name, _, err := ast.LabelName(field.Label); err == nil {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// apply takes the broken places out of a file.
func (r repairs) apply(name string, f *ast.File) {
	broken := r[name]
	if len(broken) == 0 {
		return
	}
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if broken[n.Pos().Offset()] {
				n.Name, n.Node = "_", nil
			}
		case *ast.ImportDecl:
			n.Specs = slices.DeleteFunc(n.Specs, func(s *ast.ImportSpec) bool { return broken[s.Pos().Offset()] })
		}
		return true
	}, nil)
}
