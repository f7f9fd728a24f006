// Package source opens what a contract is named by: a directory, a directory at
// a git revision or in the index, or an archive.
//
// A Tree gives the bytes of regular files below one root and nothing else:
// symbolic links and submodules are not followed, nothing is fetched, checked
// out or unpacked to disk, and sizes are bounded. What the files mean is the
// business of package schema.
package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// Limits on what a tree gives. A contract of 10,000 claims takes 2 MB in one
// file or 10,000 files in one directory.
const (
	maxFile    = 32 << 20  // bytes of one file
	maxTree    = 128 << 20 // bytes read from one tree
	maxEntries = 100_000   // entries of one archive
	maxUnpack  = 512 << 20 // bytes that an archive may unpack to
)

// A Tree is the files of one directory, revision or archive. It is safe for use
// by one goroutine. Close it after use.
type Tree struct {
	// Spec names the tree as its user did.
	Spec string
	// Dir is the contract's directory, relative to the root: "." or
	// "contracts/bank". The root is the CUE module that holds it, or the
	// directory itself where there is none.
	Dir string
	// All says that every contract below Dir is meant (./...).
	All bool

	files  files
	texts  map[string][]byte // what was read, by the name shown
	prefix string            // of names shown, for revisions and archives
	root   string            // on disk, for directories
	read   int64
}

// files is what is read from: paths are slash-separated and relative to the
// root, "." is the root itself.
type files interface {
	list(dir string) ([]Entry, error)
	load(name string) ([]byte, error)
	close() error
}

// An Entry is a name in a directory.
type Entry struct {
	Name string
	Kind Kind
}

// Kind says what an entry is.
type Kind int

// The kinds of entries. Only files and directories are read.
const (
	File Kind = iota
	Directory
	Symlink
	Submodule
	Other
)

func (k Kind) String() string {
	return [...]string{"file", "directory", "symbolic link", "submodule", "special file"}[k]
}

