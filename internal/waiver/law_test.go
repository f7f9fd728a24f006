package waiver_test

import (
	"slices"
	"testing"

	"tokenctl.dev/diff"
	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/waiver"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/lint"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// The laws of waivers, over every finding and every verdict of the fixtures.

const lastDay, nextDay = "2026-07-01", "2026-07-02"

// with gives the contract with one waiver, and a group of approvers.
func with(c *schema.Contract, w *schema.Waiver) *schema.Contract {
	d := *c
	d.Policy.Waivers.Approvers = []string{"security"}
	d.Waivers = []*schema.Waiver{w}
	return &d
}

func without(c *schema.Contract) *schema.Contract {
	d := *c
	d.Waivers = nil
	return &d
}

func rules(found []report.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Rule)
	}
	return out
}

// A waiver accepts what it names and nothing else, until its last day; without the
// finding it is unused.
func TestFindings(t *testing.T) {
	n := 0
	for _, f := range want.Fixtures(t, "../../testdata/lint/*.txtar") {
		for _, c := range f.Cases {
			contract := given.Files(t, "c", c.Contract())
			all := lint.Run(issuance.Of(contract), contract.Policy)
			for i, one := range all {
				n++
				w := &schema.Waiver{Name: "w", Rule: one.Rule, Subject: one.Subject, Fingerprint: one.Fingerprint(), Until: lastDay}
				run := func(today string, found []report.Finding) ([]report.Finding, []string) {
					found = slices.Clone(found)
					b := waiver.Of(with(contract, w), today)
					b.Findings(found)
					return found, rules(b.Report([]string{one.Rule}, nil))
				}
				found, about := run(lastDay, all)
				for k, g := range found {
					if (g.Waived != nil) != (g.Fingerprint() == one.Fingerprint()) {
						t.Errorf("%s/%s: the waiver of %s, %s: waived is %v of %s, %s", f.Name, c.Name, one.Rule, one.Subject, g.Waived != nil, g.Rule, all[k].Subject)
					}
				}
				if !slices.Equal(about, []string{"waiver-expiring"}) {
					t.Errorf("%s/%s: on its last day: %v", f.Name, c.Name, about)
				}
				if found, about := run(nextDay, all); found[i].Waived != nil || !slices.Equal(about, []string{"waiver-expired"}) {
					t.Errorf("%s/%s: a day later: %v", f.Name, c.Name, about)
				}
				fixed := slices.DeleteFunc(slices.Clone(all), func(g report.Finding) bool { return g.Fingerprint() == one.Fingerprint() })
				if _, about := run(lastDay, fixed); !slices.Equal(about, []string{"waiver-unused"}) {
					t.Errorf("%s/%s: without the finding: %v", f.Name, c.Name, about)
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d findings were waived", n)
	}
}

// A verdict is one of a diff that is not unaffected, with the waiver that accepts
// it and no other.
type verdict struct {
	name     string
	old, new *schema.Contract
	change   report.Change
	report.Judgement
	waiver schema.Waiver
}

// each calls f for every verdict of the fixtures.
func each(t *testing.T, f func(t *testing.T, v verdict)) {
	t.Helper()
	for _, fixture := range want.Fixtures(t, "../../testdata/diff/*.txtar") {
		for _, c := range fixture.Cases {
			v := verdict{old: given.Files(t, "c", c.Old()), new: given.Files(t, "c", c.New())}
			for _, v.change = range v.judged() {
				for _, v.Judgement = range v.change.Judgements {
					if v.Verdict == report.Unaffected {
						continue
					}
					v.name = fixture.Name + "/" + c.Name + ": " + v.change.Kind + " " + v.Consumer
					v.waiver = schema.Waiver{
						Name: "w", Rule: v.change.Kind, Subject: v.change.Subject, Consumer: v.Consumer, Fingerprint: v.change.FingerprintOf(v.Judgement),
						Until: lastDay, AcceptsBypass: v.Verdict == report.BreaksOpen, ApprovedBy: "security",
					}
					f(t, v)
				}
			}
		}
	}
}

func (v verdict) judged() []report.Change {
	return diff.Judge(diff.Compare(v.old, v.new), issuance.Of(v.old), issuance.Of(v.new))
}

// waived gives the fingerprints of the verdicts that a book accepts, and what it
// says of the waivers.
func (v verdict) waived(b *waiver.Book) (fingerprints, about []string) {
	changes := v.judged()
	b.Changes(changes)
	for _, c := range changes {
		for _, j := range c.Judgements {
			if j.Waived != nil {
				fingerprints = append(fingerprints, c.FingerprintOf(j))
			}
		}
	}
	return fingerprints, rules(b.Report([]string{v.change.Kind}, nil))
}

// both gives the book of a waiver that is in both revisions.
func (v verdict) both(w schema.Waiver, today string) *waiver.Book {
	return waiver.Between(with(v.old, &w), with(v.new, &w), today)
}

// A waiver accepts the verdict that it names and no other, until its last day.
func TestChanges(t *testing.T) {
	seen := map[report.Verdict]int{}
	each(t, func(t *testing.T, v verdict) {
		seen[v.Verdict]++
		if waived, _ := v.waived(v.both(v.waiver, lastDay)); !slices.Equal(waived, []string{v.waiver.Fingerprint}) {
			t.Errorf("%s: waived %v, want %s", v.name, waived, v.waiver.Fingerprint)
		}
		if waived, about := v.waived(v.both(v.waiver, nextDay)); len(waived) > 0 || !slices.Equal(about, []string{"waiver-expired"}) {
			t.Errorf("%s: after the last day %v is waived, and %v reported", v.name, waived, about)
		}
		other := v.waiver
		other.Subject += ".other"
		if waived, about := v.waived(v.both(other, lastDay)); len(waived) > 0 || !slices.Equal(about, []string{"waiver-unused"}) {
			t.Errorf("%s: by a waiver of another subject %v is waived, and %v reported", v.name, waived, about)
		}
	})
	for _, v := range []report.Verdict{report.BreaksOpen, report.Breaks, report.Exposes, report.MayBreak} {
		if seen[v] < 5 {
			t.Errorf("only %d verdicts of %s were tried", seen[v], v)
		}
	}
}

// That access opens, or that personal data is shown, is accepted only by a waiver
// that says so.
func TestNothingGraveIsWaivedInPassing(t *testing.T) {
	each(t, func(t *testing.T, v verdict) {
		loose := v.waiver
		loose.AcceptsBypass, loose.Consumer, loose.Fingerprint = false, "", ""
		waived, _ := v.waived(v.both(loose, lastDay))
		grave := v.Verdict == report.BreaksOpen || v.Verdict == report.Exposes
		if slices.Contains(waived, v.waiver.Fingerprint) == grave {
			t.Errorf("%s: %s is waived in passing, or not waived at all", v.name, v.Verdict)
		}
	})
}

// A change cannot silence itself: neither by a waiver of its own, nor by naming who
// may approve.
func TestNoChangeSilencesItself(t *testing.T) {
	each(t, func(t *testing.T, v verdict) {
		if waived, _ := v.waived(waiver.Between(without(v.old), with(v.new, &v.waiver), lastDay)); len(waived) > 0 {
			t.Errorf("%s: its own waiver accepts %v", v.name, waived)
		}
		narrow := v.waiver
		narrow.Subject += ".other"
		if waived, _ := v.waived(waiver.Between(with(v.old, &narrow), with(v.new, &v.waiver), lastDay)); len(waived) > 0 {
			t.Errorf("%s: a waiver that it broadened accepts %v", v.name, waived)
		}
		alone := with(v.old, &v.waiver)
		alone.Policy.Waivers.Approvers = nil
		if waived, _ := v.waived(waiver.Between(alone, with(v.new, &v.waiver), lastDay)); v.Verdict == report.BreaksOpen && len(waived) > 0 {
			t.Errorf("%s: %v is approved by a group that it brings", v.name, waived)
		}
		if waived, _ := v.waived(waiver.Between(with(v.old, &v.waiver), without(v.new), lastDay)); len(waived) != 1 {
			t.Errorf("%s: a waiver that goes with what it accepted is to count once more; waived %v", v.name, waived)
		}
	})
}
