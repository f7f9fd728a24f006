package source

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// repository makes a git repository with two commits in a new current directory
// and returns a function that runs git in it.
func repository(t *testing.T) func(args ...string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, v := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		t.Setenv(v, os.DevNull)
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("init", "-q")
	write(t, "cue.mod/module.cue", "module: \"x.example\"\n")
	write(t, "contracts/bank/a.cue", "old")
	write(t, "contracts/bank/consumers/b.cue", "b")
	run("add", ".")
	run("commit", "-qm", "one")
	run("tag", "v1.2.0")
	run("tag", "v1.10.0")
	write(t, "contracts/bank/a.cue", "new")
	run("commit", "-qam", "two")
	return run
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, spec string) *Tree {
	t.Helper()
	tree, err := Open(t.Context(), spec, ".")
	if err != nil {
		t.Fatalf("Open(%q): %v", spec, err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

func read(t *testing.T, tree *Tree, name string) string {
	t.Helper()
	b, err := tree.Read(name)
	if err != nil {
		t.Fatalf("%s: reading %s: %v", tree.Spec, name, err)
	}
	return string(b)
}

func names(t *testing.T, tree *Tree, dir string) string {
	t.Helper()
	entries, err := tree.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name+" "+e.Kind.String())
	}
	return strings.Join(out, ", ")
}

func TestOpenAllKinds(t *testing.T) {
	run := repository(t)
	write(t, "contracts/bank/a.cue", "staged")
	run("add", ".")
	write(t, "contracts/bank/a.cue", "working")
	run("branch", "side", "HEAD~1")

	for _, c := range []struct{ spec, content, show string }{
		{"contracts/bank", "working", "contracts/bank/a.cue"},
		{"./contracts/bank/", "working", "contracts/bank/a.cue"},
		{"HEAD:contracts/bank", "new", "HEAD:contracts/bank/a.cue"},
		{"HEAD~1:contracts/bank", "old", "HEAD~1:contracts/bank/a.cue"},
		{"index:contracts/bank", "staged", "index:contracts/bank/a.cue"},
		{"merge-base:side:contracts/bank", "old", "merge-base:side:contracts/bank/a.cue"},
		{"latest-tag:v*:contracts/bank", "old", "latest-tag:v*:contracts/bank/a.cue"},
	} {
		tree := open(t, c.spec)
		if tree.Dir != "contracts/bank" {
			t.Errorf("%s: Dir = %q", c.spec, tree.Dir)
		}
		if got := read(t, tree, "contracts/bank/a.cue"); got != c.content {
			t.Errorf("%s: content %q, want %q", c.spec, got, c.content)
		}
		if got := tree.Show("contracts/bank/a.cue"); got != c.show {
			t.Errorf("%s: shown as %q, want %q", c.spec, got, c.show)
		}
		if got, want := names(t, tree, "contracts/bank"), "a.cue file, consumers directory"; got != want {
			t.Errorf("%s: lists %q, want %q", c.spec, got, want)
		}
		if got := names(t, tree, "nowhere"); got != "" {
			t.Errorf("%s: a directory that is not there lists %q", c.spec, got)
		}
		if _, err := tree.Read("contracts/bank/none.cue"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: reading a file that is not there: %v", c.spec, err)
		}
	}
}

// Inside a directory of the repository, a bare revision means that directory.
func TestOpenRevisionFromBelow(t *testing.T) {
	repository(t)
	t.Chdir("contracts/bank")
	for _, spec := range []string{"HEAD~1", "HEAD~1:", "HEAD~1:.", "HEAD~1:./...", "HEAD~1:contracts/bank"} {
		tree := open(t, spec)
		if tree.Dir != "contracts/bank" || read(t, tree, "contracts/bank/a.cue") != "old" {
			t.Errorf("%s: Dir = %q", spec, tree.Dir)
		}
		if want := strings.HasSuffix(spec, "..."); tree.All != want {
			t.Errorf("%s: All = %v", spec, tree.All)
		}
	}
	if got := open(t, ".").Show("contracts/bank/a.cue"); got != "a.cue" {
		t.Errorf("a file of the current directory is shown as %q", got)
	}
}

// Without a cue.mod the root is the contract's own directory: nothing above it
// is read.
func TestRootWithoutModule(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "secret.cue", "s")
	write(t, "c/a.cue", "a")
	tree := open(t, "c")
	if tree.Dir != "." {
		t.Fatalf("Dir = %q", tree.Dir)
	}
	if _, err := tree.Read("../secret.cue"); err == nil {
		t.Error("a file above the root was read")
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	run := repository(t)
	outside := filepath.Join(t.TempDir(), "outside.cue")
	write(t, outside, "outside")
	if err := os.Symlink(outside, "contracts/bank/link.cue"); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	head := run("rev-parse", "HEAD")
	run("add", ".")
	run("update-index", "--add", "--cacheinfo", "160000,"+head+",contracts/bank/module")
	run("commit", "-qm", "links")
	for _, spec := range []string{"contracts/bank", "HEAD:contracts/bank", "index:contracts/bank"} {
		tree := open(t, spec)
		if got := names(t, tree, "contracts/bank"); !strings.Contains(got, "link.cue symbolic link") {
			t.Errorf("%s: lists %q", spec, got)
		}
		if _, err := tree.Read("contracts/bank/link.cue"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: reading a link: %v", spec, err)
		}
	}
	if got := names(t, open(t, "HEAD:contracts/bank"), "contracts/bank"); !strings.Contains(got, "module submodule") {
		t.Errorf("lists %q", got)
	}
}

func TestOpenErrors(t *testing.T) {
	run := repository(t)
	run("checkout", "-q", "--orphan", "lonely")
	run("commit", "-qm", "no ancestor")
	write(t, "file.txt", "x")
	for _, c := range []struct{ spec, want, hint string }{
		{"--output=x:contracts/bank", `"--output=x" is not a revision: names of revisions do not begin with -`, ""},
		{"merge-base:--output=x:contracts", `"merge-base:--output=x" is not a revision`, ""},
		{"nowhere", "nowhere: no such directory or revision", ""},
		{"nope:contracts", `revision "nope" is not in this repository`, ""},
		{"merge-base:main:contracts", "HEAD and main have no common ancestor here", ""},
		{"latest-tag:release-*:contracts", `no tag of this branch matches "release-*"`, ""},
		{"HEAD:../../etc", "../../etc: the path leaves the repository", ""},
		{"HEAD:/etc", "/etc: a path in a revision is not absolute", "write it from the top of the repository"},
		{"file.txt", "file.txt is a file; a contract is a directory or an archive (.zip, .tar.gz)", "name its directory: ."},
		{"HEAD:nowhere", "HEAD:nowhere: there is no directory nowhere in that revision", ""},
	} {
		_, err := Open(t.Context(), c.spec, ".")
		if err == nil || err.Error() != c.want {
			t.Errorf("Open(%q): %v, want %s", c.spec, err, c.want)
			continue
		}
		if e := new(Error); errors.As(err, &e) && e.Hint != c.hint {
			t.Errorf("Open(%q): hint %q, want %q", c.spec, e.Hint, c.hint)
		}
	}
}

func TestShallowClone(t *testing.T) {
	run := repository(t)
	origin, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run("clone", "-q", "--depth=1", "file://"+filepath.ToSlash(origin), dir)
	t.Chdir(dir)
	_, err = Open(t.Context(), "HEAD~1:contracts/bank", ".")
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint, "git fetch --unshallow") {
		t.Errorf("error %v without the command to type", err)
	}
	base, err := DefaultBase(t.Context())
	if err != nil || base != "merge-base:origin/main" {
		t.Errorf("DefaultBase = %q, %v", base, err)
	}
}

