package converttest

import (
	"slices"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// expected says whether the contract puts a claim into a token for a request, for a
// user who has a value for every claim and logged in at the highest level. It is not
// certain where that takes something else too: a note of the session, which no user
// here has, or something about the request that the contract says in words.
func (s *Subject) expected(r Request, grant string, t *schema.Token, claim *schema.Claim) (there, certain bool) {
	for _, f := range s.Is.FlowsOf(r.Client, t, claim) {
		if f.Grant != grant && f.Grant != issuance.Unstated {
			continue
		}
		for _, route := range f.Routes {
			if len(route.Placement.Grants) > 0 && !slices.Contains(route.Placement.Grants, grant) {
				continue
			}
			if s.open(r, route) {
				there = true
				certain = certain || route.Always || !s.Loose && !s.ByServer(s.Surface(r.Client, t), claim.Name)
			}
		}
	}
	return there, certain && !s.byNote(s.Surface(r.Client, t), claim)
}

// open says whether a route leads to the claim in the answer to a request.
func (s *Subject) open(r Request, route issuance.Route) bool {
	if route.Detail != nil || route.Requested {
		return false
	}
	if route.Resource != nil && !s.aims(r, route.Resource) {
		return false
	}
	return slices.ContainsFunc(route.Scopes, func(set issuance.ScopeSet) bool {
		return !slices.ContainsFunc(set, func(sc *schema.Scope) bool { return !r.Set[sc] })
	})
}

// aims says whether what is granted means something to a resource.
func (s *Subject) aims(r Request, to *schema.Resource) bool {
	if slices.Contains(r.Client.Resources, to) {
		return true
	}
	for sc := range r.Set {
		if slices.Contains(sc.Resources, to) {
			return true
		}
	}
	return false
}

// byNote says whether the realm writes a claim from a note of the session that users
// do not have by themselves.
func (s *Subject) byNote(on keycloak.Surface, claim *schema.Claim) bool {
	for _, m := range s.mappers() {
		if note := m.Config["user.session.note"]; m.Name == claim.Name && note != "" && note != "AUTH_TIME" {
			for _, r := range keycloak.EffectOf(m, keycloak.Latest()).Rules {
				if r.On.Has(on) {
					return true
				}
			}
		}
	}
	return false
}

// issued says whether the contract issues a token for a request at all.
func (s *Subject) issued(r Request, grant string, t *schema.Token) bool {
	for _, sit := range s.Is.Situations(r.Client, t) {
		if sit.Grant != grant && sit.Grant != issuance.Unstated {
			continue
		}
		if !slices.ContainsFunc(sit.Scopes, func(sc *schema.Scope) bool { return !r.Set[sc] }) {
			return true
		}
	}
	return false
}

// audience are the audiences of access tokens for a request.
func (s *Subject) audience(r Request, t *schema.Token) []string {
	var out []string
	for _, res := range s.Is.Contract.Resources {
		accepts := len(res.Accepts) == 0 || slices.ContainsFunc(res.Accepts, func(a *schema.Accept) bool { return a.Token == t || a.Token == t.Mirrors })
		if accepts && s.aims(r, res) {
			out = append(out, res.Audience...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
