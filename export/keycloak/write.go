package keycloak

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
)

// Write writes a realm as Keycloak imports it. The same realm gives the same bytes,
// in whatever order its parts are: lists are sorted by name. Nothing is written
// that a Realm cannot hold: no users but service accounts, no secrets, and of the
// mappers none of the settings that Read withheld. Without them a mapper may do
// nothing, or stop every token; Read warns of each.
func Write(w io.Writer, r *Realm) error {
	text, err := Marshal(r)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// Marshal is what Write writes.
func Marshal(r *Realm) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(wireOf(r))
	return b.Bytes(), err
}

type wireRealm struct {
	Realm                     string                        `json:"realm"`
	Enabled                   bool                          `json:"enabled"`
	KeycloakVersion           string                        `json:"keycloakVersion,omitempty"`
	AccessTokenLifespan       int                           `json:"accessTokenLifespan"`
	ImplicitLifespan          int                           `json:"accessTokenLifespanForImplicitFlow"`
	SessionIdle               int                           `json:"ssoSessionIdleTimeout"`
	SessionMax                int                           `json:"ssoSessionMaxLifespan"`
	ClientSessionMax          int                           `json:"clientSessionMaxLifespan,omitempty"`
	DefaultSignatureAlgorithm string                        `json:"defaultSignatureAlgorithm"`
	RevokeRefreshToken        bool                          `json:"revokeRefreshToken"`
	RefreshTokenMaxReuse      int                           `json:"refreshTokenMaxReuse"`
	Organizations             bool                          `json:"organizationsEnabled,omitempty"`
	Attributes                map[string]string             `json:"attributes,omitempty"`
	DefaultRole               *wireRole                     `json:"defaultRole,omitempty"`
	Roles                     wireRoles                     `json:"roles"`
	Groups                    []wireGroup                   `json:"groups,omitempty"`
	ClientScopes              []wireScope                   `json:"clientScopes"`
	DefaultScopes             []string                      `json:"defaultDefaultClientScopes"`
	OptionalScopes            []string                      `json:"defaultOptionalClientScopes"`
	Clients                   []wireClient                  `json:"clients"`
	ScopeMappings             []wireMapping                 `json:"scopeMappings,omitempty"`
	ClientScopeMappings       map[string][]wireMapping      `json:"clientScopeMappings,omitempty"`
	Users                     []wireUser                    `json:"users,omitempty"`
	Components                map[string][]wireUserProfiles `json:"components,omitempty"`
}

type wireScope struct {
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	Protocol    string            `json:"protocol"`
	Attributes  map[string]string `json:"attributes,omitempty"`
	Mappers     []wireMapper      `json:"protocolMappers,omitempty"`
}

type wireMapper struct {
	Name     string            `json:"name"`
	Protocol string            `json:"protocol"`
	Kind     string            `json:"protocolMapper"`
	Config   map[string]string `json:"config"`
}

type wireClient struct {
	ClientID        string            `json:"clientId"`
	Name            string            `json:"name,omitempty"`
	Description     string            `json:"description,omitempty"`
	Enabled         bool              `json:"enabled"`
	Protocol        string            `json:"protocol"`
	Public          bool              `json:"publicClient"`
	BearerOnly      bool              `json:"bearerOnly"`
	StandardFlow    bool              `json:"standardFlowEnabled"`
	ImplicitFlow    bool              `json:"implicitFlowEnabled"`
	DirectAccess    bool              `json:"directAccessGrantsEnabled"`
	ServiceAccounts bool              `json:"serviceAccountsEnabled"`
	ConsentRequired bool              `json:"consentRequired"`
	FullScope       bool              `json:"fullScopeAllowed"`
	Authenticator   string            `json:"clientAuthenticatorType,omitempty"`
	RootURL         string            `json:"rootUrl,omitempty"`
	RedirectURIs    []string          `json:"redirectUris"`
	WebOrigins      []string          `json:"webOrigins"`
	Attributes      map[string]string `json:"attributes,omitempty"`
	DefaultScopes   []string          `json:"defaultClientScopes"`
	OptionalScopes  []string          `json:"optionalClientScopes"`
	Mappers         []wireMapper      `json:"protocolMappers,omitempty"`
}

