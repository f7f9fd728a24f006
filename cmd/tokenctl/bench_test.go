package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tokenctl.dev/internal/edit"
	"tokenctl.dev/internal/scale"
)

// BenchmarkProcess runs whole commands on contracts of 100, 1,000 and 10,000
// claims, beside "cue vet -c" on the same files in the same run: compare the
// ratios, machines differ. It needs the cue command (make bench installs it);
// TOKENCTL_CUE names it.
func BenchmarkProcess(b *testing.B) {
	cue := os.Getenv("TOKENCTL_CUE")
	if cue == "" {
		b.Skip("TOKENCTL_CUE names no cue command: use make bench")
	}
	tokenctl := filepath.Join(b.TempDir(), "tokenctl")
	if out, err := exec.Command("go", "build", "-o", tokenctl, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, claims := range []int{100, 1000, 10000} {
		dir := b.TempDir()
		old := scale.Contract(claims)
		writeContract(b, filepath.Join(dir, "old"), old)
		writeContract(b, filepath.Join(dir, "new"), edited(old))
		for _, c := range []struct {
			name string
			cmd  []string
		}{
			{"cue-vet", []string{cue, "vet", "-c", "."}},
			{"lint", []string{tokenctl, "lint", ".", "--fail-on", "never", "--timeout", "5m"}},
			{"diff", []string{tokenctl, "diff", "../old", ".", "--fail-on", "never", "--timeout", "5m"}},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, claims), func(b *testing.B) {
				var peak int64
				for b.Loop() {
					cmd := exec.Command(c.cmd[0], c.cmd[1:]...)
					cmd.Dir = filepath.Join(dir, "new")
					if out, err := cmd.CombinedOutput(); err != nil {
						b.Fatalf("%v: %v\n%s", c.cmd, err, out)
					}
					peak = max(peak, peakMemory(cmd.ProcessState))
				}
				b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
			})
		}
	}
}

func writeContract(b *testing.B, dir string, contract []byte) {
	b.Helper()
	files := edit.Vendored()
	for name, content := range edit.NewModule() {
		files[name] = content
	}
	files["c.cue"] = contract
	for name, content := range files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(name)), content); err != nil {
			b.Fatal(err)
		}
	}
}

// edited changes one claim in a hundred.
func edited(contract []byte) []byte {
	lines := strings.Split(string(contract), "\n")
	n := 0
	for i, line := range lines {
		if strings.Contains(line, `"b" | "c" | "d"`) {
			if n++; n%20 == 0 { // every fifth claim has such a set
				lines[i] = strings.Replace(line, ` | "d"`, "", 1)
			}
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o666)
}