// An Error says why a tree cannot be opened or read, and what to do about it.
type Error struct {
	Message string
	Hint    string // a sentence or a command to type; may be empty
	cause   error
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause, if it is one that this package tells apart.
func (e *Error) Unwrap() error { return e.cause }

// errNoRevision is the cause where a name is no revision here, or there are none.
var errNoRevision = errors.New("no such revision")

func errorf(hint, format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// A MissingError says that there is no such directory.
type MissingError struct {
	Spec string
	// InRevision says that there is the revision, or the archive, without the
	// directory: for the old side of a diff that is a new contract, and no mistake
	// in the name.
	InRevision bool
	message    string
}

func (e *MissingError) Error() string { return e.Spec + ": " + e.message }

// Open opens the tree that spec names: PATH, REV:PATH, merge-base:REV:PATH,
// index:PATH, latest-tag:GLOB:PATH, or an archive (contracts.zip,
// contracts.tar.gz, with :PATH for a directory in it). PATH may end in /... for
// every contract below it. A revision without a path takes the given one. In a
// revision PATH is relative to the top of the repository, unless it begins with
// a dot, as in git.
//
// A nil error means that the directory exists. Errors are of type *Error where
// the user can do something about them.
func Open(ctx context.Context, spec, defaultPath string) (*Tree, error) {
	if spec == "" {
		return nil, errorf("", "a contract is named by a path, REV:PATH or an archive")
	}
	if rev, p, ok := splitRevision(spec, defaultPath); ok {
		return openRevision(ctx, spec, rev, p)
	}
	p, all := cutAll(spec)
	if file, inner, ok := splitArchive(p); ok {
		return openArchive(spec, file, inner, all)
	}
	info, err := os.Stat(p)
	switch {
	case err == nil && info.IsDir():
		return openDisk(spec, p, all)
	case err == nil:
		return nil, errorf(fmt.Sprintf("name its directory: %s", filepath.ToSlash(filepath.Dir(p))), "%s is a file; a contract is a directory or an archive (.zip, .tar.gz)", spec)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, errorf("", "reading %s: %v", spec, err)
	}
	// What is no path may be a revision: tokenctl diff main.
	t, err := openRevision(ctx, spec, spec, defaultPath)
	if errors.Is(err, errNoRevision) {
		return nil, &MissingError{Spec: spec, message: "no such directory or revision"}
	}
	return t, err
}

// splitRevision cuts a spec that names a revision into the revision, with its
// prefix, and the path in it.
func splitRevision(spec, defaultPath string) (rev, p string, ok bool) {
	if _, err := os.Lstat(spec); err == nil {
		return "", "", false // a directory whose name holds a colon
	}
	head, rest, found := strings.Cut(spec, ":")
	if !found {
		return "", "", false
	}
	if runtime.GOOS == "windows" && len(head) == 1 {
		return "", "", false // a drive
	}
	if _, _, isArchive := splitArchive(spec); isArchive {
		return "", "", false
	}
	switch head {
	case "merge-base", "latest-tag":
		var name string
		name, p, _ = strings.Cut(rest, ":")
		rev = head + ":" + name
	default:
		rev, p = head, rest
	}
	if p == "" {
		p = defaultPath
	}
	return rev, p, true
}

// splitArchive cuts contracts.zip:dir into its parts.
func splitArchive(spec string) (file, inner string, ok bool) {
	for _, ext := range []string{".zip", ".tar.gz", ".tgz"} {
		if strings.HasSuffix(spec, ext) {
			return spec, ".", !isDir(spec)
		}
		if i := strings.LastIndex(spec, ext+":"); i >= 0 {
			file, inner = spec[:i+len(ext)], spec[i+len(ext)+1:]
			return file, path.Clean(inner), !isDir(file)
		}
	}
	return "", "", false
}

func isDir(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}

// cutAll cuts the /... off a path.
func cutAll(p string) (string, bool) {
	switch {
	case p == "...":
		return ".", true
	case strings.HasSuffix(p, "/..."):
		return strings.TrimSuffix(p, "/..."), true
	}
	return p, false
}

// List gives the entries of a directory, by name. A directory that is not there
// has none.
func (t *Tree) List(dir string) ([]Entry, error) {
	return t.files.list(path.Clean(dir))
}

// Read gives the bytes of a file. The error is fs.ErrNotExist where there is no
// such regular file.
func (t *Tree) Read(name string) ([]byte, error) {
	b, err := t.files.load(path.Clean(name))
	if err != nil {
		return nil, err
	}
	t.texts[t.Show(name)] = b
	if t.read += int64(len(b)); len(b) > maxFile || t.read > maxTree {
		return nil, errorf("", "%s: too large: tokenctl reads files of up to %d MB and %d MB in all", t.Show(name), maxFile>>20, maxTree>>20)
	}
	return b, nil
}

// Show gives the name of a file as its user would write it: relative to the
// current directory, or with the revision or archive before it.
func (t *Tree) Show(name string) string {
	name = path.Clean(name)
	if t.root != "" {
		return relative(path.Join(t.root, name))
	}
	if name == "." {
		return strings.TrimSuffix(t.prefix, "/")
	}
	return t.prefix + name
}

// Text gives the bytes of a file that was read, by the name that Show gives it.
// It works after Close.
func (t *Tree) Text(shown string) ([]byte, bool) {
	b, ok := t.texts[shown]
	return b, ok
}

// In gives the tree of another directory below the same root. Either may be
// closed.
func (t *Tree) In(dir string) *Tree {
	in := *t
	in.Dir, in.All = path.Clean(dir), false
	return &in
}

// Close frees what the tree holds open.
func (t *Tree) Close() error { return t.files.close() }

// moduleRoot finds the directory at or above dir that holds a cue.mod, asking
// has for each; without one the root is dir itself.
func moduleRoot(dir string, has func(dir string) bool) string {
	for d := dir; ; d = path.Dir(d) {
		if has(d) {
			return d
		}
		if d == "." || d == "/" || d == path.Dir(d) {
			return dir
		}
	}
}

// below gives p relative to root, both being slash paths without "..".
func below(root, p string) string {
	if root == "." {
		return p
	}
	return path.Clean("." + strings.TrimPrefix(p, root))
}
