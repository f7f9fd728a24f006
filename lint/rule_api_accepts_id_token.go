package lint

import (
	"fmt"
	"slices"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var apiAcceptsIDToken = &Rule{
	ID:       "api-accepts-id-token",
	Category: "token-kind",
	Summary:  "an API or gateway takes ID tokens for access",
	Why: "An ID token tells a client who logged in. It says nothing about what its bearer may do, its audience is the " +
		"client, and every client of the issuer gets one: an API that takes them can be called with the token of any " +
		"other application that the user ever logged in to.",
	Waive:    "When the resource is made for it, as the Kubernetes API server is, and checks aud against the one client that may call it.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"OWASP ASVS 5.0", "9.2.2"}, {"RFC 9700", "2.3"}, {"OpenID Connect Core", "2"}},
	Check: func(p *Pass) {
		for _, r := range p.Contract.Resources {
			if r.Retired != nil || !slices.Contains([]string{"api", "gateway", "proxy"}, r.Kind) {
				continue // others look at tokens and let nobody in
			}
			for _, a := range r.Accepts {
				if a.Token.Kind != schema.KindID {
					continue
				}
				p.Report(report.Finding{
					Subject: a.Path,
					At:      a.At(),
					Message: fmt.Sprintf("%s %q takes ID token %q: whoever holds one of any client can call it", r.Kind, r.Name, a.Token.Name),
					Related: []schema.Related{{At: a.Token.FieldAt("kind"), Message: "tokens of this kind are for clients"}},
					Hint:    "let it take an access token with an audience of its own; read who the user is from sub",
				})
			}
		}
	},
}
