package keycloak

import "maps"

// protocolOIDC is the protocol of everything this package looks at; "saml" is the
// other one.
const protocolOIDC = "openid-connect"

// Builtin returns the client scopes that a server of version v puts into a realm
// that comes without any, and which of them its clients get by default and may
// ask for. A realm that lists even one client scope gets none of these, but for
// offline_access. SAML scopes are left out.
func Builtin(v Version) (scopes []*Scope, defaults, optional []string) {
	scopes = []*Scope{
		consented("profile", "OpenID Connect built-in scope: profile", profileMappers()...),
		consented("email", "OpenID Connect built-in scope: email",
			attribute("email", "email", "email", "String"),
			with(claim("email verified", "oidc-usermodel-property-mapper", "email_verified", "boolean"), keyAttribute, "emailVerified", keyUserInfo, "true")),
		consented("address", "OpenID Connect built-in scope: address", addressMapper()),
		consented("phone", "OpenID Connect built-in scope: phone",
			attribute("phone number", "phoneNumber", "phone_number", "String"),
			attribute("phone number verified", "phoneNumberVerified", "phone_number_verified", "boolean")),
		offlineAccess(),
		builtin("roles", "OpenID Connect scope for add user roles to the access token", map[string]string{
			"include.in.token.scope": "false", "display.on.consent.screen": "true", "consent.screen.text": "${rolesScopeConsentText}"},
			roles("realm roles", "oidc-usermodel-realm-role-mapper", "realm_access.roles"),
			roles("client roles", "oidc-usermodel-client-role-mapper", "resource_access.${client_id}.roles"),
			flags(oidc("audience resolve", "oidc-audience-resolve-mapper"), keyAccess, keyIntrospection)),
		hidden("web-origins", "OpenID Connect scope for add allowed web origins to the access token",
			flags(oidc("allowed web origins", "oidc-allowed-origins-mapper"), keyAccess, keyIntrospection)),
		builtin("microprofile-jwt", "Microprofile - JWT built-in scope", map[string]string{
			"include.in.token.scope": "true", "display.on.consent.screen": "false"},
			attribute("upn", "username", "upn", "String"),
			flags(roles("groups", "oidc-usermodel-realm-role-mapper", "groups"), keyID)),
		hidden("acr", "OpenID Connect scope for add acr (authentication context class reference) to the token",
			flags(oidc("acr loa level", "oidc-acr-mapper"), keyAccess, keyID, keyIntrospection)),
	}
	defaults = []string{"profile", "email", "roles", "web-origins", "acr"}
	optional = []string{"offline_access", "address", "phone", "microprofile-jwt"}
	if v.basicScope() {
		scopes = append(scopes, hidden("basic", "OpenID Connect scope for add all basic claims to the token",
			note("auth_time", "AUTH_TIME", "auth_time", "long"),
			flags(oidc("sub", "oidc-sub-mapper"), keyAccess, keyIntrospection)))
		defaults = append(defaults, "basic")
	}
	if v.scopedServiceAccounts() {
		scopes = append(scopes, hidden(serviceAccountScope, "Specific scope for a client enabled for service accounts", serviceAccountMappers()...))
	}
	if v.since(26, 0, 0) {
		scopes = append(scopes, consented("organization", "Additional claims about the organization a subject belongs to",
			with(claim("organization", "oidc-organization-membership-mapper", "organization", "String"), keyMultivalued, "true")))
		optional = append(optional, "organization")
	}
	return scopes, defaults, optional
}

const serviceAccountScope = "service_account"

// serviceAccountMappers are the three that Keycloak gives to clients with a
// service account.
func serviceAccountMappers() []*Mapper {
	return []*Mapper{
		note("Client ID", "client_id", "client_id", "String"),
		note("Client Host", "clientHost", "clientHost", "String"),
		note("Client IP Address", "clientAddress", "clientAddress", "String"),
	}
}

