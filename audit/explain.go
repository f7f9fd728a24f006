package audit

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// An Explanation says why a client gets a claim or not, token by token.
type Explanation struct {
	Client *schema.Client
	Claim  *schema.Claim
	Tokens []InToken
	audit  *Audit
}

// InToken is one token of an explanation.
type InToken struct {
	Token    *schema.Token
	Presence schema.Presence
	Rows     []Row // by grant type; none where the claim never comes
	// Absent is a smallest grant whose token may lack the claim, where it comes
	// only sometimes.
	Absent *issuance.Situation
	// Releases are the fewest additions to the client with which the claim would
	// come, where it never does, the shortest first.
	Releases []Release
	// Blocks says why no addition would help; empty where nothing in the contract
	// puts the claim into the token.
	Blocks []string
}

// Explain says why a client gets a claim or not, in the tokens that match.
func Explain(is *issuance.Issuance, client, claim string, tokens Patterns) (*Explanation, error) {
	c := is.Contract
	e := &Explanation{Client: c.Client(client), Claim: c.Claim(claim)}
	switch {
	case e.Client == nil:
		return nil, noName("client", client, namesOf(c.Clients))
	case e.Claim == nil:
		return nil, noName("claim", claim, namesOf(c.Claims))
	}
	f := &Filter{Tokens: tokens}
	if err := f.Check(c); err != nil {
		return nil, err
	}
	e.audit = New(is, f)
	readers := is.Readers()
	for _, t := range c.Tokens {
		if tokens.match(t.Name) {
			e.Tokens = append(e.Tokens, e.in(is, t, readers))
		}
	}
	return e, nil
}

func (e *Explanation) in(is *issuance.Issuance, t *schema.Token, readers *issuance.Readers) InToken {
	m := is.Meet(is.Consumer(e.Client.Path), t, e.Claim)
	out := InToken{Token: t, Presence: m.Presence}
	var seen audiences
	for _, f := range is.FlowsOf(e.Client, t, e.Claim) {
		out.Rows = append(out.Rows, Row{f, e.audit.classes[e.Claim], seen.of(readers.Of(f))})
	}
	switch m.Presence {
	case schema.Sometimes:
		out.Absent = m.Absent
	case schema.Never:
		s := search{is: is, client: e.Client, token: t, claim: e.Claim}
		if out.Releases = s.releases(); len(out.Releases) == 0 {
			out.Blocks = s.blocks()
		}
	}
	return out
}

func noName(noun, name string, names []string) error {
	k := kind{noun: noun}
	e := noMatch(k, Pattern{Text: name}, names)
	e.Message = fmt.Sprintf("the contract has no %s %q", noun, name)
	return e
}

// gets gives the tokens that have the claim.
func (e *Explanation) gets() []string {
	var out []string
	for _, in := range e.Tokens {
		if len(in.Rows) > 0 {
			out = append(out, in.Token.Name)
		}
	}
	return out
}

// placedNowhere gives the tokens into which nothing puts the claim.
func (e *Explanation) placedNowhere() []string {
	var out []string
	for _, in := range e.Tokens {
		if in.silent() {
			out = append(out, in.Token.Name)
		}
	}
	return out
}

func (in InToken) silent() bool {
	return len(in.Rows) == 0 && len(in.Releases) == 0 && len(in.Blocks) == 0
}

// grants gives the grant types of rows that say the same, for each such group.
func (in InToken) groups() [][]Row {
	var out [][]Row
	for _, row := range in.Rows {
		i := slices.IndexFunc(out, func(g []Row) bool { return g[0].alike(row) })
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], row)
	}
	return out
}

// alike says whether two rows differ in the grant type only.
func (row Row) alike(o Row) bool {
	return row.Presence == o.Presence && row.Audience == o.Audience && slices.EqualFunc(row.Routes, o.Routes, func(a, b issuance.Route) bool {
		return a.Way == b.Way && a.Party == b.Party && a.AtLeast == b.AtLeast &&
			slices.EqualFunc(a.Scopes, b.Scopes, func(x, y issuance.ScopeSet) bool { return slices.Equal(x, y) })
	})
}
