package keycloaktest

import (
	"strconv"

	"tokenctl.dev/export/keycloak"
)

// names writes claims under every kind of name, also those that are Keycloak's.
func names(v keycloak.Version) Made {
	r := empty("names", v)
	odd := client("odd")
	for i, name := range []string{
		"a.b.c", "a.b.d", "a.e", `https://x\.example/claim`, `back\\slash`, `q\x`, "trailing.", "..", ".lead", "two..dots", "sp ace", "ümlaut", "$dollar",
	} {
		odd.Mappers = append(odd.Mappers, everywhere("odd "+strconv.Itoa(i), "oidc-hardcoded-claim-mapper", "claim.name="+name, "claim.value=v", "jsonType.label=String"))
	}
	r.Clients = append(r.Clients, odd)
	for _, name := range []string{
		"jti", "typ", "iat", "exp", "iss", "scope", "nonce", "session_state", "sub", "acr", "auth_time", "aud", "sid", "at_hash",
		"scope.x", "sub.x", "aud.x", "auth_time.x", "jti.x", "client_id", "username", "active", "token_type", "name", "address", "email",
		"access_token", "expires_in", "id_token", "refresh_token", "not-before-policy", "error",
		"realm_access.roles", "resource_access.x.roles", "allowed-origins", "cnf",
	} {
		r.Clients = append(r.Clients, client("name "+name, constant(name, "7", "jsonType.label=String")))
	}
	r.Clients = append(r.Clients,
		client("time in words", constant("auth_time", "noon", "jsonType.label=String")),
		client("azp of ids", mapper("azp", "oidc-hardcoded-claim-mapper", "claim.name=azp", "claim.value=else", "id.token.claim=true", "userinfo.token.claim=true")),
		client("azp", constant("azp", "else", "jsonType.label=String")),
		client("flag in words", constant("email_verified", "maybe", "jsonType.label=String")),
		client("flag as text", constant("email_verified", "true", "jsonType.label=String")),
		client("number in words", constant("updated_at", "noon", "jsonType.label=String")),
		client("list of emails", everywhere("emails", "oidc-usermodel-attribute-mapper", "user.attribute=auds", "claim.name=email", "multivalued=true", "jsonType.label=String")),
		client("level of realm", constant("realm_access.level", "1")),
		client("client roles by hand", everywhere("roles", "oidc-usermodel-attribute-mapper", "user.attribute=auds", "claim.name=resource_access.api.roles", "multivalued=true", "jsonType.label=String")),
		client("roles by hand", everywhere("roles", "oidc-usermodel-attribute-mapper", "user.attribute=auds", "claim.name=realm_access.roles", "multivalued=true", "jsonType.label=String")),
		client("no name", everywhere("none", "oidc-hardcoded-claim-mapper", "claim.value=v")),
		client("no value", everywhere("none", "oidc-hardcoded-claim-mapper", "claim.name=c")),
		client("several audiences", everywhere("aud", "oidc-usermodel-attribute-mapper", "user.attribute=auds", "claim.name=aud", "multivalued=true", "jsonType.label=String")),
	)
	return Made{r, []keycloak.User{{Username: "names-user", Email: "n@example.org", Attributes: map[string][]string{"auds": {"x", "y"}}}}}
}

// merges lets several mappers write one claim.
func merges(v keycloak.Version) Made {
	r := empty("merges", v)
	attr := func(name, from, claim string, settings ...string) *keycloak.Mapper {
		return everywhere(name, "oidc-usermodel-attribute-mapper", append([]string{"user.attribute=" + from, "claim.name=" + claim, "jsonType.label=String"}, settings...)...)
	}
	const multi = "multivalued=true"
	r.Clients = []*keycloak.Client{
		client("lists", attr("1", "one", "c", multi), attr("2", "two", "c", multi), attr("3", "three", "c", multi)),
		client("list and word", attr("1", "two", "c", multi), constant("c", "word", multi)),
		client("words", everywhere("1", "oidc-hardcoded-claim-mapper", "claim.name=c", "claim.value=a", multi), everywhere("2", "oidc-hardcoded-claim-mapper", "claim.name=c", "claim.value=b", multi)),
		client("last wins", attr("1", "one", "c"), attr("2", "word", "c")),
		client("list or word", attr("1", "two", "c", multi), attr("2", "word", "c")),
		client("same word", attr("1", "word", "c"), attr("2", "word", "c")),
		client("deep", attr("1", "one", "a.b"), attr("2", "word", "a.c"), attr("3", "two", "a.d.e", multi)),
		client("first of two", attr("1", "two", "c")),
		client("audiences", everywhere("1", "oidc-audience-mapper", "included.client.audience=lists"), everywhere("2", "oidc-audience-mapper", "included.custom.audience=custom"), everywhere("3", "oidc-audience-mapper", "included.custom.audience=custom")),
		client("address", everywhere("1", "oidc-address-mapper"), attr("2", "word", "street")),
		client("address elsewhere", everywhere("1", "oidc-address-mapper", "user.attribute.street=word", "user.attribute.country=none")),
		client("names", everywhere("1", "oidc-full-name-mapper"), attr("2", "username", "preferred_username")),
		client("json", everywhere("1", "oidc-usermodel-attribute-mapper", "user.attribute=json", "claim.name=c", "jsonType.label=JSON"), attr("2", "word", "d")),
		client("json list", everywhere("1", "oidc-usermodel-attribute-mapper", "user.attribute=jsonlist", "claim.name=c", "jsonType.label=JSON", multi), attr("2", "word", "c", multi)),
	}
	users := []keycloak.User{
		{Username: "merges-user", FirstName: "Only", Attributes: map[string][]string{
			"one": {"a"}, "two": {"a", "b"}, "three": {"b", "c", "d"}, "word": {"w"}, "street": {"S 1"}, "country": {"X"}, "json": {`{"x":1}`}, "jsonlist": {`[1]`, `[2]`},
		}},
		{Username: "partly-user", LastName: "Last", Attributes: map[string][]string{"word": {"w"}}},
		{Username: "bare-user"},
	}
	return Made{r, users}
}

// organizations has the mapper of organizations, in every shape.
func organizations(v keycloak.Version) Made {
	r := empty("organizations", v)
	r.Organizations = true
	r.Scopes = append(r.Scopes,
		scope("organization", everywhere("org", "oidc-organization-membership-mapper", "claim.name=organization", "jsonType.label=String", "multivalued=true")),
	)
	c := client("app")
	c.OptionalScopes = []string{"organization"}
	one := client("one", everywhere("single", "oidc-organization-membership-mapper", "claim.name=org", "multivalued=false"))
	one.OptionalScopes = []string{"organization"}
	object := client("object", everywhere("object", "oidc-organization-membership-mapper", "claim.name=org", "jsonType.label=JSON", "multivalued=true"))
	object.OptionalScopes = []string{"organization"}
	r.Clients = []*keycloak.Client{c, one, object}
	return Made{r, []keycloak.User{
		{Username: "member-user", Email: "m@one.example", Organizations: []string{"one"}},
		{Username: "bare-user"},
	}}
}
