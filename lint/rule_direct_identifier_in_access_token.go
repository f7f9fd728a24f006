package lint

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var directIdentifierInAccessToken = &Rule{
	ID:       "direct-identifier-in-access-token",
	Category: "personal",
	Summary:  "an access or workload token that others can read contains data that identifies or reaches a person",
	Why: "An access token goes along with every request, through proxies, logs and traces, and whoever holds a " +
		"JWT can read it. A resource server that needs a name or an address can ask userinfo or introspection for it.",
	Waive:    "When the resource reads the claim on every request and the token never leaves the organisation.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"RFC 9068", "6"}, {"OWASP ASVS 5.0", "14.2.6"}, {"keycloak/keycloak#21184", ""}},
	Check: func(p *Pass) {
		for pl, class := range p.identifying(schema.KindAccess, schema.KindWorkload) {
			severity, who := exposure(p.Issuance, pl, class.Tier)
			if severity == report.Off {
				continue
			}
			p.Report(report.Finding{
				Subject:  pl.subject(),
				At:       pl.at(),
				Severity: cautious(severity, class),
				Message:  fmt.Sprintf("claim %q %s personal data (%s) and is in %s token %q, which %s", pl.claim.Name, isOrMay(class), class, pl.token.Kind, pl.token.Name, who),
				Related:  pl.others(),
				Hint:     "release it by userinfo or introspection, or make the token opaque to its holders (format phantom)",
			})
		}
	},
}

// exposure says how bad it is that a claim is in an access token, and who can
// read it there.
func exposure(is *issuance.Issuance, pl placed, tier classify.Tier) (report.Severity, string) {
	switch pl.token.Format {
	case schema.FormatOpaque:
		return report.Off, ""
	case schema.FormatWrapper:
		if !slices.ContainsFunc(pl.token.Outer, func(o *schema.Placement) bool { return o.Claim == pl.claim }) {
			return report.Off, ""
		}
	case schema.FormatPhantom, schema.FormatSplit:
		// Only resources behind the gateway see the inside.
		if tier >= classify.Sensitive {
			return report.Warning, "resources behind the gateway read"
		}
		return report.Off, ""
	}
	for _, c := range is.Contract.Clients {
		if c.Party != "third" && c.Type != "public" || !is.MayGet(c, pl.token, pl.claim) || issuance.FormatFor(c, pl.token) == schema.FormatOpaque {
			continue
		}
		if c.Party == "third" {
			return report.Error, fmt.Sprintf("third party %q can read", c.Name)
		}
		return report.Error, fmt.Sprintf("public client %q holds", c.Name)
	}
	if tier >= classify.Sensitive {
		return report.Error, "every holder and every log on its way can read"
	}
	return report.Warning, "every holder and every log on its way can read"
}
