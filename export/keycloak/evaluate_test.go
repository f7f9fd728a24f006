package keycloak_test

import (
	"fmt"
	"strings"
	"testing"

	"tokenctl.dev/export/keycloak"
)

func evaluate(t *testing.T, r *keycloak.Realm, req keycloak.Request) *keycloak.Result {
	t.Helper()
	req.Client = "app"
	res, err := keycloak.Evaluate(r, req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// describe is a claim in one line: types, and what each origin needs.
func describe(c *keycloak.Claim) string {
	if c == nil {
		return "impossible"
	}
	var types, origins []string
	for _, typ := range c.Types {
		types = append(types, typ.String())
	}
	for _, o := range c.Origins {
		var needs []string
		for _, n := range o.Needs {
			needs = append(needs, n.String())
		}
		text := "always"
		if len(needs) > 0 {
			text = strings.Join(needs, " and ")
		}
		if o.Values != nil {
			text += fmt.Sprintf(" %q", o.Values)
		}
		origins = append(origins, text)
	}
	return strings.Join(types, " or ") + ": " + strings.Join(origins, "; ")
}

// TestPresence is when a mapper yields a claim, and of which type.
func TestPresence(t *testing.T) {
	const attr, prop, con, note = "oidc-usermodel-attribute-mapper", "oidc-usermodel-property-mapper", "oidc-hardcoded-claim-mapper", "oidc-usersessionmodel-note-mapper"
	for _, tc := range []struct{ kind, settings, path, want string }{
		{attr, "user.attribute=mail", "c", `string: attribute "mail"`},
		{attr, "user.attribute=mail multivalued=true jsonType.label=int", "c", `list of integer: attribute "mail" and a value of type "int"`},
		{attr, "user.attribute=mail jsonType.label=boolean", "c", `boolean: attribute "mail"`},
		{attr, "user.attribute=mail jsonType.label=JSON", "c", `any: attribute "mail" and a value of type "JSON"`},
		{attr, "user.attribute=username", "c", `string: always`},
		{attr, "user.attribute=auds claim.name=aud multivalued=true", "aud", `list of string or string: attribute "auds"`},
		{prop, "user.attribute=emailVerified jsonType.label=boolean", "c", `boolean: always`},
		{prop, "user.attribute=email", "c", `string: attribute "email"`},
		{prop, "user.attribute=nothing", "c", `impossible`},
		{con, "claim.value=7 jsonType.label=long", "c", `integer: always ["7"]`},
		{con, "claim.value=x jsonType.label=long", "c", `impossible`},
		{con, `claim.value={"a":1} jsonType.label=JSON`, "c", `object: always ["{\"a\":1}"]`},
		{con, "claim.value=noon claim.name=auth_time", "auth_time", `impossible`},
		{note, "user.session.note=AUTH_TIME jsonType.label=long", "c", `impossible`},
		{note, "user.session.note=clientHost", "c", `impossible`},
		{note, "user.session.note=other", "c", `string: session note "other"`},
		{"oidc-full-name-mapper", "", "name", `string: one of the attributes "firstName, lastName"`},
		{"oidc-address-mapper", "user.attribute.street=road", "address", `object: one of the attributes "country, formatted, locality, postal_code, region, road"`},
		{"oidc-group-membership-mapper", "", "c", `list of string: a group`},
		{"oidc-usermodel-realm-role-mapper", "multivalued=true usermodel.realmRoleMapping.rolePrefix=R_", "c", `list of string: a role of the realm ["R_a" "R_b"]`},
		{"oidc-usermodel-client-role-mapper", "claim.name=x.${client_id}.r multivalued=true", "x api r", `list of string: a role of client "api" ["read"]`},
		{"oidc-audience-mapper", "included.custom.audience=z", "aud", `string: always ["z"]`},
		{"oidc-audience-resolve-mapper", "", "aud", `string: a role of client "api" ["api"]`},
		{"oidc-organization-membership-mapper", "", "c", `impossible`},
		{"oidc-allowed-origins-mapper", "", "allowed-origins", `impossible`},
		{"oidc-acr-mapper", "", "acr", `string: always`},
		{"oidc-nonce-backwards-compatible-mapper", "", "nonce", `impossible`},
	} {
		r := realmWith("26.7.5", nil, mapper(tc.kind, inAccess+tc.settings))
		r.Roles = []keycloak.Role{{Name: "a"}, {Name: "b"}}
		r.Clients = append(r.Clients, &keycloak.Client{ClientID: "api", Roles: []keycloak.Role{{Name: "read"}}})
		c := evaluate(t, r, keycloak.Request{}).On(keycloak.AccessToken).Claim(strings.Fields(tc.path)...)
		if got := describe(c); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.kind, tc.settings, got, tc.want)
		}
	}
}

