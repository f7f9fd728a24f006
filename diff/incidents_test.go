package diff

import (
	"testing"

	"tokenctl.dev/internal/want"
)

// What broke real consumers is found where it happened, with who was hit and how:
// testdata/incidents tells what each incident was.
func TestIncidents(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/incidents/*.txtar") {
		for _, c := range f.Cases {
			if !c.IsPair() {
				continue // lint's
			}
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				p := pairOf(t, c)
				c.Check(t, got(judged(p.old, p.new)))
			})
		}
	}
}
