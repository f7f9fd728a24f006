package export

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Write writes files below a directory, all or none: each is written beside its
// place first, and moved there when all are on disk. Files that already say the
// same are left alone.
func Write(dir string, files map[string][]byte) (err error) {
	type move struct{ from, to string }
	var moves []move
	defer func() {
		for _, m := range moves {
			if err != nil {
				os.Remove(m.from)
			}
		}
	}()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, files[name]) {
			continue
		}
		from, err := beside(to, files[name])
		if from != "" {
			moves = append(moves, move{from, to})
		}
		if err != nil {
			return err
		}
	}
	for _, m := range moves {
		if err := os.Rename(m.from, m.to); err != nil {
			return err
		}
	}
	return nil
}

// beside writes content into a new file in the folder of name, and gives its path.
func beside(name string, content []byte) (string, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return "", fmt.Errorf("%s is a directory", name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	return f.Name(), errors.Join(err, f.Chmod(0o644), f.Close())
}

// Differing gives the names of the files below a directory that are not there or
// say something else.
func Differing(dir string, files map[string][]byte) ([]string, error) {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			out = append(out, name)
		case err != nil:
			return nil, err
		case !bytes.Equal(old, files[name]):
			out = append(out, name)
		}
	}
	return out, nil
}
