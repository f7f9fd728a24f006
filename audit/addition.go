package audit

import (
	"slices"

	"tokenctl.dev/schema"
)

// additions gives everything that the client could be given. Resources are left
// out at first: a scope that means something to one is as good, and is not seen
// beside it.
func (s *search) additions(resources bool) []Addition {
	var out []Addition
	c := s.is.Contract
	for _, scope := range c.Scopes {
		if !slices.ContainsFunc(s.client.Scopes, func(cs *schema.ClientScope) bool { return cs.Scope == scope }) {
			out = append(out, Addition{addScope, scope.Name})
		}
	}
	if len(s.client.Grants) > 0 { // else it may use any
		for _, g := range append(grantsOf(c), authorizationCode, refreshToken) {
			if a := (Addition{addGrant, g}); !slices.Contains(s.client.Grants, g) && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	for _, d := range c.AuthorizationDetails {
		if !slices.Contains(s.client.AuthorizationDetails, d) {
			out = append(out, Addition{addDetail, d.Name})
		}
	}
	for _, r := range c.Resources {
		if resources && len(r.Releases) > 0 && !slices.Contains(s.client.Resources, r) {
			out = append(out, Addition{addResource, r.Name})
		}
	}
	for t := s.token; t != nil; t = t.Mirrors {
		requested := func(r *schema.Request) bool { return r.Token == t && r.Claim == s.claim }
		if !slices.ContainsFunc(s.client.Requests, requested) {
			out = append(out, Addition{addRequest, t.Name})
		}
	}
	for _, t := range c.Tokens { // where it gets none but those it names
		names := func(ct *schema.ClientToken) bool { return ct.Token.Kind == t.Kind }
		if slices.ContainsFunc(s.client.Tokens, names) && !slices.ContainsFunc(s.client.Tokens, func(ct *schema.ClientToken) bool { return ct.Token == t }) {
			out = append(out, Addition{addToken, t.Name})
		}
	}
	return out
}

// comes says whether the client would get the claim with these additions.
func (s *search) comes(additions []Addition) bool {
	c := s.with(additions)
	return s.is.Suppose(c).MayGet(c, s.token, s.claim)
}

// with gives the client with additions.
func (s *search) with(additions []Addition) *schema.Client {
	c := *s.client
	c.Scopes, c.Grants, c.Tokens, c.Requests = slices.Clip(c.Scopes), slices.Clip(c.Grants), slices.Clip(c.Tokens), slices.Clip(c.Requests)
	c.AuthorizationDetails, c.Resources = slices.Clip(c.AuthorizationDetails), slices.Clip(c.Resources)
	of := s.is.Contract
	for _, a := range additions {
		switch a.Kind {
		case addScope:
			c.Scopes = append(c.Scopes, &schema.ClientScope{Name: a.Name, Scope: of.Scope(a.Name)})
		case addGrant:
			c.Grants = append(c.Grants, a.Name)
		case addDetail:
			i := slices.IndexFunc(of.AuthorizationDetails, func(d *schema.DetailType) bool { return d.Name == a.Name })
			c.AuthorizationDetails = append(c.AuthorizationDetails, of.AuthorizationDetails[i])
		case addResource:
			c.Resources = append(c.Resources, of.Resource(a.Name))
		case addRequest:
			c.Requests = append(c.Requests, &schema.Request{Token: of.Token(a.Name), Claim: s.claim})
		case addToken:
			c.Tokens = append(c.Tokens, &schema.ClientToken{Token: of.Token(a.Name)})
		}
	}
	if !slices.ContainsFunc(c.Grants, refreshes) { // there is nothing to refresh
		c.Grants = slices.DeleteFunc(slices.Clone(c.Grants), func(g string) bool {
			return g == refreshToken && !slices.Contains(s.client.Grants, g)
		})
	}
	return &c
}
