package lint

import (
	"fmt"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var requiredButConditional = &Rule{
	ID:       "required-but-conditional",
	Category: "consistency",
	Summary:  "a consumer cannot do without a claim that some of the tokens it accepts do not have",
	Why: "The consumer works until the first caller comes whose token lacks the claim: another grant type, a scope " +
		"that was not asked for or that the user refused, a user without the attribute. Such outages show in " +
		"production, and only for some. The finding names a client and the scopes with which it happens.",
	Waive:    "When something that the contract does not know keeps such tokens away from the consumer.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"OpenID Connect Core", "5.3.2"}, {"RFC 6749", "3.3"}, {"keycloak/keycloak#31082", ""}},
	Check: func(p *Pass) {
		for r := range readings(p.Issuance) {
			switch {
			case r.OnMissing == schema.MissingFail && (r.Claim.AbsentMeans == "" || r.States("onMissing")):
				p.needs(r) // unless the contract says what to assume without the claim
			case denies(r.Read):
				p.letsNobodyIn(r)
			}
		}
	},
}

// denies says whether a reading refuses a token without its claim.
func denies(r *schema.Read) bool { return r.OnMissing == schema.MissingDeny }

// needs reports that the reader fails without a claim that may be absent.
func (p *Pass) needs(r reading) {
	f := report.Finding{
		Subject: r.Path,
		At:      r.At(),
		Hint:    "release the claim in every token that gets here, or say with onMissing what the consumer does without it",
	}
	a, absent := r.absent(p.Issuance, denies)
	witness, lacks := r.without(p.Issuance)
	switch {
	case absent && r.nowhere(p.Issuance, a):
		f.Message = fmt.Sprintf("%s fails without %s, and no token %q that it gets has the claim", r.who(), r.what(), r.Token.Name)
	case absent:
		f.Message = fmt.Sprintf("%s fails without %s of token %q; %s", r.who(), r.what(), r.Token.Name, r.says(a))
	case lacks:
		f.Message = fmt.Sprintf("%s fails without %s; token %q may hold %s", r.who(), r.what(), r.Token.Name, witness)
		a.why, a.sure = schema.Related{At: r.Claim.At(), Message: "the values of the claim"}, true
	default:
		return
	}
	f.Related = []schema.Related{a.why}
	if !a.sure {
		f.Severity = report.Warning
	}
	p.Report(f)
}

// letsNobodyIn reports that a rule cannot let anybody in, since its claim is in no
// token that reaches it. That some callers are refused is what rules are for.
func (p *Pass) letsNobodyIn(r reading) {
	if alwaysThere(r.Token, r.Claim) {
		return
	}
	m := p.Issuance.Meet(r.consumer, r.Token, r.Claim)
	if !m.Reached || m.Presence != schema.Never {
		return
	}
	p.Report(report.Finding{
		Subject: r.Path,
		At:      r.At(),
		Message: fmt.Sprintf("%s refuses everybody: it lets nobody in without %s, and no token %q that it gets has the claim", r.who(), r.what(), r.Token.Name),
		Hint:    "release the claim into the token for the clients that are to be let in, or take the rule out",
	})
}
