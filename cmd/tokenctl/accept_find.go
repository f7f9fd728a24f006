package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"tokenctl.dev/diff"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/waiver"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// acceptables gives what a waiver can accept: the findings of lint, and what
// changes mean for consumers. Changes are looked for where an old revision is named,
// or where the fingerprint is none of a finding.
func acceptables(cmd *cobra.Command, o *acceptOptions) ([]acceptable, error) {
	if o.diff.old == "" {
		base, err := source.DefaultBase(cmd.Context())
		if err != nil {
			return onlyFindings(cmd, o, err)
		}
		o.diff.old = base
	}
	if err := o.diff.defaults(cmd.Context()); err != nil {
		return nil, err
	}
	old, new, err := openBoth(cmd.Context(), o.diff.old, o.diff.new)
	if err != nil {
		return nil, err
	}
	if err := loads(old, new); err != nil {
		return nil, err
	}
	out := findings(new, o.diff.clock.today())
	for _, p := range match(old, new) {
		if p.old != nil && p.new != nil {
			out = append(out, verdicts(p.old, p.new, o.diff.clock.today())...)
		}
	}
	return out, nil
}

// onlyFindings is for where there is no old revision: changes are not looked for,
// and what is not a finding cannot be accepted.
func onlyFindings(cmd *cobra.Command, o *acceptOptions, noBase error) ([]acceptable, error) {
	o.diff.new = cmp.Or(o.diff.new, here())
	new, err := open(cmd.Context(), o.diff.new, ".")
	if err != nil {
		return nil, err
	}
	if err := loads(new); err != nil {
		return nil, err
	}
	out := findings(new, o.diff.clock.today())
	if o.fingerprint != "" && !slices.ContainsFunc(out, func(a acceptable) bool { return a.fingerprint == o.fingerprint }) {
		return nil, noBase
	}
	if o.fingerprint == "" {
		printError(cmd.ErrOrStderr(), fmt.Sprintf("changes are not looked at: %v", noBase), "name the old revision: tokenctl accept OLD")
	}
	return out, nil
}

func loads(sides ...*side) error {
	for _, s := range sides {
		if len(s.problems) > 0 {
			return &hinted{s.spec + ": the contract does not load", "tokenctl lint " + s.spec + " says why"}
		}
	}
	return nil
}

func findings(new *side, today string) []acceptable {
	var out []acceptable
	for _, c := range new.contracts {
		for _, f := range linted(c, today) {
			if slices.Contains(ruleIDs(), f.Rule) {
				out = append(out, acceptable{
					contract: c, policy: c.Policy.Waivers, fingerprint: f.Fingerprint(), rule: f.Rule, subject: f.Subject,
					severity: f.Severity, waived: f.Waived,
				})
			}
		}
	}
	return out
}

// verdicts gives each change, for all consumers, and what it means for each.
func verdicts(old, new *schema.Contract, today string) []acceptable {
	var out []acceptable
	changes := diff.Judge(diff.Compare(old, new), issuance.Of(old), issuance.Of(new))
	waiver.Between(old, new, today).Changes(changes)
	for i := range changes {
		c := &changes[i]
		a := acceptable{contract: new, policy: old.Policy.Waivers, rule: c.Kind, subject: c.Subject, severity: c.Severity, change: c}
		a.fingerprint, a.verdict, a.whole = c.Fingerprint(), c.Worst(), true
		out = append(out, a)
		for _, j := range c.Judgements {
			a.fingerprint, a.verdict, a.whole = c.FingerprintOf(j), j.Verdict, false
			a.consumer, a.severity, a.waived = j.Consumer, j.Severity, j.Waived
			out = append(out, a)
		}
	}
	return out
}

// restOf says which verdicts of a whole change the waiver would leave.
func restOf(c *report.Change, w *schema.Waiver) []string {
	var out []string
	for _, j := range c.Judgements {
		if j.Waived == nil && (j.Verdict == report.BreaksOpen && !w.AcceptsBypass || j.Verdict == report.Exposes) {
			out = append(out, fmt.Sprintf("%s %s (%s)", j.Verdict, j.Consumer, c.FingerprintOf(j)))
		}
	}
	return out
}
