package keycloak

import (
	"fmt"
	"slices"
	"strings"
)

// complete fills in what Keycloak adds to a realm when it imports it, so that
// everything else can go by the Realm alone. What is added has no Place.
func (r *reader) complete(d *draft) {
	v := d.version()
	if !d.scopesListed {
		d.Scopes, d.DefaultScopes, d.OptionalScopes = Builtin(v)
		r.warn(d.At, "", "the realm lists no client scopes", fmt.Sprintf("Keycloak adds its built-in ones on import; those of %s are assumed", v))
	} else if d.Scope("offline_access") == nil {
		d.Scopes = append(d.Scopes, offlineAccess())
		d.OptionalScopes = append(d.OptionalScopes, "offline_access")
	}
	d.DefaultScopes = r.known(d, "defaultDefaultClientScopes", d.DefaultScopes)
	d.OptionalScopes = r.known(d, "defaultOptionalClientScopes", d.OptionalScopes)
	for _, c := range d.Clients {
		c.Roles = d.clientRoles[c.ClientID]
		c.Account = d.accounts[c.ClientID]
		r.completeClient(d, c)
	}
	if d.DefaultRole == "" {
		d.addDefaultRole()
	}
	for _, m := range slices.Concat(d.realmScopeMappings, d.clientScopeMappings) {
		if s := d.Scope(m.scope); s != nil {
			s.Roles = append(s.Roles, m.roles...)
		} else if c := d.Client(m.client); c != nil {
			c.ScopeRoles = append(c.ScopeRoles, m.roles...)
		} else {
			r.warn(m.at, "", fmt.Sprintf("roles are put in scope of %q, which is not in the realm", m.scope+m.client), "")
		}
	}
}

// addDefaultRole adds the role that every user gets, with what comes with it in a
// new realm.
func (d *draft) addDefaultRole() {
	role := Role{Name: "default-roles-" + strings.ToLower(d.Name), Composites: []RoleRef{{Name: "offline_access"}, {Name: "uma_authorization"}}}
	if d.Client("account") == nil {
		for _, name := range []string{"manage-account", "manage-account-links", "view-profile"} {
			role.Composites = append(role.Composites, RoleRef{"account", name})
		}
	}
	d.DefaultRole, d.Roles = role.Name, append(d.Roles, role)
}

// version is the version whose behaviour the realm is read for.
func (r *Realm) version() Version {
	switch {
	case r.Version == (Version{}) || r.Version.Compare(Latest()) > 0:
		return Latest()
	case r.Version.Compare(Oldest()) < 0:
		return Oldest()
	}
	return r.Version
}

func (r *reader) completeClient(d *draft, c *Client) {
	given := d.given[c]
	if !given.fullScope {
		c.FullScope = !c.ConsentRequired
	}
	if !given.webOrigins {
		c.WebOrigins = originsOf(c.RedirectURIs)
	}
	if c.DefaultScopes == nil && c.OptionalScopes == nil {
		c.DefaultScopes = ofProtocol(d.Realm, d.DefaultScopes, c.Protocol)
		c.OptionalScopes = ofProtocol(d.Realm, d.OptionalScopes, c.Protocol)
	} else {
		path := fmt.Sprintf("client %q", c.ClientID)
		c.DefaultScopes = r.known(d, path, c.DefaultScopes)
		c.OptionalScopes = r.known(d, path, c.OptionalScopes)
	}
	// A scope that is listed twice is a default one.
	c.OptionalScopes = slices.DeleteFunc(c.OptionalScopes, func(s string) bool { return slices.Contains(c.DefaultScopes, s) })
	if c.ServiceAccounts {
		completeServiceAccount(d.Realm, c)
	}
}

// completeServiceAccount gives the client the mappers of service accounts, in the
// way of its version. From 26.1 on that happens only while the account is created,
// so that a realm which brings the account keeps what it has.
func completeServiceAccount(realm *Realm, c *Client) {
	if realm.version().scopedServiceAccounts() {
		if c.Account != nil || realm.Scope(serviceAccountScope) == nil {
			return
		}
		c.OptionalScopes = slices.DeleteFunc(c.OptionalScopes, func(s string) bool { return s == serviceAccountScope })
		if !slices.Contains(c.DefaultScopes, serviceAccountScope) {
			c.DefaultScopes = append(c.DefaultScopes, serviceAccountScope)
		}
		return
	}
	for _, m := range serviceAccountMappers() {
		if !slices.ContainsFunc(c.Mappers, func(have *Mapper) bool { return have.Name == m.Name }) {
			c.Mappers = append(c.Mappers, m)
		}
	}
}

// known returns the names that are client scopes of the realm, each once.
// Keycloak drops the others in silence.
func (r *reader) known(d *draft, path string, names []string) []string {
	kept := []string{}
	for _, n := range names {
		switch {
		case d.Scope(n) == nil:
			r.warn(d.At, path, fmt.Sprintf("client scope %q is not in the realm, so nobody gets it", n), "")
		case !slices.Contains(kept, n):
			kept = append(kept, n)
		}
	}
	return kept
}

func ofProtocol(realm *Realm, names []string, protocol string) []string {
	kept := []string{}
	for _, n := range names {
		if realm.Scope(n).Protocol == protocol {
			kept = append(kept, n)
		}
	}
	return kept
}

// originsOf returns the origins of the URIs that are absolute, each once.
func originsOf(uris []string) []string {
	origins := []string{}
	for _, u := range uris {
		if o := originOf(u); o != "" && !slices.Contains(origins, o) {
			origins = append(origins, o)
		}
	}
	return origins
}

// originOf cuts a URI of the web after its host and returns nothing for other
// URIs. Keycloak looks for the slash from the ninth byte on, also in http URIs.
func originOf(uri string) string {
	const from = len("https://")
	if !strings.HasPrefix(uri, "http://") && !strings.HasPrefix(uri, "https://") {
		return ""
	}
	if len(uri) < from {
		return uri
	}
	if end := strings.IndexByte(uri[from:], '/'); end >= 0 {
		return uri[:from+end]
	}
	return uri
}
