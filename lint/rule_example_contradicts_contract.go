package lint

import (
	"fmt"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var exampleContradictsContract = &Rule{
	ID:       "example-contradicts-contract",
	Category: "consistency",
	Summary:  "an example is a token that the issuer cannot issue, or one to be refused that it can issue",
	Why: "Developers build against examples first: they decode what the example shows, and their tests hold it for a " +
		"token. An example with a text where tokens have a number, with a claim that never comes or without one that " +
		"always comes, makes code that fails on the first real token. An example to be refused that the contract lets " +
		"pass says that the contract forgets a condition.",
	Waive:    "When the reason to refuse an example is one that the language cannot state: a bond between two claims, the time of day.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"teamhanko/docs#89", ""}, {"github/docs#42520", ""}, {"hasura/ddn-docs#917", ""}, {"MicrosoftDocs/azure-docs#40971", ""}},
	Check: func(p *Pass) {
		is, clients := p.Issuance, p.Contract.Clients
		if len(clients) == 0 && len(p.Contract.Examples) > 0 {
			anybody, c := p.Issuance.Anybody()
			is, clients = anybody, []*schema.Client{c}
		}
		for _, e := range p.Contract.Examples {
			switch {
			case len(e.Token.Outer) > 0: // the outside or the inside: it does not say which
			case e.Invalid != "":
				p.exampled(e, is, clients).refused()
			default:
				p.exampled(e, is, clients).accepted()
			}
		}
	},
}

// refused reports an example to be refused that some client can get.
func (x exampled) refused() {
	header := issuance.PayloadOf(x.Header)
	for _, s := range x.situations {
		set := issuance.HeaderFor(s.Client, x.Token)
		if len(header) > 0 && set != nil && set.Contains(valueset.JSON(x.Header)) != valueset.Yes || !x.is.Accepts(s, x.payload) {
			continue
		}
		x.p.Report(report.Finding{
			Subject: x.Path, At: x.FieldAt("invalid"), Severity: report.Warning, // the reason may be none that the language can state
			Message: fmt.Sprintf("%s can be just this, and the example says to refuse it: %s", x.token(s), x.Invalid),
			Hint:    "state in the contract what rules it out, or take the example away",
		})
		return
	}
}

// accepted reports what keeps an example from being a token of any client. Of all
// grants by which it may have been obtained, the one counts that is wrong least.
func (x exampled) accepted() {
	const hint = "correct the example, or the part of the contract that rules it out"
	if len(x.situations) == 0 {
		if x.Token.Kind != schema.KindEmbedded { // what it comes in need not be told
			x.report("", "", x.token(issuance.Situation{})+" is never issued", hint)
		}
		return
	}
	var least []wrong
	for i, s := range x.situations {
		if w := x.wrong(s); i == 0 || len(w) < len(least) {
			least = w
		}
	}
	for _, w := range least {
		x.report(w.field, w.name, w.text, hint, w.related...)
	}
}

// wrong gives all for which the example is no token of a situation.
func (x exampled) wrong(s issuance.Situation) []wrong {
	var out []wrong
	if set := issuance.HeaderFor(s.Client, x.Token); set != nil && x.Header != "" {
		out = x.wrongHeader(s, *set)
	}
	for _, m := range x.is.Misfits(s, x.payload) {
		out = append(out, x.misfit(s, m))
	}
	return out
}
