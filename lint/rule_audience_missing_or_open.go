package lint

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var audienceMissingOrOpen = &Rule{
	ID:       "audience-missing-or-open",
	Category: "audience",
	Summary:  "an access token that is a JWT does not say, or not always, which resource it is for",
	Why: "Without an audience every resource server that trusts the issuer has to take the token: whoever runs one of " +
		"them, or reads its logs, can use the token at all the others. With an audience that may be anything, nobody " +
		"has promised what to check it against.",
	Waive:    "When the issuer has one resource server and will never have a second.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"RFC 9068", "2.2"}, {"RFC 9700", "2.3"}, {"OWASP ASVS 5.0", "9.2.3"}},
	Check: func(p *Pass) {
		aud := p.Contract.Claim("aud")
		placed := map[*schema.Token]bool{}
		for pl := range p.Contract.Placements() {
			if pl.Claim == aud && pl.Presence != schema.Never {
				placed[pl.Token] = true
			}
		}
		for _, t := range p.Contract.Tokens {
			if t.Kind != schema.KindAccess || t.Format == schema.FormatOpaque || t.Retired != nil {
				continue
			}
			switch {
			case aud == nil || !placed[t]:
				p.Report(report.Finding{
					Subject: t.Path + ".claims.aud",
					At:      t.At(),
					Message: fmt.Sprintf("access token %q has no aud: any resource that trusts the issuer has to take it", t.Name),
					Hint:    "place aud in the token (profile: \"rfc9068\" brings it), and say in each resource what its audience is",
				})
			case !alwaysThere(t, aud):
				p.sometimesAddressed(t, aud)
			default:
				p.addressedToAnybody(t, aud)
			}
		}
	},
}

// sometimesAddressed reports a token that may be without aud.
func (p *Pass) sometimesAddressed(t *schema.Token, aud *schema.Claim) {
	for _, c := range p.Contract.Clients {
		for _, s := range p.Issuance.Situations(c, t) {
			a, lacks := lacking(p.Issuance, s, aud, nil)
			if !lacks || !a.sure {
				continue
			}
			p.Report(report.Finding{
				Subject: t.Path + ".claims.aud",
				At:      a.why.At,
				Message: fmt.Sprintf("access token %q may have no aud: client %q gets one without it %s", t.Name, c.Name, a.by()),
				Related: []schema.Related{{At: a.why.At, Message: a.why.Message}},
				Hint:    "give every token an audience, if only a default one (RFC 9068, 3)",
			})
			return
		}
	}
}

// addressedToAnybody reports a token whose aud may be anything while no resource
// that takes it says what its own audience is.
func (p *Pass) addressedToAnybody(t *schema.Token, aud *schema.Claim) {
	anybody := valueset.Text("https://anybody.invalid")
	if p.Issuance.Values(t, aud).Contains(anybody) != valueset.Yes {
		return
	}
	var takers []*schema.Resource
	for _, r := range p.Contract.Resources {
		if r.Kind != "api" || !slices.ContainsFunc(r.Accepts, func(a *schema.Accept) bool { return a.Token == t }) {
			continue
		}
		if len(r.Audience) > 0 {
			return
		}
		takers = append(takers, r)
	}
	if len(takers) == 0 {
		return // it is not known who takes it
	}
	f := report.Finding{
		Subject:  t.Path + ".claims.aud",
		At:       takers[0].At(),
		Severity: report.Warning,
		Message:  fmt.Sprintf("aud of access token %q may be anything, and no API that takes it says what its audience is", t.Name),
		Hint:     "give each resource an audience, or name the values of aud",
	}
	for _, r := range takers[1:] {
		f.Related = append(f.Related, schema.Related{At: r.At(), Message: "this one does not either"})
	}
	p.Report(f)
}
