package schema

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modconfig"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"tokenctl.dev/internal/source"
)

// collect reads the files that CUE may need: those of the contract's directory
// and the directories above it, and the packages that they import.
func (a *author) collect(ps *problems) (map[string]load.Source, error) {
	overlay := map[string]load.Source{}
	mod, err := a.moduleFile(ps)
	if err != nil {
		return nil, err
	}
	overlay[a.abs("cue.mod/module.cue")] = load.FromBytes(mod.text)
	stubDir := "cue.mod/pkg/" + schemaPath
	if mod.path == Module {
		stubDir = "schema"
	}
	overlay[a.abs(stubDir+"/stub.cue")] = load.FromBytes(stub())

	seen := map[string]bool{stubDir: true}
	queue := []string{}
	for d := a.tree.Dir; ; d = path.Dir(d) {
		queue = append(queue, d)
		if d == "." {
			break
		}
	}
	for len(queue) > 0 {
		dir := queue[0]
		queue = queue[1:]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		imports, err := a.collectDir(dir, overlay)
		if err != nil {
			return nil, err
		}
		for _, imp := range imports {
			queue = append(queue, importDirs(imp, mod.path)...)
		}
	}
	return overlay, nil
}

// collectDir puts the CUE files of one directory into the overlay and gives what
// they import.
func (a *author) collectDir(dir string, overlay map[string]load.Source) ([]string, error) {
	entries, err := a.tree.List(dir)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, e := range entries {
		if e.Kind != source.File || !strings.HasSuffix(e.Name, ".cue") {
			continue
		}
		name := path.Join(dir, e.Name)
		b, err := a.tree.Read(name)
		if err != nil {
			return nil, err
		}
		overlay[a.abs(name)] = load.FromBytes(b)
		f, err := parser.ParseFile(name, b, parser.ImportsOnly)
		if err != nil {
			continue // the load below says it better
		}
		for spec := range f.ImportSpecs() {
			if quoted, err := strconv.Unquote(spec.Path.Value); err == nil {
				imports = append(imports, ast.ParseImportPath(quoted).Path)
			}
		}
	}
	return imports, nil
}

type moduleInfo struct {
	path string
	text []byte
}

// moduleFile gives module.cue as CUE is to see it: invented where there is none,
// and without what would have to be fetched.
func (a *author) moduleFile(ps *problems) (moduleInfo, error) {
	const name = "cue.mod/module.cue"
	b, err := a.tree.Read(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			return moduleInfo{}, err
		}
		return moduleInfo{path: "contract.invalid", text: fmt.Appendf(nil, "module: \"contract.invalid\"\nlanguage: version: %q\n", CUEVersion)}, nil
	}
	f, err := modfile.ParseNonStrict(b, name)
	if err != nil {
		ps.add("syntax", Range{File: a.tree.Show(name), Line: 1, Col: 1}, "%v", err)
		return moduleInfo{}, nil
	}
	for _, dep := range slices.Sorted(maps.Keys(f.Deps)) {
		if base, _, _ := strings.Cut(dep, "@"); base != Module {
			p := ps.add("needs-fetching", a.find(name, b, dep), "the contract depends on module %q, and tokenctl fetches nothing", dep)
			p.Hint = fmt.Sprintf("put its packages into cue.mod/pkg/%s and take it out of deps", base)
		}
	}
	if local, err := a.tree.Read("cue.mod/local-module.cue"); err == nil && strings.Contains(string(local), "replaceWith") {
		p := ps.add("needs-fetching", a.find("cue.mod/local-module.cue", local, "replaceWith"), "cue.mod/local-module.cue replaces modules, which may lead out of the contract")
		p.Hint = "put the packages into cue.mod/pkg and take the file away"
	}
	f.Deps = nil
	text, err := modfile.Format(f)
	if err != nil {
		return moduleInfo{}, err
	}
	base, _, _ := strings.Cut(f.Module, "@")
	return moduleInfo{path: base, text: text}, nil
}

// find gives the place of the first occurrence of some text in a file.
func (a *author) find(name string, b []byte, what string) Range {
	r := Range{File: a.tree.Show(name), Line: 1, Col: 1}
	head, _, found := strings.Cut(string(b), what)
	if found {
		r.Line = strings.Count(head, "\n") + 1
		r.Col = len(head) - strings.LastIndex(head, "\n")
		r.EndLine, r.EndCol = r.Line, r.Col+len(what)
	}
	return r
}

// importDirs gives the directories of the tree that an import may mean.
func importDirs(imp, modulePath string) []string {
	first, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(first, ".") {
		return nil // CUE's own packages
	}
	dirs := []string{"cue.mod/pkg/" + imp, "cue.mod/gen/" + imp, "cue.mod/usr/" + imp}
	if imp == modulePath {
		dirs = append(dirs, ".")
	} else if rest, ok := strings.CutPrefix(imp, modulePath+"/"); ok {
		dirs = append(dirs, rest)
	}
	return dirs
}

// offline is a registry that has nothing.
type offline struct{}

var _ modconfig.Registry = offline{}

func (offline) ModFile(_ context.Context, m module.Version) (*modfile.File, error) {
	return nil, errOffline(m.Path())
}

func (offline) Fetch(_ context.Context, m module.Version) (module.SourceLoc, error) {
	return module.SourceLoc{}, errOffline(m.Path())
}

func (offline) ModuleVersions(_ context.Context, mpath string) ([]string, error) {
	return nil, errOffline(mpath)
}

func errOffline(mpath string) error {
	return fmt.Errorf("tokenctl fetches nothing: put %s into cue.mod/pkg", mpath)
}
