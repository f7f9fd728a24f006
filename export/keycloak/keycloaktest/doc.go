// Package keycloaktest runs real Keycloak servers for tests, asks them for tokens,
// and compares the answers with what package keycloak predicts. No other package
// imports it.
//
// A server is fetched once with Maven, by package name, and cached in the folder
// that TOKENCTL_CACHE names, by default tokenctl below the user's cache folder. Each
// run unpacks its own copy, which is gone when the run ends, however it ends. A
// machine runs one server at a time: a second run waits for the first.
//
// The tests that need a server have the build tag e2e. They take Java 17, Maven and
// a Unix.
package keycloaktest
