package keycloak

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// draft is a realm that is being read, with what can only be put in its place when
// all of it is known.
type draft struct {
	*Realm
	named, scopesListed bool
	clientLike          bool // it has members that clients have and realms do not
	templates           Place
	rawVersion          string
	versionAt           Place
	realmScopeMappings  []scopeMapping
	clientScopeMappings []scopeMapping
	clientRoles         map[string][]Role
	accounts            map[string]*Account
	given               map[*Client]givenFields
}

// scopeMapping puts roles in scope for a client or a client scope.
type scopeMapping struct {
	client, scope string
	roles         []RoleRef
	at            Place
}

// realm reads a realm whose opening brace, at the given place, is already read.
func (r *reader) realm(at Place) error {
	d := &draft{
		Realm: &Realm{
			At:                          at,
			AccessTokenLifespan:         300,
			ImplicitAccessTokenLifespan: 900,
			SessionIdle:                 1800,
			SessionMax:                  36000,
			DefaultSignatureAlgorithm:   "RS256",
		},
		clientRoles: map[string][]Role{},
		accounts:    map[string]*Account{},
		given:       map[*Client]givenFields{},
	}
	if err := r.members(func(name string) error { return r.realmMember(d, name) }); err != nil {
		return err
	}
	if err := r.identify(d); err != nil {
		return err
	}
	r.complete(d)
	r.file.Realms = append(r.file.Realms, d.Realm)
	return nil
}

func (r *reader) realmMember(d *draft, name string) error {
	switch name {
	case "realm":
		d.named = true
		return r.name(&d.Name)
	case "keycloakVersion":
		err := r.name(&d.rawVersion)
		d.versionAt = r.at
		return err
	case "clientTemplates":
		err := r.skip()
		d.templates = r.at
		return err
	case "clientId":
		d.clientLike = true
		return r.skip()
	case "clientScopes":
		d.scopesListed = true
		return r.scopes(&d.Scopes)
	case "clients":
		return r.clients(d)
	case "roles":
		return r.roles(d)
	case "defaultRole":
		return r.object(func(m string) error {
			if m == "name" {
				return r.name(&d.DefaultRole)
			}
			return r.skip()
		})
	case "groups":
		return r.groups(&d.Groups)
	case "users":
		return r.users(d)
	case "components":
		return r.components(d)
	case "scopeMappings":
		return r.list(func() error { return r.scopeMapping("", &d.realmScopeMappings) })
	case "clientScopeMappings":
		return r.object(func(client string) error {
			return r.list(func() error { return r.scopeMapping(client, &d.clientScopeMappings) })
		})
	case "attributes":
		return r.attributes(&d.Attributes)
	}
	return r.realmSetting(d.Realm, name)
}

func (r *reader) realmSetting(realm *Realm, name string) error {
	switch name {
	case "defaultDefaultClientScopes":
		return r.names(&realm.DefaultScopes)
	case "defaultOptionalClientScopes":
		return r.names(&realm.OptionalScopes)
	case "accessTokenLifespan":
		return r.number(&realm.AccessTokenLifespan)
	case "accessTokenLifespanForImplicitFlow":
		return r.number(&realm.ImplicitAccessTokenLifespan)
	case "ssoSessionIdleTimeout":
		return r.number(&realm.SessionIdle)
	case "ssoSessionMaxLifespan":
		return r.number(&realm.SessionMax)
	case "clientSessionMaxLifespan":
		return r.number(&realm.ClientSessionMax)
	case "defaultSignatureAlgorithm":
		return r.name(&realm.DefaultSignatureAlgorithm)
	case "revokeRefreshToken":
		return r.flag(&realm.RevokeRefreshToken)
	case "refreshTokenMaxReuse":
		return r.number(&realm.RefreshTokenMaxReuse)
	case "organizationsEnabled":
		return r.flag(&realm.Organizations)
	}
	return r.skip()
}