func offlineAccess() *Scope {
	s := builtin("offline_access", "OpenID Connect built-in scope: offline_access", map[string]string{
		"display.on.consent.screen": "true", "consent.screen.text": "${offlineAccessScopeConsentText}"})
	s.Roles = []RoleRef{{Name: "offline_access"}}
	return s
}

func profileMappers() []*Mapper {
	list := []*Mapper{flags(oidc("full name", "oidc-full-name-mapper"), keyAccess, keyID, keyUserInfo, keyIntrospection)}
	for _, m := range [][3]string{
		{"family name", "lastName", "family_name"},
		{"given name", "firstName", "given_name"},
		{"middle name", "middleName", "middle_name"},
		{"nickname", "nickname", "nickname"},
		{"username", "username", "preferred_username"},
		{"profile", "profile", "profile"},
		{"picture", "picture", "picture"},
		{"website", "website", "website"},
		{"gender", "gender", "gender"},
		{"birthdate", "birthdate", "birthdate"},
		{"zoneinfo", "zoneinfo", "zoneinfo"},
		{"locale", "locale", "locale"},
	} {
		list = append(list, attribute(m[0], m[1], m[2], "String"))
	}
	return append(list, attribute("updated at", "updatedAt", "updated_at", "long"))
}

func addressMapper() *Mapper {
	m := flags(oidc("address", "oidc-address-mapper"), keyAccess, keyID, keyUserInfo, keyIntrospection)
	for _, part := range addressParts() {
		m.Config["user.attribute."+part] = part
	}
	return m
}

func builtin(name, description string, attributes map[string]string, mappers ...*Mapper) *Scope {
	return &Scope{Name: name, Description: description, Protocol: protocolOIDC, Attributes: attributes, Mappers: mappers}
}

// consented is a scope that users are asked about, in words of the login theme.
func consented(name, description string, mappers ...*Mapper) *Scope {
	return builtin(name, description, map[string]string{
		"include.in.token.scope": "true", "display.on.consent.screen": "true", "consent.screen.text": "${" + name + "ScopeConsentText}"}, mappers...)
}

// hidden is a scope that shows neither to users nor in the claim scope.
func hidden(name, description string, mappers ...*Mapper) *Scope {
	return builtin(name, description, map[string]string{
		"include.in.token.scope": "false", "display.on.consent.screen": "false"}, mappers...)
}

func oidc(name, kind string) *Mapper {
	return &Mapper{Name: name, Kind: kind, Protocol: protocolOIDC, Config: map[string]string{}}
}

func flags(m *Mapper, keys ...string) *Mapper {
	for _, k := range keys {
		m.Config[k] = "true"
	}
	return m
}

// with adds settings, keys and values in turn.
func with(m *Mapper, settings ...string) *Mapper {
	m = &Mapper{Name: m.Name, Kind: m.Kind, Protocol: m.Protocol, Config: maps.Clone(m.Config)}
	for i := 0; i+1 < len(settings); i += 2 {
		m.Config[settings[i]] = settings[i+1]
	}
	return m
}

// claim is a mapper for a claim in access tokens, ID tokens and introspection.
func claim(name, kind, path, jsonType string) *Mapper {
	return with(flags(oidc(name, kind), keyAccess, keyID, keyIntrospection), keyClaim, path, keyType, jsonType)
}

func attribute(name, attr, path, jsonType string) *Mapper {
	return with(claim(name, "oidc-usermodel-attribute-mapper", path, jsonType), keyAttribute, attr, keyUserInfo, "true")
}

func note(name, note, path, jsonType string) *Mapper {
	return with(claim(name, "oidc-usersessionmodel-note-mapper", path, jsonType), "user.session.note", note)
}

func roles(name, kind, path string) *Mapper {
	return with(flags(oidc(name, kind), keyAccess, keyIntrospection), keyClaim, path, keyType, "String", keyMultivalued, "true", keyAttribute, "foo")
}