type wireRoles struct {
	Realm  []wireRole            `json:"realm,omitempty"`
	Client map[string][]wireRole `json:"client,omitempty"`
}

type wireRole struct {
	Name       string    `json:"name"`
	Composite  bool      `json:"composite,omitempty"`
	Composites *wireRefs `json:"composites,omitempty"`
}

type wireRefs struct {
	Realm  []string            `json:"realm,omitempty"`
	Client map[string][]string `json:"client,omitempty"`
}

type wireGroup struct {
	Name        string              `json:"name"`
	Attributes  map[string][]string `json:"attributes,omitempty"`
	RealmRoles  []string            `json:"realmRoles,omitempty"`
	ClientRoles map[string][]string `json:"clientRoles,omitempty"`
	SubGroups   []wireGroup         `json:"subGroups,omitempty"`
}

type wireMapping struct {
	Client string   `json:"client,omitempty"`
	Scope  string   `json:"clientScope,omitempty"`
	Roles  []string `json:"roles"`
}

type wireUser struct {
	Username    string              `json:"username"`
	Enabled     bool                `json:"enabled"`
	Client      string              `json:"serviceAccountClientId"`
	Attributes  map[string][]string `json:"attributes,omitempty"`
	RealmRoles  []string            `json:"realmRoles,omitempty"`
	ClientRoles map[string][]string `json:"clientRoles,omitempty"`
	Groups      []string            `json:"groups,omitempty"`
}

type wireUserProfiles struct {
	ProviderID string              `json:"providerId"`
	Config     map[string][]string `json:"config"`
}

func wireOf(r *Realm) wireRealm {
	w := wireRealm{
		Realm: r.Name, Enabled: true, KeycloakVersion: r.Version.String(),
		AccessTokenLifespan: r.AccessTokenLifespan, ImplicitLifespan: r.ImplicitAccessTokenLifespan,
		SessionIdle: r.SessionIdle, SessionMax: r.SessionMax, ClientSessionMax: r.ClientSessionMax,
		DefaultSignatureAlgorithm: r.DefaultSignatureAlgorithm,
		RevokeRefreshToken:        r.RevokeRefreshToken, RefreshTokenMaxReuse: r.RefreshTokenMaxReuse,
		Organizations: r.Organizations, Attributes: r.Attributes,
		Roles:  wireRoles{Realm: wireRoleList(r.Roles), Client: map[string][]wireRole{}},
		Groups: wireGroups(r.Groups), DefaultScopes: sorted(r.DefaultScopes), OptionalScopes: sorted(r.OptionalScopes),
		ClientScopes: []wireScope{}, Clients: []wireClient{}, ClientScopeMappings: map[string][]wireMapping{},
	}
	if r.DefaultRole != "" {
		w.DefaultRole = &wireRole{Name: r.DefaultRole}
	}
	for _, s := range byName(r.Scopes, func(s *Scope) string { return s.Name }) {
		w.ClientScopes = append(w.ClientScopes, wireScope{s.Name, s.Description, s.Protocol, s.Attributes, wireMappers(s.Mappers)})
		w.addMappings(wireMapping{Scope: s.Name}, s.Roles)
	}
	for _, c := range byName(r.Clients, func(c *Client) string { return c.ClientID }) {
		w.addClient(c)
	}
	if r.Profile != nil {
		w.Components = map[string][]wireUserProfiles{"org.keycloak.userprofile.UserProfileProvider": {wireProfile(r.Profile)}}
	}
	return w
}

func (w *wireRealm) addClient(c *Client) {
	w.Clients = append(w.Clients, wireClient{
		ClientID: c.ClientID, Name: c.Name, Description: c.Description, Enabled: c.Enabled, Protocol: c.Protocol,
		Public: c.Public, BearerOnly: c.BearerOnly, StandardFlow: c.StandardFlow, ImplicitFlow: c.ImplicitFlow,
		DirectAccess: c.DirectAccess, ServiceAccounts: c.ServiceAccounts, ConsentRequired: c.ConsentRequired,
		FullScope: c.FullScope, Authenticator: c.Authenticator, RootURL: c.RootURL, RedirectURIs: sorted(c.RedirectURIs), WebOrigins: sorted(c.WebOrigins),
		Attributes: c.Attributes, DefaultScopes: sorted(c.DefaultScopes), OptionalScopes: sorted(c.OptionalScopes),
		Mappers: wireMappers(c.Mappers),
	})
	if len(c.Roles) > 0 {
		w.Roles.Client[c.ClientID] = wireRoleList(c.Roles)
	}
	w.addMappings(wireMapping{Client: c.ClientID}, c.ScopeRoles)
	if a := c.Account; a != nil {
		refs := wireRefsOf(a.Roles)
		w.Users = append(w.Users, wireUser{
			Username: accountName(c), Enabled: true, Client: c.ClientID,
			Attributes: a.Attributes, RealmRoles: refs.Realm, ClientRoles: refs.Client, Groups: sorted(a.Groups),
		})
	}
}

