package classify

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tokenctl.dev/schema"
)

// Names alone, without types: the registry, the names of issuers and the words of
// the name find what is personal.
func TestCorpusClaimNames(t *testing.T) {
	dir := os.Getenv("TOKENCTL_CORPUS")
	if dir == "" {
		t.Skip("TOKENCTL_CORPUS is not set: it says where the labelled claim names are")
	}
	data, err := os.ReadFile(filepath.Join(dir, "claim-names.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var found, alarms, missed [3]int // of all, of the half tuned on, of the half kept apart
	var wrong []string               // of the half tuned on: who shows the other half has one no more
	for line := range strings.Lines(string(data)) {
		col := strings.Split(strings.TrimSpace(line), "\t")
		if len(col) != 3 || col[2] != "personal" && col[2] != "other" {
			continue
		}
		name, personal := col[1], col[2] == "personal"
		c := Of(&schema.Contract{}, &schema.Claim{Name: name, Registered: schema.LookupRegistered(name)})
		says := c.Tier >= Direct && c.Confidence >= Medium
		part := 1 + half(name)
		for _, i := range []int{0, part} {
			switch {
			case says && personal:
				found[i]++
			case says:
				alarms[i]++
			case personal:
				missed[i]++
			}
		}
		if says != personal && part == 1 {
			wrong = append(wrong, fmt.Sprintf("%s is %s, said %s, %s (%s)", name, col[2], c, c.Confidence, c.Reason))
		}
	}
	for i, name := range []string{"all", "tuned on", "kept apart"} {
		precision := float64(found[i]) / float64(found[i]+alarms[i])
		recall := float64(found[i]) / float64(found[i]+missed[i])
		t.Logf("%s: precision %.3f, recall %.3f (%d found, %d false alarms, %d missed)", name, precision, recall, found[i], alarms[i], missed[i])
		if precision < 0.96 || recall < 0.93 {
			t.Errorf("%s: precision %.3f, recall %.3f; the floors are 0.96 and 0.93\n%s", name, precision, recall, strings.Join(wrong, "\n"))
		}
	}
}

// half splits names into two halves, by a hash: one to learn from, and one whose
// mistakes nobody looks at, which says what to expect of names not seen before.
func half(name string) int {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int(h.Sum32() >> 7 & 1)
}
