package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tokenctl.dev/internal/edit"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// write puts the waiver into the contract, once it is known that the result loads.
func (a acceptable) write(cmd *cobra.Command, o *acceptOptions) error {
	w := o.waiver
	w.Name, w.Fingerprint, w.Rule, w.Subject, w.Consumer = a.fingerprint, a.fingerprint, a.rule, a.subject, a.consumer
	if err := a.refused(&w, o.diff.clock.today()); err != nil {
		return err
	}
	opened, err := source.Open(cmd.Context(), o.diff.new, ".")
	if err != nil {
		return err
	}
	defer opened.Close()
	trees, err := schema.Contracts(opened)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(trees, func(t *source.Tree) bool { return t.Show(t.Dir) == a.contract.Spec })
	if i < 0 {
		return fmt.Errorf("%s is not there any more", a.contract.Spec)
	}
	tree := trees[i]
	dir, ok := tree.OnDisk()
	if !ok {
		return &hinted{fmt.Sprintf("%s is no directory", a.contract.Spec), "a waiver is written into the working tree: name that as NEW"}
	}
	name, content, err := accepted(tree, w)
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(dir, name), content); err != nil {
		return err
	}
	what := fmt.Sprintf("%s of %s", w.Rule, w.Subject)
	if w.Consumer != "" {
		what += " for " + w.Consumer
	}
	shown := tree.Show(path.Join(tree.Dir, name))
	fmt.Fprintln(cmd.OutOrStdout(), report.Printable(fmt.Sprintf("%s: accepts %s until %s", shown, what, w.Until)))
	if a.change == nil {
		return nil
	}
	hint := "merge the waiver by itself; the change passes after it"
	if rest := restOf(a.change, &w); a.whole && len(rest) > 0 {
		hint += ". Left to accept, one by one: " + strings.Join(rest, ", ")
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "hint: "+report.Printable(hint))
	return nil
}

// accepted gives the file that changes, and its new content, and sees that the
// contract loads with it and holds the waiver.
func accepted(tree *source.Tree, w schema.Waiver) (name string, content []byte, err error) {
	entries, err := tree.List(tree.Dir)
	if err != nil {
		return "", nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if e.Kind == source.File && strings.HasSuffix(e.Name, ".cue") {
			if files[e.Name], err = tree.Read(path.Join(tree.Dir, e.Name)); err != nil {
				return "", nil, err
			}
		}
	}
	if name, content, err = edit.Accept(files, w); err != nil {
		return "", nil, err
	}
	c, err := schema.Load(tree.With(path.Join(tree.Dir, name), content))
	if err != nil {
		return "", nil, fmt.Errorf("with the waiver in %s the contract does not load: %w", name, err)
	}
	if !slices.ContainsFunc(c.Waivers, func(got *schema.Waiver) bool { return got.Name == w.Name && got.Fingerprint == w.Fingerprint }) {
		return "", nil, fmt.Errorf("the waiver would have no effect in %s", name)
	}
	return name, content, nil
}

// replace writes a file whole or not at all.
func replace(name string, content []byte) error {
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(name, content)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no file", name)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".tokenctl-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // nothing is there once it is renamed
	_, err = tmp.Write(content)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), info.Mode().Perm())
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// create writes a file that is not there yet.
func create(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
