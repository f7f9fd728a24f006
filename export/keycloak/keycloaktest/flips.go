package keycloaktest

import (
	"maps"
	"slices"

	"tokenctl.dev/export/keycloak"
)

// Flip is a change of one setting of a realm. A comparison that is worth anything
// sees each of them.
type Flip struct {
	Name   string
	Change func(*keycloak.Realm)
}

// Flipped is a realm that says something about everything a Flip changes.
func Flipped(v keycloak.Version) Made {
	ref := func(client, name string) keycloak.RoleRef { return keycloak.RoleRef{Client: client, Name: name} }
	r := empty("flips", v)
	r.Roles = []keycloak.Role{{Name: "one"}, {Name: "two"}, {Name: "all", Composites: []keycloak.RoleRef{ref("", "one"), ref("api", "read")}}, {Name: "gate"}}
	r.Groups = []keycloak.Group{{Name: "g", Attributes: map[string][]string{"level": {"7"}}}}
	api := client("api")
	api.Roles = []keycloak.Role{{Name: "read"}}
	gated := scope("gated", constant("gated", "1"))
	gated.Roles = []keycloak.RoleRef{ref("", "gate")}
	const multi = "multivalued=true"
	attr := "oidc-usermodel-attribute-mapper"
	r.Scopes = append(r.Scopes, gated, scope("more", constant("more", "1")), scope("extra", constant("extra", "1")), scope("main",
		constant("constant", "v", "jsonType.label=String"),
		everywhere("attribute", attr, "user.attribute=a", "claim.name=attribute", "jsonType.label=String", multi),
		everywhere("level", attr, "user.attribute=level", "claim.name=level", "jsonType.label=String"),
		everywhere("dotted", attr, "user.attribute=a", `claim.name=dot\.ted`, "jsonType.label=String", multi),
		everywhere("verified", "oidc-usermodel-property-mapper", "user.attribute=emailVerified", "claim.name=verified", "jsonType.label=boolean"),
		everywhere("address", "oidc-address-mapper", "user.attribute.street=street"),
		everywhere("groups", "oidc-group-membership-mapper", "claim.name=groups", "full.path=true"),
		everywhere("roles", "oidc-usermodel-realm-role-mapper", "claim.name=realm_access.roles", "jsonType.label=String", "usermodel.realmRoleMapping.rolePrefix=R_", multi),
		everywhere("of api", "oidc-usermodel-client-role-mapper", "claim.name=of_api", "usermodel.clientRoleMapping.clientId=api", multi),
		mapper("add", "oidc-hardcoded-role-mapper", "role=added"), mapper("rename", "oidc-role-name-mapper", "role=two", "new.role.name=renamed"),
		mapper("resolve", "oidc-audience-resolve-mapper"), everywhere("audience", "oidc-audience-mapper", "included.custom.audience=custom"),
		mapper("origins", "oidc-allowed-origins-mapper"), mapper("sub", "oidc-sub-mapper", "access.token.claim=true"),
		everywhere("acr", "oidc-acr-mapper"), everywhere("amr", "oidc-amr-mapper"), everywhere("state", "oidc-session-state-mapper"),
	))
	app, light := client("app", constant("own", "1")), lightweight(client("light"))
	for _, c := range []*keycloak.Client{app, light} {
		c.DefaultScopes, c.OptionalScopes = []string{"extra", "main"}, []string{"gated", "more"}
		c.WebOrigins, c.FullScope = []string{"http://a.example"}, false
		c.ScopeRoles = []keycloak.RoleRef{ref("", "one"), ref("", "two"), ref("api", "read")}
	}
	app.ServiceAccounts, app.Account = true, &keycloak.Account{Roles: []keycloak.RoleRef{ref("", "one")}}
	r.Clients = []*keycloak.Client{api, app, light}
	user := keycloak.User{
		Username: "flip-user", EmailVerified: true, Groups: []string{"/g"}, Roles: []keycloak.RoleRef{ref("", "all"), ref("", "two"), ref("", "gate")},
		Attributes: map[string][]string{"a": {"x", "y"}, "b": {"z"}, "street": {"S"}, "road": {"R"}},
	}
	return Made{r, []keycloak.User{user}}
}

// Flips are changes of the realm that Flipped returns.
func Flips() []Flip {
	var list []Flip
	for _, flag := range flags() {
		list = append(list, set("constant", flag, "false"))
	}
	list = append(list,
		set("constant", "claim.name", "renamed"), set("constant", "claim.value", "w"), set("constant", "jsonType.label", "boolean"),
		set("attribute", "multivalued", "false"), set("attribute", "user.attribute", "b"), set("attribute", "lightweight.claim", "false"),
		set("attribute", "userinfo.token.claim", "false"), set("attribute", "id.token.claim", "false"),
		set("level", "jsonType.label", "long"), set("level", "introspection.token.claim", "false"), set("dotted", "claim.name", "dot.ted"),
		set("verified", "user.attribute", "username"), set("verified", "jsonType.label", "String"),
		set("address", "user.attribute.street", "road"), set("address", "access.token.claim", "false"),
		set("groups", "full.path", "false"), set("groups", "claim.name", "teams"),
		set("roles", "usermodel.realmRoleMapping.rolePrefix", ""), set("roles", "claim.name", "roles"),
		set("of api", "usermodel.clientRoleMapping.clientId", "app"), set("add", "role", "other"), set("rename", "new.role.name", "app.renamed"),
		set("resolve", "access.token.claim", "false"), set("resolve", "introspection.token.claim", "false"), set("resolve", "lightweight.claim", "true"),
		set("audience", "included.custom.audience", "other"), set("audience", "id.token.claim", "false"),
		set("origins", "access.token.claim", "false"), set("sub", "access.token.claim", "false"), set("sub", "lightweight.claim", "true"),
		set("acr", "id.token.claim", "false"), set("amr", "access.token.claim", "false"), set("state", "userinfo.token.claim", "false"),
		set("own", "claim.name", "scope"),
	)
	return append(list, wider()...)
}

