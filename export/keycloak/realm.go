package keycloak

import (
	"slices"
	"strings"
)

// Realm is what a realm export says about tokens: client scopes, clients, their
// protocol mappers, roles and groups, lifetimes and algorithms. Users, keys,
// secrets, flows and themes are not in it. A Realm is complete: where the file is
// silent, the value is the one that Keycloak would take on import.
type Realm struct {
	Name    string
	Version Version // of the server that wrote the file; zero if it does not say
	At      Place

	AccessTokenLifespan         int // seconds; -1: as long as the session
	ImplicitAccessTokenLifespan int
	SessionIdle, SessionMax     int
	ClientSessionMax            int // 0: as SessionMax
	DefaultSignatureAlgorithm   string
	RevokeRefreshToken          bool
	RefreshTokenMaxReuse        int
	Organizations               bool
	Attributes                  map[string]string

	Scopes                        []*Scope
	DefaultScopes, OptionalScopes []string // of new clients, and of clients that list neither
	Clients                       []*Client
	Roles                         []Role
	DefaultRole                   string // the realm role that every new user gets
	Groups                        []Group
	Profile                       *UserProfile // nil: the file has none, the server's default holds
}

// Scope is a client scope: a name that clients can be given and may ask for, and
// the mappers that come with it.
type Scope struct {
	Name, Description, Protocol string
	Attributes                  map[string]string
	Mappers                     []*Mapper
	// Roles, if there are any, limit the scope to users who have one of them.
	Roles []RoleRef
	At    Place
}

// InToken says whether the scope's name is in the claim scope. It is unless the
// attribute include.in.token.scope is there and not "true".
func (s *Scope) InToken() bool {
	v, ok := s.Attributes["include.in.token.scope"]
	return !ok || strings.EqualFold(v, "true")
}

// Client is a client of the realm.
type Client struct {
	ClientID, Name, Description, Protocol    string
	Enabled, Public, BearerOnly              bool
	StandardFlow, ImplicitFlow, DirectAccess bool
	ServiceAccounts, ConsentRequired         bool
	FullScope                                bool // all roles of the user are in scope
	// Authenticator is how a confidential client proves who it is: client-secret,
	// client-jwt. Empty: the file does not say.
	Authenticator                 string
	RootURL                       string
	RedirectURIs, WebOrigins      []string
	Attributes                    map[string]string
	DefaultScopes, OptionalScopes []string
	Mappers                       []*Mapper // always applied, whatever scopes are asked for
	Roles                         []Role
	ScopeRoles                    []RoleRef // roles in scope, besides the client's own, without FullScope
	Account                       *Account  // of the service account; nil if the file has none
	At                            Place
}

// Role is a role of the realm or, in Client.Roles, of a client.
type Role struct {
	Name       string
	Composites []RoleRef // the roles that come with it
	At         Place
}

// RoleRef names a role: of a client, or of the realm if Client is empty.
type RoleRef struct{ Client, Name string }

// String is client.role or role, as mappers spell it.
func (r RoleRef) String() string {
	if r.Client == "" {
		return r.Name
	}
	return r.Client + "." + r.Name
}

// Group is a group with its subgroups.
type Group struct {
	Name       string
	Attributes map[string][]string
	Roles      []RoleRef
	Groups     []Group
	At         Place
}

// Account holds the roles and groups of a service account.
type Account struct {
	Attributes map[string][]string
	Roles      []RoleRef
	Groups     []string // paths
}

// UserProfile says which attributes users may have.
type UserProfile struct {
	Attributes []ProfileAttribute
	// Unmanaged says what happens to attributes not listed: empty means that the
	// server drops them.
	Unmanaged string
}

// ProfileAttribute is one attribute of the user profile.
type ProfileAttribute struct {
	Name        string
	Multivalued bool
	Required    bool // for users; administrators may still leave it out
	// View and Edit are who may see and change it: admin, user. What nobody may change
	// the server drops also where an administrator sets it.
	View, Edit []string
}

// Scope returns the client scope of that name, or nil.
func (r *Realm) Scope(name string) *Scope {
	for _, s := range r.Scopes {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Client returns the client with that clientId, or nil.
func (r *Realm) Client(id string) *Client {
	for _, c := range r.Clients {
		if c.ClientID == id {
			return c
		}
	}
	return nil
}

// Group returns the groups from the top level to the one that path names
// ("/staff/ops"), or nil.
func (r *Realm) Group(path string) []Group {
	var chain []Group
	level := r.Groups
	for name := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		i := slices.IndexFunc(level, func(g Group) bool { return g.Name == name })
		if i < 0 {
			return nil
		}
		chain = append(chain, level[i])
		level = level[i].Groups
	}
	return chain
}

// accountName is the username of a client's service account.
func accountName(c *Client) string { return "service-account-" + strings.ToLower(c.ClientID) }
