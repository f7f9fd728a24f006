package keycloaktest

import "tokenctl.dev/export/keycloak"

// roles has roles of every kind, in and out of scope, and mappers that write,
// rename and add them.
func roles(v keycloak.Version) Made {
	ref := func(client, name string) keycloak.RoleRef { return keycloak.RoleRef{Client: client, Name: name} }
	r := empty("roles", v)
	r.Roles = []keycloak.Role{
		{Name: "plain"}, {Name: "boss", Composites: []keycloak.RoleRef{ref("", "plain"), ref("api", "write")}},
		{Name: "of group"}, {Name: "gate"}, {Name: "dotted.role"},
	}
	api, other := client("api"), client("other.with.dots")
	api.Roles = []keycloak.Role{{Name: "read"}, {Name: "write", Composites: []keycloak.RoleRef{ref("api", "read")}}, {Name: "never"}}
	other.Roles = []keycloak.Role{{Name: "read"}}
	r.Groups = []keycloak.Group{{
		Name: "top", Roles: []keycloak.RoleRef{ref("", "of group")}, Attributes: map[string][]string{"level": {"top"}, "shared": {"g1", "g2"}},
		Groups: []keycloak.Group{{Name: "sub", Attributes: map[string][]string{"own": {"deep"}}}},
	}, {Name: "flat", Attributes: map[string][]string{"color": {"red"}}}}
	usual := scope("usual",
		everywhere("realm", "oidc-usermodel-realm-role-mapper", "claim.name=realm_access.roles", "jsonType.label=String", "multivalued=true"),
		everywhere("client", "oidc-usermodel-client-role-mapper", "claim.name=resource_access.${client_id}.roles", "jsonType.label=String", "multivalued=true"),
		mapper("aud", "oidc-audience-resolve-mapper"))
	gated := scope("gated", constant("gated", "yes"))
	gated.Roles = []keycloak.RoleRef{ref("", "gate")}
	opening := scope("opening", constant("opening", "yes"))
	opening.Roles = []keycloak.RoleRef{ref("api", "write")}
	r.Scopes = append(r.Scopes, usual, gated, opening)
	narrow := client("narrow")
	narrow.FullScope = false
	narrow.ScopeRoles = []keycloak.RoleRef{ref("", "plain"), ref("other.with.dots", "read")}
	narrow.Roles = []keycloak.Role{{Name: "mine"}}
	own := client("own", roleMappers()...)
	own.Roles = []keycloak.Role{{Name: "mine"}}
	changing := client("changing",
		mapper("add realm", "oidc-hardcoded-role-mapper", "role=added"), mapper("add client", "oidc-hardcoded-role-mapper", "role=api.added"),
		mapper("rename", "oidc-role-name-mapper", "role=plain", "new.role.name=renamed"), mapper("move", "oidc-role-name-mapper", "role=api.read", "new.role.name=moved"))
	r.Clients = []*keycloak.Client{api, other, narrow, own, changing, lightweight(client("light"))}
	admin := client("admin",
		mapper("1", "oidc-hardcoded-role-mapper", "role=realm-management.manage-users"),
		mapper("2", "oidc-hardcoded-role-mapper", "role=realm-management.other"), mapper("3", "oidc-hardcoded-role-mapper", "role=admin"))
	r.Clients = append(r.Clients, admin)
	for _, c := range r.Clients {
		c.DefaultScopes, c.OptionalScopes = []string{"usual"}, []string{"gated", "opening"}
	}
	own.DefaultScopes = []string{}
	return Made{r, append(People(r), keycloak.User{
		Username: "boss-user", Roles: []keycloak.RoleRef{ref("", "boss")}, Groups: []string{"/top/sub", "/flat"},
	})}
}

// roleMappers write roles and groups in unusual ways.
func roleMappers() []*keycloak.Mapper {
	const multi = "multivalued=true"
	realm, client := "oidc-usermodel-realm-role-mapper", "oidc-usermodel-client-role-mapper"
	attr := func(name, from string, settings ...string) *keycloak.Mapper {
		return everywhere(name, "oidc-usermodel-attribute-mapper", append([]string{"user.attribute=" + from, "claim.name=" + name, "jsonType.label=String"}, settings...)...)
	}
	return []*keycloak.Mapper{
		everywhere("prefixed", realm, "claim.name=prefixed", "usermodel.realmRoleMapping.rolePrefix=R_", multi),
		everywhere("of api", client, "claim.name=api_roles", "usermodel.clientRoleMapping.clientId=api", multi),
		everywhere("of api 2", client, "claim.name=by.${client_id}.roles", "usermodel.clientRoleMapping.clientId=other.with.dots", multi),
		everywhere("all in one", client, "claim.name=all_roles", multi),
		everywhere("all prefixed", client, "claim.name=all_prefixed", "usermodel.clientRoleMapping.rolePrefix=${client_id}:", multi),
		everywhere("one prefixed", client, "claim.name=one_prefixed", "usermodel.clientRoleMapping.clientId=api", "usermodel.clientRoleMapping.rolePrefix=${client_id}:", multi),
		everywhere("inside", client, "claim.name=inside.x${client_id}y", multi),
		everywhere("single", realm, "claim.name=single", "jsonType.label=String"),
		everywhere("groups full", "oidc-group-membership-mapper", "claim.name=groups", "full.path=true"),
		everywhere("groups", "oidc-group-membership-mapper", "claim.name=group_names", "full.path=false"),
		everywhere("groups default", "oidc-group-membership-mapper", "claim.name=group_default"),
		attr("level", "level"), attr("own", "own"), attr("color", "color"), attr("shared", "shared", multi),
		attr("aggregated", "level", multi, "aggregate.attrs=true"), attr("unknown", "nothing"),
		everywhere("requested", "oidc-claims-param-token-mapper"),
		everywhere("requested value", "oidc-claims-param-value-idtoken-mapper", "claim.name=q"),
	}
}