// set changes a setting of a mapper, or removes it.
func set(name, key, value string) Flip {
	title := "mapper " + name + ": " + key + " = " + value
	if value == "" {
		title = "mapper " + name + ": no " + key
	}
	return Flip{title, func(r *keycloak.Realm) {
		for _, m := range mappers(r) {
			if m.Name == name && value == "" {
				delete(m.Config, key)
			} else if m.Name == name {
				m.Config[key] = value
			}
		}
	}}
}

// wider are the flips that are not of a mapper's settings.
func wider() []Flip {
	app := func(name string, change func(*keycloak.Client)) Flip {
		return Flip{"client app: " + name, func(r *keycloak.Realm) { change(r.Client("app")) }}
	}
	attribute := func(key, value string) Flip {
		return app(key+" = "+value, func(c *keycloak.Client) { c.Attributes[key] = value })
	}
	return []Flip{
		{"scope main: not in the claim scope", func(r *keycloak.Realm) { hide(r.Scope("main")) }},
		{"scope more: for SAML", func(r *keycloak.Realm) { r.Scope("more").Protocol = "saml" }},
		{"scope gated: for everybody", func(r *keycloak.Realm) { r.Scope("gated").Roles = nil }},
		{"mapper own: for SAML", func(r *keycloak.Realm) { r.Client("app").Mappers[0].Protocol = "saml" }},
		{"mapper own: gone", func(r *keycloak.Realm) { r.Client("app").Mappers = nil }},
		{"group g: another level", func(r *keycloak.Realm) { r.Groups[0].Attributes = map[string][]string{"level": {"8"}} }},
		{"role all: no longer with one", func(r *keycloak.Realm) { r.Roles[2].Composites = r.Roles[2].Composites[1:] }},
		{"realm: another lifetime", func(r *keycloak.Realm) { r.AccessTokenLifespan = 200 }},
		{"realm: another algorithm", func(r *keycloak.Realm) { r.DefaultSignatureAlgorithm = "RS384" }},
		app("more by default", func(c *keycloak.Client) {
			c.DefaultScopes, c.OptionalScopes = append(slices.Clone(c.DefaultScopes), "more"), []string{"gated"}
		}),
		app("extra not by default", func(c *keycloak.Client) {
			c.DefaultScopes, c.OptionalScopes = []string{"main"}, append(slices.Clone(c.OptionalScopes), "extra")
		}),
		app("without extra", func(c *keycloak.Client) { c.DefaultScopes = []string{"main"} }),
		app("full scope", func(c *keycloak.Client) { c.FullScope = true }),
		app("a role out of scope", func(c *keycloak.Client) { c.ScopeRoles = c.ScopeRoles[1:] }),
		app("other origins", func(c *keycloak.Client) { c.WebOrigins = []string{"http://b.example"} }),
		app("a pairwise subject", func(c *keycloak.Client) {
			c.Mappers = append(slices.Clone(c.Mappers), mapper("pairwise", "oidc-sha256-pairwise-sub-mapper", "pairwiseSubAlgorithmSalt=s"))
		}),
		attribute("client.use.lightweight.access.token.enabled", "true"), attribute("access.token.lifespan", "60"),
		attribute("access.token.header.type.rfc9068", "true"), attribute("token.response.type.bearer.lower-case", "true"),
		attribute("access.token.signed.response.alg", "PS256"), attribute("id.token.signed.response.alg", "RS512"),
		attribute("user.info.response.signature.alg", "RS256"), attribute("use.refresh.tokens", "false"),
		attribute("client_credentials.use_refresh_token", "true"), attribute("dpop.bound.access.tokens", "true"),
	}
}

// Settings lists a flip for each flag of each mapper of a realm: on if it is not
// "true", else off.
func Settings(r *keycloak.Realm) []Flip {
	var list []Flip
	for i, m := range mappers(r) {
		for _, flag := range slices.Sorted(maps.Keys(m.Config)) {
			if slices.Contains(flags(), flag) {
				list = append(list, toggle(i, m.Name, flag))
			}
		}
		for _, flag := range flags() {
			if _, there := m.Config[flag]; !there {
				list = append(list, toggle(i, m.Name, flag))
			}
		}
	}
	return list
}

func toggle(i int, name, flag string) Flip {
	return Flip{"mapper " + name + ": " + flag, func(r *keycloak.Realm) {
		m := mappers(r)[i]
		if m.Config[flag] == "true" {
			m.Config[flag] = "false"
		} else {
			m.Config[flag] = "true"
		}
	}}
}
