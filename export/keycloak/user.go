package keycloak

import (
	"slices"
	"strings"
)

// User describes whoever logs in, as far as tokens depend on it. It has what it
// says and nothing more: also the realm's default role only if it is listed.
type User struct {
	ID                                   string // empty: not known
	Username, Email, FirstName, LastName string
	EmailVerified                        bool
	Attributes                           map[string][]string
	Roles                                []RoleRef // assigned directly; what comes with them is added
	Groups                               []string  // paths: /staff/ops
	Organizations                        []string  // aliases
	// Notes are the notes of the session, besides those that the grant leaves:
	// an identity provider or an authenticator of one's own may add any.
	Notes map[string]string
}

// ServiceAccount describes the service account of a client, as the realm has it
// or as Keycloak would create it.
func ServiceAccount(realm *Realm, c *Client) User {
	u := User{Username: accountName(c)}
	if c.Account == nil {
		if realm.DefaultRole != "" {
			u.Roles = []RoleRef{{Name: realm.DefaultRole}}
		}
		return u
	}
	u.Attributes, u.Roles, u.Groups = c.Account.Attributes, c.Account.Roles, c.Account.Groups
	return u
}

// attribute returns the values of an attribute: those of the user, else of the
// first group that has it, looking upwards from each. With aggregate, those of the
// user and of all groups together. certain is false if several groups have it, of
// which Keycloak takes any.
func (u *User) attribute(realm *Realm, name string, aggregate bool) (values []string, certain bool) {
	own := u.Attributes[name]
	for builtin, v := range map[string]string{"username": u.Username, "email": u.Email, "firstName": u.FirstName, "lastName": u.LastName} {
		if name == builtin && v != "" {
			own = []string{v}
		}
	}
	if len(own) > 0 && !aggregate {
		return own, true
	}
	var all [][]string
	for _, path := range u.Groups {
		if v := groupAttribute(realm.Group(path), name, aggregate); len(v) > 0 {
			all = append(all, v)
		}
	}
	if aggregate {
		joined := slices.Concat(append([][]string{own}, all...)...)
		slices.Sort(joined)
		return slices.Compact(joined), true
	}
	if len(all) == 0 {
		return nil, true
	}
	return all[0], !slices.ContainsFunc(all[1:], func(v []string) bool { return !slices.Equal(v, all[0]) })
}

// groupAttribute is attribute for one group, given with its parents from the top.
func groupAttribute(chain []Group, name string, aggregate bool) []string {
	var values []string
	for _, g := range slices.Backward(chain) {
		if len(values) > 0 && !aggregate {
			break
		}
		values = append(values, g.Attributes[name]...)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// property returns a property of the user. Those that are missing here are either
// internal or not text.
func (u *User) property(name string) any {
	text := func(s string) any {
		if s == "" {
			return Absent{}
		}
		return s
	}
	switch name {
	case "id":
		if u.ID == "" {
			return Unknown{Type{Name: "string"}}
		}
		return u.ID
	case "username":
		return text(u.Username)
	case "email":
		return text(u.Email)
	case "firstName":
		return text(u.FirstName)
	case "lastName":
		return text(u.LastName)
	case "emailVerified":
		if u.EmailVerified {
			return "true"
		}
		return "false"
	case "enabled":
		return "true"
	case "createdTimestamp":
		return Unknown{Type{Name: "string"}}
	}
	return Absent{}
}

// groups returns the names or paths of the user's groups.
func (u *User) groups(full bool) []string {
	var names []string
	for _, path := range u.Groups {
		if !full {
			path = path[strings.LastIndex(path, "/")+1:]
		}
		names = append(names, path)
	}
	return names
}
