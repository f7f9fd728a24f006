// Package given loads contracts for tests: texts, the project's own, and random
// ones. What does not load fails the test.
package given

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"tokenctl.dev/internal/random"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

const head = `package c

import "tokenctl.dev/schema@v0"

schema.#Contract

name: "c"
version: "1.0.0"
issuer: url: "https://login.example.com"
`

// Text gives the contract of a text, with what every contract needs before it.
func Text(t testing.TB, text string) *schema.Contract {
	t.Helper()
	return Files(t, "c", map[string][]byte{"c.cue": []byte(head + text)})
}

// Files gives the contract of some files by name.
func Files(t testing.TB, name string, files map[string][]byte) *schema.Contract {
	t.Helper()
	c, err := schema.Load(source.Files(name, ".", files))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// Dir gives the contract in a directory.
func Dir(t testing.TB, dir string) *schema.Contract {
	t.Helper()
	cs := Specs(t, dir)
	if len(cs) != 1 {
		t.Fatalf("%s holds %d contracts", dir, len(cs))
	}
	return cs[0]
}

// Specs gives the contracts that the specs mean, such as "../contracts/...".
func Specs(t testing.TB, specs ...string) []*schema.Contract {
	t.Helper()
	var out []*schema.Contract
	for _, spec := range specs {
		tree, err := source.Open(t.Context(), spec, ".")
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		trees, err := schema.Contracts(tree)
		if err != nil || len(trees) == 0 {
			t.Fatalf("no contracts in %s: %v", spec, err)
		}
		for _, tree := range trees {
			c, err := schema.Load(tree)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, c)
		}
	}
	return out
}

// Project gives the project's contracts, and the one that states every field of the
// language.
func Project(t testing.TB) []*schema.Contract {
	t.Helper()
	root := "."
	for range 5 {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Join(root, "..")
	}
	cs := Specs(t, filepath.Join(root, "contracts")+"/...", filepath.Join(root, "testdata/language/everything"))
	if len(cs) < 12 {
		t.Fatalf("only %d contracts", len(cs))
	}
	return cs
}

// Seed is TOKENCTL_SEED, which repeats a run, or drawn anew. It is logged.
func Seed(t testing.TB) uint64 {
	t.Helper()
	return seed(t, uint64(rand.Uint32()))
}

// FixedSeed is TOKENCTL_SEED, or 1.
func FixedSeed(t testing.TB) uint64 {
	t.Helper()
	return seed(t, 1)
}

func seed(t testing.TB, s uint64) uint64 {
	t.Helper()
	if n, err := strconv.ParseUint(os.Getenv("TOKENCTL_SEED"), 10, 64); err == nil {
		s = n
	}
	t.Logf("TOKENCTL_SEED=%d", s)
	return s
}

// Cases is TOKENCTL_CASES, or usual; with -short it is no more than short.
func Cases(usual, short int) int {
	if n, err := strconv.Atoi(os.Getenv("TOKENCTL_CASES")); err == nil {
		usual = n
	}
	if testing.Short() {
		usual = min(usual, short)
	}
	return usual
}

// Random gives contracts made from a seed and those after it, each with its text. Its
// name says how to make it again. The first that fails the test is printed.
func Random(t testing.TB, seed uint64, cases int) iter.Seq[*schema.Contract] {
	return func(yield func(*schema.Contract) bool) {
		for i := range uint64(cases) {
			text := random.Contract(seed + i)
			c := Files(t, fmt.Sprint("TOKENCTL_SEED=", seed+i), map[string][]byte{"c.cue": []byte(text)})
			c.Name = fmt.Sprint("TOKENCTL_SEED=", seed+i)
			more := yield(c)
			if t.Failed() {
				t.Fatalf("TOKENCTL_SEED=%d:\n%s", seed+i, text)
			}
			if !more {
				return
			}
		}
	}
}
