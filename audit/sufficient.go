package audit

import (
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// maxForced bounds the scopes that givenMost looks at with and without.
const maxForced = 3

// givenMost gives the client with all additions. A scope that it always gets, but
// cannot be granted as it is, may become possible by them and then be forced on
// it, with its conflicts: so the client is given with and without such scopes.
func (s *search) givenMost(most []Addition) []*schema.Client {
	all := s.with(most)
	supposed := s.is.Suppose(s.client)
	out := []*schema.Client{all}
	for _, cs := range s.client.Scopes {
		if !cs.Always || supposed.MayHold(s.client, cs.Scope) || len(out) >= 1<<maxForced {
			continue
		}
		for _, c := range slices.Clone(out) {
			without := *c
			without.Scopes = slices.DeleteFunc(slices.Clone(c.Scopes), func(o *schema.ClientScope) bool { return o == cs })
			out = append(out, &without)
		}
	}
	return out
}

// maxSufficient bounds what is tried. The ways beyond are not told.
const maxSufficient = 100

// sufficient reads off what suffices from the ways of a client that is given most.
func (s *search) sufficient(c *schema.Client, most []Addition) [][]Addition {
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
