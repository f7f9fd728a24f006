package keycloak

import (
	"fmt"
	"slices"
	"strings"
)

// givenFields are the members of a client whose absence has a meaning of its own.
type givenFields struct{ fullScope, webOrigins bool }

func (r *reader) scopes(dst *[]*Scope) error {
	*dst = nil
	return r.list(func() error {
		s := new(Scope)
		err := r.object(func(name string) error {
			switch name {
			case "name":
				err := r.name(&s.Name)
				s.At = r.at
				return err
			case "description":
				return r.text(&s.Description)
			case "protocol":
				return r.name(&s.Protocol)
			case "attributes":
				return r.attributes(&s.Attributes)
			case "protocolMappers":
				return r.mappers(&s.Mappers)
			}
			return r.skip()
		})
		*dst = append(*dst, s)
		return err
	})
}

func (r *reader) mappers(dst *[]*Mapper) error {
	*dst = nil
	return r.list(func() error {
		m := &Mapper{Config: map[string]string{}}
		err := r.object(func(name string) error {
			switch name {
			case "name":
				err := r.text(&m.Name)
				m.At = r.at
				return err
			case "protocol":
				return r.name(&m.Protocol)
			case "protocolMapper":
				return r.name(&m.Kind)
			case "config":
				return r.pairs(&m.Config, func(key string) bool {
					if publicSetting(key) {
						return true
					}
					m.Withheld = append(m.Withheld, key)
					return false
				})
			}
			return r.skip()
		})
		if slices.Sort(m.Withheld); len(m.Withheld) > 0 {
			r.warn(m.At, pathText(r.path), fmt.Sprintf("mapper %q has settings that may be secrets: %s", m.Name, strings.Join(m.Withheld, ", ")), "their values are not kept; whoever writes the realm again must add them")
		}
		*dst = append(*dst, m)
		return err
	})
}

func (r *reader) clients(d *draft) error {
	d.Clients = nil
	return r.list(func() error {
		c := &Client{Enabled: true, StandardFlow: true, Protocol: protocolOIDC}
		var given givenFields
		err := r.object(func(name string) error { return r.clientMember(c, &given, name) })
		d.Clients = append(d.Clients, c)
		d.given[c] = given
		return err
	})
}

func (r *reader) clientMember(c *Client, given *givenFields, name string) error {
	switch name {
	case "clientId":
		err := r.name(&c.ClientID)
		c.At = r.at
		return err
	case "name":
		return r.text(&c.Name)
	case "description":
		return r.text(&c.Description)
	case "protocol":
		return r.name(&c.Protocol)
	case "clientAuthenticatorType":
		return r.text(&c.Authenticator)
	case "rootUrl":
		return r.text(&c.RootURL)
	case "redirectUris":
		return r.texts(&c.RedirectURIs)
	case "webOrigins":
		given.webOrigins = true
		return r.texts(&c.WebOrigins)
	case "attributes":
		return r.attributes(&c.Attributes)
	case "defaultClientScopes":
		return r.names(&c.DefaultScopes)
	case "optionalClientScopes":
		return r.names(&c.OptionalScopes)
	case "protocolMappers":
		return r.mappers(&c.Mappers)
	case "fullScopeAllowed":
		given.fullScope = true
		return r.flag(&c.FullScope)
	}
	if flag := clientFlag(c, name); flag != nil {
		return r.flag(flag)
	}
	return r.skip()
}

func clientFlag(c *Client, name string) *bool {
	switch name {
	case "enabled":
		return &c.Enabled
	case "publicClient":
		return &c.Public
	case "bearerOnly":
		return &c.BearerOnly
	case "standardFlowEnabled":
		return &c.StandardFlow
	case "implicitFlowEnabled":
		return &c.ImplicitFlow
	case "directAccessGrantsEnabled":
		return &c.DirectAccess
	case "serviceAccountsEnabled":
		return &c.ServiceAccounts
	case "consentRequired":
		return &c.ConsentRequired
	}
	return nil
}

// texts is names for values that may hold placeholders of the server, such as
// ${authBaseUrl}.
func (r *reader) texts(dst *[]string) error {
	*dst = []string{}
	return r.list(func() error {
		var v string
		err := r.text(&v)
		*dst = append(*dst, v)
		return err
	})
}

func (r *reader) roles(d *draft) error {
	d.clientRoles = map[string][]Role{}
	return r.object(func(name string) error {
		switch name {
		case "realm":
			return r.roleList(&d.Roles)
		case "client":
			return r.object(func(client string) error {
				var list []Role
				err := r.roleList(&list)
				d.clientRoles[client] = list
				return err
			})
		}
		return r.skip()
	})
}

func (r *reader) roleList(dst *[]Role) error {
	*dst = nil
	return r.list(func() error {
		var role Role
		err := r.object(func(name string) error {
			switch name {
			case "name":
				err := r.name(&role.Name)
				role.At = r.at
				return err
			case "composites":
				return r.roleRefs(&role.Composites)
			}
			return r.skip()
		})
		*dst = append(*dst, role)
		return err
	})
}

// roleRefs reads {"realm": [name], "client": {id: [name]}}.
func (r *reader) roleRefs(dst *[]RoleRef) error {
	return r.object(func(name string) error {
		switch name {
		case "realm":
			return r.refs("", dst)
		case "client":
			return r.object(func(client string) error { return r.refs(client, dst) })
		}
		return r.skip()
	})
}

func (r *reader) refs(client string, dst *[]RoleRef) error {
	var names []string
	err := r.names(&names)
	for _, n := range names {
		*dst = append(*dst, RoleRef{client, n})
	}
	return err
}

func (r *reader) groups(dst *[]Group) error {
	*dst = nil
	return r.list(func() error {
		var g Group
		err := r.object(func(name string) error {
			switch name {
			case "name":
				err := r.name(&g.Name)
				g.At = r.at
				return err
			case "attributes":
				return r.values(&g.Attributes)
			case "realmRoles":
				return r.refs("", &g.Roles)
			case "clientRoles":
				return r.object(func(client string) error { return r.refs(client, &g.Roles) })
			case "subGroups":
				return r.groups(&g.Groups)
			}
			return r.skip()
		})
		*dst = append(*dst, g)
		return err
	})
}

// values reads an object of lists of strings.
func (r *reader) values(dst *map[string][]string) error {
	*dst = map[string][]string{}
	return r.object(func(key string) error {
		var v []string
		err := r.texts(&v)
		(*dst)[key] = v
		return err
	})
}

// users keeps of the users those that are service accounts, and of them what their
// tokens depend on.
func (r *reader) users(d *draft) error {
	return r.list(func() error {
		var client string
		a := new(Account)
		err := r.object(func(name string) error {
			switch name {
			case "serviceAccountClientId":
				return r.name(&client)
			case "attributes":
				return r.values(&a.Attributes)
			case "realmRoles":
				return r.refs("", &a.Roles)
			case "clientRoles":
				return r.object(func(client string) error { return r.refs(client, &a.Roles) })
			case "groups":
				return r.names(&a.Groups)
			}
			return r.skip()
		})
		if client != "" {
			d.accounts[client] = a
		}
		return err
	})
}
