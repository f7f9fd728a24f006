package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/schema"
)

// built is a client scope and its mappers while they are collected.
type built struct {
	*keycloak.Scope
	*container
}

// hiddenScope is a client scope that users do not see and tokens do not name.
func hiddenScope(name, description string) *keycloak.Scope {
	return &keycloak.Scope{Name: name, Description: description, Protocol: "openid-connect", Attributes: map[string]string{
		"include.in.token.scope": "false", "display.on.consent.screen": "false", "include.in.openid.provider.metadata": "false",
	}}
}

// scopes writes the scopes of the contract. Those with parameters are written where
// a client names an instance.
func (e *exporter) scopes() {
	names := map[string]*schema.Scope{}
	for _, s := range e.c.Scopes {
		if s.Name != "openid" && s.Retired == nil && !template(s.Name) {
			names[s.Name] = s
		}
	}
	for _, c := range e.c.Clients {
		for _, cs := range c.Scopes {
			if template(cs.Scope.Name) && !template(cs.Name) {
				names[cs.Name] = cs.Scope
			}
		}
	}
	for _, name := range sortedKeys(names) {
		e.scope(name, names[name])
	}
}

func (e *exporter) scope(name string, s *schema.Scope) {
	b := built{&keycloak.Scope{Name: name, Description: s.Description, Protocol: "openid-connect", Attributes: map[string]string{
		"include.in.token.scope": flag(s.Reported), "display.on.consent.screen": flag(s.Consent),
		"include.in.openid.provider.metadata": flag(s.Published),
	}}, &container{}}
	for _, s := range closure(s) {
		for _, p := range s.Releases {
			e.place(b.container, p)
		}
		for _, r := range s.Resources {
			e.audience(b.container, r)
			for _, p := range r.Releases {
				e.place(b.container, p)
			}
		}
	}
	if name == "offline_access" {
		e.offline()
		b.Scope.Roles = []keycloak.RoleRef{{Name: name}}
	}
	b.Scope.Mappers = append(b.finished(), kept(s.Labels)...)
	for ref := range strings.FieldsSeq(s.Labels[LabelPrefix+"roles"]) {
		b.Scope.Roles = append(b.Scope.Roles, keycloak.ParseRole(ref))
	}
	e.Realm.Scopes = append(e.Realm.Scopes, b.Scope)
}

// offline makes the role that users need to be granted offline_access, and gives it
// to everybody, as realms that Keycloak makes do.
func (e *exporter) offline() {
	role := keycloak.RoleRef{Name: "offline_access"}
	e.Realm.Roles[0].Composites = []keycloak.RoleRef{role}
	e.Realm.Roles = append(e.Realm.Roles, keycloak.Role{Name: role.Name})
}

// closure is a scope and all that it implies: Keycloak has no scopes that imply
// others, so each brings what the others bring.
func closure(s *schema.Scope) []*schema.Scope {
	out := []*schema.Scope{s}
	for i := 0; i < len(out); i++ {
		for _, n := range out[i].Implies {
			if !slices.Contains(out, n) && n.Retired == nil {
				out = append(out, n)
			}
		}
	}
	return out
}

// audience adds the audiences of a resource to the tokens that it accepts.
func (e *exporter) audience(k *container, r *schema.Resource) {
	var on keycloak.Surface
	for _, t := range append(e.ofKind(schema.KindAccess), e.ofKind(schema.KindIntrospection)...) {
		if t.Kind == schema.KindIntrospection && e.c.Issuer.Product != "keycloak" {
			continue // introspection that mirrors the token
		}
		if len(r.Accepts) == 0 || slices.ContainsFunc(r.Accepts, func(a *schema.Accept) bool { return a.Token == t }) {
			on |= e.surfaces(t, e.c.Claim("aud"))
		}
	}
	for _, aud := range r.Audience {
		k.add("audience "+aud, "oidc-audience-mapper", map[string]string{"included.custom.audience": aud}, on)
	}
}

