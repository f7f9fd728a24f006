package lint

import (
	"fmt"

	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
)

var secretInToken = &Rule{
	ID:       "secret-in-token",
	Category: "personal",
	Summary:  "a token contains a password, a key or another credential",
	Why: "Tokens are read, logged, cached and replayed by more parties than any secret may have. " +
		"A credential in a token is a credential in all of those places, for longer than the token lives.",
	Waive:    "Never: keep a reference in the token, and the secret where it belongs.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"OWASP ASVS 5.0", "14.2.1"}, {"OWASP ASVS 5.0", "16.2.5"}},
	Check: func(p *Pass) {
		for _, pl := range placements(p.Contract) {
			if class := p.Class(pl.claim); class.Tier == classify.Secret && sure(class) {
				p.Report(report.Finding{
					Subject: pl.subject(),
					At:      pl.at(),
					Message: fmt.Sprintf("claim %q is a secret (%s) and is in token %q", pl.claim.Name, class, pl.token.Name),
					Related: pl.others(),
					Hint:    "take the claim out; put a reference there if somebody needs one",
				})
			}
		}
	},
}
