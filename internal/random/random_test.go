package random

import (
	"testing"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// Every random contract is one, and most changes change something.
func TestContracts(t *testing.T) {
	same := 0
	for seed := range uint64(50) {
		texts := []string{Contract(seed), Changed(seed, seed+1)}
		if texts[0] == texts[1] {
			same++
		}
		for _, text := range texts {
			if _, err := schema.Load(source.Files("random", ".", map[string][]byte{"c.cue": []byte(text)})); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
		}
		if texts[0] != Contract(seed) {
			t.Fatalf("seed %d gives two contracts", seed)
		}
	}
	if same > 25 {
		t.Errorf("%d of 50 changes change nothing", same)
	}
}