func TestPresenceByVersionAndGrant(t *testing.T) {
	note := mapper("oidc-usersessionmodel-note-mapper", inAccess+"user.session.note=AUTH_TIME jsonType.label=long")
	code := keycloak.Request{Grant: keycloak.AuthorizationCode, Nonce: true}
	for _, tc := range []struct {
		name, version, path, want string
		req                       keycloak.Request
		m                         *keycloak.Mapper
	}{
		{"the time of a login by browser", "26.7.5", "c", "integer: always", code, note},
		{"the nonce for those who want it everywhere", "26.7.5", "nonce", "string: always", code, mapper("oidc-nonce-backwards-compatible-mapper", "")},
		{"an address that may be empty", "26.4.0", "address", "object: always", keycloak.Request{}, mapper("oidc-address-mapper", inAccess)},
	} {
		c := evaluate(t, realmWith(tc.version, nil, tc.m), tc.req).On(keycloak.AccessToken).Claim(tc.path)
		if got := describe(c); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

// TestScopeOfRoles: a client scope that is limited to roles makes its claims depend
// on them, and without full scope tokens show only roles that are in scope.
func TestScopeOfRoles(t *testing.T) {
	roles := mapper("oidc-usermodel-realm-role-mapper", "access.token.claim=true claim.name=realm_access.roles multivalued=true")
	limited := &keycloak.Scope{Name: "limited", Protocol: "openid-connect", Roles: []keycloak.RoleRef{{Name: "gate"}}, Mappers: []*keycloak.Mapper{
		mapper("oidc-hardcoded-claim-mapper", inAccess+"claim.value=v")}}
	r := realmWith("26.7.5", []*keycloak.Scope{limited}, roles)
	r.Roles = []keycloak.Role{{Name: "gate"}, {Name: "boss", Composites: []keycloak.RoleRef{{Name: "gate"}, {Name: "other"}}}, {Name: "other"}, {Name: "scoped"}}
	access := func() keycloak.SurfaceClaims {
		return evaluate(t, r, keycloak.Request{}).On(keycloak.AccessToken)
	}
	if got := describe(access().Claim("c")); got != `string: a role that opens client scope "limited" ["v"]` {
		t.Errorf("the claim of the limited scope: %s", got)
	}
	if got := describe(access().Claim("realm_access", "roles")); got != `list of string: a role of the realm ["boss" "gate" "other" "scoped"]` {
		t.Errorf("with full scope: %s", got)
	}
	r.Clients[0].FullScope = false
	r.Clients[0].ScopeRoles = []keycloak.RoleRef{{Name: "scoped"}}
	if got := describe(access().Claim("realm_access", "roles")); got != `list of string: a role of the realm ["gate" "scoped"]` {
		t.Errorf("without: %s", got)
	}
	for role, want := range map[string]string{"boss": `"v" {"roles":["gate"]}`, "gate": `"v" {"roles":["gate"]}`, "scoped": `absent {"roles":["scoped"]}`, "other": "absent absent"} {
		p := issue(t, r, keycloak.Request{}, keycloak.User{Username: "u", Roles: []keycloak.RoleRef{{Name: role}}}).On(keycloak.AccessToken)
		if got := text(t, p, "c") + " " + text(t, p, "realm_access"); got != want {
			t.Errorf("a user with %s gets %s, want %s", role, got, want)
		}
	}
	r.Clients[0].ScopeRoles, limited.Roles = nil, nil
	if got := describe(access().Claim("realm_access", "roles")); got != "impossible" {
		t.Errorf("with no role in scope: %s", got)
	}
}

// TestRolesThatMappersChange: a hardcoded role is there for everybody, and a renamed
// one shows as the other. Administrative roles that only a mapper gives are taken
// out of real access tokens from 26.7.1 on.
func TestRolesThatMappersChange(t *testing.T) {
	mappers := []*keycloak.Mapper{
		mapper("oidc-usermodel-realm-role-mapper", "access.token.claim=true claim.name=realm_access.roles multivalued=true"),
		mapper("oidc-usermodel-client-role-mapper", "access.token.claim=true claim.name=resource_access.${client_id}.roles multivalued=true"),
		mapper("oidc-hardcoded-role-mapper", "role=extra"),
		mapper("oidc-hardcoded-role-mapper", "role=realm-management.manage-users"),
		mapper("oidc-role-name-mapper", "role=old new.role.name=api.new"),
	}
	u := keycloak.User{Username: "u", Roles: []keycloak.RoleRef{{Name: "old"}}}
	for _, tc := range []struct {
		version string
		grant   keycloak.Grant
		want    string
	}{
		{"26.7.0", keycloak.Password, `{"roles":["extra"]} {"api":{"roles":["new"]},"realm-management":{"roles":["manage-users"]}}`},
		{"26.7.1", keycloak.Password, `{"roles":["extra"]} {"api":{"roles":["new"]},"realm-management":{"roles":[]}}`},
		{"26.7.1", keycloak.Example, `{"roles":["extra"]} {"api":{"roles":["new"]},"realm-management":{"roles":["manage-users"]}}`},
	} {
		r := realmWith(tc.version, nil, mappers...)
		r.Roles = []keycloak.Role{{Name: "old"}}
		p := issue(t, r, keycloak.Request{Grant: tc.grant}, u).On(keycloak.AccessToken)
		if got := text(t, p, "realm_access") + " " + text(t, p, "resource_access"); got != tc.want {
			t.Errorf("%s by %q:\n got %s\nwant %s", tc.version, tc.grant, got, tc.want)
		}
		res := evaluate(t, r, keycloak.Request{Grant: tc.grant}).On(keycloak.AccessToken)
		if got := describe(res.Claim("realm_access", "roles")); got != `list of string: always ["extra"]` {
			t.Errorf("%s: roles of the realm: %s", tc.version, got)
		}
		if got := describe(res.Claim("resource_access", "api", "roles")); got != `list of string: a role of client "api" ["new"]` {
			t.Errorf("%s: roles of api: %s", tc.version, got)
		}
	}
}

func TestFindings(t *testing.T) {
	const everywhere = "access.token.claim=true id.token.claim=true userinfo.token.claim=true "
	named := func(name string, m *keycloak.Mapper) *keycloak.Mapper {
		m.Name = name
		return m
	}
	con := func(name, settings string) *keycloak.Mapper {
		return named(name, mapper("oidc-hardcoded-claim-mapper", everywhere+settings))
	}
	attr := func(name, settings string) *keycloak.Mapper {
		return named(name, mapper("oidc-usermodel-attribute-mapper", "access.token.claim=true "+settings))
	}
	for _, tc := range []struct {
		name, version string
		mappers       []*keycloak.Mapper
		want          string
	}{
		{"nothing", "26.7.5", []*keycloak.Mapper{con("m", "claim.name=c claim.value=v")}, ""},
		{"a mapper of another maker", "26.7.5", []*keycloak.Mapper{named("m", mapper("their-mapper", everywhere))}, `opaque-mapper: mapper "m" is of kind "their-mapper", of which Keycloak 26.7.5 does not say what it writes`},
		{"a claim of Keycloak's", "26.7.5", []*keycloak.Mapper{con("m", "claim.name=exp claim.value=1")}, `ignored-claim: mapper "m" has no effect: exp is Keycloak's own`},
		{"a word for a number", "26.7.5", []*keycloak.Mapper{con("m", "claim.name=c claim.value=x jsonType.label=int")}, `broken-mapper: mapper "m": "x" is not of the type it must have, so that the claim is left out`},
		{"a word for a number, before", "26.5.5", []*keycloak.Mapper{con("m", "claim.name=c claim.value=x jsonType.label=int")}, `broken-mapper: mapper "m": "x" is not of type int, so that Keycloak issues no token`},
		{"no salt", "26.7.5", []*keycloak.Mapper{named("m", mapper("oidc-sha256-pairwise-sub-mapper", ""))}, `broken-mapper: mapper "m": it has no salt, so that Keycloak issues no token`},
		{"two for one", "26.7.5", []*keycloak.Mapper{attr("m", "claim.name=c user.attribute=a"), attr("n", "claim.name=c user.attribute=b")}, `undefined-order: mappers "m" and "n" both write c, and which comes last is not defined`},
		{"two for one, the same", "26.7.5", []*keycloak.Mapper{attr("m", "claim.name=c user.attribute=a"), attr("n", "claim.name=c user.attribute=a")}, ``},
		{"two that join", "26.7.5", []*keycloak.Mapper{attr("m", "claim.name=c user.attribute=a multivalued=true"), attr("n", "claim.name=c user.attribute=b multivalued=true")}, ``},
		{"one below the other", "26.7.5", []*keycloak.Mapper{attr("m", "claim.name=c user.attribute=a"), attr("n", "claim.name=c.d user.attribute=b")}, `undefined-order: mappers "m" and "n" both write c, and which comes last is not defined`},
		{"several emails", "26.7.5", []*keycloak.Mapper{attr("m", "claim.name=email user.attribute=a multivalued=true")}, `unusable-token: mapper "m" makes email a list of string, so that Keycloak cannot read the access token at userinfo and introspection`},
		{"a level beside the roles", "26.7.5", []*keycloak.Mapper{attr("m", "claim.name=realm_access.level user.attribute=a")}, `unusable-token: mapper "m" makes realm_access.level a string, so that Keycloak cannot read the access token at userinfo and introspection`},
	} {
		var got []string
		for _, f := range evaluate(t, realmWith(tc.version, nil, tc.mappers...), keycloak.Request{}).Findings {
			got = append(got, string(f.Kind)+": "+f.Text)
		}
		if strings.Join(got, "\n") != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, strings.Join(got, "\n"), tc.want)
		}
	}
}