// hidden writes the scopes for what tokens contain whatever is granted: one for
// every distinct set of clients that get it.
func (e *exporter) hidden() {
	groups := map[string]built{}
	add := func(name, description string, to []*schema.Client, p *schema.Placement, on keycloak.Surface) {
		if len(to) == 0 {
			return
		}
		b, ok := groups[name]
		if !ok {
			b = built{hiddenScope(e.free(name), description), &container{}}
			groups[name] = b
			for _, c := range to {
				kc := e.Realm.Client(c.Name)
				kc.DefaultScopes = append(kc.DefaultScopes, b.Name)
			}
		}
		e.placeOn(b.container, p, on)
	}
	for _, t := range e.c.Tokens {
		for _, p := range t.Claims {
			to := e.concerned(t, p)
			add(hiddenName("basic", t, p, to, e.all()), "What tokens contain whatever is granted", to, p, e.surfaces(t, p.Claim))
		}
		for _, p := range t.Outer {
			to := e.concerned(t, p)
			add(hiddenName("outside", t, p, to, e.all()), "What the outside of tokens shows", to, p, keycloak.LightweightAccessToken)
		}
	}
	e.openid(add)
	for _, name := range sortedKeys(groups) {
		if b := groups[name]; len(b.mappers) > 0 {
			b.Scope.Mappers = b.finished()
			e.Realm.Scopes = append(e.Realm.Scopes, b.Scope)
			continue
		}
		e.drop(groups[name].Name)
	}
}

// openid writes what the scope openid releases. Keycloak has no client scope of that
// name: who has it gets this one, and the ID token and userinfo are there only if
// openid is asked for.
func (e *exporter) openid(add func(string, string, []*schema.Client, *schema.Placement, keycloak.Surface)) {
	s := e.c.Scope("openid")
	if s == nil {
		return
	}
	for _, p := range s.Releases {
		var to []*schema.Client
		for _, c := range e.concerned(p.Token, p) {
			cs := clientScope(c, s)
			if cs == nil {
				continue
			}
			to = append(to, c)
			if gated := keycloak.IDToken | keycloak.UserInfo; !cs.Always && e.Surface(c, p.Token)&^gated != 0 {
				e.lose("openid", p.Path, p.At(), []export.Effect{{Client: c.Name, Token: p.Token.Name, Claim: p.Claim.Name, Change: export.Extra}},
					"client %s gets %s also without openid", c.Name, p.Claim.Name)
			}
		}
		add(hiddenName("openid-claims", p.Token, p, to, e.all()), "What the scope openid releases", to, p, e.surfaces(p.Token, p.Claim))
	}
}

// all are the clients that are exported.
func (e *exporter) all() []*schema.Client {
	var out []*schema.Client
	for _, c := range e.c.Clients {
		if c.Retired == nil {
			out = append(out, c)
		}
	}
	return out
}

// concerned are the clients that get the token, by one of the grants that the
// placement is for.
func (e *exporter) concerned(t *schema.Token, p *schema.Placement) []*schema.Client {
	var out []*schema.Client
	for _, c := range e.holders(t) {
		if meets(c.Grants, p.Grants) {
			out = append(out, c)
		}
	}
	return out
}

// meets says whether a client that uses these grants, any if it does not say, may
// use one of those.
func meets(uses, those []string) bool {
	return len(those) == 0 || len(uses) == 0 || slices.ContainsFunc(uses, func(g string) bool { return slices.Contains(those, g) })
}

// hiddenName tells hidden scopes of different clients apart: the plain name is for
// what all clients get.
func hiddenName(name string, t *schema.Token, p *schema.Placement, to, all []*schema.Client) string {
	switch {
	case len(to) == len(all):
		return name
	case len(p.Grants) > 0:
		return name + "-" + t.Name + "-" + strings.Join(p.Grants, "-")
	}
	return name + "-" + t.Name
}

// free gives a name that no scope of the contract has.
func (e *exporter) free(name string) string {
	for e.Realm.Scope(name) != nil {
		name = "claims-" + name
	}
	return name
}

// drop takes a scope without mappers from the clients.
func (e *exporter) drop(name string) {
	for _, c := range e.Realm.Clients {
		c.DefaultScopes = slices.DeleteFunc(c.DefaultScopes, func(s string) bool { return s == name })
	}
}

func clientScope(c *schema.Client, s *schema.Scope) *schema.ClientScope {
	for _, cs := range c.Scopes {
		if cs.Scope == s {
			return cs
		}
	}
	return nil
}

func flag(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
