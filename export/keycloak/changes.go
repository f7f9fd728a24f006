package keycloak

// What changed between 24 and 26.7, one function for each change, so that every
// place that depends on a version says on what. Each boundary was found in the
// source of the first version that has it.

// basicScope: sub and auth_time come from mappers (scope "basic") and no longer
// by themselves, nonce is in the ID token alone, session_state became sid.
func (v Version) basicScope() bool { return v.since(25, 0, 0) }

// scopedServiceAccounts: the mappers of service accounts come with the client
// scope service_account; before, the first token put them on the client.
func (v Version) scopedServiceAccounts() bool { return v.since(26, 1, 0) }

// rfc9068Header: access.token.header.type.rfc9068 is understood.
func (v Version) rfc9068Header() bool { return v.since(26, 2, 0) }