// TestUnusableTokens: Keycloak reads its tokens back into typed fields, so that some
// claims shut the endpoints that take a token.
func TestUnusableTokens(t *testing.T) {
	u := keycloak.User{Username: "u", Attributes: map[string][]string{"two": {"a", "b"}}}
	req := keycloak.Request{Scopes: []string{"openid"}, Grant: keycloak.Password}
	const cannot = "Keycloak cannot read back the claim "
	for _, tc := range []struct{ settings, version, want string }{
		{"claim.name=email", "26.7.5", ""},
		{"claim.name=email multivalued=true", "26.7.5", cannot + "email"},
		{"claim.name=email_verified", "26.7.5", cannot + "email_verified"},
		{"claim.name=updated_at", "26.7.5", cannot + "updated_at"},
		{"claim.name=allowed-origins", "26.7.5", cannot + "allowed-origins"},
		{"claim.name=allowed-origins multivalued=true", "26.7.5", ""},
		{"claim.name=cnf", "26.7.5", cannot + "cnf"},
		{"claim.name=realm_access.roles multivalued=true", "26.7.5", ""},
		{"claim.name=realm_access.level", "26.7.5", cannot + "realm_access"},
		{"claim.name=resource_access.api.level", "26.7.0", cannot + "resource_access"},
		{"claim.name=resource_access.api.level", "26.7.5", ""},
		{"claim.name=address.zone", "26.4.0", cannot + "address"},
		{"claim.name=address.zone", "26.5.5", ""},
		{"claim.name=azp", "26.7.5", "the claim azp does not name the client"},
		{"claim.name=sid", "26.7.5", "the claim sid does not name the session"},
	} {
		r := realmWith(tc.version, nil, mapper("oidc-usermodel-attribute-mapper", "access.token.claim=true user.attribute=two "+tc.settings))
		tokens := issue(t, r, req, u)
		if got := tokens.On(keycloak.UserInfo).Missing; got != tc.want {
			t.Errorf("%s in %s: userinfo %q, want %q", tc.settings, tc.version, got, tc.want)
		}
		if got := tokens.On(keycloak.Introspection).Claims["active"]; got != (tc.want == "") {
			t.Errorf("%s in %s: active is %v", tc.settings, tc.version, got)
		}
	}
}

func TestOrganizations(t *testing.T) {
	org := &keycloak.Scope{Name: "organization", Protocol: "openid-connect", Mappers: []*keycloak.Mapper{
		mapper("oidc-organization-membership-mapper", "access.token.claim=true multivalued=true")}}
	for _, tc := range []struct {
		version string
		enabled bool
		member  []string
		want    string
	}{
		{"26.7.5", true, []string{"one"}, `["one"] organization`},
		{"26.7.5", true, []string{"one", "two"}, "absent organization"},
		{"26.7.5", true, nil, "absent organization"},
		{"26.7.5", false, []string{"one"}, "absent "},
		{"26.5.5", false, []string{"one"}, "absent organization"},
	} {
		r := realmWith(tc.version, nil)
		r.Organizations, r.Scopes, r.Clients[0].OptionalScopes = tc.enabled, []*keycloak.Scope{org}, []string{"organization"}
		tokens := issue(t, r, keycloak.Request{Scopes: []string{"organization"}}, keycloak.User{Username: "u", Organizations: tc.member})
		if got := text(t, tokens.On(keycloak.AccessToken), "organization") + " " + strings.Join(tokens.Scopes, " "); got != tc.want {
			t.Errorf("%+v: got %s", tc, got)
		}
	}
}
