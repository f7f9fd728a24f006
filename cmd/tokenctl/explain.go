package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"tokenctl.dev/audit"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/limit"
	"tokenctl.dev/report"
)

type explainOptions struct {
	client, claim string
	contract      string
	tokens        []string
	format        string
}

func newExplain(g *global) *cobra.Command {
	o := &explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain CLIENT CLAIM",
		Short: "say why a client gets a claim or not",
		Long: `explain says for each token whether a client gets a claim, by which grant types,
through what and with which scopes, who can read it there, and when it may be
absent. For a claim that never comes it says the fewest scopes or grant types that
would release it.`,
		Example: `  # why is there no e-mail address in the token?
  tokenctl explain web email

  # what would give this client roles in the access token?
  tokenctl explain nightly-report roles --token access_token --contract contracts/bank`,
		Args: cobra.ExactArgs(2),
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			o.client, o.claim = args[0], args[1]
			return runExplain(cmd, o)
		}),
	}
	cmd.Flags().StringVar(&o.contract, "contract", "", "the contract (default the one here)")
	cmd.Flags().StringArrayVar(&o.tokens, "token", nil, "only these tokens")
	cmd.Flags().StringVar(&o.format, "format", "text", "how to write it: text, json")
	return cmd
}

func runExplain(cmd *cobra.Command, o *explainOptions) error {
	if err := oneOf("format", o.format, report.Formats()); err != nil {
		return err
	}
	o.contract = cmp.Or(o.contract, here())
	s, err := openLoaded(cmd, o.contract, o.format)
	if err != nil {
		return err
	}
	if len(s.contracts) > 1 {
		return &hinted{fmt.Sprintf("%s names %d contracts", o.contract, len(s.contracts)), "name one of them with --contract, such as " + s.contracts[0].Spec}
	}
	c := s.contracts[0]
	e, err := audit.Explain(issuance.Of(c), o.client, o.claim, audit.Parse(o.tokens))
	if err != nil {
		return err
	}
	limit.Done()
	if o.format == "json" {
		return e.WriteJSON(cmd.OutOrStdout(), coverage(c), version())
	}
	return e.WriteText(cmd.OutOrStdout(), coverage(c))
}
