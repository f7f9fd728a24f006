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

// part is what one client scope, one client or Keycloak itself puts into tokens.
type part struct {
	tokens    map[string]map[string]*imported // by token and claim
	audiences []string
	kept      []*keycloak.Mapper // that no claim stands for
}

func newPart() *part { return &part{tokens: map[string]map[string]*imported{}} }

// imported is a placement.
type imported struct {
	always  bool
	grants  []string
	when    string
	mappers []mapping
}

// importedClaim is what is known of a claim over all placements.
type importedClaim struct {
	name    string
	types   map[string]bool
	members map[string]any // of an object, as a tree of types
	from    *mapping       // the mapper that the claim itself stands for
	all     []mapping      // every mapper that writes it
}

// mapping is a mapper without its flags and without the name of its claim.
type mapping struct {
	kind   string
	config map[string]string
}

func (m mapping) equal(o mapping) bool { return m.kind == o.kind && maps.Equal(m.config, o.config) }

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
	scopes := slices.Clone(i.realm.Scopes)
	slices.SortFunc(scopes, func(a, b *keycloak.Scope) int { return strings.Compare(a.Name, b.Name) })
	i.base = newPart()
	for _, s := range scopes {
		if s.Protocol == "openid-connect" {
			p := newPart()
			i.parts["scope/"+s.Name] = p
			i.mappers(p, "scopes."+s.Name, s.Mappers, len(s.Roles) > 0)
			if !s.InToken() && i.optional(s.Name) { // what is answered later goes by the scopes that the token names
				p.sometimes(userinfo)
				p.sometimes(introspection)
				if !i.version.RefreshKeepsHiddenScopes() {
					for token := range p.tokens {
						p.sometimes(token)
					}
				}
			}
		}
	}
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

// optional says whether some client has a scope only if it asks for it.
func (i *importer) optional(scope string) bool {
	return slices.ContainsFunc(i.clients, func(c *keycloak.Client) bool { return slices.Contains(c.OptionalScopes, scope) })
}

// sometimes says that the claims of a token are not there for everybody.
func (p *part) sometimes(token string) {
	for _, at := range p.tokens[token] {
		at.always = false
	}
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

// mappers adds what mappers do to a part. gated says that only some users get it.
func (i *importer) mappers(p *part, subject string, list []*keycloak.Mapper, gated bool) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *keycloak.Mapper) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range list {
		if m.Protocol != "openid-connect" {
			continue
		}
		effect := keycloak.EffectOf(m, i.version)
		for _, ig := range effect.Ignored {
			i.lose("ignored", subject, m.At, nil, "mapper %q has no effect: %s", m.Name, ig.Why)
		}
		switch {
		case m.Kind == "oidc-sha256-pairwise-sub-mapper":
			i.pairwise(p, effect) // and the client says subjectType
		case m.Kind == "oidc-audience-mapper":
			i.audience(p, subject, m, effect)
		case m.Kind == "oidc-audience-resolve-mapper":
			i.resolves = true
			i.keep(p, subject, m, "aud also names clients whose roles the user has", i.effects("aud", export.Value, effect))
		case strings.HasPrefix(m.Kind, "oidc-claims-param-"):
			i.keep(p, subject, m, "writes what the claims parameter asks for", nil)
		case effect.Opaque:
			i.keep(p, subject, m, fmt.Sprintf("is of the kind %s, of which the realm does not say what it writes", m.Kind), nil)
		case len(effect.Grants)+len(effect.Renames) > 0:
			i.keep(p, subject, m, "changes the roles in tokens", nil)
		default:
			for _, r := range effect.Rules {
				i.rule(p, r, gated)
				if r.Path[0] == "aud" {
					i.lose("audience", subject, m.At, i.effects("aud", export.Value, effect), "mapper %q replaces aud", m.Name)
				}
				if r.Path[0] == "azp" && r.On&access != 0 {
					i.lose("broken-mappers", subject, m.At, anything("", export.Missing, everyToken()),
						"mapper %q says that access tokens belong to another client: Keycloak then takes neither them nor the refresh token", m.Name)
				}
			}
		}
	}
}

// pairwise places the subject, which the mapper of pairwise ones writes everywhere.
func (i *importer) pairwise(p *part, effect keycloak.Effect) {
	for _, r := range effect.Rules {
		for _, s := range r.On.Surfaces() {
			if s != keycloak.LightweightAccessToken || i.light {
				i.claim("sub").types["string"] = true
				p.at(tokenOf(s), "sub").always = true
			}
		}
	}
}

// keep keeps a mapper that no claim stands for in a label.
func (i *importer) keep(p *part, subject string, m *keycloak.Mapper, why string, effects []export.Effect) {
	p.kept = append(p.kept, m)
	i.lose("opaque-mappers", subject, m.At, effects, "mapper %q %s; it is kept in a label", m.Name, why)
}

