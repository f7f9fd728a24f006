package converttest

import (
	"bytes"
	"fmt"
	"slices"

	"tokenctl.dev/export/keycloak"
)

// A Mutation is one change of an exported realm, as a slip or an edit would make it.
type Mutation struct {
	Name   string
	Change func(*keycloak.Realm)
}

// Clone is a copy of a realm.
func Clone(r *keycloak.Realm) *keycloak.Realm {
	var b bytes.Buffer
	if err := keycloak.Write(&b, r); err != nil {
		panic(err) // writing to memory does not fail
	}
	f, err := keycloak.Read(&b, keycloak.ReadOptions{})
	if err != nil {
		panic(err) // what was written can be read
	}
	out := f.Realms[0]
	for i, c := range out.Clients { // salts are not read back
		from := r.Client(c.ClientID)
		for _, m := range from.Mappers {
			if salt, ok := m.Config["pairwiseSubAlgorithmSalt"]; ok {
				j := slices.IndexFunc(c.Mappers, func(n *keycloak.Mapper) bool { return n.Name == m.Name })
				out.Clients[i].Mappers[j].Config["pairwiseSubAlgorithmSalt"] = salt
				out.Clients[i].Mappers[j].Withheld = nil
			}
		}
	}
	return out
}

// Mutations are changes of the exported reference contract, each of one setting.
func Mutations() []Mutation {
	var out []Mutation
	scope := func(scope, mapper, key, value string) {
		out = append(out, Mutation{fmt.Sprintf("scope %s, mapper %s: %s = %s", scope, mapper, key, value), func(r *keycloak.Realm) {
			set(r.Scope(scope).Mappers, mapper, key, value)
		}})
	}
	const no, yes = "false", "true"
	const idScope, userScope = "basic-id_token", "basic-access_token-authorization_code-refresh_token"
	scope("basic", "sub", "introspection.token.claim", no)
	scope(userScope, "acr", "introspection.token.claim", no)
	scope(idScope, "acr", "id.token.claim", no)
	scope(idScope, "auth_time", "id.token.claim", no)
	scope("payments:read", "roles", "lightweight.claim", yes)
	scope(userScope, "acr", "lightweight.claim", yes)
	scope("email", "email", "userinfo.token.claim", no)
	scope("email", "email", "id.token.claim", yes)
	scope("email", "email", "introspection.token.claim", yes)
	scope("email", "email", "claim.name", "mail")
	scope("email", "email_verified", "jsonType.label", "String")
	scope("email", "email_verified", "userinfo.token.claim", no)
	scope("profile", "name", "userinfo.token.claim", no)
	scope("profile", "name", "introspection.token.claim", yes)
	scope("kyc", "address", "id.token.claim", yes)
	scope("kyc", "https://bank.example/national_id", "claim.name", "https://bank.example/national_id")
	scope("kyc", "https://bank.example/national_id", "introspection.token.claim", yes)
	scope("payments:read", "roles", "multivalued", no)
	scope("payments:read", "roles", "introspection.token.claim", no)
	scope("payments:read", "roles", "userinfo.token.claim", yes)
	scope("payments:read", "account_status", "user.attribute", "accountStatus")
	scope("payments:read", "account_status", "id.token.claim", yes)
	scope("payments:read", "customer_no", "jsonType.label", "long")
	scope("payments:read", "audience https://api.bank.example/payments", "included.custom.audience", "https://api.bank.example/payment")
	scope("payments:write", "audience https://api.bank.example/transfers", "introspection.token.claim", no)
	scope("reports:run", "audience https://api.bank.example/reports", "introspection.token.claim", no)
	return append(out, ofClients()...)
}

func ofClients() []Mutation {
	var out []Mutation
	client := func(id, what string, change func(*keycloak.Client)) {
		out = append(out, Mutation{"client " + id + ": " + what, func(r *keycloak.Realm) { change(r.Client(id)) }})
	}
	attribute := func(id, key, value string) {
		client(id, key+" = "+value, func(c *keycloak.Client) { c.Attributes[key] = value })
	}
	client("web", "without the scope basic", func(c *keycloak.Client) { c.DefaultScopes = without(c.DefaultScopes, "basic") })
	client("web", "kyc by default", func(c *keycloak.Client) {
		c.OptionalScopes, c.DefaultScopes = without(c.OptionalScopes, "kyc"), append(c.DefaultScopes, "kyc")
	})
	client("app", "may not ask for payments:read", func(c *keycloak.Client) {
		c.OptionalScopes = without(c.OptionalScopes, "payments:read")
	})
	client("acme-books", "a mapper for e-mail of its own", func(c *keycloak.Client) {
		c.Mappers = append(c.Mappers, &keycloak.Mapper{Name: "email", Kind: "oidc-usermodel-attribute-mapper", Protocol: "openid-connect", Config: map[string]string{
			"user.attribute": "mail", "claim.name": "email", "jsonType.label": "String", "id.token.claim": "true",
		}})
	})
	attribute("web", "id.token.signed.response.alg", "RS256")
	attribute("nightly-report", "access.token.lifespan", "3600")
	out = append(out, Mutation{"realm: access tokens live an hour", func(r *keycloak.Realm) { r.AccessTokenLifespan = 3600 }},
		Mutation{"scope email: not in the claim scope", func(r *keycloak.Realm) { r.Scope("email").Attributes["include.in.token.scope"] = "false" }})
	return out
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
}

func set(mappers []*keycloak.Mapper, name, key, value string) {
	for _, m := range mappers {
		if m.Name == name {
			m.Config[key] = value
			return
		}
	}
	panic("there is no mapper " + name) // the reference contract has changed
}
