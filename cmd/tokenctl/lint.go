package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/waiver"
	"tokenctl.dev/lint"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

type lintOptions struct {
	specs  []string
	output output
	clock  clock
}

func newLint(g *global) *cobra.Command {
	o := &lintOptions{}
	cmd := &cobra.Command{
		Use:   "lint [CONTRACT...]",
		Short: "find what is wrong with contracts",
		Long: `lint finds personal data in tokens, claims that nobody reads and other mistakes in
one or more contracts. Without arguments it looks at every contract below the
current directory.`,
		Example: `  # every contract below
  tokenctl lint

  # one contract, for a program to read
  tokenctl lint contracts/bank --format json`,
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			o.specs = args
			return runLint(cmd, o)
		}),
	}
	o.output.addFlags(cmd)
	o.clock.addFlags(cmd)
	return cmd
}

func runLint(cmd *cobra.Command, o *lintOptions) error {
	if err := cmp.Or(o.output.check(), o.clock.check()); err != nil {
		return err
	}
	if len(o.specs) == 0 {
		o.specs = []string{"./..."}
	}
	r := &report.Report{Command: "lint"}
	var sides []*side
	failed := false
	for _, spec := range o.specs {
		s, err := open(cmd.Context(), spec, ".")
		if err != nil {
			return err
		}
		sides = append(sides, s)
		failed = failed || len(s.problems) > 0
		r.Findings = append(r.Findings, problemFindings(s.problems)...)
		r.Coverage.Unloaded = append(r.Coverage.Unloaded, s.unloaded...)
		for _, c := range s.contracts {
			r.Findings = append(r.Findings, linted(c, o.clock.today())...)
			r.Coverage.Add(coverage(c))
		}
	}
	r.Source = func(file string) []byte {
		for _, s := range sides {
			if b := s.source(file); b != nil {
				return b
			}
		}
		return nil
	}
	err := o.output.write(cmd, r)
	if failed {
		return errReported
	}
	return err
}

// linted gives the findings on a contract, with what its waivers accept.
func linted(c *schema.Contract, today string) []report.Finding {
	findings := lint.Run(issuance.Of(c), c.Policy)
	book := waiver.Of(c, today)
	book.Findings(findings)
	return append(findings, onWaivers(book, c, ruleIDs(), changeIDs())...)
}

// coverage says what a contract gives to judge by.
func coverage(c *schema.Contract) report.Coverage {
	cov := report.Coverage{Contracts: []string{fmt.Sprintf("%s %s (%s)", c.Name, c.Version, c.Spec)}}
	for consumer := range c.Consumers() {
		if len(consumer.Reads) > 0 {
			cov.Consumers++
			cov.Reads += len(consumer.Reads)
		}
	}
	for _, t := range c.Tokens {
		if t.ReadersComplete {
			cov.Complete = append(cov.Complete, t.Name)
		} else {
			cov.Partial = append(cov.Partial, t.Name)
		}
	}
	slices.Sort(cov.Complete)
	return cov
}
