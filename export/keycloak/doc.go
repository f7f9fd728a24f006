// Package keycloak knows Keycloak 24 to 26: it reads realm exports, writes realms,
// and says which claims the tokens of a realm contain.
//
// Read turns a realm export into a Realm: the client scopes, clients, protocol
// mappers, roles and lifetimes in it, with defaults filled in as Keycloak fills them
// in on import, and without any secret. Write is the way back.
//
// Three functions say what a Realm means, from the small to the large. EffectOf says
// what one mapper does: which claim it writes, from where, as what JSON, on which of
// the six surfaces. Evaluate says which claims a request can yield for whatever
// user, and what a user needs for each. Issue says what one user gets, with values.
// All of them depend on the version of Keycloak, since a new version changes tokens
// without anybody touching the realm; what changed is listed in changes.go.
//
// The semantics were read in Keycloak's source and are held to running servers of
// four versions by the tests of keycloaktest; docs/proof has the logs. What nobody
// can know from a realm (mappers of other makers, scripts) is reported as a Finding,
// and so is what Keycloak ignores or leaves undefined.
//
// A value in a payload that depends on the time, on chance or on an order that
// Keycloak does not define is an Unknown, a OneOf or a Set. The safe direction is to
// say less: what cannot be known is open, never guessed.
package keycloak
