package verify

import (
	"testing"

	"tokenctl.dev/export/jsonschema"
	"tokenctl.dev/internal/pairs"
	"tokenctl.dev/internal/valueset"
)

// TestAgreement holds the compiled checks of the constraints of the table, and of
// what they are together, against the sets: what a check decides is what the set
// answers, and where its JSON Schema loses nothing, what another library answers.
func TestAgreement(t *testing.T) {
	table, err := pairs.Read("../internal/valueset/testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var asked, undecided int
	step, sets := 2, 0
	if testing.Short() {
		step = 12
	}
	for src, s := range table.Sets(step) {
		sets++
		c := New(s)
		text, losses := jsonschema.Of(s, jsonschema.Header{})
		second, err := NewSchema(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range table.Samples(s) {
			asked++
			got := c.Check([]byte(value))
			if other := second.Check([]byte(value)); len(losses) == 0 && other.OK() != got.OK() {
				t.Errorf("%s: %s: %+v, the schema: %+v", src, value, got, other)
			}
			if got.Undecided {
				undecided++
				if len(c.Unchecked()) == 0 {
					t.Errorf("%s: undecided on %s, and nothing is unchecked", src, value)
				}
				continue
			}
			if want := s.Contains(value); want != valueset.Unknown && got.OK() != (want == valueset.Yes) {
				t.Errorf("%s: %s is in the set: %v, got %+v", src, value, want, got)
			}
		}
	}
	t.Logf("%d sets, %d values, %d undecided", sets, asked, undecided)
	if asked < 5_000 || undecided*20 > asked {
		t.Errorf("%d values asked, %d undecided: too few to show anything", asked, undecided)
	}
}
