package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestHugeRealm: a file of 300 MB is refused with one line that says where and what
// to do, nothing is written, and memory stays far below the limit of the command.
func TestHugeRealm(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads big files")
	}
	const users = `{"realm": "shop", "keycloakVersion": "26.5.5", "users": [` + "\n"
	for name, tc := range map[string]struct {
		head, repeat string
		place        string // a pattern: it goes by how far the parser looks ahead
		memory       int64  // in MiB
	}{
		"users": {users, `{"username": "jane", "credentials": [{"secretData": "` + strings.Repeat("x", 1<<10) + `"}]},` + "\n", `6\d{4}:\d+: users\[6\d{4}\][a-zA-Z.]*`, 64},
		// The parser wants to see all of a value before it gives it away.
		"one value": {users + `{"username": "`, strings.Repeat("x", 1<<10), `2:67\d{6}: users\[0\].username`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeHuge(t, filepath.Join(dir, "realm.json"), tc.head, tc.repeat)
			cmd := exec.Command("tokenctl", "import", "keycloak", "realm.json", "--out", "contract")
			cmd.Dir = dir
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 2 {
				t.Errorf("ended with %v, not with status 2", err)
			}
			want := regexp.MustCompile("^tokenctl: realm.json:" + tc.place + ": the file is larger than 64 MiB\n" +
				"hint: export the realm without its users: kc.sh export --users skip\n$")
			if !want.MatchString(stderr.String()) || stdout.Len() > 0 {
				t.Errorf("said %q and %q, not %v", stderr.String(), stdout.String(), want)
			}
			peak := peakMemory(cmd.ProcessState) >> 20
			if t.Logf("at most %d MiB", peak); peak > tc.memory {
				t.Errorf("that is more than %d", tc.memory)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Errorf("left %v, %v beside the realm", entries, err)
			}
		})
	}
}

// writeHuge writes a file of 300 MB: a head and one text again and again. Nobody
// should read on to its end, which is a hole.
func writeHuge(t *testing.T, path, head, repeat string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = io.WriteString(f, head)
	block := strings.Repeat(repeat, 1<<20/len(repeat))
	for written := len(head); err == nil && written < 70<<20; written += len(block) {
		_, err = io.WriteString(f, block)
	}
	if err == nil {
		err = f.Truncate(300_000_000)
	}
	if err != nil {
		t.Fatal(err)
	}
}
