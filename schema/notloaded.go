package schema

import (
	"path"
	"strings"

	"tokenctl.dev/internal/source"
)

// notLoaded reports CUE files at and below the contract's directory that CUE
// leaves out without a word. A gate that loses the file with its consumers would
// say that nobody breaks.
func (a *author) notLoaded() problems {
	var ps problems
	loaded := map[string]bool{}
	for _, f := range a.inst.Files {
		loaded[a.relative(f.Filename)] = true
	}
	a.notLoadedIn(a.tree.Dir, loaded, &ps)
	return ps
}

func (a *author) notLoadedIn(dir string, loaded map[string]bool, ps *problems) {
	entries, err := a.tree.List(dir)
	if err != nil {
		ps.add("unreadable", Range{File: a.tree.Show(dir)}, "%v", err)
		return
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name)
		switch {
		case e.Kind == source.Directory && descends(e.Name):
			a.notLoadedIn(name, loaded, ps)
		case !strings.HasSuffix(e.Name, ".cue") || loaded[name]:
		case dir == a.tree.Dir:
			p := ps.add("file-not-loaded", Range{File: a.tree.Show(name), Line: 1, Col: 1}, "the file is no part of the contract: %s", a.reason(e, name))
			p.Hint = "rename it or move it out of the contract's directory"
		case a.ownPackage(name):
			p := ps.add("file-not-loaded", Range{File: a.tree.Show(name), Line: 1, Col: 1}, "the file is no part of the contract: CUE joins files of directories above, never of directories below")
			p.Hint = "move it to " + a.tree.Show(a.tree.Dir)
		}
	}
}

// reason says why CUE leaves a file of the directory out.
func (a *author) reason(e source.Entry, name string) string {
	switch {
	case e.Kind != source.File:
		return "it is a " + e.Kind.String() + ", which tokenctl does not follow"
	case strings.HasSuffix(e.Name, "_test.cue") || strings.HasSuffix(e.Name, "_tool.cue"):
		return "CUE keeps names that end in _test.cue and _tool.cue for other purposes"
	case strings.HasPrefix(e.Name, "_") || strings.HasPrefix(e.Name, "."):
		return "CUE leaves out names that begin with _ or a dot"
	}
	f := a.syntax(name)
	switch {
	case f == nil:
		return "it cannot be parsed"
	case f.PackageName() == "":
		return "it has no package clause"
	case f.PackageName() != a.inst.PkgName:
		return "it is package " + f.PackageName() + ", the contract is package " + a.inst.PkgName
	case buildAttribute(f) != nil:
		return buildAttribute(f).Text + " leaves it out, since tokenctl sets no tags"
	}
	return "CUE leaves it out"
}

// ownPackage says whether a file below the directory claims to be of the
// contract's package. Imported packages and contracts of their own do not.
func (a *author) ownPackage(name string) bool {
	f := a.syntax(name)
	if f == nil || f.PackageName() != a.inst.PkgName {
		return false
	}
	dir := path.Dir(name)
	for _, imp := range a.inst.Imports {
		if a.relative(imp.Dir) == dir {
			return false
		}
	}
	return true
}
