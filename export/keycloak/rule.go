package keycloak

import "strings"

// Rule is one thing that gets into tokens: where it comes from, under which name
// and as what JSON it shows, and on which surfaces. Most rules come from mappers,
// the others from Keycloak itself.
type Rule struct {
	// Path leads to the claim: realm_access, roles. A member may be ${client_id},
	// which stands for each client that has roles.
	Path   []string
	Source Source
	// JSON is the type that the mapper converts to: String, long, int, boolean,
	// JSON, or anything else for no conversion.
	JSON string
	// Multivalued keeps all values of the source, and joins what another mapper
	// wrote under the same path. Else the first value replaces it.
	Multivalued bool
	On          Surface
	Mapper      *Mapper // nil: Keycloak itself
	Scope       string  // the client scope the mapper is in; empty: the client's own

	how      how
	priority int
}

// how says in which way a rule's value joins the token.
type how uint8

const (
	asClaim    how = iota // under Path, as the mapper's settings say
	asRoles               // like asClaim, but lists are joined by appending
	asAudience            // one more value of aud
	asMembers             // an object that joins an object under the same name
	asField               // replaces whatever is there
)

// Source says where the value of a rule comes from.
type Source struct {
	Kind SourceKind
	// Name is of the attribute, property, note or client, or of the value of
	// Keycloak's own; Value is the constant or the role's prefix.
	Name, Value string
	// Members holds, for an address, the attribute of each member.
	Members map[string]string
	// Aggregate adds the values that groups have to those of the user; else groups
	// count only for users who have none. FullPath writes groups with their parents.
	Aggregate, FullPath bool
}

// SourceKind is the kind of a Source.
type SourceKind string

// The kinds of sources. FromServer is what Keycloak writes without any mapper.
const (
	FromAttribute     SourceKind = "attribute" // username, firstName, lastName and email are attributes too
	FromProperty      SourceKind = "property"  // of the user: id, username, email, emailVerified, ...
	FromFullName      SourceKind = "full name"
	FromAddress       SourceKind = "address"
	FromNote          SourceKind = "session note"
	FromConstant      SourceKind = "constant"
	FromRealmRoles    SourceKind = "realm roles"
	FromClientRoles   SourceKind = "client roles"
	FromGroups        SourceKind = "groups"
	FromOrganizations SourceKind = "organizations"
	FromSubject       SourceKind = "subject"
	FromPairwise      SourceKind = "pairwise subject"
	FromSession       SourceKind = "session id"
	FromOrigins       SourceKind = "web origins"
	FromACR           SourceKind = "authentication level"
	FromAMR           SourceKind = "authentication methods"
	FromNonce         SourceKind = "nonce"
	FromRoleClients   SourceKind = "clients of roles"
	FromClaimsRequest SourceKind = "claims parameter"
	FromServer        SourceKind = "keycloak"
)

// list says whether the source may have several values.
func (k SourceKind) list() bool {
	switch k {
	case FromAttribute, FromRealmRoles, FromClientRoles, FromGroups:
		return true
	}
	return false
}

// Type is the JSON type of a claim.
type Type struct {
	Name string // string, integer, boolean, object or any
	List bool
}

// String is the name, with "list of" before it for a list.
func (t Type) String() string {
	if t.List {
		return "list of " + t.Name
	}
	return t.Name
}

// Types returns the JSON types that the claim may have on a surface if this rule
// alone writes it. It is one type, but for aud, which is a list only from two values on.
func (r *Rule) Types(on Surface) []Type {
	if property(r.Path, on) && r.how != asRoles {
		switch r.Path[0] {
		case "aud":
			if r.how == asClaim && r.Multivalued && r.Source.Kind.list() {
				return []Type{{Name: "string"}, {Name: "string", List: true}}
			}
		case "auth_time":
			return []Type{{Name: "integer"}}
		}
		return []Type{{Name: "string"}}
	}
	switch r.Source.Kind {
	case FromServer:
		return []Type{{Name: r.JSON}}
	case FromAddress:
		return []Type{{Name: "object"}}
	case FromOrigins, FromAMR:
		return []Type{{Name: "string", List: true}}
	case FromOrganizations:
		if r.JSON == "JSON" && r.Multivalued {
			return []Type{{Name: "object"}}
		}
		return []Type{{Name: "string", List: r.Multivalued}}
	case FromConstant:
		if r.JSON == "JSON" {
			return []Type{typeOf(decodeJSON(r.Source.Value))}
		}
	}
	return []Type{{Name: convertedType(r.JSON), List: r.Multivalued && r.Source.Kind.list()}}
}

