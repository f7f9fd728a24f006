package lint

import (
	"fmt"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var clientReadsAccessToken = &Rule{
	ID:       "client-reads-access-token",
	Category: "token-kind",
	Summary:  "a client looks into an access token, which is for resource servers",
	Why: "What is in an access token is between the issuer and the API. The issuer may encrypt it, make it opaque or " +
		"change its claims without asking any client, and a client that looks inside breaks on that day. What a client " +
		"may know of the user is in the ID token and in userinfo; what it was granted, in the token response.",
	Waive:    "When the client is the resource server as well: then declare it as a resource.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"RFC 9068", "6"}, {"RFC 6749", "1.4"}},
	Check: func(p *Pass) {
		for _, c := range p.Issuance.Consumers {
			if c.Client == nil || c.Retired != nil {
				continue
			}
			for _, t := range p.Contract.Tokens {
				if t.Kind == schema.KindAccess {
					p.looksInto(c, t)
				}
			}
		}
	},
}

// looksInto reports the readings of an access token by its client, all at once.
func (p *Pass) looksInto(c *issuance.Consumer, t *schema.Token) {
	var reads []*schema.Read
	var names []string
	blind := false
	for _, r := range c.Reads {
		if r.Token == t {
			reads = append(reads, r)
			names = append(names, fmt.Sprintf("%q", r.Name))
			blind = blind || !p.Issuance.Sees(c, t, r.Claim)
		}
	}
	if len(reads) == 0 {
		return
	}
	f := report.Finding{
		Subject:  c.Path + ".reads." + t.Name,
		At:       reads[0].At(),
		Severity: report.Warning,
		Message:  fmt.Sprintf("client %q reads %s in access token %q, which is not for it", c.Name, strings.Join(names, ", "), t.Name),
		Hint:     "read the ID token or userinfo, and the scopes that were granted in the token response",
	}
	switch {
	case blind:
		f.Severity = report.Error
		f.Message = fmt.Sprintf("client %q reads %s in access token %q, and cannot: its format is %s", c.Name, strings.Join(names, ", "), t.Name, issuance.FormatFor(c.Client, t))
	case c.Party == "third":
		f.Severity = report.Error
		f.Message = fmt.Sprintf("third party %q reads %s in access token %q, which is not for it", c.Name, strings.Join(names, ", "), t.Name)
	}
	for _, r := range reads[1:] {
		f.Related = append(f.Related, schema.Related{At: r.At(), Message: "also reads this"})
	}
	p.Report(f)
}
