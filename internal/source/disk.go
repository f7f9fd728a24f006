package source

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// disk reads below a directory. os.Root keeps it there, whatever links say.
type disk struct{ root *os.Root }

func openDisk(spec, dir string, all bool) (*Tree, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, errorf("", "reading %s: %v", spec, err)
	}
	abs = filepath.ToSlash(abs)
	root, ok := ModuleRoot(abs)
	if !ok {
		root = abs
	}
	r, err := os.OpenRoot(filepath.FromSlash(root))
	if err != nil {
		return nil, errorf("", "reading %s: %v", spec, err)
	}
	return &Tree{texts: map[string][]byte{}, Spec: spec, Dir: below(root, abs), All: all, files: disk{r}, root: root}, nil
}

// ModuleRoot gives the directory at or above dir (an absolute slash path) that
// holds the cue.mod of its CUE module. One above the git work tree is somebody
// else's.
func ModuleRoot(dir string) (root string, ok bool) {
	top := workTree(dir)
	root = moduleRoot(dir, func(d string) bool {
		return strings.HasPrefix(d, top) && isDir(path.Join(d, "cue.mod"))
	})
	return root, isDir(path.Join(root, "cue.mod"))
}

// workTree gives the top of the git work tree that holds dir: a module root
// above it is somebody else's. Outside of git it is the root of the file system.
func workTree(dir string) string {
	for d := dir; ; d = path.Dir(d) {
		if _, err := os.Lstat(path.Join(d, ".git")); err == nil {
			return d
		}
		if d == path.Dir(d) {
			return d
		}
	}
}

// relative gives dir relative to the current directory, as people name it.
func relative(dir string) string {
	wd, err := os.Getwd()
	if err != nil {
		return dir
	}
	rel, err := filepath.Rel(wd, filepath.FromSlash(dir))
	if err != nil {
		return dir
	}
	return filepath.ToSlash(rel)
}

func (d disk) list(dir string) ([]Entry, error) {
	f, err := d.root.Open(filepath.FromSlash(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	infos, err := f.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(infos))
	for _, info := range infos {
		entries = append(entries, Entry{info.Name(), kindOf(info.Type())})
	}
	slices.SortFunc(entries, byName)
	return entries, nil
}

func (d disk) load(name string) ([]byte, error) {
	info, err := d.root.Lstat(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	if info.Size() > maxFile {
		return nil, errorf("", "%s: too large: %d MB", name, info.Size()>>20)
	}
	return d.root.ReadFile(filepath.FromSlash(name))
}

func (d disk) close() error { return d.root.Close() }

func kindOf(m fs.FileMode) Kind {
	switch {
	case m.IsRegular():
		return File
	case m.IsDir():
		return Directory
	case m&fs.ModeSymlink != 0:
		return Symlink
	}
	return Other
}

func byName(a, b Entry) int { return strings.Compare(a.Name, b.Name) }

// OnDisk gives the contract's directory, where the tree is one of the file system
// and no revision or archive.
func (t *Tree) OnDisk() (dir string, ok bool) {
	if t.root == "" {
		return "", false
	}
	return filepath.FromSlash(path.Join(t.root, t.Dir)), true
}
