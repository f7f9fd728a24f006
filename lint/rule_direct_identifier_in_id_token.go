package lint

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var directIdentifierInIDToken = &Rule{
	ID:       "direct-identifier-in-id-token",
	Category: "personal",
	Summary:  "an ID token contains data that identifies or reaches a person, and its client does not say that it reads it there",
	Why: "An ID token is signed, not secret: it is kept in sessions, goes through browsers and logs, and comes back as " +
		"a hint at logout. Userinfo gives the same data to the same client, on request and unseen by others. That is " +
		"where the standard puts what the scopes profile, email, address and phone release.",
	Waive:    "When the client cannot call userinfo: then declare that it reads the claim in the ID token.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"OpenID Connect Core", "5.4"}, {"OWASP ASVS 5.0", "14.2.6"}, {"keycloak/keycloak#21184", ""}},
	Check: func(p *Pass) {
		for pl, class := range p.identifying(schema.KindID) {
			severity, who := p.idTokenExposure(pl, class.Tier)
			if severity == report.Off {
				continue
			}
			p.Report(report.Finding{
				Subject:  pl.subject(),
				At:       pl.at(),
				Severity: cautious(severity, class),
				Message:  fmt.Sprintf("claim %q %s personal data (%s) and is in ID token %q, %s", pl.claim.Name, isOrMay(class), class, pl.token.Name, who),
				Related:  pl.others(),
				Hint:     "release it by userinfo; if the client must have it in the ID token, declare that it reads it there, or encrypt the token",
			})
		}
	},
}

// idTokenExposure says how bad it is that a claim is in an ID token, and why.
func (p *Pass) idTokenExposure(pl placed, tier classify.Tier) (report.Severity, string) {
	severity, who, others := report.Off, "", 0
	for _, c := range p.Contract.Clients {
		if encrypted(c, pl.token) || !p.Issuance.MayGet(c, pl.token, pl.claim) {
			continue
		}
		if tier >= classify.Sensitive {
			return report.Error, fmt.Sprintf("which client %q, and whatever keeps or logs the token, can read", c.Name)
		}
		if slices.ContainsFunc(c.Reads, func(r *schema.Read) bool { return r.Token == pl.token && r.Claim == pl.claim }) {
			continue
		}
		s, says := report.Warning, fmt.Sprintf("where client %q does not read it", c.Name)
		switch {
		case inFrontChannel(c):
			s, says = report.Error, fmt.Sprintf("which client %q gets through the browser", c.Name)
		case c.Party == "third":
			s, says = report.Error, fmt.Sprintf("where third party %q gets it and does not read it", c.Name)
		}
		if severity != report.Off {
			others++
		}
		if s > severity {
			severity, who = s, says
		}
	}
	switch {
	case others == 1:
		who += " (and 1 other client)"
	case others > 1:
		who += fmt.Sprintf(" (and %d other clients)", others)
	}
	return severity, who
}

// encrypted says whether nobody but the client can read its tokens of a profile.
func encrypted(c *schema.Client, t *schema.Token) bool {
	return t.Encryption != nil || slices.ContainsFunc(c.Tokens, func(ct *schema.ClientToken) bool { return ct.Token == t && ct.Encryption != nil })
}

// inFrontChannel says whether the client may get its ID tokens in a URL or form
// that the browser carries (OpenID Connect Core, 3.2 and 3.3).
func inFrontChannel(c *schema.Client) bool {
	return slices.ContainsFunc(c.ResponseTypes, func(t string) bool { return slices.Contains(strings.Fields(t), "id_token") })
}
