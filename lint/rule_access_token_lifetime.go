package lint

import (
	"cmp"
	"fmt"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var accessTokenLifetime = &Rule{
	ID:       "access-token-lifetime",
	Category: "lifetime",
	Summary:  "an access token is valid for longer than an hour, or than the policy allows",
	Why: "A bearer token that is a JWT cannot be called back: whoever finds it in a log uses it until it ends, and a " +
		"user who lost a role keeps it until then. One hour is the advice for bearer tokens. References that the issuer " +
		"can revoke, and tokens that are bound to a key of the client, may live for a day.",
	Waive:    "When every resource asks the issuer about each token, or calls it back by other means.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"RFC 6750", "5.3"}, {"RFC 9700", "2.2.1"}},
	Check: func(p *Pass) {
		for _, t := range p.Contract.Tokens {
			if t.Kind == schema.KindAccess && t.Retired == nil {
				p.livesLong(&t.Node, t.Name, longest(t), byReference(t.Format) || len(t.SenderConstraint) > 0)
			}
		}
		for _, c := range p.Contract.Clients {
			for _, ct := range c.Tokens {
				if t := ct.Token; t.Kind == schema.KindAccess && ct.Lifetime.Stated && c.Retired == nil {
					name := fmt.Sprintf("%s of client %s", t.Name, c.Name)
					p.livesLong(&ct.Node, name, ct.Lifetime, byReference(cmp.Or(ct.Format, t.Format)) || len(ct.SenderConstraint)+len(t.SenderConstraint) > 0)
				}
			}
		}
	},
}

// longest is how long tokens of a profile may live.
func longest(t *schema.Token) schema.Duration {
	if t.MaxLifetime.Stated {
		return t.MaxLifetime
	}
	return t.Lifetime
}

// byReference says whether clients hold a reference that the issuer can revoke.
func byReference(format string) bool {
	return format == schema.FormatOpaque || format == schema.FormatPhantom || format == schema.FormatSplit
}

// livesLong reports a lifetime beyond the policy's, or beyond an hour and a day
// where there is none.
func (p *Pass) livesLong(n *schema.Node, name string, lifetime schema.Duration, guarded bool) {
	if !lifetime.Stated {
		return
	}
	hour, day := schema.Seconds(3600), schema.Seconds(86400)
	field := "lifetime"
	if n.States("maxLifetime") {
		field = "maxLifetime"
	}
	f := report.Finding{Subject: n.Path + "." + field, At: n.FieldAt(field), Hint: "shorten it; a refresh token gives the client another one"}
	policy, stated := p.Policy.Lifetimes[schema.KindAccess]
	switch {
	case stated && policy.Less(lifetime):
		f.Message = fmt.Sprintf("access token %q lives %s; the policy allows %s", name, lifetime, policy)
		f.Related = []schema.Related{{At: p.Policy.FieldAt("lifetimes"), Message: "the policy"}}
	case stated:
		return
	case guarded && day.Less(lifetime):
		f.Severity = report.Warning
		f.Message = fmt.Sprintf("access token %q lives %s", name, lifetime)
	case !guarded && day.Less(lifetime):
		f.Message = fmt.Sprintf("access token %q lives %s, can be used by whoever finds it, and cannot be revoked", name, lifetime)
	case !guarded && hour.Less(lifetime):
		f.Severity = report.Warning
		f.Message = fmt.Sprintf("access token %q lives %s, can be used by whoever finds it, and cannot be revoked", name, lifetime)
	default:
		return
	}
	p.Report(f)
}
