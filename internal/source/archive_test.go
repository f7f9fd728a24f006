package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type member struct {
	name, content string
	kind          byte
}

var contract = []member{{"x/cue.mod/module.cue", "module: \"x.example\"\n", tar.TypeReg}, {"x/bank/a.cue", "a", tar.TypeReg}, {"x/README", "r", tar.TypeReg}}

func TestArchives(t *testing.T) {
	t.Chdir(t.TempDir())
	writeZip(t, "c.zip", contract)
	writeTar(t, "c.tar.gz", contract)
	for _, file := range []string{"c.zip", "c.tar.gz"} {
		tree := open(t, file+":x/bank")
		if tree.Dir != "bank" || read(t, tree, "bank/a.cue") != "a" {
			t.Errorf("%s: Dir = %q", file, tree.Dir)
		}
		if got, want := tree.Show("bank/a.cue"), file+":x/bank/a.cue"; got != want {
			t.Errorf("%s: shown as %q", file, got)
		}
		if got := names(t, open(t, file), "x/bank"); got != "a.cue file" {
			t.Errorf("%s: lists %q", file, got)
		}
		var missing *MissingError
		if _, err := Open(t.Context(), file+":y", "."); !errors.As(err, &missing) {
			t.Errorf("%s: a directory that is not there: %v", file, err)
		}
	}
}

func TestHostileArchives(t *testing.T) {
	t.Chdir(t.TempDir())
	slip := slices.Concat(contract, []member{{"x/../../evil.cue", "e", tar.TypeReg}})
	writeZip(t, "slip.zip", slip)
	writeTar(t, "slip.tar.gz", slip)
	writeTar(t, "link.tar.gz", slices.Concat(contract, []member{{"x/bank/l.cue", "/etc/hostname", tar.TypeSymlink}, {"x/bank/h.cue", "x/bank/a.cue", tar.TypeLink}}))
	writeBomb(t, "bomb.tar.gz")
	write(t, "broken.zip", "not a zip")
	write(t, "broken.tar.gz", "not a gzip")
	for _, c := range []struct{ file, want string }{
		{"slip.zip", `slip.zip: the archive names a file outside itself: "x/../../evil.cue"`},
		{"slip.tar.gz", `slip.tar.gz: the archive names a file outside itself: "x/../../evil.cue"`},
		{"bomb.tar.gz", "bomb.tar.gz: too large: tokenctl reads archives of up to 100000 entries, 512 MB unpacked, 128 MB of .cue files"},
		{"broken.zip", "reading broken.zip: zip: not a valid zip file"},
		{"broken.tar.gz", "reading broken.tar.gz: gzip: invalid header"},
	} {
		if _, err := Open(t.Context(), c.file, "."); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.file, err, c.want)
		}
	}
	tree := open(t, "link.tar.gz:x/bank")
	if got, want := names(t, tree, "bank"), "a.cue file, h.cue symbolic link, l.cue symbolic link"; got != want {
		t.Errorf("lists %q, want %q", got, want)
	}
	if _, err := tree.Read("bank/h.cue"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading a link: %v", err)
	}
}

func writeZip(t *testing.T, file string, members []member) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w := must(z.Create(m.name))
		must(w.Write([]byte(m.content)))
	}
	z.Close()
	write(t, file, b.String())
}

func writeTar(t *testing.T, file string, members []member) {
	t.Helper()
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	w := tar.NewWriter(g)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Typeflag: m.kind, Mode: 0o644}
		if m.kind == tar.TypeReg {
			h.Size = int64(len(m.content))
		} else {
			h.Linkname = m.content
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if m.kind == tar.TypeReg {
			must(w.Write([]byte(m.content)))
		}
	}
	w.Close()
	g.Close()
	write(t, file, b.String())
}

// writeBomb writes a small file that unpacks to a gigabyte in one member that
// nobody wants, so that only the running total can stop it. A gzip file may be
// many, one after the other: a megabyte of zeros is compressed once.
func writeBomb(t *testing.T, file string) {
	t.Helper()
	const blocks = 1 << 10
	var head, block bytes.Buffer
	g := gzip.NewWriter(&head)
	w := tar.NewWriter(g)
	if err := w.WriteHeader(&tar.Header{Name: "zeros.bin", Typeflag: tar.TypeReg, Mode: 0o644, Size: blocks << 20}); err != nil {
		t.Fatal(err)
	}
	g.Close()
	g = gzip.NewWriter(&block)
	must(g.Write(make([]byte, 1<<20)))
	g.Close()
	write(t, file, head.String()+strings.Repeat(block.String(), blocks))
}