// identify decides whether what was read is a realm, and of which version.
func (r *reader) identify(d *draft) error {
	refuse := func(at Place, text, hint string) error {
		return &Problem{At: at, Text: text, Hint: hint}
	}
	if !d.named || d.Name == "" {
		if d.clientLike {
			return refuse(d.At, "not a realm but a single client", "export the realm: its client scopes are not in a client")
		}
		return refuse(d.At, `not a realm: it has no "realm", the name that every realm export begins with`, "")
	}
	if d.rawVersion == "" {
		if d.templates.Line != 0 {
			return refuse(d.templates, "the realm has client templates, so it is of Keycloak 3 or earlier", "import it into a server of today and export it from there")
		}
		r.warn(d.At, "", "the realm does not say which Keycloak wrote it", fmt.Sprintf("it is read as one of %s", Latest()))
		return nil
	}
	v, err := ParseVersion(d.rawVersion)
	if err != nil {
		return refuse(d.versionAt, err.Error(), "")
	}
	d.Version = v
	switch {
	case v.Compare(firstWithScopes()) < 0:
		return refuse(d.versionAt, fmt.Sprintf("the realm is of Keycloak %s, which had no client scopes", v), "import it into a server of today and export it from there")
	case v.Compare(Oldest()) < 0:
		r.warn(d.versionAt, "keycloakVersion", fmt.Sprintf("the realm is of Keycloak %s, older than 24", v), "it is read as one of Keycloak 24, which may issue other tokens")
	case v.Major > Latest().Major || v.Major == Latest().Major && v.Minor > Latest().Minor:
		r.warn(d.versionAt, "keycloakVersion", fmt.Sprintf("the realm is of Keycloak %s, which is newer than this reader", v), fmt.Sprintf("it is read as one of %s", Latest()))
	}
	return nil
}

func (r *reader) attributes(dst *map[string]string) error {
	return r.pairs(dst, publicAttribute)
}

// pairs reads an object of strings and keeps those whose key is wanted. Null and
// empty values count as absent.
func (r *reader) pairs(dst *map[string]string, wanted func(string) bool) error {
	*dst = map[string]string{}
	return r.object(func(key string) error {
		if !wanted(key) {
			return r.skip()
		}
		var v string
		if err := r.setting(key, &v); err != nil || v == "" {
			return err
		}
		(*dst)[key] = v
		return nil
	})
}

// setting reads the value of an attribute or of a mapper's setting. Texts for
// people may hold placeholders of the login theme, and names of claims and roles
// that of the client; elsewhere a placeholder is an error.
func (r *reader) setting(key string, dst *string) error {
	if err := r.text(dst); err != nil {
		return err
	}
	rest := *dst
	switch key {
	case "consent.screen.text":
		return nil
	case keyClaim, "usermodel.clientRoleMapping.rolePrefix":
		rest = strings.ReplaceAll(rest, "${client_id}", "")
	}
	if strings.Contains(rest, "${") {
		return r.placeholder(fmt.Sprintf("%q", *dst))
	}
	return nil
}

func (r *reader) scopeMapping(roleClient string, dst *[]scopeMapping) error {
	var m scopeMapping
	var names []string
	err := r.object(func(name string) error {
		switch name {
		case "client":
			return r.name(&m.client)
		case "clientScope":
			return r.name(&m.scope)
		case "roles":
			return r.names(&names)
		}
		return r.skip()
	})
	m.at = r.at
	for _, n := range names {
		m.roles = append(m.roles, RoleRef{roleClient, strings.TrimSpace(n)})
	}
	*dst = append(*dst, m)
	return err
}

// components reads the one component that matters here, the user profile, which is
// JSON in a string.
func (r *reader) components(d *draft) error {
	return r.object(func(name string) error {
		if name != "org.keycloak.userprofile.UserProfileProvider" {
			return r.skip()
		}
		return r.list(func() error {
			return r.object(func(name string) error {
				if name != "config" {
					return r.skip()
				}
				return r.object(func(key string) error {
					if key != "kc.user.profile.config" {
						return r.skip()
					}
					var texts []string
					if err := r.list(func() error {
						var v string
						err := r.text(&v)
						texts = append(texts, v)
						return err
					}); err != nil {
						return err
					}
					return r.profile(d.Realm, strings.Join(texts, ""))
				})
			})
		})
	})
}

func (r *reader) profile(realm *Realm, text string) error {
	var wire struct {
		Attributes []struct {
			Name        string `json:"name"`
			Multivalued bool   `json:"multivalued"`
			Required    *struct {
				Roles []string `json:"roles"`
			} `json:"required"`
			Permissions struct {
				View []string `json:"view"`
				Edit []string `json:"edit"`
			} `json:"permissions"`
		} `json:"attributes"`
		Unmanaged string `json:"unmanagedAttributePolicy"`
	}
	if err := json.Unmarshal([]byte(text), &wire); err != nil {
		r.warn(r.at, pathText(r.path), "the user profile is not readable JSON", "whether users must have an attribute is not known")
		return nil
	}
	p := &UserProfile{Unmanaged: wire.Unmanaged}
	for _, a := range wire.Attributes {
		// No roles, or the role of users, means that users must fill it in.
		required := a.Required != nil && (len(a.Required.Roles) == 0 || slices.Contains(a.Required.Roles, "user"))
		p.Attributes = append(p.Attributes, ProfileAttribute{a.Name, a.Multivalued, required, a.Permissions.View, a.Permissions.Edit})
	}
	realm.Profile = p
	return nil
}
