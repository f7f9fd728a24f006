package keycloak

import (
	"maps"
	"slices"
)

// roleSet is a set of roles.
type roleSet map[RoleRef]bool

// expand adds to the roles all that come with them. Roles that the realm does not
// have stand for themselves.
func (r *Realm) expand(refs []RoleRef) roleSet {
	set := roleSet{}
	for queue := slices.Clone(refs); len(queue) > 0; queue = queue[1:] {
		if set[queue[0]] {
			continue
		}
		set[queue[0]] = true
		if role := r.role(queue[0]); role != nil {
			queue = append(queue, role.Composites...)
		}
	}
	return set
}

// rolesOf returns all roles that a user has: assigned, of groups and of their
// parents, and what comes with them.
func (r *Realm) rolesOf(u *User) roleSet {
	refs := slices.Clone(u.Roles)
	for _, path := range u.Groups {
		for _, g := range r.Group(path) {
			refs = append(refs, g.Roles...)
		}
	}
	return r.expand(refs)
}

// all returns every role of the realm.
func (r *Realm) all() roleSet {
	set := roleSet{}
	if r.DefaultRole != "" {
		set = r.expand([]RoleRef{{Name: r.DefaultRole}})
	}
	for _, role := range r.Roles {
		set[RoleRef{Name: role.Name}] = true
	}
	for _, c := range r.Clients {
		for _, role := range c.Roles {
			set[RoleRef{c.ClientID, role.Name}] = true
		}
	}
	return set
}

// inScope keeps of a user's roles those that tokens for a client may show: all of
// them with full scope, else the client's own and those that the client or one of
// the granted scopes puts in scope.
func (r *Realm) inScope(c *Client, granted []*Scope, have roleSet) roleSet {
	if c.FullScope {
		return maps.Clone(have)
	}
	refs := slices.Clone(c.ScopeRoles)
	for _, role := range c.Roles {
		refs = append(refs, RoleRef{c.ClientID, role.Name})
	}
	for _, s := range granted {
		refs = append(refs, s.Roles...)
	}
	allowed := r.expand(refs)
	kept := roleSet{}
	for ref := range have {
		if allowed[ref] {
			kept[ref] = true
		}
	}
	return kept
}

// permitted says whether a user with these roles gets a client scope.
func (r *Realm) permitted(s *Scope, have roleSet) bool {
	if len(s.Roles) == 0 {
		return true
	}
	for ref := range r.expand(s.Roles) {
		if have[ref] {
			return true
		}
	}
	return false
}

// change applies what mappers do to roles before others write them: renames first,
// then grants.
func (set roleSet) change(effects []Effect) {
	for _, e := range effects {
		for _, rename := range e.Renames {
			if set[rename[0]] {
				delete(set, rename[0])
				set[rename[1]] = true
			}
		}
	}
	for _, e := range effects {
		for _, ref := range e.Grants {
			set[ref] = true
		}
	}
}

// clients returns the clients that roles of the set belong to, sorted.
func (set roleSet) clients() []string {
	seen := map[string]bool{}
	for ref := range set {
		if ref.Client != "" {
			seen[ref.Client] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// names returns the roles of a client, or of the realm, sorted.
func (set roleSet) names(client string) []string {
	var names []string
	for ref := range set {
		if ref.Client == client {
			names = append(names, ref.Name)
		}
	}
	slices.Sort(names)
	return names
}

// role returns the role that ref names, or nil.
func (r *Realm) role(ref RoleRef) *Role {
	roles := r.Roles
	if ref.Client != "" {
		c := r.Client(ref.Client)
		if c == nil {
			return nil
		}
		roles = c.Roles
	}
	for i := range roles {
		if roles[i].Name == ref.Name {
			return &roles[i]
		}
	}
	return nil
}
