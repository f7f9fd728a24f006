package source

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// archived is the files of an archive, in memory: its .cue files and nothing
// else.
type archived struct {
	root  string
	dirs  map[string][]Entry
	bytes map[string][]byte
}

func openArchive(spec, file, inner string, all bool) (*Tree, error) {
	if !fs.ValidPath(inner) {
		return nil, errorf("", "%s: the path leaves the archive", spec)
	}
	a := &archived{root: ".", dirs: map[string][]Entry{".": nil}, bytes: map[string][]byte{}}
	read := a.readTar
	if strings.HasSuffix(file, ".zip") {
		read = a.readZip
	}
	if err := read(file); err != nil {
		var known *Error
		if errors.As(err, &known) {
			return nil, err
		}
		return nil, errorf("", "reading %s: %v", file, err)
	}
	if _, ok := a.dirs[inner]; !ok {
		return nil, &MissingError{Spec: spec, InRevision: true, message: "there is no directory " + inner + " in the archive"}
	}
	root := moduleRoot(inner, func(d string) bool { return a.dirs[path.Join(d, "cue.mod")] != nil })
	a.root = root
	return &Tree{texts: map[string][]byte{}, Spec: spec, Dir: below(root, inner), All: all, files: a, prefix: relative(file) + ":" + slashed(root)}, nil
}

func (a *archived) readZip(file string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer z.Close()
	if len(z.File) > maxEntries {
		return tooLarge(file)
	}
	var total int64
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		kind := kindOf(f.Mode())
		if kind != File || !wanted(f.Name) {
			if err := a.add(file, f.Name, kind, nil); err != nil {
				return err
			}
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		// The size in the directory may lie: count what comes out.
		b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
		r.Close()
		if err != nil {
			return err
		}
		if total += int64(len(b)); len(b) > maxFile || total > maxTree {
			return tooLarge(file)
		}
		if err := a.add(file, f.Name, File, b); err != nil {
			return err
		}
	}
	return nil
}

func (a *archived) readTar(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	g, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	limited := &io.LimitedReader{R: g, N: maxUnpack}
	var total int64
	t := tar.NewReader(limited)
	for n := 0; ; n++ {
		h, err := t.Next()
		switch {
		case limited.N == 0 || n > maxEntries:
			return tooLarge(file)
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if h.Typeflag == tar.TypeDir || h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		kind := kindOf(h.FileInfo().Mode())
		if h.Typeflag == tar.TypeLink {
			kind = Symlink // a hard link may name any file
		}
		var b []byte
		if kind == File && wanted(h.Name) {
			if total += h.Size; h.Size > maxFile || total > maxTree {
				return tooLarge(file)
			}
			if b, err = io.ReadAll(t); err != nil {
				return err
			}
		}
		if err := a.add(file, h.Name, kind, b); err != nil {
			return err
		}
	}
}

// wanted says whether a contract can hold the file.
func wanted(name string) bool { return strings.HasSuffix(name, ".cue") }

func tooLarge(file string) error {
	return errorf("", "%s: too large: tokenctl reads archives of up to %d entries, %d MB unpacked, %d MB of .cue files", file, maxEntries, maxUnpack>>20, maxTree>>20)
}

// add puts a file into its directory, and that into its own. A name that leaves
// the archive makes the archive unfit.
func (a *archived) add(file, name string, kind Kind, b []byte) error {
	clean := path.Clean(name)
	if !fs.ValidPath(clean) || strings.Contains(name, `\`) {
		return errorf("", "%s: the archive names a file outside itself: %q", file, name)
	}
	if kind == File && b == nil && !wanted(name) {
		return nil
	}
	if kind == File {
		a.bytes[clean] = b
	}
	a.enterAll(clean, kind)
	return nil
}

func (a *archived) enterAll(name string, kind Kind) {
	a.enter(path.Dir(name), Entry{path.Base(name), kind})
	for d := path.Dir(name); d != "."; d = path.Dir(d) {
		a.enter(path.Dir(d), Entry{path.Base(d), Directory})
	}
}

func (a *archived) enter(dir string, e Entry) {
	entries := a.dirs[dir]
	if i, found := slices.BinarySearchFunc(entries, e, byName); !found {
		a.dirs[dir] = slices.Insert(entries, i, e)
	}
}

func (a *archived) list(dir string) ([]Entry, error) {
	return a.dirs[path.Join(a.root, dir)], nil
}

func (a *archived) load(name string) ([]byte, error) {
	b, ok := a.bytes[path.Join(a.root, name)]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return b, nil
}

func (a *archived) close() error { return nil }

// Files gives a tree of files that are at hand, by their paths, for tests and for
// contracts that are not written yet. Dir is the contract's directory among them.
func Files(spec, dir string, files map[string][]byte) *Tree {
	a := &archived{root: ".", dirs: map[string][]Entry{".": nil}, bytes: map[string][]byte{}}
	for name, b := range files {
		a.bytes[path.Clean(name)] = b
		a.enterAll(path.Clean(name), File)
	}
	return &Tree{texts: map[string][]byte{}, Spec: spec, Dir: path.Clean(dir), files: a}
}