// logins has clients with every setting of tokens, and the mappers that write about
// the login.
func logins(v keycloak.Version) Made {
	r := empty("logins", v)
	r.AccessTokenLifespan, r.Attributes = 240, map[string]string{"acr.loa.map": `{"gold":2,"silver":1}`}
	scopes, defaults, _ := keycloak.Builtin(v)
	r.Scopes, r.DefaultScopes, r.OptionalScopes = scopes, defaults, []string{}
	set := func(id string, attributes ...string) *keycloak.Client {
		c := client(id)
		c.DefaultScopes = defaults
		c.WebOrigins = []string{"+", "http://more.example"}
		for i := 0; i+1 < len(attributes); i += 2 {
			c.Attributes[attributes[i]] = attributes[i+1]
		}
		r.Clients = append(r.Clients, c)
		return c
	}
	set("usual")
	set("short", "access.token.lifespan", "60")
	set("long", "access.token.lifespan", "99999", "client.session.max.lifespan", "500")
	set("endless", "access.token.lifespan", "-1")
	set("typed", "access.token.header.type.rfc9068", "true", "token.response.type.bearer.lower-case", "true")
	set("signed", "access.token.signed.response.alg", "PS256", "id.token.signed.response.alg", "RS384")
	set("signed userinfo", "user.info.response.signature.alg", "RS256")
	set("no refresh", "use.refresh.tokens", "false")
	set("levels", "acr.loa.map", `{"low":1}`)
	lightweight(set("light"))
	set("light closed", "client.use.lightweight.access.token.enabled", "TRUE")
	set("pairwise").Mappers = []*keycloak.Mapper{mapper("pairwise", "oidc-sha256-pairwise-sub-mapper", "pairwiseSubAlgorithmSalt=salt")}
	set("unsalted").Mappers = []*keycloak.Mapper{mapper("pairwise", "oidc-sha256-pairwise-sub-mapper")}
	set("notes").Mappers = []*keycloak.Mapper{
		everywhere("time", "oidc-usersessionmodel-note-mapper", "user.session.note=AUTH_TIME", "claim.name=when", "jsonType.label=long"),
		everywhere("missing", "oidc-usersessionmodel-note-mapper", "user.session.note=nothing", "claim.name=nothing", "jsonType.label=String"),
		mapper("nonce", "oidc-nonce-backwards-compatible-mapper"), everywhere("state", "oidc-session-state-mapper"), everywhere("amr", "oidc-amr-mapper"),
	}
	set("public").Public = true
	set("dpop", "dpop.bound.access.tokens", "true")
	set("dpop typed", "dpop.bound.access.tokens", "true", "token.response.type.bearer.lower-case", "true")
	set("relative").RedirectURIs = []string{"/cb/*", "http://b.example/x"}
	r.Client("relative").RootURL = "http://root.example"
	return Made{r, People(r)}
}

// scopes has client scopes of every kind.
func scopes(v keycloak.Version) Made {
	r := empty("scopes", v)
	saml := scope("saml", constant("saml", "no"))
	saml.Protocol = "saml"
	wrong := constant("wrong", "no")
	wrong.Protocol = "saml"
	r.Scopes = append(r.Scopes,
		scope("shown", constant("shown", "1"), constant("both", "shown")), hide(scope("hidden", constant("hidden", "1"))),
		hide(scope("secret", constant("secret", "1"))), scope("shown too", constant("shown2", "1"), wrong), saml,
		scope("opaque", mapper("custom", "some-other-mapper", "claim.name=opaque", "access.token.claim=true", "api.password=p"),
			mapper("script", "script-x.js", "claim.name=script", "access.token.claim=true"), constant("beside", "1")),
	)
	r.Scopes[4].Name = "spaceless" // a scope parameter cannot name a scope with a blank
	c := client("app", constant("dedicated", "1"))
	c.DefaultScopes = []string{"hidden", "saml", "shown"}
	c.OptionalScopes = []string{"secret", "spaceless", "opaque", "offline_access"}
	light := lightweight(client("light", constant("dedicated", "1")))
	light.DefaultScopes, light.OptionalScopes = c.DefaultScopes, c.OptionalScopes
	r.Clients = []*keycloak.Client{c, light, client("none")}
	r.Roles = []keycloak.Role{{Name: "offline_access"}}
	return Made{r, []keycloak.User{
		{Username: "scopes-user", Roles: []keycloak.RoleRef{{Name: "offline_access"}}}, {Username: "bare-user"},
	}}
}

// accounts has clients with service accounts.
func accounts(v keycloak.Version) Made {
	r := empty("accounts", v)
	builtin, defaults, optional := keycloak.Builtin(v)
	r.Scopes, r.DefaultScopes, r.OptionalScopes = builtin, defaults, optional
	r.Roles = []keycloak.Role{{Name: "robot"}}
	for _, id := range []string{"plain", "Refreshing", "light", "with account"} {
		c := client(id)
		c.ServiceAccounts = true
		c.DefaultScopes, c.OptionalScopes = defaults, []string{"address", "microprofile-jwt"}
		r.Clients = append(r.Clients, c)
	}
	r.Clients[1].Attributes["client_credentials.use_refresh_token"] = "true"
	lightweight(r.Clients[2])
	r.Clients[3].Account = &keycloak.Account{Roles: []keycloak.RoleRef{{Name: "robot"}}, Attributes: map[string][]string{"locale": {"en"}}}
	return Made{r, []keycloak.User{{Username: "accounts-user"}}}
}
