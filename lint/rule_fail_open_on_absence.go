package lint

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var failOpenOnAbsence = &Rule{
	ID:       "fail-open-on-absence",
	Category: "authorization",
	Summary:  "a consumer lets callers in when a claim is missing, and tokens without the claim can reach it",
	Why: "A rule that refuses by a claim's value refuses nobody whose token has no such claim. Whoever finds a scope " +
		"or grant type that leaves the claim out walks past the rule, and nothing shows it: every request succeeds. " +
		"The finding names a client and the scopes with which it happens.",
	Waive:    "When whoever has no such claim is meant to get in.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"CWE-636", "Not Failing Securely"}, {"OWASP ASVS 5.0", "16.5.3"}},
	Check: func(p *Pass) {
		for r := range readings(p.Issuance) {
			opens := r.OnMissing == schema.MissingAllow || r.OnMissing == ""
			if r.Decides() && opens && !r.letsInByAbsence() {
				p.opens(r)
			}
		}
	},
}

// refuses says whether a token without the claim of a reading does not get
// through: it is denied, or the consumer fails.
func refuses(r *schema.Read) bool {
	return r.OnMissing == schema.MissingDeny || r.OnMissing == schema.MissingFail
}

// letsInByAbsence says whether the contract itself says that a missing claim stands
// for a value by which the rule lets in.
func (r reading) letsInByAbsence() bool {
	means := valueset.JSON(r.Claim.AbsentMeans)
	switch {
	case means == "" || len(r.members) > 0:
		return false
	case r.DenyIf != nil && r.DenyIf.Contains(means) != valueset.No:
		return false
	case r.AllowIf != nil && r.AllowIf.Contains(means) != valueset.Yes:
		return false
	}
	return r.DenyIf != nil || r.AllowIf != nil
}

// opens reports that a rule does not refuse where its claim is missing.
func (p *Pass) opens(r reading) {
	f := report.Finding{
		Subject:  r.Path,
		At:       r.At(),
		Severity: report.Error,
		Hint:     "refuse without the claim (onMissing: \"deny\"), or put it into every token that gets here",
	}
	var how string
	a, absent := r.absent(p.Issuance, refuses)
	witness, lacks := r.without(p.Issuance)
	switch o := r.Claim.Overage; {
	case absent:
		how = r.says(a)
		if r.nowhere(p.Issuance, a) {
			how = "no token that it gets has the claim"
		}
		f.Related = []schema.Related{a.why}
		if !a.sure {
			f.Severity = report.Warning
		}
	case lacks:
		how = fmt.Sprintf("the claim may be %s", witness)
	case o != nil && (o.Behaviour != "truncate" || r.DenyIf != nil) && !r.readsAny(o.Instead):
		how = fmt.Sprintf("with more than %d elements the issuer does not give them all", o.Above)
		f.Related = []schema.Related{{At: o.At(), Message: "the issuer's limit"}}
	default:
		return
	}
	f.Message = fmt.Sprintf("%s lets in without %s of token %q; %s", r.who(), r.what(), r.Token.Name, how)
	if r.OnMissing == "" {
		f.Message = fmt.Sprintf("%s does not say whether it lets in without %s of token %q; %s", r.who(), r.what(), r.Token.Name, how)
		f.Severity = report.Warning
	}
	p.Report(f)
}

// readsAny says whether the reader also reads one of the claims in the token: then
// it knows of the overage.
func (r reading) readsAny(claims []*schema.Claim) bool {
	return slices.ContainsFunc(r.consumer.Reads, func(o *schema.Read) bool {
		return o.Token == r.Token && slices.Contains(claims, o.Claim)
	})
}
