package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tokenctl.dev/audit"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/limit"
	"tokenctl.dev/report"
)

type auditOptions struct {
	spec   string
	format string
	matrix string

	clients, parties, grants, scopes, tokens, claims, categories, readers []string
}

func newAudit(g *global) *cobra.Command {
	o := &auditOptions{}
	cmd := &cobra.Command{
		Use:   "audit [CONTRACT]",
		Short: "say who gets which claim, in which token, and who can read it",
		Long: `audit lists what each client can get: the claim, the token, the grant types and the
fewest scopes that release it, whether it is always there, and who can read it: the
client, the browser, resources.

Filters take names, in which * stands for any run of characters and ? for one.
Several of one kind mean any of them. A category stands for all below it. A filter
that matches no name is an error. A question mark in the table means that the
contract does not decide it; the reason stands below.`,
		Example: `  # what do third parties get?
  tokenctl audit --party third

  # who can get the national identity number, and by which scope?
  tokenctl audit --claim '*national_id'

  # what does the browser see of data that identifies a person?
  tokenctl audit --reader browser --category user.contact --category user.government_id

  # for a spreadsheet
  tokenctl audit --format csv > audit.csv`,
		Args: cobra.MaximumNArgs(1),
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.spec = args[0]
			}
			return runAudit(cmd, o)
		}),
	}
	o.addFlags(cmd)
	return cmd
}

func (o *auditOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.clients, "client", nil, "only these clients")
	f.StringArrayVar(&o.parties, "party", nil, "only clients of this party: first, third, undeclared")
	f.StringArrayVar(&o.grants, "grant", nil, "only what comes by these grant types")
	f.StringArrayVar(&o.scopes, "scope", nil, "only what needs these scopes")
	f.StringArrayVar(&o.tokens, "token", nil, "only these tokens")
	f.StringArrayVar(&o.claims, "claim", nil, "only these claims")
	f.StringArrayVar(&o.categories, "category", nil, "only claims of these categories of data, or unknown")
	f.StringArrayVar(&o.readers, "reader", nil, "only what these can read: client, browser, or a client or resource by name")
	f.StringVar(&o.matrix, "matrix", "", "a matrix of claims by these columns: "+strings.Join(audit.Matrices(), ", "))
	f.StringVar(&o.format, "format", "text", "how to write the report: "+strings.Join(audit.Formats(), ", "))
}

func runAudit(cmd *cobra.Command, o *auditOptions) error {
	if err := oneOf("format", o.format, audit.Formats()); err != nil {
		return err
	}
	if err := oneOf("matrix", o.matrix, append(audit.Matrices(), "")); err != nil {
		return err
	}
	s, err := openLoaded(cmd, cmp.Or(o.spec, here()), o.format)
	if err != nil {
		return err
	}
	filter := o.filter()
	if err := filter.Check(s.contracts...); err != nil {
		return err
	}
	r := &audit.Report{Version: version(), Matrix: o.matrix}
	for _, c := range s.contracts {
		r.Audits = append(r.Audits, audit.New(issuance.Of(c), filter))
		r.Coverage.Add(coverage(c))
	}
	limit.Done()
	return r.Write(cmd.OutOrStdout(), cmd.ErrOrStderr(), o.format)
}

func (o *auditOptions) filter() *audit.Filter {
	return &audit.Filter{
		Clients: audit.Parse(o.clients), Parties: audit.Parse(o.parties), Grants: audit.Parse(o.grants), Scopes: audit.Parse(o.scopes),
		Tokens: audit.Parse(o.tokens), Claims: audit.Parse(o.claims), Categories: audit.Parse(o.categories), Readers: audit.Parse(o.readers),
	}
}

// oneOf sees to it that a flag has a value that exists.
func oneOf(flag, value string, values []string) error {
	if slices.Contains(values, value) {
		return nil
	}
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	return &hinted{fmt.Sprintf("unknown %s %q", flag, value), fmt.Sprintf("--%s takes %s", flag, strings.Join(values, ", "))}
}

// openLoaded opens contracts that all have to load. The mistakes of those that do
// not are written as a report.
func openLoaded(cmd *cobra.Command, spec, format string) (*side, error) {
	s, err := open(cmd.Context(), spec, ".")
	if err != nil || len(s.problems) == 0 {
		return s, err
	}
	r := &report.Report{Command: cmd.Name(), Source: s.source, Findings: problemFindings(s.problems), Version: version()}
	r.Coverage.Unloaded = s.unloaded
	r.Sort()
	limit.Done()
	if !slices.Contains(report.Formats(), format) {
		report.Write(cmd.ErrOrStderr(), r, report.Formats()[0], false)
		return nil, errReported
	}
	report.Write(cmd.OutOrStdout(), r, format, colour(cmd))
	return nil, errReported
}
