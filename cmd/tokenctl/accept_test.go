package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A file is replaced whole, keeps its mode, and nothing is written through a link.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "c.cue")
	if err := replace(file, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := replace(file, []byte("two")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "two" || info.Mode().Perm()&0o200 == 0 || os.PathSeparator == '/' && info.Mode().Perm() != 0o640 {
		t.Errorf("%q, %v, %v", b, info.Mode(), err)
	}
	outside := filepath.Join(t.TempDir(), "outside.cue")
	link := filepath.Join(dir, "waivers.cue")
	if err := os.Symlink(outside, link); err != nil {
		t.Skipf("no links here: %v", err)
	}
	if err := replace(link, []byte("three")); err == nil {
		t.Error("a link was written to")
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a file was made through a link")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("%v is left, %v", entries, err)
	}
}
