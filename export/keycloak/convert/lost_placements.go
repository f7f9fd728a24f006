package convert

import (
	"slices"

	"tokenctl.dev/export"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// lostProtocol lists what differs in claims that Keycloak writes itself.
func (e *exporter) lostProtocol(p *schema.Placement) {
	differs := func(change export.Change) []export.Effect {
		return []export.Effect{{Token: p.Token.Name, Claim: p.Claim.Name, Change: change}}
	}
	uses := func(grant string) bool {
		return slices.ContainsFunc(e.holders(p.Token), func(c *schema.Client) bool { return len(c.Grants) == 0 || slices.Contains(c.Grants, grant) })
	}
	switch name := p.Claim.Name; {
	case name == "nonce" && p.Token.Kind == schema.KindID && uses(grantRefresh) && !e.byGrant(p):
		e.lose("protocol-claims", p.Path, p.At(), differs(export.Missing), "ID tokens that come by a refresh token have no nonce")
	case name == "scope" && slices.ContainsFunc(e.holders(p.Token), startsEmpty):
		e.lose("protocol-claims", p.Path, p.At(), differs(export.Missing), "tokens that are granted no scope have no claim scope")
	case name == "azp" || name == "aud" && p.Token.Kind == schema.KindID:
		for _, c := range e.holders(p.Token) {
			if p.Values().ContainsText(c.Name) == valueset.No {
				e.lose("protocol-claims", p.Path, p.At(), []export.Effect{{Client: c.Name, Token: p.Token.Name, Claim: name, Change: export.Value}},
					"Keycloak writes the client as a string: %s", valueset.Text(c.Name))
			}
		}
	}
}

// startsEmpty says whether a client may be granted no scope at all.
func startsEmpty(c *schema.Client) bool {
	return !slices.ContainsFunc(c.Scopes, func(cs *schema.ClientScope) bool { return cs.Always })
}

func (e *exporter) lostOfPlacement(p *schema.Placement) {
	if e.surfaces(p.Token, p.Claim) == 0 || p.Presence == schema.Never {
		return
	}
	if len(p.Assurance) > 0 {
		e.lose("assurance", p.Path, p.FieldAt("assurance"), nil, "Keycloak writes %s however the user logged in", p.Claim.Name)
	}
	if len(p.Grants) > 0 {
		for _, c := range e.holders(p.Token) {
			if within(c.Grants, p.Grants) || !meets(c.Grants, p.Grants) || e.byGrant(p) {
				continue
			}
			var effects []export.Effect
			if !userBound(p) || len(c.Grants) == 0 || !within(c.Grants, append(slices.Clone(p.Grants), grantService)) {
				effects = []export.Effect{{Client: c.Name, Token: p.Token.Name, Claim: p.Claim.Name, Change: export.Extra}}
			}
			e.lose("grant-conditions", p.Path, p.FieldAt("grants"), effects, "client %s gets %s by all of its grant types", c.Name, p.Claim.Name)
		}
	}
	e.lostPresence(p)
	e.lostProtocol(p)
}

// lostPresence: a claim about users is there for those who have a value. Service
// accounts have none.
func (e *exporter) lostPresence(p *schema.Placement) {
	if p.Implied || !e.fromUser(p) {
		return
	}
	if p.Presence == schema.Always && !e.promised[p.Claim] {
		e.promised[p.Claim] = true
		e.lose("presence", p.Path, p.At(), nil, "users without a value for %s get tokens without it", p.Claim.Name)
	}
	for _, c := range e.holders(p.Token) {
		if slices.Contains(c.Grants, grantService) && (len(p.Grants) == 0 || slices.Contains(p.Grants, grantService)) && e.mayHave(c, p) {
			e.lose("presence", p.Path, p.At(), []export.Effect{{Client: c.Name, Token: p.Token.Name, Claim: p.Claim.Name, Change: export.Missing}},
				"the service account of client %s has no %s", c.Name, p.Claim.Name)
		}
	}
}

// mayHave says whether a placement can count for a client.
func (e *exporter) mayHave(c *schema.Client, p *schema.Placement) bool {
	return slices.ContainsFunc(e.is.Ways(c, p.Token, p.Claim), func(w issuance.Way) bool { return w.Placement == p }) &&
		e.is.MayGet(c, p.Token, p.Claim)
}

// byGrant says whether Keycloak itself writes a claim by the same grants: the nonce
// is in ID tokens of a login and not in refreshed ones.
func (e *exporter) byGrant(p *schema.Placement) bool {
	return p.Claim.Name == "nonce" && p.Token.Kind == schema.KindID && slices.Equal(p.Grants, []string{grantCode})
}

// userBound says whether a claim is about the user, so that service accounts have no
// value for it.
func userBound(p *schema.Placement) bool {
	switch p.Claim.Name {
	case "acr", "amr", "auth_time", "sub", "client_id":
		return false
	}
	if attributeOf(p.Claim) == "username" { // service accounts have one
		return false
	}
	vs, finite := p.Values().Values()
	return !finite || len(vs) != 1
}

// fromUser says whether the value is one of the user's attributes.
func (e *exporter) fromUser(p *schema.Placement) bool {
	if slices.Contains(e.server[e.surfaces(p.Token, p.Claim)], p.Claim.Name) || p.Claim.Name == "client_id" {
		return false
	}
	kind, _ := e.kindOf(p)
	switch kind {
	case attributeMapper, "oidc-full-name-mapper", "oidc-address-mapper":
		return true
	}
	return false
}

// within says whether all that a client uses is among those.
func within(uses, those []string) bool {
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(g string) bool { return !slices.Contains(those, g) })
}