func TestDubiousOwnership(t *testing.T) {
	repository(t)
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
	_, err := Open(t.Context(), "HEAD:contracts/bank", ".")
	var e *Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Hint, "git config --global --add safe.directory ") {
		t.Errorf("error %v without the command to type", err)
	}
}

func TestNoRepository(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(must(os.Getwd())))
	_, err := Open(t.Context(), "HEAD:x", ".")
	if err == nil || err.Error() != "a revision was named, but this directory is not in a git repository" {
		t.Errorf("error %v", err)
	}
}

// With changes what is read and listed, and nothing on disk.
func TestWith(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "c/a.cue", "a")
	write(t, "c/b.cue", "b")
	tree := open(t, "c")
	with := tree.With("b.cue", []byte("B")).With("0.cue", []byte("0"))
	var names []string
	entries, err := with.List(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := with.Read(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, e.Name+"="+string(b))
	}
	if want := []string{"0.cue=0", "a.cue=a", "b.cue=B"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	if b, err := tree.Read("b.cue"); err != nil || string(b) != "b" {
		t.Errorf("the tree itself has %q, %v", b, err)
	}
	dir, ok := tree.OnDisk()
	if wd, err := os.Getwd(); err != nil || !ok || dir != filepath.Join(wd, "c") {
		t.Errorf("it is in %q, %v", dir, ok)
	}
	if dir, ok := Files("f", ".", nil).OnDisk(); ok {
		t.Errorf("what is at hand is in %q", dir)
	}
}
