package lint

import (
	"fmt"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// exampled is an example with the grants by which its token may have been obtained.
type exampled struct {
	*schema.Example
	p          *Pass
	is         *issuance.Issuance
	payload    issuance.Payload
	situations []issuance.Situation
}

// exampled works out how the token of an example may have been obtained: by its client,
// or by any of these.
func (p *Pass) exampled(e *schema.Example, is *issuance.Issuance, clients []*schema.Client) exampled {
	x := exampled{Example: e, p: p, is: is, payload: issuance.PayloadOf(e.Payload)}
	if e.Client != nil {
		clients = []*schema.Client{e.Client}
	}
	told := is.ToldBy(e)
	for _, c := range clients {
		x.situations = append(x.situations, is.Told(c, e.Token, told)...)
	}
	return x
}

func (x exampled) report(field, key, message, hint string, related ...schema.Related) {
	x.p.Report(report.Finding{
		Subject: x.Path, Key: field + "\x00" + key, At: x.FieldAt(field),
		Message: message, Related: related, Hint: hint,
	})
}

// wrong is one thing that is wrong with an example.
type wrong struct {
	field, name string // payload and the claim, or header and the parameter
	text        string
	related     []schema.Related
}

// token names the token with what the example tells of it, and beyond that what the
// situation is.
func (x exampled) token(s issuance.Situation) string {
	client, grant, scopes := x.Client, x.Grant, x.Scopes
	if client == nil && len(x.p.Contract.Clients) > 1 {
		client = s.Client
	}
	if grant == "" && s.Client != nil && len(s.Client.Grants) > 1 {
		grant = s.Grant
	}
	text := fmt.Sprintf("token %q", x.Token.Name)
	if client != nil {
		text += fmt.Sprintf(" of client %q", client.Name)
	}
	if grant != "" {
		text += " by " + grant
	}
	switch {
	case len(scopes) > 1:
		text += fmt.Sprintf(" with scopes %q", strings.Join(scopes, " "))
	case len(scopes) == 1:
		text += fmt.Sprintf(" with scope %q", scopes[0])
	case x.States("scopes"):
		text += " without any scope"
	}
	return text
}

// misfit says what is wrong with a claim.
func (x exampled) misfit(s issuance.Situation, m issuance.Misfit) wrong {
	w := wrong{field: "payload", name: m.Claim}
	token := x.token(s)
	switch m.Why {
	case issuance.NeverThere:
		w.text = fmt.Sprintf("%s never has claim %q", token, m.Claim)
		w.related = x.elsewhere(s, m.Claim)
	case issuance.WrongValue:
		part, values, v := culprit(m.Values, m.Value)
		name := fmt.Sprintf("claim %q", m.Claim)
		if part != "" {
			name = fmt.Sprintf("%s of %s", part, name)
		}
		w.text = fmt.Sprintf("%s of %s is %s, and never %s", name, token, among(values, v), brief(v))
		if claim := x.p.Contract.Claim(m.Claim); claim != nil && claim.Declared {
			w.related = []schema.Related{{At: claim.At(), Message: "the values of the claim"}}
		}
	case issuance.Missing:
		w.text = fmt.Sprintf("%s always has claim %q, and the example lacks it", token, m.Claim)
		w.related = []schema.Related{{At: m.At, Message: "it is put there here"}}
	case issuance.Apart:
		w.text = fmt.Sprintf("claim %q of %s comes together with claim %q, and the example has that one alone", m.Claim, token, m.With)
		w.related = []schema.Related{{At: m.At, Message: "both are there when " + m.Words}}
	case issuance.TooLong:
		w.text = fmt.Sprintf("%s lives %s at most, and in the example exp is longer after iat", token, m.Longest)
		w.related = []schema.Related{{At: m.At, Message: "how long it lives"}}
	}
	return w
}

// elsewhere tells under which condition the claim would be there.
func (x exampled) elsewhere(s issuance.Situation, name string) []schema.Related {
	claim := x.p.Contract.Claim(name)
	if claim == nil {
		return nil
	}
	if claim.Retired != nil {
		return []schema.Related{{At: claim.At(), Message: "the contract has retired it"}}
	}
	var out []schema.Related
	for _, w := range x.is.Ways(s.Client, x.Token, claim) {
		switch {
		case w.Placement.Presence == schema.Never:
			out = append(out, schema.Related{At: w.Placement.At(), Message: "it is promised never to be there"})
		case w.Scope != nil && !s.Scopes.Has(w.Scope):
			out = append(out, schema.Related{At: w.Placement.At(), Message: fmt.Sprintf("scope %q releases it", w.Scope.Name)})
		default:
			out = append(out, schema.Related{At: w.Placement.At(), Message: condition(s, w)})
		}
	}
	return out
}

// wrongHeader says what is wrong with the header, parameter by parameter if that can
// be told.
func (x exampled) wrongHeader(s issuance.Situation, set valueset.Set) []wrong {
	if set.Contains(valueset.JSON(x.Header)) != valueset.No {
		return nil
	}
	var out []wrong
	add := func(name, format string, args ...any) {
		out = append(out, wrong{field: "header", name: name, text: fmt.Sprintf(format, args...)})
	}
	header := issuance.PayloadOf(x.Header)
	for _, m := range header {
		values, presence := set.Member(m.Name)
		switch {
		case presence == valueset.Never:
			add(m.Name, "the header of %s never has parameter %q", x.token(s), m.Name)
		case values.Contains(m.Value) == valueset.No:
			add(m.Name, "header parameter %q of %s is %s, and never %s", m.Name, x.token(s), among(values, m.Value), brief(m.Value))
		}
	}
	named, _ := set.Members()
	for _, f := range named {
		if _, there := header.Get(f.Name); !there && f.Presence == valueset.Always {
			add(f.Name, "the header of %s always has parameter %q, and the example lacks it", x.token(s), f.Name)
		}
	}
	if len(out) == 0 {
		add("", "%s never has this header", x.token(s))
	}
	return out
}
