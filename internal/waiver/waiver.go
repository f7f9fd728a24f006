// Package waiver applies the waivers of a contract to what was found.
//
// A waiver accepts a finding, or what a change means for a consumer, until a day.
// It names the rule or kind, the subject and perhaps the consumer, and its
// fingerprint pins it to exact values; wording and places are no part of it. What
// is waived stays in the report, as bad as it is, and does not count.
//
// For a diff the waivers, and what they are held to, are those of the old revision:
// a change cannot silence itself. The rules are told in docs/waivers.md.
package waiver

import (
	"fmt"
	"slices"
	"time"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// A Book is the waivers that one run goes by.
type Book struct {
	entries []*entry
	policy  schema.WaiverPolicy
	today   string
	diff    bool
}

// An entry is one waiver and what became of it.
type entry struct {
	*schema.Waiver
	now     *schema.Waiver // as the new revision has it, for its place; nil where it is gone
	pending bool           // it came with this change, and does not count yet
	lacks   string         // why it does not count whatever the day; empty: nothing
	matched bool           // there is what it accepts
}

// Of gives the waivers for findings on one contract. Today is YYYY-MM-DD.
func Of(c *schema.Contract, today string) *Book {
	b := &Book{policy: c.Policy.Waivers, today: today}
	for _, w := range c.Waivers {
		b.add(&entry{Waiver: w, now: w})
	}
	return b
}

// Between gives the waivers for what changed from one revision to the next; new is
// nil where the contract is gone.
func Between(old, new *schema.Contract, today string) *Book {
	b := &Book{policy: old.Policy.Waivers, today: today, diff: true}
	var now []*schema.Waiver
	if new != nil {
		now = new.Waivers
	}
	for _, w := range old.Waivers {
		b.add(&entry{Waiver: w, now: named(now, w.Name)})
	}
	for _, w := range now {
		if was := named(old.Waivers, w.Name); was == nil || !was.Same(&w.Node) {
			b.add(&entry{Waiver: w, now: w, pending: true})
		}
	}
	return b
}

func named(waivers []*schema.Waiver, name string) *schema.Waiver {
	i := slices.IndexFunc(waivers, func(w *schema.Waiver) bool { return w.Name == name })
	if i < 0 {
		return nil
	}
	return waivers[i]
}

func (b *Book) add(e *entry) {
	e.lacks = Lacks(e.Waiver, b.policy, b.today)
	b.entries = append(b.entries, e)
}

// Lacks says what a waiver needs by policy and has not; empty: nothing.
func Lacks(w *schema.Waiver, p schema.WaiverPolicy, day string) string {
	until, err := time.Parse(time.DateOnly, w.Until)
	today, _ := time.Parse(time.DateOnly, day)
	switch {
	case err != nil:
		return "until is no day of the calendar"
	case p.MaxAge.Stated && until.After(today.Add(time.Duration(p.MaxAge.Seconds)*time.Second)):
		return fmt.Sprintf("it holds for longer than %s, the most that policy allows", p.MaxAge)
	case p.Ticket && w.Ticket == "":
		return "policy wants a ticket"
	case w.AcceptsBypass && len(p.Approvers) == 0:
		return "it accepts that access opens, and policy names nobody who may approve that"
	case w.AcceptsBypass && !slices.Contains(p.Approvers, w.ApprovedBy):
		return "it accepts that access opens, and is not approved by one of those whom policy names"
	}
	return ""
}

// Findings marks what is waived.
func (b *Book) Findings(findings []report.Finding) {
	for i := range findings {
		f := &findings[i]
		f.Acceptance = b.accept(func(w *schema.Waiver) (bool, string) {
			return w.Rule == f.Rule && w.Consumer == "" && covers(w.Subject, f.Subject) && (w.Fingerprint == "" || w.Fingerprint == f.Fingerprint()), ""
		})
	}
}

// Changes marks what is waived of what changes mean for consumers. A change that
// means nothing to anybody needs no waiver.
func (b *Book) Changes(changes []report.Change) {
	for i := range changes {
		c := &changes[i]
		for k := range c.Judgements {
			j := &c.Judgements[k]
			if j.Verdict == report.Unaffected {
				continue
			}
			j.Acceptance = b.accept(func(w *schema.Waiver) (bool, string) {
				return about(w, c, j), restriction(w, j)
			})
		}
	}
}

func about(w *schema.Waiver, c *report.Change, j *report.Judgement) bool {
	return w.Rule == c.Kind && covers(w.Subject, c.Subject) &&
		(w.Consumer == "" || covers(w.Consumer, j.Consumer)) &&
		(w.Fingerprint == "" || w.Fingerprint == c.Fingerprint() || w.Fingerprint == c.FingerprintOf(*j))
}

// restriction says why a waiver that is about a judgement does not accept it: what
// opens access or shows personal data is not accepted in passing.
func restriction(w *schema.Waiver, j *report.Judgement) string {
	switch {
	case j.Verdict == report.BreaksOpen && !w.AcceptsBypass:
		return "it does not say that access may open (acceptsBypass)"
	case j.Verdict == report.Exposes && w.Consumer != j.Consumer:
		return "it does not name the consumer that personal data would reach"
	}
	return ""
}

// accept gives the first waiver that accepts something, or why those that are about
// it do not.
func (b *Book) accept(about func(*schema.Waiver) (bool, string)) report.Acceptance {
	var out report.Acceptance
	for _, e := range b.entries {
		is, restriction := about(e.Waiver)
		if !is {
			continue
		}
		e.matched = true
		why := b.idle(e)
		if why == "" {
			why = restriction
		}
		if why == "" {
			return report.Acceptance{Waived: &report.Waiver{Path: e.Path, Reason: e.Reason, ApprovedBy: e.ApprovedBy, Ticket: e.Ticket, Until: e.Until}}
		}
		if out.NotWaived == "" {
			out.NotWaived = e.Path + ": " + why
		}
	}
	return out
}

// idle says why a waiver accepts nothing at all today.
func (b *Book) idle(e *entry) string {
	switch {
	case e.lacks != "":
		return e.lacks
	case e.Until < b.today:
		return "it expired on " + e.Until
	case e.pending:
		return "it comes with this same change, and counts from the next one on"
	}
	return ""
}
