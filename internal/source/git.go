package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// git runs one git command in the current directory and gives its output.
// Nothing is fetched: a partial clone that lacks an object is an error.
func git(ctx context.Context, args ...string) ([]byte, error) {
	cmd := gitCommand(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, gitError(err, stderr.String())
	}
	return out, nil
}

func gitCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-replace-objects", "--literal-pathspecs"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0")
	return cmd
}

// A gitFailure is what git said.
type gitFailure struct{ said string }

func (e *gitFailure) Error() string { return e.said }

func gitError(err error, stderr string) error {
	said := strings.TrimSpace(stderr)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return &Error{Message: "git is not installed", Hint: "install git, or name directories instead of revisions", cause: errNoRevision}
	case strings.Contains(said, "dubious ownership"):
		return errorf(safeDirectory(said), "git refuses this repository because another user owns it")
	case strings.Contains(said, "not a git repository"):
		return &Error{Message: "a revision was named, but this directory is not in a git repository", cause: errNoRevision}
	}
	if said == "" {
		said = err.Error()
	}
	return &gitFailure{strings.TrimPrefix(strings.SplitN(said, "\n", 2)[0], "fatal: ")}
}

// safeDirectory gives the command that git itself proposes.
func safeDirectory(said string) string {
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "git config") {
			return line
		}
	}
	return `git config --global --add safe.directory "$PWD"`
}

// openRevision opens a path at a revision, or in the index.
func openRevision(ctx context.Context, spec, rev, p string) (*Tree, error) {
	p, all := cutAll(p)
	if strings.HasPrefix(rev, "-") {
		return nil, errorf("", "%q is not a revision: names of revisions do not begin with -", rev)
	}
	dir, err := inRepository(ctx, p)
	if err != nil {
		return nil, err
	}
	var f *gitFiles
	if rev == "index" {
		f, err = openIndex(ctx)
	} else {
		f, err = openCommit(ctx, rev)
	}
	if err != nil {
		return nil, err
	}
	if entries, err := f.list(dir); err != nil || len(entries) == 0 {
		f.close()
		if err == nil {
			err = &MissingError{Spec: spec, InRevision: true, message: "there is no directory " + dir + " in that revision"}
		}
		return nil, err
	}
	root := moduleRoot(dir, func(d string) bool {
		entries, err := f.list(path.Join(d, "cue.mod"))
		return err == nil && len(entries) > 0
	})
	f.root = root
	return &Tree{texts: map[string][]byte{}, Spec: spec, Dir: below(root, dir), All: all, files: f, prefix: rev + ":" + slashed(root)}, nil
}

func slashed(root string) string {
	if root == "." {
		return ""
	}
	return root + "/"
}

// inRepository turns a path as users write it into one from the top of the
// repository: those that begin with a dot are relative to the current directory.
func inRepository(ctx context.Context, p string) (string, error) {
	p = filepath.ToSlash(p)
	if path.IsAbs(p) || filepath.IsAbs(filepath.FromSlash(p)) {
		return "", errorf("write it from the top of the repository", "%s: a path in a revision is not absolute", p)
	}
	if p == "." || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "..") {
		out, err := git(ctx, "rev-parse", "--show-prefix")
		if err != nil {
			return "", err
		}
		p = path.Join(strings.TrimSpace(string(out)), p)
	}
	p = path.Clean(p)
	if !fs.ValidPath(p) {
		return "", errorf("", "%s: the path leaves the repository", p)
	}
	return p, nil
}

// resolve gives the commit that a revision names.
func resolve(ctx context.Context, rev string) (string, error) {
	kind, name, found := strings.Cut(rev, ":")
	if !found {
		return commit(ctx, rev)
	}
	if strings.HasPrefix(name, "-") || name == "" {
		return "", errorf("", "%q is not a revision", rev)
	}
	if kind == "latest-tag" {
		return latestTag(ctx, name)
	}
	base, err := commit(ctx, name)
	if err != nil {
		return "", err
	}
	out, err := git(ctx, "merge-base", "--", "HEAD", base)
	if err != nil {
		return "", missingHistory(ctx, name, fmt.Sprintf("HEAD and %s have no common ancestor here", name))
	}
	return strings.TrimSpace(string(out)), nil
}

func commit(ctx context.Context, rev string) (string, error) {
	out, err := git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	var failure *gitFailure
	if !errors.As(err, &failure) {
		return "", err
	}
	return "", missingHistory(ctx, rev, fmt.Sprintf("revision %q is not in this repository", rev))
}

func latestTag(ctx context.Context, glob string) (string, error) {
	out, err := git(ctx, "tag", "--list", "--merged", "HEAD", "--sort=-version:refname", "--", glob)
	if err != nil {
		return "", err
	}
	tag, _, _ := strings.Cut(string(out), "\n")
	if tag == "" {
		return "", missingHistory(ctx, "--tags", fmt.Sprintf("no tag of this branch matches %q", glob))
	}
	return commit(ctx, "refs/tags/"+tag)
}

// missingHistory says what to type when the clone may lack what was asked for.
func missingHistory(ctx context.Context, rev, message string) error {
	hint := ""
	shallow, err := git(ctx, "rev-parse", "--is-shallow-repository")
	switch remote, branch, _ := strings.Cut(rev, "/"); {
	case err == nil && strings.TrimSpace(string(shallow)) == "true":
		hint = "this clone is shallow; get the history: git fetch --unshallow --tags"
	case branch != "" && isRemote(ctx, remote):
		hint = fmt.Sprintf("git fetch %s %s", remote, branch)
	}
	return &Error{Message: message, Hint: hint, cause: errNoRevision}
}

func isRemote(ctx context.Context, name string) bool {
	out, err := git(ctx, "remote")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(out)) {
		if strings.TrimSpace(line) == name {
			return true
		}
	}
	return false
}

// DefaultBase gives the revision that a change is compared with by default: the
// merge base with the remote's default branch, as a spec without a path.
func DefaultBase(ctx context.Context) (string, error) {
	candidates := []string{"origin/main", "origin/master", "main", "master"}
	if out, err := git(ctx, "rev-parse", "--abbrev-ref", "origin/HEAD"); err == nil {
		candidates = append([]string{strings.TrimSpace(string(out))}, candidates...)
	} else {
		var known *Error
		if errors.As(err, &known) {
			return "", err
		}
	}
	for _, c := range candidates {
		if _, err := commit(ctx, c); err == nil {
			return "merge-base:" + c, nil
		}
	}
	return "", errorf("git fetch origin main, then: tokenctl diff merge-base:origin/main", "there is no default branch here to compare with")
}
