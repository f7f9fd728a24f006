// Package audit answers who gets what: every claim that a client can get, in which
// token, by which grant and scopes, always or sometimes, and who can read it there;
// and why one client gets one claim or not.
//
// It says what issuance found and judges nothing. What the contract does not decide
// is shown with a question mark and its reason, never left out in silence.
package audit

import (
	"iter"
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/schema"
)

// An Audit is who gets what of one contract, as far as a filter lets it through.
type Audit struct {
	*issuance.Issuance
	filter  *Filter
	grants  []string // that the contract names
	classes map[*schema.Claim]classify.Class
}

// A Row is a claim that a client can get in a token by one grant type, and who can
// read it there.
type Row struct {
	issuance.Flow
	Class    classify.Class
	Audience *Audience
}

// New prepares the audit of a contract.
func New(is *issuance.Issuance, f *Filter) *Audit {
	a := &Audit{Issuance: is, filter: f, grants: grantsOf(is.Contract), classes: map[*schema.Claim]classify.Class{}}
	for _, claim := range is.Contract.Claims {
		a.classes[claim] = classify.Of(is.Contract, claim)
	}
	return a
}

// Rows gives the rows that match, by client, token, claim and grant. They are not
// kept: an audit of a large contract is as long as it likes.
func (a *Audit) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for p := range a.portions() {
			for _, row := range p.rows {
				if !yield(row) {
					return
				}
			}
		}
	}
}

// A portion is the rows of one client's token, and the grant types by which the
// client obtains it.
type portion struct {
	client *schema.Client
	token  *schema.Token
	grants []string
	rows   []Row
}

// portions gives the rows of each client and token that the filter lets through.
func (a *Audit) portions() iter.Seq[portion] {
	return func(yield func(portion) bool) {
		readers := a.Issuance.Readers()
		for _, c := range a.Contract.Clients {
			if !a.filter.client(c) {
				continue
			}
			for _, t := range a.Contract.Tokens {
				if a.filter.Tokens.match(t.Name) && !yield(a.portion(c, t, readers)) {
					return
				}
			}
		}
	}
}

func (a *Audit) portion(c *schema.Client, t *schema.Token, readers *issuance.Readers) portion {
	p := portion{client: c, token: t}
	for _, s := range a.Situations(c, t) {
		if a.filter.grant(s.Grant, a.grants) && !slices.Contains(p.grants, s.Grant) {
			p.grants = append(p.grants, s.Grant)
		}
	}
	var seen audiences
	for f := range a.FlowsInto(c, t, a.wanted) {
		if !a.filter.grant(f.Grant, a.grants) || !a.filter.scope(f) {
			continue
		}
		row := Row{f, a.classes[f.Claim], seen.of(readers.Of(f))}
		if a.filter.reader(row) {
			p.rows = append(p.rows, row)
		}
	}
	return p
}

func (a *Audit) wanted(claim *schema.Claim) bool {
	return a.filter.claim(a.Contract, claim) && a.filter.Categories.matchCategory(a.classes[claim].Category)
}

// Undecided are the things of which the contract does not say whether a filter
// lets them through. They are left out.
type Undecided struct {
	Clients []*schema.Client // that do not state their party
	Claims  []*schema.Claim  // that have no category
}

// Undecided gives what is left out for want of a declaration.
func (a *Audit) Undecided() Undecided {
	var out Undecided
	for _, c := range a.Contract.Clients {
		if c.Party == "" && a.filter.Clients.match(c.Name) && !a.filter.client(c) {
			out.Clients = append(out.Clients, c)
		}
	}
	for _, claim := range a.Contract.Claims {
		if claim.Retired == nil && a.classes[claim].Category == "" && a.filter.claim(a.Contract, claim) && !a.wanted(claim) {
			out.Claims = append(out.Claims, claim)
		}
	}
	return out
}
