package lint

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var thirdPartyPersonalWithoutBasis = &Rule{
	ID:       "third-party-personal-without-basis",
	Category: "third-party",
	Summary:  "a third party can get data that identifies a person, and the contract names neither consent nor agreement and purpose",
	Why: "Whoever gives personal data to others has to say on which ground: the user was asked, or there is a contract " +
		"with a purpose. Where the contract of the tokens does not say it, a client that was let in for a test has " +
		"everybody's addresses, and nobody can tell later why.",
	Waive:    "When the ground is recorded elsewhere: better name it here, in agreement and purposes or in legalBasis.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"GDPR", "Articles 5(1)(b), 6 and 28"}, {"OWASP ASVS 5.0", "10.7.1"}},
	Check: func(p *Pass) {
		for _, c := range p.Issuance.Consumers {
			if c.Client == nil || c.Party != "third" || c.Retired != nil {
				continue
			}
			var names []string
			var related []schema.Related
			for _, t := range p.Contract.Tokens {
				for _, claim := range p.Issuance.ClaimsIn(c.Client, t) {
					w, ok := p.withoutBasis(c, t, claim)
					if name := fmt.Sprintf("%q", claim.Name); ok && !slices.Contains(names, name) {
						names = append(names, name)
						related = append(related, schema.Related{At: w.Placement.At(), Message: fmt.Sprintf("%s in %s, released here", name, t.Name)})
					}
				}
			}
			if len(names) == 0 {
				continue
			}
			lacks := "no agreement is named"
			if c.Agreement != "" {
				lacks = "agreement " + fmt.Sprintf("%q", c.Agreement) + " has no purpose for it"
			}
			p.Report(report.Finding{
				Subject: c.Path,
				At:      c.At(),
				Message: fmt.Sprintf("third party %q gets personal data (%s) without the user's consent, and %s", c.Name, strings.Join(names, ", "), lacks),
				Related: related[:min(len(related), 5)],
				Hint:    "ask the user (consent: true in the scope), or name the client's agreement and the claim's purposes, or release less",
			})
		}
	},
}

// withoutBasis gives a way by which a third party gets a claim that identifies a
// person, without a reason.
func (p *Pass) withoutBasis(c *issuance.Consumer, t *schema.Token, claim *schema.Claim) (issuance.Way, bool) {
	class := p.Class(claim)
	switch {
	case class.Tier < classify.Direct || class.Tier == classify.Secret || !sure(class) || !p.Issuance.Sees(c, t, claim):
		return issuance.Way{}, false
	case claim.LegalBasis != "" && claim.LegalBasis != "consent" || c.Agreement != "" && hasPurpose(c, claim):
		return issuance.Way{}, false
	}
	for _, f := range p.Issuance.FlowsOf(c.Client, t, claim) {
		if f.Grant == clientCredentials {
			continue // there is no user: what is in the token is the client's own
		}
		for _, r := range f.Routes {
			asks := r.Scope != nil && r.Scope.Consent || r.Detail != nil && r.Detail.Consent
			if !asks || c.Client.ConsentSkipped {
				return r.Way, true
			}
		}
	}
	return issuance.Way{}, false
}

func hasPurpose(c *issuance.Consumer, claim *schema.Claim) bool {
	return len(claim.Purposes) > 0 || slices.ContainsFunc(c.Reads, func(r *schema.Read) bool {
		return r.Claim == claim && len(r.Purposes) > 0
	})
}
