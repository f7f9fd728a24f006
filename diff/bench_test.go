package diff

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/scale"
)

// BenchmarkStages compares and judges contracts of 100, 1,000 and 10,000 claims of
// which one in a hundred changed, and reports what share of the time that takes which
// loading both sides takes in the same run.
func BenchmarkStages(b *testing.B) {
	for _, claims := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(claims), func(b *testing.B) {
			src := scale.Contract(claims)
			changed := oneInHundred(string(src))
			var loading, judging time.Duration
			changes := 0
			for b.Loop() {
				start := time.Now()
				old := given.Files(b, "old", map[string][]byte{"c.cue": src})
				new := given.Files(b, "new", map[string][]byte{"c.cue": []byte(changed)})
				loaded := time.Now()
				facts, before, after := Compare(old, new), issuance.Of(old), issuance.Of(new)
				changes = len(Judge(facts, before, after))
				Flows(facts, before, after)
				loading += loaded.Sub(start)
				judging += time.Since(loaded)
			}
			if changes < claims/200 {
				b.Fatalf("only %d changes", changes)
			}
			b.ReportMetric(100*float64(judging)/float64(loading), "%-of-load")
			b.ReportMetric(float64(changes), "changes")
		})
	}
}

// oneInHundred changes one claim in a hundred: a value goes, a release comes.
func oneInHundred(contract string) string {
	lines := strings.Split(contract, "\n")
	values, scopes := 0, 0
	for i, line := range lines {
		switch {
		case strings.Contains(line, `"b" | "c" | "d"`):
			if values++; values%20 == 0 { // every fifth claim has such a set
				lines[i] = strings.Replace(line, ` | "d"`, "", 1)
			}
		case strings.Contains(line, ": releases: "):
			if scopes++; scopes%20 == 0 { // every tenth claim has a scope
				lines[i] = strings.Replace(line, ": {claim_", ": {claim_1: {}, claim_", 1)
			}
		}
	}
	return strings.Join(lines, "\n")
}
