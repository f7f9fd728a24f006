package convert

import (
	"slices"

	"tokenctl.dev/export"
	"tokenctl.dev/schema"
)

// lost lists what the contract says and the realm does not, beside what was lost on
// the way.
func (e *exporter) lost() {
	for _, t := range e.c.Tokens {
		if t.Retired == nil {
			e.lostOfToken(t)
		}
	}
	for _, c := range e.c.Claims {
		if c.Declared && c.Retired == nil {
			e.lostOfClaim(c)
		}
	}
	for _, s := range e.c.Scopes {
		if s.Retired == nil {
			e.lostOfScope(s)
		}
	}
	for _, d := range e.c.AuthorizationDetails {
		e.lose("authorization-details", d.Path, d.At(), nil, "Keycloak does not read authorization_details")
	}
	for _, c := range e.all() {
		e.lostOfClient(c)
	}
	for p := range e.c.Placements() {
		e.lostOfPlacement(p)
	}
}

func (e *exporter) lostOfClaim(c *schema.Claim) {
	if c.States("#value") {
		if vs, finite := c.Value.Values(); !finite || len(vs) != 1 {
			if c.Value.Key() != plain(c.Value).Key() {
				e.lose("values", c.Path, c.FieldAt("#value"), nil, "Keycloak does not check the values of %s", c.Name)
			}
		}
	}
	if s := c.Source; s != nil && (s.Transform != "" || s.Default != "") {
		e.lose("transforms", c.Path, s.At(), nil, "Keycloak takes %s from an attribute as it is", c.Name)
	}
}

func (e *exporter) lostOfScope(s *schema.Scope) {
	if template(s.Name) && slices.ContainsFunc(e.c.Clients, func(c *schema.Client) bool {
		cs := clientScope(c, s)
		return cs != nil && template(cs.Name)
	}) {
		e.lose("parametric-scopes", s.Path, s.At(), nil, "Keycloak has scopes with parameters only as an experiment: clients cannot ask for %s", s.Name)
	}
	if len(s.Implies) > 0 {
		e.lose("implied-scopes", s.Path, s.FieldAt("implies"), e.effects(schema.KindAccess, "scope", export.Value),
			"the claim scope names %s only if it is asked for; what comes with it comes with %s too", s.Implies[0].Name, s.Name)
	}
	if len(s.Requires) > 0 {
		e.lose("required-scopes", s.Path, s.FieldAt("requires"), nil, "Keycloak grants %s without %s", s.Name, s.Requires[0].Name)
	}
	if len(s.Conflicts) > 0 {
		e.lose("conflicting-scopes", s.Path, s.FieldAt("conflicts"), nil, "Keycloak grants %s together with %s", s.Name, s.Conflicts[0].Name)
	}
	if len(s.Assurance) > 0 {
		e.lose("assurance", s.Path, s.FieldAt("assurance"), nil, "Keycloak grants %s however the user logged in", s.Name)
	}
	if s.Consent {
		e.lose("consent", s.Path, s.FieldAt("consent"), nil, "users of Keycloak agree to all that is asked for, or to nothing")
	}
	if s.MaxLifetime.Stated {
		e.lose("scope-lifetimes", s.Path, s.FieldAt("maxLifetime"), nil, "with %s tokens live as long as without", s.Name)
	}
	for _, c := range e.all() {
		if len(s.Grants) > 0 && clientScope(c, s) != nil && meets(c.Grants, s.Grants) && !within(c.Grants, s.Grants) {
			e.lose("grant-conditions", s.Path, s.FieldAt("grants"), nil, "client %s gets %s by all of its grant types", c.Name, s.Name)
		}
	}
}

// effects are changes of a claim in all tokens of a kind.
func (e *exporter) effects(kind, claim string, change export.Change) []export.Effect {
	var out []export.Effect
	for _, t := range e.ofKind(kind) {
		out = append(out, export.Effect{Token: t.Name, Claim: claim, Change: change})
	}
	return out
}

func (e *exporter) lostOfClient(c *schema.Client) {
	if len(c.Assurance) > 0 {
		e.lose("assurance", c.Path, c.FieldAt("assurance"), nil, "which login flow reaches a level is not in the contract: it is set up in Keycloak")
	}
	if len(c.Requests) > 0 {
		e.lose("claims-parameter", c.Path, c.FieldAt("requests"), nil, "Keycloak does not put claims into tokens because the claims parameter asks for them")
	}
	for _, x := range c.Exchanges {
		e.lose("exchanges", c.Path, x.At(), nil, "which tokens client %s may exchange is set up in Keycloak by audience", c.Name)
	}
	for _, cs := range c.Scopes {
		if cs.Scope.Name == "openid" && cs.Always {
			e.lose("openid", cs.Path, cs.At(), nil, "Keycloak grants openid only when it is asked for")
		}
	}
}
