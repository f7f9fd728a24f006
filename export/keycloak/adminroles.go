package keycloak

import (
	"maps"
	"slices"
	"strings"
)

// checkAdmin is what newer versions do to an access token just before they issue
// it. Roles that were put under the usual names as ordinary claims join those in
// the fields, and roles of Keycloak's own administration that a mapper gave to
// somebody who does not have them are taken out. Examples are not treated so.
func (i *issue) checkAdmin(name string, end *root, s Surface) {
	if !i.version.checksAdminRoles() || i.Grant == Example || s != i.access() {
		return
	}
	switch name {
	case "realm_access":
		if isAccess(end.other) {
			end.field, end.other = joinAccess(end.field, end.other), nil
		}
		if i.realm.Name == adminRealm {
			i.dropAdmin(end.field, []string{"admin", "create-realm"})
		}
	case "resource_access":
		if other, ok := end.other.(map[string]any); ok {
			end.field, end.other = joinResources(end.field, other), nil
		}
		clients, _ := end.field.(map[string]any)
		for id, access := range clients {
			if id == "realm-management" || i.realm.Name == adminRealm && strings.HasSuffix(id, "-realm") {
				i.dropAdmin(access, adminRoles())
			}
		}
	}
}

// adminRealm is the realm that administers the others.
const adminRealm = "master"

// adminRoles are the roles that administer a realm.
func adminRoles() []string {
	list := []string{"create-client", "impersonation", "realm-admin"}
	for _, what := range []string{"realm", "users", "clients", "events", "identity-providers", "authorization", "organizations"} {
		list = append(list, "view-"+what, "manage-"+what)
	}
	for _, what := range []string{"users", "clients", "realms", "groups", "organizations"} {
		list = append(list, "query-"+what)
	}
	return list
}

// dropAdmin removes from an access those of the named roles that the user has on
// no client that administers.
func (i *issue) dropAdmin(access any, names []string) {
	m, ok := access.(map[string]any)
	roles, _ := m["roles"].(Set)
	if !ok || roles == nil {
		return
	}
	m["roles"] = slices.DeleteFunc(roles, func(e any) bool {
		name, _ := e.(string)
		return slices.Contains(names, name) && !i.hasAdmin(name)
	})
}

// hasAdmin says whether the user has an administrative role of that name.
func (i *issue) hasAdmin(name string) bool {
	for ref := range i.have {
		if ref.Name != name {
			continue
		}
		master := i.realm.Name == adminRealm
		if ref.Client == "realm-management" || master && (ref.Client == "" || strings.HasSuffix(ref.Client, "-realm")) {
			return true
		}
	}
	return false
}

func joinResources(field any, other map[string]any) any {
	joined, _ := clone(field).(map[string]any)
	if joined == nil {
		joined = map[string]any{}
	}
	for _, id := range slices.Sorted(maps.Keys(other)) {
		if isAccess(other[id]) {
			joined[id] = joinAccess(joined[id], other[id])
		}
	}
	return joined
}

// joinAccess adds the roles of one access to another.
func joinAccess(have, more any) any {
	h, _ := have.(map[string]any)
	m, _ := more.(map[string]any)
	if h == nil {
		return m
	}
	roles, _ := h["roles"].(Set)
	for _, r := range elements(m["roles"]) {
		roles = addNew(roles, r)
	}
	return map[string]any{"roles": roles}
}
