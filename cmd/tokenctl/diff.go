package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tokenctl.dev/diff"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/waiver"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

type diffOptions struct {
	old, new string
	output   output
	clock    clock
}

func newDiff(g *global) *cobra.Command {
	o := &diffOptions{}
	cmd := &cobra.Command{
		Use:   "diff [OLD [NEW]]",
		Short: "say what changed between two revisions, and whom it breaks",
		Long: `diff compares two revisions of a contract: what changed, and for each consumer
whether it breaks, breaks open (lets the wrong caller in), may break, or is
unaffected.

OLD is the merge base with the default branch unless you say otherwise, NEW the
working tree. A revision alone means the same directory in that revision.`,
		Example: `  # what this branch changes
  tokenctl diff

  # the last release against the working tree
  tokenctl diff latest-tag:v*

  # two directories
  tokenctl diff contracts/bank ../new/contracts/bank`,
		Args: cobra.MaximumNArgs(2),
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.old = args[0]
			}
			if len(args) > 1 {
				o.new = args[1]
			}
			return runDiff(cmd, o)
		}),
	}
	o.output.addFlags(cmd)
	o.clock.addFlags(cmd)
	return cmd
}

func runDiff(cmd *cobra.Command, o *diffOptions) error {
	if err := cmp.Or(o.output.check(), o.clock.check()); err != nil {
		return err
	}
	if err := o.defaults(cmd.Context()); err != nil {
		return err
	}
	old, new, err := openBoth(cmd.Context(), o.old, o.new)
	if err != nil {
		return err
	}
	r := &report.Report{Command: "diff"}
	r.Source = func(file string) []byte {
		if b := new.source(file); b != nil {
			return b
		}
		return old.source(file)
	}
	if len(old.problems) > 0 || len(new.problems) > 0 {
		for i := range new.problems {
			diff.Tombstone(&new.problems[i], before(old, new, new.dirs[i]), o.clock.today())
		}
		r.Findings = append(problemFindings(old.problems), problemFindings(new.problems)...)
		r.Coverage.Unloaded = append(old.unloaded, new.unloaded...)
		o.output.write(cmd, r)
		return errReported
	}
	for _, p := range match(old, new) {
		addPair(r, p.old, p.new, o.clock.today())
	}
	return o.output.write(cmd, r)
}

// defaults fills in what the user did not name.
func (o *diffOptions) defaults(ctx context.Context) error {
	o.new = cmp.Or(o.new, here())
	if o.old != "" {
		return nil
	}
	base, err := source.DefaultBase(ctx)
	o.old = base
	return err
}

// openBoth loads both sides at once. A contract that is not in the old revision is
// a new one, and one that is not there any more is gone; a name that leads
// nowhere on either side is a mistake.
func openBoth(ctx context.Context, oldSpec, newSpec string) (old, new *side, err error) {
	var oldErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		old, oldErr = open(ctx, oldSpec, fromHere(newSpec))
	}()
	new, newErr := open(ctx, newSpec, ".")
	<-done
	var missing *source.MissingError
	isNew := errors.Is(oldErr, errNone) || errors.As(oldErr, &missing) && missing.InRevision
	isGone := errors.Is(newErr, errNone) || errors.As(newErr, &missing)
	switch {
	case oldErr == nil && newErr == nil:
		return old, new, nil
	case isNew && newErr == nil:
		return &side{spec: oldSpec}, new, nil
	case oldErr == nil && isGone:
		return old, &side{spec: newSpec}, nil
	case newErr != nil:
		return nil, nil, newErr
	}
	return nil, nil, oldErr
}

type contractPair struct{ old, new *schema.Contract }

// match puts the contracts of both sides together: where both hold one, those
// two, else by name.
func match(old, new *side) []contractPair {
	if len(old.contracts) == 1 && len(new.contracts) == 1 {
		return []contractPair{{old.contracts[0], new.contracts[0]}}
	}
	var out []contractPair
	taken := map[string]*schema.Contract{}
	for _, c := range old.contracts {
		taken[c.Name] = c
	}
	for _, c := range new.contracts {
		out = append(out, contractPair{taken[c.Name], c})
		delete(taken, c.Name)
	}
	for _, c := range old.contracts {
		if taken[c.Name] != nil {
			out = append(out, contractPair{c, nil})
		}
	}
	return out
}

// before gives the old revision of the contract in a directory of the new side, as
// match would: the only one there is, or the one of the same directory.
func before(old, new *side, dir string) *schema.Contract {
	if len(old.trees) == 1 && len(new.trees) == 1 && len(old.contracts) == 1 {
		return old.contracts[0]
	}
	return old.in[dir]
}

// contractGone is the finding that a contract was there and is gone.
const contractGone = "contract-gone"

func addPair(r *report.Report, old, new *schema.Contract, today string) {
	if old == nil {
		r.Findings = append(r.Findings, report.Finding{
			Rule: "contract-new", Severity: report.Note, Subject: new.Name, At: new.FieldAt("name"),
			Message: fmt.Sprintf("contract %q is new: there is nothing to compare it with", new.Name),
			Hint:    "tokenctl lint looks at it by itself",
		})
		r.Coverage.Add(coverage(new))
		return
	}
	book := waiver.Between(old, new, today)
	if new == nil {
		gone := []report.Finding{{
			Rule: contractGone, Severity: report.Error, Subject: old.Name, Was: old.FieldAt("name"),
			Message: fmt.Sprintf("contract %q was in %s and is gone: nothing says any more who reads its tokens", old.Name, old.Spec),
			Hint:    "keep the contract, or retire its tokens one by one",
		}}
		book.Findings(gone)
		r.Findings = append(append(r.Findings, gone...), onWaivers(book, old, changeIDs(), ruleIDs())...)
		return
	}
	facts, before, after := diff.Compare(old, new), issuance.Of(old), issuance.Of(new)
	changes := diff.Judge(facts, before, after)
	book.Changes(changes)
	r.Changes = append(r.Changes, changes...)
	r.Flows = append(r.Flows, diff.Flows(facts, before, after)...)
	r.Findings = append(r.Findings, onWaivers(book, new, changeIDs(), ruleIDs())...)
	cov := coverage(new)
	cov.Contracts = []string{fmt.Sprintf("%s %s (%s) with %s (%s)", new.Name, new.Version, new.Spec, old.Version, old.Spec)}
	for _, c := range changes {
		if c.Kind == "value-relation-unknown" {
			cov.Unknown++
		}
	}
	r.Coverage.Add(cov)
}
