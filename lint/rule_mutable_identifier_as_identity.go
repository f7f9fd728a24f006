package lint

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var mutableIdentifierAsIdentity = &Rule{
	ID:       "mutable-identifier-as-identity",
	Category: "authorization",
	Summary:  "a consumer knows its accounts by a claim that can change or pass to somebody else",
	Why: "Addresses, telephone numbers and user names change, and are given to other people. A user who changes hers " +
		"loses her account; whoever gets the old one, or writes it into a profile that nobody verifies, gets the " +
		"account. Only iss and sub together are promised to stay what they are.",
	Waive:    "When the issuer promises that the value never changes and is never given to somebody else: then declare it, with stability and reassignable.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"OpenID Connect Core", "5.7"}, {"OWASP ASVS 5.0", "10.5.2"}, {"nOAuth (Microsoft Entra ID, June 2023)", ""}},
	Check: func(p *Pass) {
		for r := range readings(p.Issuance) {
			if r.Use != schema.UseIdentity {
				continue
			}
			class := p.Class(r.Claim)
			if len(r.members) > 0 {
				class = classify.OfMember(r.Claim, r.members...)
			}
			why := unfit(r, class)
			if why == "" {
				continue
			}
			p.Report(report.Finding{
				Subject:  r.Path,
				At:       r.At(),
				Severity: cautious(report.Error, class),
				Message:  fmt.Sprintf("%s knows its accounts by %s of token %q, %s", r.who(), r.what(), r.Token.Name, why),
				Related:  []schema.Related{{At: r.Claim.At(), Message: "the claim"}},
				Hint:     "key accounts on iss and sub (with Entra ID on tid and oid), and keep the rest as data",
			})
		}
	},
}

// passing are the categories of what passes from person to person, or changes
// with the person's life.
var passing = []string{"user.contact", "user.account.username", "user.name", "user.device"}

// unfit says why a claim does not tell accounts apart for ever; empty if nothing is
// known against it.
func unfit(r reading, class classify.Class) string {
	c := r.Claim
	kept := c.Stability == "immutable" || c.Stability == "stable" && c.Reassignable == schema.No
	switch {
	case c.Reassignable == schema.Yes:
		return "which may be given to somebody else"
	case !kept && slices.ContainsFunc(passing, func(of string) bool { return class.Category == of || strings.HasPrefix(class.Category, of+".") }):
		return fmt.Sprintf("which can change and pass to somebody else (%s)", class)
	case c.Unique == "none":
		return "which is not unique"
	case c.Stability == "mutable" || c.Stability == "volatile":
		return "which changes, as its stability says"
	}
	return ""
}
