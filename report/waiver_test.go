package report

import "testing"

// What is waived does not count; what is left of a change counts as much as it is.
func TestCounts(t *testing.T) {
	by := Acceptance{Waived: &Waiver{Path: "waivers.w"}}
	j := func(s Severity, a Acceptance) Judgement { return Judgement{Severity: s, Acceptance: a} }
	for _, c := range []struct {
		name   string
		change Change
		want   Severity
	}{
		{"nothing waived", Change{Severity: Error, Judgements: []Judgement{j(Error, Acceptance{}), j(Note, Acceptance{})}}, Error},
		{"all waived", Change{Severity: Error, Judgements: []Judgement{j(Error, by), j(Warning, by), j(Note, Acceptance{})}}, Off},
		{"one left", Change{Severity: Error, Judgements: []Judgement{j(Error, by), j(Warning, Acceptance{})}}, Warning},
		{"nobody concerned", Change{Severity: Note}, Note},
	} {
		if got := c.change.Counts(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	r := &Report{Findings: []Finding{{Severity: Error, Acceptance: by}}, Changes: []Change{{Severity: Note}}}
	if got := r.Worst(); got != Note {
		t.Errorf("a report with a waived error and a note is as bad as %s", got)
	}
}
