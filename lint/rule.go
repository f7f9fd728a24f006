// Package lint finds what is wrong with one token contract.
//
// A rule is one file: it opens with the Rule that says what it is, and holds the
// check and what only the check uses. Rules see the typed model and what the
// issuer issues; they do not print, look names up in text or count lines.
package lint

import (
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// A Rule is one thing to look for. It is a constant in all but name.
type Rule struct {
	// ID names the problem, in kebab case. It is the name of the rule's file,
	// fixture and page, and is never used again for something else.
	ID string
	// Category groups rules in the catalogue.
	Category string
	// Summary says in one line what is wrong when the rule fires.
	Summary string
	// Why says what harm it does, in a few sentences.
	Why string
	// Waive says when a finding is fine as it is.
	Waive string
	// Severity is the worst that the rule reports; a finding may be milder.
	Severity report.Severity
	// YieldsTo are rules that say something worse of the same subject: beside one of
	// their findings this rule's would be noise.
	YieldsTo []string
	// Since is the version of tokenctl that brought the rule.
	Since string
	Refs  []Ref
	Check func(*Pass)
}

// A Ref is where a rule takes its authority from.
type Ref struct {
	Document string // RFC 9068, OpenID Connect Core, an incident
	Section  string
}

func (r Ref) String() string {
	if r.Section == "" {
		return r.Document
	}
	return r.Document + ", " + r.Section
}

// A Pass is one rule at work on one contract.
type Pass struct {
	Contract *schema.Contract
	Issuance *issuance.Issuance
	Policy   schema.Policy // the contract's own, or that of the old revision

	rule     *Rule
	severity report.Severity // the most that policy lets the rule say
	classes  map[*schema.Claim]classify.Class
	findings []report.Finding
}

// Report adds a finding of the rule at work. Its severity is the rule's unless
// the finding says a milder one; policy may lower or raise it.
func (p *Pass) Report(f report.Finding) {
	f.Rule, f.Contract = p.rule.ID, p.Contract.Name
	switch {
	case p.severity != p.rule.Severity:
		f.Severity = p.severity // what policy says counts
	case f.Severity == report.Off:
		f.Severity = p.rule.Severity
	}
	p.findings = append(p.findings, f)
}

// Class says what kind of data a claim holds.
func (p *Pass) Class(c *schema.Claim) classify.Class {
	class, ok := p.classes[c]
	if !ok {
		class = classify.Of(p.Contract, c)
		p.classes[c] = class
	}
	return class
}

// Run looks for everything that is wrong with the contract. Policy says which
// rules count how much; it is the contract's own, or that of the old revision for
// a change that must not silence itself.
func Run(is *issuance.Issuance, policy schema.Policy) []report.Finding {
	severities := map[string]report.Severity{}
	for _, r := range policy.Rules {
		if s, ok := report.ParseSeverity(r.Severity); ok {
			severities[r.Rule] = s
		}
	}
	classes := map[*schema.Claim]classify.Class{}
	found := map[string]map[string]bool{} // subjects by rule
	var out []report.Finding
	for _, r := range Rules() {
		severity, ok := severities[r.ID]
		if !ok {
			severity = r.Severity
		}
		if severity == report.Off {
			continue
		}
		p := &Pass{Contract: is.Contract, Issuance: is, Policy: policy, rule: r, severity: severity, classes: classes}
		r.Check(p)
		found[r.ID] = map[string]bool{}
		for _, f := range p.findings {
			found[r.ID][f.Subject] = true
		}
		out = append(out, p.findings...)
	}
	return slices.DeleteFunc(out, func(f report.Finding) bool {
		return slices.ContainsFunc(rule(f.Rule).YieldsTo, func(worse string) bool { return found[worse][f.Subject] })
	})
}

func rule(id string) *Rule {
	i := slices.IndexFunc(Rules(), func(r *Rule) bool { return r.ID == id })
	return Rules()[i]
}
