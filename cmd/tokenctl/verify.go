package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tokenctl.dev/export/jsonschema"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/limit"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
	"tokenctl.dev/verify"
)

type verifyOptions struct {
	files    []string
	contract string
	token    string
	client   string
	engine   string
	output   output
}

func newVerify(g *global) *cobra.Command {
	o := &verifyOptions{}
	cmd := &cobra.Command{
		Use:   "verify [FILE...]",
		Short: "check real tokens against the contract",
		Long: `verify checks tokens against a token profile of a contract: the claims that must be
there and may be there, their values, the header. Tokens are JSON payloads or JWTs,
one to a line, or one JSON object in a file; without files they come from the standard
input. JWTs are decoded, not verified: nobody looks at their signatures.

What is wrong is told by place and by kind of value. Values are never shown.`,
		Example: `  # what the gateway logged, against what the client web may get
  tokenctl verify --contract contracts/bank --token access_token --client web tokens.ndjson

  # one token
  echo "$TOKEN" | tokenctl verify --token id_token`,
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			o.files = args
			return runVerify(cmd, o)
		}),
	}
	cmd.Flags().StringVar(&o.contract, "contract", "", "the contract to check against (default the one here)")
	cmd.Flags().StringVar(&o.token, "token", "", "the token profile of the contract that the tokens are of")
	cmd.Flags().StringVar(&o.client, "client", "", "the client that the tokens were issued to; any, if it is not given")
	cmd.Flags().StringVar(&o.engine, "engine", engineOwn, "what checks payloads: "+engineOwn+", or "+engineSchema+" for a second opinion by another library on the exported schema")
	o.output.addFlags(cmd)
	return cmd
}

// The engines.
const (
	engineOwn    = "tokenctl"
	engineSchema = "jsonschema"
)

func runVerify(cmd *cobra.Command, o *verifyOptions) error {
	if err := o.output.check(); err != nil {
		return err
	}
	if o.engine != engineOwn && o.engine != engineSchema {
		return &hinted{fmt.Sprintf("unknown engine %q", o.engine), "engines are " + engineOwn + ", " + engineSchema}
	}
	o.contract = cmp.Or(o.contract, here())
	s, err := open(cmd.Context(), o.contract, ".")
	if err != nil {
		return err
	}
	r := &report.Report{Command: "verify", Source: s.source, Coverage: report.Coverage{Unloaded: s.unloaded}}
	if len(s.problems) > 0 {
		r.Findings = problemFindings(s.problems)
		o.output.write(cmd, r)
		return errReported
	}
	if len(s.contracts) > 1 {
		return &hinted{fmt.Sprintf("%s: there are %d contracts here", o.contract, len(s.contracts)), "tokens are checked against one: --contract DIR"}
	}
	c := s.contracts[0]
	profile, err := profileOf(c, o.token, o.client)
	if err != nil {
		return err
	}
	tokens, err := compile(profile, o.engine)
	if err != nil {
		return err
	}
	limit.Done()
	summary, err := readTokens(cmd, o.files, tokens)
	if err != nil {
		return err
	}
	if summary.Checked == 0 {
		return &hinted{"there are no tokens to check", "a token is a line with a JWT or a JSON object, in files or on the standard input"}
	}
	r.Coverage.Contracts = coverage(c).Contracts
	r.Findings = profile.Findings(c, summary, tokens.Unchecked())
	r.Tokens = profile.Tokens(summary, tokens)
	if o.engine != engineOwn {
		r.Tokens.Engine = o.engine
	}
	return o.output.write(cmd, r)
}

// profileOf finds what the flags name.
func profileOf(c *schema.Contract, token, client string) (*verify.Profile, error) {
	t := c.Token(token)
	switch {
	case token == "":
		return nil, &hinted{"it is not said which token profile the tokens are of", "--token takes one of " + names(c.Tokens)}
	case t == nil:
		return nil, &hinted{fmt.Sprintf("the contract has no token %q", token), "--token takes one of " + names(c.Tokens)}
	}
	cl := c.Client(client)
	if client != "" && cl == nil {
		return nil, &hinted{fmt.Sprintf("the contract has no client %q", client), "--client takes one of " + names(c.Clients)}
	}
	p, err := verify.ProfileOf(issuance.Of(c), t, cl)
	if err != nil {
		return nil, &hinted{err.Error(), "what a client gets follows from its grants, scopes and tokens in the contract"}
	}
	return p, nil
}

func names[T fmt.Stringer](list []T) string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = x.String()
	}
	return strings.Join(out, ", ")
}

// compile prepares the check by the engine.
func compile(p *verify.Profile, engine string) (*verify.Tokens, error) {
	if engine == engineOwn {
		return p.Compile(nil), nil
	}
	text, losses := jsonschema.Of(p.Payload, jsonschema.Header{})
	var lost []string
	for _, l := range losses {
		lost = append(lost, l.String())
	}
	s, err := verify.NewSchema(text, lost...)
	if err != nil {
		return nil, fmt.Errorf("compiling the exported schema: %w", err)
	}
	return p.Compile(s), nil
}

// readTokens checks what is in the files, or on the standard input.
func readTokens(cmd *cobra.Command, files []string, tokens *verify.Tokens) (*verify.Summary, error) {
	summary := &verify.Summary{}
	read := func(name string, in io.Reader) error {
		return verify.Each(in, func(line int, token []byte) {
			summary.Add(tokens, verify.Place{File: name, Line: line}, token)
		})
	}
	if len(files) == 0 {
		return summary, read("-", cmd.InOrStdin())
	}
	for _, name := range files {
		if name == "-" {
			if err := read(name, cmd.InOrStdin()); err != nil {
				return nil, err
			}
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		err = read(name, f)
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	return summary, nil
}
