package source

import (
	"path"
	"slices"
)

// With gives the tree as it were with one file more, or with another content of one
// that is there. It is read from the same place: close either.
func (t *Tree) With(name string, content []byte) *Tree {
	with := *t
	with.files = edited{t.files, path.Clean(name), content}
	return &with
}

// edited are files of which one is not as it is there.
type edited struct {
	files
	name    string
	content []byte
}

func (e edited) list(dir string) ([]Entry, error) {
	entries, err := e.files.list(dir)
	if err != nil || path.Dir(e.name) != dir {
		return entries, err
	}
	entries = slices.DeleteFunc(slices.Clone(entries), func(x Entry) bool { return x.Name == path.Base(e.name) })
	entries = append(entries, Entry{path.Base(e.name), File})
	slices.SortFunc(entries, byName)
	return entries, nil
}

func (e edited) load(name string) ([]byte, error) {
	if name == e.name {
		return e.content, nil
	}
	return e.files.load(name)
}
