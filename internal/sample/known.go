package sample

import (
	"slices"
	"strconv"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// issued is when samples are issued: 2026-01-01T00:00:00Z.
const issued = 1767225600

// known gives the values of a claim that the contract tells: what its author declares
// in examples, who the issuer and the client are, what is granted, and for how long.
func (p *Profile) known(s Source, c claim) []valueset.JSON {
	outside := func(v valueset.JSON) bool { return !holds(c.set, v) }
	list := p.stated(s, c)
	for _, v := range list { // by itself, or as the only one of a list
		list = append(list, array([]valueset.JSON{v}))
	}
	if list = slices.DeleteFunc(list, outside); len(list) > 0 {
		return list
	}
	for _, e := range p.is.Contract.Examples {
		if v, ok := membersOf(valueset.JSON(e.Payload))[c.Name]; ok && e.Invalid == "" && e.Token == p.Token {
			list = append(list, v)
		}
	}
	for _, v := range c.Values {
		if v.Retired == nil && v.Deprecated == nil {
			list = append(list, valueset.Text(v.Name), valueset.JSON(v.Name))
		}
	}
	return slices.DeleteFunc(list, outside)
}

// stated gives what the contract says outside of the claim.
func (p *Profile) stated(s Source, c claim) []valueset.JSON {
	var list []valueset.JSON
	switch c.Name {
	case "iss":
		if i := p.is.Contract.Issuer; i != nil {
			list = texts(filled(i.URL))
		}
	case "client_id", "azp":
		list = texts(p.Client.Name)
	case "aud":
		list = p.audience()
	case "scope", "scp":
		names := p.scopeNames(s)
		list = append(texts(strings.Join(names, " ")), array(texts(names...)))
	case "exp":
		life := issuance.LifetimeFor(p.Client, p.Token)
		if !life.Stated {
			life = schema.Seconds(600)
		}
		list = []valueset.JSON{valueset.JSON(strconv.FormatInt(issued+life.Seconds, 10))}
	case "iat", "nbf", "auth_time":
		list = []valueset.JSON{valueset.JSON(strconv.FormatInt(issued, 10))}
	}
	return list
}

// filled puts something in the place of the parameters of a url.
func filled(url string) string {
	for {
		before, rest, ok := strings.Cut(url, "{")
		_, after, ok2 := strings.Cut(rest, "}")
		if !ok || !ok2 {
			return url
		}
		url = before + "example" + after
	}
}

// audience is the client for tokens about the user, and else the resources that the
// token reaches.
func (p *Profile) audience() []valueset.JSON {
	if p.Token.Kind == schema.KindID || p.Token.Kind == schema.KindLogout {
		return texts(p.Client.Name)
	}
	var out []valueset.JSON
	for _, r := range p.is.Contract.Resources {
		for range p.is.Meetings(p.is.Consumer(r.Path), p.Token, p.Client) {
			out = append(out, texts(r.Audience...)...)
			break
		}
	}
	return out
}

// scopeNames are the scopes that are granted, as the client names them.
func (p *Profile) scopeNames(s Source) []string {
	var out []string
	for _, scope := range p.scopes {
		name := scope.Name
		for _, cs := range p.Client.Scopes {
			if cs.Scope == scope {
				name = cs.Name
			}
		}
		for _, param := range scope.Params {
			v, _ := s.Value(param.Value, About{Name: param.Name})
			name = strings.ReplaceAll(name, "{"+param.Name+"}", stringOf(v))
		}
		out = append(out, name)
	}
	return out
}
