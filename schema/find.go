package schema

import (
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"tokenctl.dev/internal/source"
)

// Contracts gives the contracts that a tree names: the one in its directory, the
// directories that complete it where it is a base, or every one below (./...).
// The trees share what they read from; close the given one. No contract at all
// is no error here: the caller knows what that means. A package of definitions
// that others share is none.
func Contracts(t *source.Tree) ([]*source.Tree, error) {
	f := finder{tree: t, packages: map[string]*pkg{}}
	dirs := []string{t.Dir}
	if t.All {
		var err error
		if dirs, err = f.below(t.Dir); err != nil {
			return nil, err
		}
	}
	var out []*source.Tree
	for _, dir := range dirs {
		p, err := f.pkg(dir)
		if err != nil {
			return nil, err
		}
		if t.All && !p.contract || len(p.files) == 0 || p.vocabulary() {
			continue
		}
		completions, err := f.completions(dir)
		if err != nil {
			return nil, err
		}
		switch {
		case len(completions) == 0:
			out = append(out, t.In(dir))
		case !t.All: // with ./... they are found by themselves
			for _, c := range completions {
				out = append(out, t.In(c))
			}
		}
	}
	return out, nil
}

type finder struct {
	tree     *source.Tree
	packages map[string]*pkg
}

// A pkg is what the syntax of one directory's files says, with that of the
// directories above it that belong to the same package.
type pkg struct {
	name     string
	files    []string // in the directory itself
	issuer   bool
	contract bool
	labels   map[string]bool
}

// vocabulary says whether the package holds definitions for others and nothing of
// a contract's own.
func (p *pkg) vocabulary() bool {
	definitions := false
	for label := range p.labels {
		definitions = definitions || strings.HasPrefix(label, "#")
		if !strings.HasPrefix(label, "#") && !strings.HasPrefix(label, "_") {
			return false
		}
	}
	return definitions && !p.contract
}

// contractFields tell a contract without an import from any other CUE package.
var contractFields = []string{"name", "issuer", "claims", "tokens", "scopes", "clients", "resources"}

func (f *finder) pkg(dir string) (*pkg, error) {
	if p := f.packages[dir]; p != nil {
		return p, nil
	}
	p := &pkg{labels: map[string]bool{}}
	f.packages[dir] = p
	entries, err := f.tree.List(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Kind == source.File && loadable(e.Name) {
			if err := f.addFile(p, path.Join(dir, e.Name)); err != nil {
				return nil, err
			}
		}
	}
	if dir != "." && len(p.files) > 0 {
		above, err := f.pkg(path.Dir(dir))
		if err != nil {
			return nil, err
		}
		if above.name == p.name {
			p.issuer = p.issuer || above.issuer
			p.contract = p.contract || above.contract
		}
	}
	known := 0
	for _, label := range contractFields {
		if p.labels[label] {
			known++
		}
	}
	p.contract = p.contract || known >= 2
	return p, nil
}

// loadable says whether CUE takes a file of that name into a package.
func loadable(name string) bool {
	return strings.HasSuffix(name, ".cue") && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, ".") &&
		!strings.HasSuffix(name, "_test.cue") && !strings.HasSuffix(name, "_tool.cue")
}

func (f *finder) addFile(p *pkg, name string) error {
	b, err := f.tree.Read(name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(name, b)
	if file == nil || err != nil && file.PackageName() == "" {
		p.files = append(p.files, name)
		return nil // Load says what is wrong with it
	}
	p.files = append(p.files, name)
	if p.name == "" {
		p.name = file.PackageName()
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.EmbedDecl:
			if sel, ok := d.Expr.(*ast.SelectorExpr); ok {
				if label, _, err := ast.LabelName(sel.Sel); err == nil && label == "#Contract" {
					p.contract = true
				}
			}
		case *ast.Field:
			if label, _, err := ast.LabelName(d.Label); err == nil {
				p.labels[label] = true
				p.issuer = p.issuer || label == "issuer"
			}
		}
	}
	return nil
}

// below gives every directory at or below dir that holds CUE files, sorted.
func (f *finder) below(dir string) ([]string, error) {
	entries, err := f.tree.List(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		switch {
		case e.Kind == source.File && loadable(e.Name):
			if len(out) == 0 || out[0] != dir {
				out = append([]string{dir}, out...)
			}
		case e.Kind == source.Directory && descends(e.Name):
			inner, err := f.below(path.Join(dir, e.Name))
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
		}
	}
	slices.Sort(out)
	return out, nil
}

// descends says whether "./..." goes into a directory, as CUE has it.
func descends(name string) bool {
	return name != "cue.mod" && name != "node_modules" && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_")
}

// completions gives the directories below a base that complete it: they belong
// to its package and name the issuer, which it does not.
func (f *finder) completions(dir string) ([]string, error) {
	base, err := f.pkg(dir)
	if err != nil || base.issuer || len(base.files) == 0 {
		return nil, err
	}
	dirs, err := f.below(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range dirs {
		p, err := f.pkg(d)
		if err != nil {
			return nil, err
		}
		if p.name == base.name && p.issuer {
			out = append(out, d)
		}
	}
	return out, nil
}
