//go:build unix

package keycloaktest

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Cache returns the folder for what is fetched, and makes it if need be.
func Cache() (string, error) {
	dir := os.Getenv("TOKENCTL_CACHE")
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(base, "tokenctl")
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// Fetch returns the path of the archive of a Keycloak version in the cache, and
// fetches it with Maven if it is not there.
func Fetch(ctx context.Context, version string) (string, error) {
	dir, err := Cache()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "keycloak-quarkus-dist-"+version+".zip")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	// Maven writes into a folder of its own first, so that a broken download never
	// looks like a whole one.
	part, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(part)
	cmd := exec.CommandContext(ctx, "mvn", "-q", "-B",
		"org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
		"-Dartifact=org.keycloak:keycloak-quarkus-dist:"+version+":zip",
		"-DoutputDirectory="+part)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetching Keycloak %s with Maven: %w\n%s", version, err, out)
	}
	return path, os.Rename(filepath.Join(part, filepath.Base(path)), path)
}

// unpack unzips an archive into dir, without the folder that all of it is in.
func unpack(archive, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		_, name, _ := strings.Cut(f.Name, "/")
		if name == "" || f.FileInfo().IsDir() {
			continue
		}
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%s holds %q, which leads out of it", filepath.Base(archive), f.Name)
		}
		if err := unpackFile(f, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func unpackFile(f *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, f.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
