package diff

import (
	"strings"
	"testing"

	"tokenctl.dev/report"
)

// endingIn gives an enumeration that is too long to be shown whole, with one value
// at its end.
func endingIn(last string) string {
	return `"a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "` + last + `"`
}

// contractOf is a contract in which an API refuses by some values of a claim.
func contractOf(values, refused string) string {
	return `package c

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "c"
version: "1.0.0"
issuer: url: "https://login.example.com"
claims: status: #value: ` + values + `
tokens: access_token: {kind: "access", readers: "complete", claims: status: {}}
clients: web: grants: ["client_credentials"]
resources: api: reads: access_token: status: #denyIf: ` + refused + `
`
}

func judgedText(t *testing.T, old, new string) []report.Change {
	t.Helper()
	o, err := loadText([]byte(old))
	if err != nil {
		t.Fatal(err)
	}
	n, err := loadText([]byte(new))
	if err != nil {
		t.Fatal(err)
	}
	return judged(o, n)
}

// Sets are cut where they are shown. What is cut off is compared, and tells
// fingerprints apart: whoever accepts one change accepts no other.
func TestWhatIsCutCounts(t *testing.T) {
	long := endingIn("y") + ` | "z"`
	readings := judgedText(t, contractOf(long, endingIn("y")), contractOf(long, endingIn("z")))
	if len(readings) != 1 || readings[0].Kind != "reading-changed" {
		t.Errorf("a rule that refuses by another value at the end of a long list is no change: %v", readings)
	}
	one := judgedText(t, contractOf(long, `"a"`), contractOf(endingIn("y"), `"a"`))
	two := judgedText(t, contractOf(long, `"a"`), contractOf(endingIn("z"), `"a"`))
	if len(one) != 1 || len(two) != 1 {
		t.Fatalf("%d and %d changes, want one each", len(one), len(two))
	}
	if one[0].New != two[0].New || !strings.Contains(one[0].New, "more") {
		t.Fatalf("%q and %q: the sets are to be cut", one[0].New, two[0].New)
	}
	if one[0].Fingerprint() == two[0].Fingerprint() {
		t.Error("two changes of what is not shown have one fingerprint")
	}
}

// No two changes of a diff have one fingerprint: neither as a whole, nor as a
// consumer meets them. The same diff has the same ones.
func TestFingerprintsTellChangesApart(t *testing.T) {
	each(t, func(t *testing.T, name string, p revisions) {
		seen := map[string]string{}
		again := map[string]bool{}
		for _, c := range judged(p.old, p.new) {
			again[c.Fingerprint()] = true
		}
		for _, c := range judged(p.old, p.new) {
			if !again[c.Fingerprint()] {
				t.Errorf("%s: %s of %s has another fingerprint in the second run", name, c.Kind, c.Subject)
			}
			prints := []string{c.Fingerprint()}
			for _, j := range c.Judgements {
				prints = append(prints, c.FingerprintOf(j))
			}
			for i, print := range prints {
				what := c.Kind + " of " + c.Subject
				if i > 0 {
					what += " for " + c.Judgements[i-1].Consumer
				}
				if other, ok := seen[print]; ok {
					t.Errorf("%s: %s and %s have one fingerprint", name, what, other)
				}
				seen[print] = what
			}
		}
	})
}
