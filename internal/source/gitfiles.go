package source

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
)

// gitFiles reads objects through one "git cat-file --batch": trees and blobs
// come when they are asked for, so that a large repository costs no more than a
// small one.
type gitFiles struct {
	root  string // of the module, in the repository
	trees map[string][]gitEntry
	tree  string // id of the top tree; empty for the index, whose trees are all there

	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

type gitEntry struct {
	Entry
	id string
}

func startGitFiles(ctx context.Context) (*gitFiles, error) {
	f := &gitFiles{root: ".", trees: map[string][]gitEntry{}}
	f.cmd = gitCommand(ctx, "cat-file", "--batch")
	in, err := f.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	f.in, f.out = in, bufio.NewReaderSize(out, 64<<10)
	return f, f.cmd.Start()
}

func openCommit(ctx context.Context, rev string) (*gitFiles, error) {
	id, err := resolve(ctx, rev)
	if err != nil {
		return nil, err
	}
	out, err := git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", id+"^{tree}")
	if err != nil {
		return nil, err
	}
	f, err := startGitFiles(ctx)
	if err != nil {
		return nil, err
	}
	f.tree = strings.TrimSpace(string(out))
	return f, nil
}

// openIndex reads what is staged: "git ls-files --stage" names every file.
func openIndex(ctx context.Context) (*gitFiles, error) {
	top, err := git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	out, err := git(ctx, "-C", strings.TrimRight(string(top), "\r\n"), "ls-files", "--stage", "-z")
	if err != nil {
		return nil, err
	}
	f, err := startGitFiles(ctx)
	if err != nil {
		return nil, err
	}
	f.trees["."] = nil
	for record := range bytes.SplitSeq(out, []byte{0}) {
		meta, name, found := strings.Cut(string(record), "\t")
		parts := strings.Fields(meta)
		if !found || len(parts) != 3 {
			continue
		}
		f.addStaged(parts[0], parts[1], name)
	}
	return f, nil
}

// addStaged puts a staged file into its directory, and that into its own.
func (f *gitFiles) addStaged(mode, id, name string) {
	dir, base := path.Split(name)
	f.add(path.Clean(dir), gitEntry{Entry{base, kindOfMode(mode)}, id})
	for d := path.Clean(dir); d != "."; d = path.Dir(d) {
		if !f.add(path.Dir(d), gitEntry{Entry{path.Base(d), Directory}, ""}) {
			return
		}
	}
}

func (f *gitFiles) add(dir string, e gitEntry) bool {
	entries := f.trees[dir]
	i, found := slices.BinarySearchFunc(entries, e, compareEntries)
	if found {
		return false
	}
	f.trees[dir] = slices.Insert(entries, i, e)
	return true
}

func compareEntries(a, b gitEntry) int { return byName(a.Entry, b.Entry) }

func kindOfMode(mode string) Kind {
	switch mode {
	case "100644", "100755":
		return File
	case "40000", "040000":
		return Directory
	case "120000":
		return Symlink
	case "160000":
		return Submodule
	}
	return Other
}

func (f *gitFiles) list(dir string) ([]Entry, error) {
	entries, err := f.entries(path.Join(f.root, dir))
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Entry)
	}
	return out, nil
}

// entries gives a directory of the repository; nil where there is none.
func (f *gitFiles) entries(dir string) ([]gitEntry, error) {
	if entries, ok := f.trees[dir]; ok || f.tree == "" {
		return entries, nil
	}
	id := f.tree
	if dir != "." {
		e, err := f.find(dir)
		if err != nil || e.Kind != Directory || e.id == "" {
			return nil, err
		}
		id = e.id
	}
	b, err := f.object(id)
	if err != nil {
		return nil, err
	}
	entries, err := parseTree(b, len(id)/2)
	f.trees[dir] = entries
	return entries, err
}

// find gives the entry of a path; the zero entry where there is none.
func (f *gitFiles) find(name string) (gitEntry, error) {
	entries, err := f.entries(path.Dir(name))
	if err != nil {
		return gitEntry{}, err
	}
	i, found := slices.BinarySearchFunc(entries, gitEntry{Entry: Entry{Name: path.Base(name)}}, compareEntries)
	if !found {
		return gitEntry{}, nil
	}
	return entries[i], nil
}

// parseTree reads a tree object: mode, space, name, NUL, binary id.
func parseTree(b []byte, idLen int) ([]gitEntry, error) {
	var entries []gitEntry
	for len(b) > 0 {
		head, rest, found := bytes.Cut(b, []byte{0})
		mode, name, spaced := strings.Cut(string(head), " ")
		if !found || !spaced || len(rest) < idLen {
			return nil, errorf("git fsck", "the repository holds a broken tree")
		}
		entries = append(entries, gitEntry{Entry{name, kindOfMode(mode)}, fmt.Sprintf("%x", rest[:idLen])})
		b = rest[idLen:]
	}
	slices.SortFunc(entries, compareEntries)
	return entries, nil
}

func (f *gitFiles) load(name string) ([]byte, error) {
	e, err := f.find(path.Join(f.root, name))
	if err != nil {
		return nil, err
	}
	if e.id == "" || e.Kind != File {
		return nil, fs.ErrNotExist
	}
	return f.object(e.id)
}

// object asks for one object by its id.
func (f *gitFiles) object(id string) ([]byte, error) {
	if _, err := fmt.Fprintln(f.in, id); err != nil {
		return nil, errorf("", "reading from git: %v", err)
	}
	head, err := f.out.ReadString('\n')
	if err != nil {
		return nil, errorf("", "reading from git: %v", err)
	}
	parts := strings.Fields(head)
	if len(parts) != 3 {
		return nil, errorf("get it first: git fetch --refetch origin", "this clone lacks the object %s", id)
	}
	size, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || size > maxFile {
		return nil, errorf("", "object %s: too large: %d MB", id, size>>20)
	}
	b := make([]byte, size+1) // and the newline that ends it
	if _, err := io.ReadFull(f.out, b); err != nil {
		return nil, errorf("", "reading from git: %v", err)
	}
	return b[:size], nil
}

func (f *gitFiles) close() error {
	f.in.Close()
	return f.cmd.Wait()
}