// addMappings puts roles in scope for what m names.
func (w *wireRealm) addMappings(m wireMapping, roles []RoleRef) {
	refs := wireRefsOf(roles)
	if len(refs.Realm) > 0 {
		m.Roles = refs.Realm
		w.ScopeMappings = append(w.ScopeMappings, m)
	}
	for client, names := range refs.Client {
		m.Roles = names
		w.ClientScopeMappings[client] = append(w.ClientScopeMappings[client], m)
	}
}

func wireMappers(list []*Mapper) []wireMapper {
	var out []wireMapper
	for _, m := range byName(list, func(m *Mapper) string { return m.Name }) {
		config := m.Config
		if config == nil {
			config = map[string]string{}
		}
		out = append(out, wireMapper{m.Name, m.Protocol, m.Kind, config})
	}
	return out
}

func wireRoleList(list []Role) []wireRole {
	var out []wireRole
	for _, r := range byName(list, func(r Role) string { return r.Name }) {
		role := wireRole{Name: r.Name}
		if len(r.Composites) > 0 {
			refs := wireRefsOf(r.Composites)
			role.Composite, role.Composites = true, &refs
		}
		out = append(out, role)
	}
	return out
}

func wireRefsOf(refs []RoleRef) wireRefs {
	var w wireRefs
	for _, ref := range refs {
		if ref.Client == "" {
			w.Realm = append(w.Realm, ref.Name)
			continue
		}
		if w.Client == nil {
			w.Client = map[string][]string{}
		}
		w.Client[ref.Client] = append(w.Client[ref.Client], ref.Name)
	}
	slices.Sort(w.Realm)
	for names := range maps.Values(w.Client) {
		slices.Sort(names)
	}
	return w
}

func wireGroups(list []Group) []wireGroup {
	var out []wireGroup
	for _, g := range byName(list, func(g Group) string { return g.Name }) {
		refs := wireRefsOf(g.Roles)
		out = append(out, wireGroup{g.Name, g.Attributes, refs.Realm, refs.Client, wireGroups(g.Groups)})
	}
	return out
}

func wireProfile(p *UserProfile) wireUserProfiles {
	type required struct {
		Roles []string `json:"roles"`
	}
	type permissions struct {
		View []string `json:"view"`
		Edit []string `json:"edit"`
	}
	type attribute struct {
		Name        string       `json:"name"`
		Multivalued bool         `json:"multivalued"`
		Required    *required    `json:"required,omitempty"`
		Permissions *permissions `json:"permissions,omitempty"`
	}
	wire := struct {
		Attributes []attribute `json:"attributes"`
		Unmanaged  string      `json:"unmanagedAttributePolicy,omitempty"`
	}{Attributes: []attribute{}, Unmanaged: p.Unmanaged}
	for _, a := range p.Attributes {
		w := attribute{Name: a.Name, Multivalued: a.Multivalued}
		if a.Required {
			w.Required = &required{[]string{"user"}}
		}
		if len(a.View)+len(a.Edit) > 0 {
			w.Permissions = &permissions{append([]string{}, a.View...), append([]string{}, a.Edit...)}
		}
		wire.Attributes = append(wire.Attributes, w)
	}
	text, _ := json.Marshal(wire) // strings and booleans always encode
	return wireUserProfiles{"declarative-user-profile", map[string][]string{"kc.user.profile.config": {string(text)}}}
}

// byName returns a sorted copy. Elements of one name keep their order.
func byName[T any](list []T, name func(T) string) []T {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
	return out
}

// sorted returns a sorted copy that is not nil: to Keycloak, an empty list of
// scopes is not the same as none.
func sorted(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return out
}
