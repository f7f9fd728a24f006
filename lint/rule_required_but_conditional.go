package lint

import (
	"fmt"

	"tokenctl.dev/internal/valueset"
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
			case r.OnMissing == schema.MissingFail:
				p.needs(r)
			case r.OnMissing == schema.MissingDeny && r.lets():
				p.letsNobodyIn(r)
			}
			if len(r.Members) == 0 {
				continue
			}
			met := p.Issuance.Met(r.consumer, r.Token, r.Claim)
			for _, m := range r.Members {
				p.needsMember(r, m, met)
			}
		}
	},
}

// denies says whether a reading refuses a token without its claim.
func denies(r *schema.Read) bool { return r.OnMissing == schema.MissingDeny }

// needs reports that the reader fails without a claim that may be absent.
func (p *Pass) needs(r reading) {
	a, ok := r.absent(p.Issuance, denies)
	if !ok {
		return
	}
	f := report.Finding{
		Subject: r.Path,
		At:      r.At(),
		Message: fmt.Sprintf("%s fails without claim %q of token %q; %s", r.who(), r.Name, r.Token.Name, r.says(a)),
		Related: []schema.Related{a.why},
		Hint:    "release the claim in every token that gets here, or say with onMissing what the consumer does without it",
	}
	if a.presence == schema.Never && p.Issuance.Meet(r.consumer, r.Token, r.Claim).Presence == schema.Never {
		f.Message = fmt.Sprintf("%s fails without claim %q, and no token %q that it gets has it", r.who(), r.Name, r.Token.Name)
	}
	if !a.sure {
		f.Severity = report.Warning
	}
	p.Report(f)
}

// lets says whether the reading lets callers in.
func (r reading) lets() bool {
	return r.AllowIf != nil || r.AllowIfAll != nil || r.Use == schema.UseMatch || r.Use == schema.UseTruthy
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
		Message: fmt.Sprintf("%s refuses everybody: it lets in by claim %q, and no token %q that it gets has it", r.who(), r.Name, r.Token.Name),
		Hint:    "release the claim into the token for the clients that are to be let in, or take the rule out",
	})
}

// needsMember reports that the reader fails without a member that the claim's
// values need not have.
func (p *Pass) needsMember(r reading, m *schema.Read, values valueset.Set) {
	if m.OnMissing == schema.MissingFail {
		if a := withMember(m.Name).Includes(values); a.Is == valueset.No {
			p.Report(report.Finding{
				Subject: m.Path,
				At:      m.At(),
				Message: fmt.Sprintf("%s fails without member %q of claim %q; token %q may have %s", r.who(), m.Name, r.Name, r.Token.Name, a.Witness),
				Related: []schema.Related{{At: r.Claim.At(), Message: "the values of the claim"}},
				Hint:    "make the member required in the claim's values, or say with onMissing what the consumer does without it",
			})
			return
		}
	}
	inside, _ := values.Member(m.Name)
	if values.Kinds()&valueset.ObjectKind == 0 {
		inside, _ = values.Elem().Member(m.Name)
	}
	for _, below := range m.Members {
		p.needsMember(r, below, inside)
	}
}

// withMember gives the values that have a member: objects, and lists of them.
// What is neither is the matter of other rules.
func withMember(name string) valueset.Set {
	object := valueset.Object([]valueset.Field{{Name: name, Set: valueset.Any(), Presence: valueset.Always}}, valueset.Any())
	others := valueset.OfKinds(valueset.AnyKind &^ (valueset.ObjectKind | valueset.ArrayKind))
	return object.Union(valueset.ListOf(object.Union(others))).Union(others)
}