// effects are changes of a claim wherever a mapper writes.
func (i *importer) effects(claim string, change export.Change, effect keycloak.Effect) []export.Effect {
	var out []export.Effect
	for _, r := range effect.Rules {
		for _, s := range r.On.Surfaces() {
			out = append(out, export.Effect{Token: tokenOf(s), Claim: claim, Change: change})
		}
	}
	return out
}

// audience turns the audience that a mapper adds into a resource.
func (i *importer) audience(p *part, subject string, m *keycloak.Mapper, effect keycloak.Effect) {
	for _, r := range effect.Rules {
		if want := i.audienceSurfaces(); r.On&want != want || r.On&^want&^keycloak.LightweightAccessToken != 0 {
			var effects []export.Effect
			for _, s := range (want ^ r.On).Surfaces() {
				effects = append(effects, export.Effect{Token: tokenOf(s), Claim: "aud", Change: export.Value})
			}
			i.lose("audience", subject, m.At, effects, "mapper %q adds the audience %s to: %s; a contract says it of access tokens as a whole", m.Name, r.Source.Value, r.On)
		}
		if r.On&i.audienceSurfaces() != 0 {
			p.audiences = append(p.audiences, r.Source.Value)
			i.audiences[r.Source.Value] = true
		}
	}
}

// audienceSurfaces is where the audience of a resource is in an exported realm.
func (i *importer) audienceSurfaces() keycloak.Surface {
	on := keycloak.AccessToken | keycloak.Introspection
	if i.light {
		on |= keycloak.LightweightAccessToken
	}
	return on
}

// rule adds a placement for what a mapper writes.
func (i *importer) rule(p *part, r keycloak.Rule, gated bool) {
	name := r.Path[0]
	spec := specOf(r)
	for _, s := range r.On.Surfaces() {
		if s == keycloak.LightweightAccessToken && !i.light {
			continue
		}
		i.response = i.response || s == keycloak.TokenResponse
		claim := i.claim(name)
		if len(r.Path) == 1 {
			for _, t := range r.Types(s) {
				claim.types[typeText(t)] = true
			}
		} else {
			claim.member(r.Path[1:], typeText(r.Types(s)[0]))
		}
		at := p.at(tokenOf(s), name)
		at.always = at.always || !gated && always(r)
		if !slices.ContainsFunc(at.mappers, spec.equal) {
			at.mappers = append(at.mappers, spec)
		}
	}
}

func (p *part) at(token, claim string) *imported {
	if p.tokens[token] == nil {
		p.tokens[token] = map[string]*imported{}
	}
	if p.tokens[token][claim] == nil {
		p.tokens[token][claim] = &imported{}
	}
	return p.tokens[token][claim]
}

func (i *importer) claim(name string) *importedClaim {
	if i.claims[name] == nil {
		i.claims[name] = &importedClaim{name: name, types: map[string]bool{}}
	}
	return i.claims[name]
}

// member notes the type of a member of an object. ${client_id} stands for any.
func (c *importedClaim) member(path []string, typ string) {
	if c.members == nil {
		c.members = map[string]any{}
	}
	level := c.members
	for _, name := range path[:len(path)-1] {
		next, ok := level[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			level[name] = next
		}
		level = next
	}
	last := path[len(path)-1]
	switch old := level[last].(type) {
	case map[string]any: // deeper
	case string:
		if !slices.Contains(strings.Split(old, " | "), typ) {
			level[last] = old + " | " + typ
		}
	default:
		level[last] = typ
	}
}

// always says whether every user has what a rule writes.
func always(r keycloak.Rule) bool {
	switch r.Source.Kind {
	case keycloak.FromConstant, keycloak.FromSubject, keycloak.FromACR:
		return true
	case keycloak.FromProperty:
		return r.Source.Name == "id" || r.Source.Name == "username" || r.Source.Name == "emailVerified"
	}
	return false
}

// specOf is the mapper of a rule without its flags.
func specOf(r keycloak.Rule) mapping {
	config := map[string]string{}
	for key, v := range r.Mapper.Config {
		if _, isFlag := flags()[key]; !isFlag {
			config[key] = v
		}
	}
	if config["claim.name"] == keycloak.JoinClaim(r.Path[:1]) {
		delete(config, "claim.name")
	}
	if config["multivalued"] == "false" && r.Mapper.Kind == attributeMapper {
		delete(config, "multivalued")
	}
	return mapping{r.Mapper.Kind, config}
}

func typeText(t keycloak.Type) string {
	text := map[string]string{"string": "string", "integer": "int", "boolean": "bool", "object": "{...}"}[t.Name]
	if text == "" {
		text = "_"
	}
	if t.List {
		return "[..." + text + "]"
	}
	return text
}
