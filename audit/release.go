package audit

import (
	"cmp"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// An Addition is one thing that a client would have to be given.
type Addition struct {
	Kind string // scope, grant, authorization detail, token, resource, request
	Name string
}

func (a Addition) String() string {
	if a.Kind == addRequest {
		return "a request for it with the claims parameter"
	}
	return a.Kind + " " + a.Name
}

const (
	addScope    = "scope"
	addGrant    = "grant"
	addDetail   = "authorization detail"
	addToken    = "token"
	addResource = "resource"
	addRequest  = "request"
)

// A Release is additions that together let a claim come, of which none could be
// left out.
type Release []Addition

func (r Release) String() string {
	var out []string
	for _, a := range r {
		out = append(out, a.String())
	}
	return strings.Join(out, " and ")
}

// A search looks for the fewest additions with which a client would get a claim
// in a token.
//
// A client that may name more never loses a way, so it is enough to look at one
// that is given everything: each smallest grant by which that one gets the claim
// says what suffices, and what can be left out of it is left out. A scope that
// implies the one that is needed grants more, and is no answer.
type search struct {
	is     *issuance.Issuance
	client *schema.Client
	token  *schema.Token
	claim  *schema.Claim
}

// releases gives what would let the claim come, the shortest first; none where
// nothing would.
func (s *search) releases() []Release {
	var out []Release
	for _, most := range [][]Addition{s.additions(false), s.additions(true)} {
		for _, enough := range s.sufficient(most) {
			least := s.least(enough)
			if !slices.ContainsFunc(out, func(r Release) bool { return slices.Equal(r, least) }) {
				out = append(out, least)
			}
		}
	}
	slices.SortFunc(out, func(a, b Release) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a.String(), b.String()))
	})
	return out
}

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

// maxSufficient bounds what is tried. The ways beyond are not told.
const maxSufficient = 100

// sufficient reads off what suffices from the ways of a client that is given most.
func (s *search) sufficient(most []Addition) [][]Addition {
	c := s.with(most)
	var out [][]Addition
	for _, f := range s.is.Suppose(c).FlowsOf(c, s.token, s.claim) {
		for _, r := range f.Routes {
			for _, set := range r.Scopes {
				for _, enough := range s.needed(most, f.Grant, set) {
					// What carries an embedded token is not part of its route.
					out = append(out, s.first(carried(enough, r.Way), enough)...)
				}
				if len(out) >= maxSufficient {
					return out
				}
			}
		}
	}
	return out
}

// first gives the first choice that lets the claim come, if any does.
func (s *search) first(choices ...[]Addition) [][]Addition {
	i := slices.IndexFunc(choices, s.comes)
	if i < 0 {
		return nil
	}
	return choices[i : i+1]
}

// needed leaves out the scopes and grant types that a way does not need. A refresh
// needs one of the grant types that bring a refresh token.
func (s *search) needed(most []Addition, grant string, set issuance.ScopeSet) [][]Addition {
	needs := func(firsts ...string) []Addition {
		return slices.DeleteFunc(slices.Clone(most), func(a Addition) bool {
			switch a.Kind {
			case addScope:
				return !set.Has(s.is.Contract.Scope(a.Name))
			case addGrant:
				return a.Name != grant && !slices.Contains(firsts, a.Name)
			}
			return false
		})
	}
	out := [][]Addition{needs()}
	for _, a := range most {
		if grant == refreshToken && a.Kind == addGrant && refreshes(a.Name) {
			out = append(out, needs(a.Name))
		}
	}
	return out
}

const (
	authorizationCode = "authorization_code"
	refreshToken      = "refresh_token"
)

// refreshes says whether a grant type can bring a refresh token (RFC 6749, 4.2.2
// and 4.4.3).
func refreshes(grant string) bool {
	return grant != refreshToken && grant != "client_credentials" && grant != "implicit"
}

// carried leaves out what carries other ways.
func carried(all []Addition, w issuance.Way) []Addition {
	return slices.DeleteFunc(slices.Clone(all), func(a Addition) bool {
		switch a.Kind {
		case addDetail:
			return w.Detail == nil || w.Detail.Name != a.Name
		case addResource:
			return w.Resource == nil || w.Resource.Name != a.Name
		case addRequest:
			return !w.Requested || w.Placement.Token.Name != a.Name
		}
		return false
	})
}

// least leaves out what can be left out.
func (s *search) least(enough []Addition) Release {
	for i := 0; i < len(enough); {
		if less := slices.Delete(slices.Clone(enough), i, i+1); s.comes(less) {
			enough = less
			continue
		}
		i++
	}
	return Release(enough)
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
