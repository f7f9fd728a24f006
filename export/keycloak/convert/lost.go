package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
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

func (e *exporter) lostOfToken(t *schema.Token) {
	switch t.Kind {
	case schema.KindEvent, schema.KindWorkload, schema.KindEmbedded:
		e.lose("token-kinds", t.Path, t.FieldAt("kind"), nil, "Keycloak does not issue %s tokens", t.Kind)
		return
	case schema.KindLogout, schema.KindRefresh:
		if own := slices.ContainsFunc(t.Claims, func(p *schema.Placement) bool { return !p.Implied }); own {
			e.lose("token-kinds", t.Path, t.FieldAt("claims"), nil, "no mapper writes into %s tokens", t.Kind)
		}
		return
	}
	e.lostFormat(t)
	e.lostLifetime(t)
	e.lostAudience(t)
	if len(t.Requestable) > 0 {
		e.lose("claims-parameter", t.Path, t.FieldAt("requestable"), nil, "Keycloak does not put claims into tokens because the claims parameter asks for them")
	}
	if t.MaxBytes > 0 {
		e.lose("sizes", t.Path, t.FieldAt("maxBytes"), nil, "Keycloak does not bound the size of tokens")
	}
	e.lostProfiles(t)
}

func (e *exporter) lostFormat(t *schema.Token) {
	if t.Kind == schema.KindUserinfo && t.Format != schema.FormatJSON && t.Format != schema.FormatJWT ||
		t.Kind == schema.KindID && t.Format != schema.FormatJWT {
		e.lose("format", t.Path, t.FieldAt("format"), nil, "Keycloak does not write %s as %s", t.Name, t.Format)
	}
	if t.Kind != schema.KindAccess {
		return
	}
	for _, c := range e.holders(t) {
		format := issuance.FormatFor(c, t)
		if format == schema.FormatJWT {
			continue
		}
		at := t.FieldAt("format")
		if ct := clientToken(c, t); ct.Format != "" {
			at = ct.FieldAt("format")
		}
		// Keycloak writes the subject also outside: the mapper of pairwise subjects
		// knows no flags, and service accounts have no session to take it from.
		if c.SubjectType == "pairwise" || slices.Contains(c.Grants, grantService) {
			effects := []export.Effect{{Client: c.Name, Token: t.Name, Claim: "sub", Change: export.Extra}}
			e.lose("format", t.Path, at, effects, "the access tokens of client %s show sub outside", c.Name)
		}
		e.lose("format", t.Path, at, nil, "access tokens of Keycloak are JWTs: where the contract says %s, clients get lightweight ones, which show %s",
			format, strings.Join(e.server[keycloak.LightweightAccessToken], ", "))
	}
}

// lostLifetime: an ID token of Keycloak lives as long as the access token.
func (e *exporter) lostLifetime(t *schema.Token) {
	if t.Kind != schema.KindID && t.Kind != schema.KindAccess {
		return
	}
	for _, c := range e.holders(t) {
		life, is := issuance.LifetimeFor(c, t), keycloak.SettingsOf(e.Realm, e.Realm.Client(c.Name), e.Realm.Version).AccessLifespan
		if life.Stated && int(life.Seconds) != is {
			e.lose("lifetime", t.Path, t.FieldAt("lifetime"), []export.Effect{{Client: c.Name, Token: t.Name, Claim: "exp", Change: export.Value}},
				"%s tokens live %s and not %s: in Keycloak ID tokens and access tokens live equally long", t.Kind, schema.Seconds(int64(is)), life)
		}
	}
}

// lostAudience: without a scope for a resource, access tokens have no audience.
func (e *exporter) lostAudience(t *schema.Token) {
	if t.Kind != schema.KindAccess && t.Kind != schema.KindIntrospection {
		return
	}
	for _, p := range t.Claims {
		if p.Claim.Name == "aud" && p.Presence != schema.Never {
			e.lose("audience", p.Path, p.At(), []export.Effect{{Token: t.Name, Claim: "aud", Change: export.Missing}},
				"tokens that are for no resource of the contract have no aud")
		}
	}
}

// lostProfiles: a client that gets several profiles of one kind gets one token that
// has what is in any.
func (e *exporter) lostProfiles(t *schema.Token) {
	for _, c := range e.holders(t) {
		for _, o := range e.ofKind(t.Kind) {
			if o == t || !e.gets(c, o) {
				continue
			}
			var effects []export.Effect
			for _, claim := range e.is.ClaimsIn(c, o) {
				effects = append(effects, export.Effect{Client: c.Name, Token: t.Name, Claim: claim.Name, Change: export.Extra})
			}
			e.lose("profiles", t.Path, t.At(), effects, "clients that get %s and %s get one token that has what is in both", t.Name, o.Name)
		}
	}
}

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
