package lint

import (
	"fmt"
	"slices"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var unreadClaim = &Rule{
	ID:       "unread-claim",
	Category: "minimization",
	Summary:  "a token contains a claim that no consumer reads",
	Why: "What nobody reads can only do harm: it grows the token, shows data to whoever holds it, and one day " +
		"somebody builds on it without saying so. The rule speaks only of tokens whose readers are declared complete.",
	Waive:    "While a new consumer is on its way: declare its reading, or wait with the claim.",
	Severity: report.Warning,
	YieldsTo: []string{"secret-in-token", "direct-identifier-in-access-token", "direct-identifier-in-id-token"},
	Since:    "0.1.0",
	Refs:     []Ref{{"GDPR", "Article 5(1)(c)"}, {"NIST SP 800-63C-4", "section 3"}},
	Check: func(p *Pass) {
		read := readPlaces(p.Contract)
		for _, pl := range placements(p.Contract) {
			if !pl.token.ReadersComplete || slices.Contains(protocolClaims, pl.claim.Name) || read[readPlace{pl.token, pl.claim}] {
				continue
			}
			p.Report(report.Finding{
				Subject: pl.subject(),
				At:      pl.at(),
				Message: fmt.Sprintf("nobody reads claim %q in token %q", pl.claim.Name, pl.token.Name),
				Related: append(pl.others(), schema.Related{At: pl.token.FieldAt("readers"), Message: "the readers of the token are declared complete here"}),
				Hint:    "take the claim out of the token, or declare who reads it",
			})
		}
	},
}

// protocolClaims are there for libraries and the protocol itself, whether or not
// anybody declares to read them.
var protocolClaims = []string{
	"iss", "aud", "exp", "nbf", "iat", "jti", "sub", "client_id", "azp", "typ", "nonce",
	"at_hash", "c_hash", "s_hash", "sid", "cnf", "scope", "token_use", "events", "active", "token_type",
	"access_token", "refresh_token", "id_token", "expires_in", "issued_token_type", "state",
}

type readPlace struct {
	token *schema.Token
	claim *schema.Claim
}

// readPlaces gives what somebody reads. Who reads a token that mirrors another
// reads what the other contains.
func readPlaces(c *schema.Contract) map[readPlace]bool {
	out := map[readPlace]bool{}
	for consumer := range c.Consumers() {
		for _, r := range consumer.Reads {
			for t := r.Token; t != nil; t = t.Mirrors {
				out[readPlace{t, r.Claim}] = true
			}
			for _, t := range c.Tokens {
				if t.Mirrors == r.Token || slices.Contains(t.Of, r.Token) {
					out[readPlace{t, r.Claim}] = true
				}
			}
		}
	}
	return out
}
