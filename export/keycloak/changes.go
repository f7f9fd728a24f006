package keycloak

// What changed between 24 and 26.7, one function for each change, so that every
// place that depends on a version says on what. Each boundary was found in the
// source of the first version that has it.

// basicScope: sub and auth_time come from mappers (scope "basic") and no longer
// by themselves, nonce is in the ID token alone, session_state became sid.
func (v Version) basicScope() bool { return v.since(25, 0, 0) }

// RefreshKeepsHiddenScopes: a refresh keeps the optional scopes that the claim scope does
// not name; before, it went by what the refresh token says. Measured on 24.0.5 and
// 25.0.6.
func (v Version) RefreshKeepsHiddenScopes() bool { return v.since(25, 0, 0) }

// lowerCaseTyp: token.response.type.bearer.lower-case reaches the claim typ too,
// and no longer the token response alone.
func (v Version) lowerCaseTyp() bool { return v.since(26, 0, 0) }

// scopedServiceAccounts: the mappers of service accounts come with the client
// scope service_account; before, the first token put them on the client.
func (v Version) scopedServiceAccounts() bool { return v.since(26, 1, 0) }

// rfc9068Header: access.token.header.type.rfc9068 is understood.
func (v Version) rfc9068Header() bool { return v.since(26, 2, 0) }

// storedExamples: the examples of the admin console come from a session that is
// stored; before, they had a sub also without a mapper for it.
func (v Version) storedExamples() bool { return v.since(26, 3, 0) }

// proofOfPossession: dpop.bound.access.tokens binds tokens to a key; before, the
// feature was off unless an operator turned it on.
func (v Version) proofOfPossession() bool { return v.since(26, 4, 0) }

// sparseAddress: no address claim for a user who has no address, and it joins
// what other mappers wrote below address.
func (v Version) sparseAddress() bool { return v.since(26, 5, 0) }

// organizationsRemembered: introspection goes by the organization scope of the
// client that the token is for, and not of the client that asks.
func (v Version) organizationsRemembered() bool { return v.since(26, 6, 0) }

// introspectionChecksAudience: who asks must be in aud, and a lightweight access
// token no longer opens the userinfo endpoint.
func (v Version) introspectionChecksAudience() bool { return v.since(26, 6, 2) }

// lenientTypes: a value that is not of the mapper's type is left out; before, the
// token endpoint failed.
func (v Version) lenientTypes() bool { return v.since(26, 7, 0) }

// prefixedClientRoles: ${client_id} works in the role prefix of a mapper that
// maps the roles of all clients.
func (v Version) prefixedClientRoles() bool { return v.since(26, 7, 0) }

// organizationsGated: an optional scope with the organization mapper is not
// granted in a realm without organizations.
func (v Version) organizationsGated() bool { return v.since(26, 7, 0) }

// checksAdminRoles: administrative roles that only mappers give are taken out of
// access tokens.
func (v Version) checksAdminRoles() bool { return v.since(26, 7, 1) }
