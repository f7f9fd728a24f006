// Package keycloak knows Keycloak 24 to 26: it reads realm exports and writes realms.
//
// Read turns a realm export into a Realm: the client scopes, clients, protocol
// mappers, roles and lifetimes in it, with defaults filled in as Keycloak fills them
// in on import, and without any secret. Write is the way back.
package keycloak
