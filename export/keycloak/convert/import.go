package convert

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/schema"
)

// Imported is a realm as the files of a contract.
type Imported struct {
	Name   string            // of the contract
	Files  map[string][]byte // CUE, not formatted
	Losses []export.Loss     // with places in the realm's file
}

// Import turns a realm into a contract. file is what its user calls the realm's file.
//
// Client scopes become scopes, what Keycloak writes by itself and what mappers of
// clients write becomes claims of tokens and of clients. A mapper that the language
// has words for becomes a source or a value; any other becomes labels, which Export
// reads back. What a contract has no place for (roles, redirect URIs, opaque mappers)
// is a loss.
func Import(r *keycloak.Realm, file string) *Imported {
	i := &importer{
		realm: r, file: file, version: r.Version, claims: map[string]*importedClaim{},
		parts: map[string]*part{}, audiences: map[string]bool{},
	}
	if i.version == (keycloak.Version{}) {
		i.version = keycloak.Latest()
	}
	i.read()
	return &Imported{Name: contractName(r.Name), Files: i.files(), Losses: export.Merged(i.losses)}
}

// importer gathers what the mappers of a realm do.
type importer struct {
	realm   *keycloak.Realm
	file    string
	version keycloak.Version
	losses  []export.Loss

	clients   []*keycloak.Client // those that get tokens
	light     bool               // some client gets lightweight access tokens
	response  bool               // some mapper writes into token responses
	claims    map[string]*importedClaim
	parts     map[string]*part // by scope/NAME and client/NAME
	base      *part            // what Keycloak writes by itself
	audiences map[string]bool
	resolves  bool // some mapper adds the clients of the user's roles to aud
}

// Names of tokens in imported contracts.
const (
	idToken       = "id_token"
	accessToken   = "access_token"
	lightToken    = "lightweight_access_token"
	userinfo      = "userinfo"
	introspection = "introspection"
	tokenResponse = "token_response"
)

func tokenOf(s keycloak.Surface) string {
	switch s {
	case keycloak.AccessToken:
		return accessToken
	case keycloak.LightweightAccessToken:
		return lightToken
	case keycloak.IDToken:
		return idToken
	case keycloak.UserInfo:
		return userinfo
	case keycloak.Introspection:
		return introspection
	}
	return tokenResponse
}

func (i *importer) read() {
	i.base = newPart()
	i.readClients()
	i.readScopes()
	for _, c := range i.clients {
		p := newPart()
		i.parts["client/"+c.ClientID] = p
		i.mappers(p, "clients."+c.ClientID, c.Mappers, false)
	}
	i.serverClaims()
	for _, c := range i.clients {
		i.clientClaims(i.parts["client/"+c.ClientID], c)
	}
	i.repeats()
	if n := len(i.realm.Groups); n > 0 {
		i.lose("roles", "", i.realm.At, nil, "groups are not in a contract")
	}
}

func (i *importer) readClients() {
	for _, c := range i.realm.Clients {
		switch {
		case c.Protocol != "openid-connect" || !c.Enabled:
		case c.BearerOnly:
			i.lose("clients", "clients."+c.ClientID, c.At, nil, "client %q only reads tokens: what it reads is not in the realm, so it is no resource yet", c.ClientID)
		default:
			i.clients = append(i.clients, c)
			i.light = i.light || keycloak.SettingsOf(i.realm, c, i.version).Lightweight
		}
	}
	slices.SortFunc(i.clients, func(a, b *keycloak.Client) int { return strings.Compare(a.ClientID, b.ClientID) })
}

func (i *importer) readScopes() {
	scopes := slices.Clone(i.realm.Scopes)
	slices.SortFunc(scopes, func(a, b *keycloak.Scope) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range scopes {
		if s.Protocol != "openid-connect" {
			continue
		}
		p := newPart()
		i.parts["scope/"+s.Name] = p
		i.mappers(p, "scopes."+s.Name, s.Mappers, len(s.Roles) > 0)
		if !s.InToken() && i.optional(s.Name) {
			i.forgotten(p)
		}
	}
}

// forgotten notes that a scope which tokens do not name may be gone when something is
// asked for later: that goes by the scopes that the token names.
func (i *importer) forgotten(p *part) {
	p.sometimes(userinfo)
	p.sometimes(introspection)
	if !i.version.RefreshKeepsHiddenScopes() {
		for token := range p.tokens {
			p.sometimes(token)
		}
	}
}

// optional says whether some client has a scope only if it asks for it.
func (i *importer) optional(scope string) bool {
	return slices.ContainsFunc(i.clients, func(c *keycloak.Client) bool { return slices.Contains(c.OptionalScopes, scope) })
}

// repeats places the claims that introspection repeats from the token, and the
// audiences.
func (i *importer) repeats() {
	if len(i.audiences) > 0 || i.resolves {
		for _, t := range i.accessTokens() {
			i.base.at(t, "aud")
			i.claim("aud")
		}
		i.base.at(introspection, "aud")
	}
	for _, p := range append(slices.Collect(maps.Values(i.parts)), i.base) {
		for _, t := range i.accessTokens() {
			for _, name := range []string{"sub", "nonce", "scope", "auth_time"} {
				if p.tokens[t][name] != nil && p.tokens[introspection][name] == nil {
					p.at(introspection, name)
				}
			}
		}
	}
}

func (i *importer) accessTokens() []string {
	if i.light {
		return []string{accessToken, lightToken}
	}
	return []string{accessToken}
}

func (i *importer) lose(capability, subject string, at keycloak.Place, effects []export.Effect, format string, args ...any) {
	i.losses = append(i.losses, export.Loss{
		Capability: capability, Subject: subject, Effects: effects, Message: fmt.Sprintf(format, args...),
		At: schema.Range{File: i.file, Line: at.Line, Col: at.Col, EndLine: at.Line, EndCol: at.Col},
	})
}
