package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tokenctl.dev/internal/limit"
	"tokenctl.dev/internal/waiver"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

type acceptOptions struct {
	fingerprint string // empty: list
	diff        diffOptions
	waiver      schema.Waiver
}

func newAccept(g *global) *cobra.Command {
	o := &acceptOptions{}
	cmd := &cobra.Command{
		Use:   "accept [FINGERPRINT] [OLD [NEW]]",
		Short: "accept a finding or a change until a day",
		Long: `accept writes a waiver into the contract NEW, with a reason and its last day. Nothing
else of the contract is touched. Without a fingerprint it lists what could be
accepted: what lint finds in NEW, and what the changes from OLD to NEW mean for each
consumer. OLD and NEW are as for diff.

A waiver does not count in the change that brings it: merge it by itself, then the
change that it accepts.`,
		Example: `  # what is there to accept
  tokenctl accept

  tokenctl accept 2f1c9a6b03d75e84 --reason "Payments asks the core system" --until 2026-12-31

  # that access may open
  tokenctl accept 2f1c9a6b03d75e84 --reason "Nobody is suspended" --until 2026-12-31 \
    --accepts-bypass --approved-by security`,
		Args: cobra.MaximumNArgs(3),
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && fingerprints.MatchString(args[0]) {
				o.fingerprint, args = args[0], args[1:]
			}
			switch len(args) {
			case 3:
				return &hinted{fmt.Sprintf("%s is no fingerprint", args[0]), "tokenctl accept lists them: 16 digits and letters a to f"}
			case 2:
				o.diff.new = args[1]
				fallthrough
			case 1:
				o.diff.old = args[0]
			}
			return runAccept(cmd, o)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.waiver.Reason, "reason", "", "why it is accepted")
	f.StringVar(&o.waiver.Until, "until", "", "the last day on which it is, such as 2026-12-31")
	f.StringVar(&o.waiver.ApprovedBy, "approved-by", "", "who approved it")
	f.StringVar(&o.waiver.Ticket, "ticket", "", "where it is discussed")
	f.BoolVar(&o.waiver.AcceptsBypass, "accepts-bypass", false, "access may open to the wrong caller")
	o.diff.clock.addFlags(cmd)
	return cmd
}

var fingerprints = regexp.MustCompile(`^[0-9a-f]{16}$`)

func runAccept(cmd *cobra.Command, o *acceptOptions) error {
	if err := o.diff.clock.check(); err != nil {
		return err
	}
	if o.fingerprint != "" && (o.waiver.Reason == "" || o.waiver.Until == "") {
		return &hinted{"a waiver needs a reason and a last day", `--reason "..." --until 2026-12-31`}
	}
	found, err := acceptables(cmd, o)
	if err != nil {
		return err
	}
	limit.Done()
	if o.fingerprint == "" {
		return list(cmd, found)
	}
	found = slices.DeleteFunc(found, func(a acceptable) bool { return a.fingerprint != o.fingerprint })
	switch {
	case len(found) == 0:
		return &hinted{fmt.Sprintf("there is no finding and no change %s", o.fingerprint), "tokenctl accept lists what there is"}
	case found[len(found)-1].contract != found[0].contract:
		return &hinted{fmt.Sprintf("%s is in more than one contract", o.fingerprint), "name one as NEW: tokenctl accept " + o.fingerprint + " OLD " + found[0].contract.Spec}
	}
	return found[0].write(cmd, o)
}

// list writes what a waiver could accept and none does.
func list(cmd *cobra.Command, found []acceptable) error {
	several := slices.ContainsFunc(found, func(a acceptable) bool { return a.contract != found[0].contract })
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	for _, a := range found {
		if a.waived == nil && !a.whole && a.verdict != report.Unaffected {
			cells := []string{a.fingerprint, cmp.Or(string(a.verdict), a.severity.String()), a.rule + " of " + report.Printable(a.subject)}
			if a.consumer != "" {
				cells = append(cells, report.Printable(a.consumer))
			}
			if several {
				cells = append(cells, "in "+report.Printable(a.contract.Spec))
			}
			fmt.Fprintln(w, strings.Join(cells, "\t"))
		}
	}
	return w.Flush()
}

// An acceptable is what one waiver can accept.
type acceptable struct {
	contract    *schema.Contract // that the waiver goes into
	policy      schema.WaiverPolicy
	fingerprint string
	rule        string
	subject     string
	consumer    string // of a verdict
	severity    report.Severity
	verdict     report.Verdict // empty for a finding
	waived      *report.Waiver
	change      *report.Change
	whole       bool // it is the change, for all consumers
}

// refused says why the waiver would not accept it.
func (a acceptable) refused(w *schema.Waiver, today string) error {
	opens := a.verdict == report.BreaksOpen
	switch lacks := waiver.Lacks(w, a.policy, today); {
	case a.waived != nil:
		return &hinted{fmt.Sprintf("%s is accepted already", a.fingerprint), fmt.Sprintf("by %s, until %s", a.waived.Path, a.waived.Until)}
	case lacks != "" && w.AcceptsBypass:
		return &hinted{"the waiver would not count: " + lacks, "policy names: " + cmp.Or(strings.Join(a.policy.Approvers, ", "), "nobody")}
	case lacks != "":
		return &hinted{"the waiver would not count: " + lacks, "policy.waivers of the contract says what a waiver needs"}
	case w.Until < today:
		return &hinted{"the waiver would not count: " + w.Until + " is over", "give a later --until"}
	case opens && !a.whole && !w.AcceptsBypass:
		return &hinted{fmt.Sprintf("%s breaks open: it lets in the wrong caller", a.consumer), "whoever accepts that says --accepts-bypass --approved-by NAME"}
	case w.AcceptsBypass && !opens:
		return &hinted{"nothing breaks open here", "leave out --accepts-bypass"}
	}
	for _, there := range a.contract.Waivers {
		if there.Name == w.Name {
			return &hinted{fmt.Sprintf("%s is there already, at %s", there.Path, there.At()), "change it there"}
		}
	}
	return nil
}