// property says whether a path leads to one of the claims that tokens have fields
// for and mappers may set. Such a field takes any value as a string. The token
// response has no such fields.
func property(path []string, on Surface) bool {
	if len(path) != 1 || on == TokenResponse {
		return false
	}
	switch path[0] {
	case "sub", "azp", "acr", "auth_time", "aud":
		return true
	}
	return false
}

// reserved says whether mappers that go by claim.name are stopped from writing
// below the first member of a path: silently, but for a warning in the log.
func reserved(path []string, v Version) bool {
	switch path[0] {
	case "jti", "typ", "iat", "exp", "iss", "scope", "nonce", "session_state":
		return true
	case "auth_time":
		return !v.basicScope() || len(path) > 1
	case "sub", "azp", "acr", "aud":
		return len(path) > 1
	}
	return false
}

// reservedInResponse is reserved for the token response.
func reservedInResponse(path []string) bool {
	switch path[0] {
	case "access_token", "token_type", "session_state", "expires_in", "id_token",
		"refresh_token", "refresh_expires_in", "not-before-policy", "scope":
		return true
	}
	return false
}

// Effect is all that a mapper does.
type Effect struct {
	Rules   []Rule
	Grants  []RoleRef     // roles that everybody gets in tokens, through this mapper
	Renames [][2]RoleRef  // roles that show as others: from, to
	Ignored []IgnoredRule // what it is set to write and Keycloak does not
	// Opaque says that the mapper is not Keycloak's own, or depends on a script, so
	// that nobody knows from the realm what it writes.
	Opaque bool
}

// IgnoredRule is a rule that has no effect, and why.
type IgnoredRule struct {
	Rule Rule
	Why  string
}

// EffectOf returns what a mapper does in version v for clients that speak OpenID
// Connect. Mappers of other protocols do nothing there.
func EffectOf(m *Mapper, v Version) Effect {
	if m.Protocol != protocolOIDC {
		return Effect{}
	}
	k, ok := kindOf(m.Kind)
	if !ok || v.Compare(k.since) < 0 {
		return Effect{Opaque: true}
	}
	if k.roles != nil {
		return k.roles(m)
	}
	on := k.gate.surfaces(m, k.on)
	if on == 0 {
		return Effect{}
	}
	var e Effect
	for _, r := range k.rules(m, v) {
		r.On, r.Mapper, r.priority = on, m, k.priority
		e.add(r, v)
	}
	return e
}

// add sorts a rule into those that count and those that Keycloak ignores.
func (e *Effect) add(r Rule, v Version) {
	ignore := func(on Surface, why string) {
		if r.On&on == 0 {
			return
		}
		ignored := r
		ignored.On &= on
		e.Ignored = append(e.Ignored, IgnoredRule{ignored, why})
		r.On &^= on
	}
	if len(r.Path) == 0 {
		ignore(allSurfaces, "it has no claim.name")
		return
	}
	if r.how == asClaim {
		if reserved(r.Path, v) {
			ignore(allSurfaces&^TokenResponse, strings.Join(r.Path, ".")+" is Keycloak's own")
		}
		if reservedInResponse(r.Path) {
			ignore(TokenResponse, strings.Join(r.Path, ".")+" is Keycloak's own")
		}
		// Userinfo shows two of the fields alone.
		if property(r.Path, UserInfo) && r.Path[0] != "sub" && r.Path[0] != "aud" {
			if r.Mapper.absent(keyUserInfo) {
				r.On &^= UserInfo // nobody asked for it there
			}
			ignore(UserInfo, "userinfo does not show "+r.Path[0])
		}
	}
	if r.On != 0 {
		e.Rules = append(e.Rules, r)
	}
}
