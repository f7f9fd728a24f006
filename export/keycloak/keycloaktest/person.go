package keycloaktest

import (
	"fmt"
	"maps"
	"slices"

	"tokenctl.dev/export/keycloak"
)

// People returns the two users that a realm is asked with: one with every attribute
// that a mapper reads, every role and every group, and one who has nothing but the
// default role.
func People(realm *keycloak.Realm) []keycloak.User {
	full := keycloak.User{
		Username: "full-user", Email: "full@example.org", FirstName: "Full", LastName: "User",
		EmailVerified: true, Attributes: map[string][]string{},
	}
	for _, m := range mappers(realm) {
		for _, r := range keycloak.EffectOf(m, keycloak.Latest()).Rules {
			addAttributes(full.Attributes, r)
		}
	}
	for _, role := range realm.Roles {
		full.Roles = append(full.Roles, keycloak.RoleRef{Name: role.Name})
	}
	for _, c := range realm.Clients {
		for _, role := range c.Roles {
			full.Roles = append(full.Roles, keycloak.RoleRef{Client: c.ClientID, Name: role.Name})
		}
	}
	full.Groups = paths("", realm.Groups)
	bare := keycloak.User{Username: "bare-user"}
	if realm.DefaultRole != "" {
		full.Roles = append(full.Roles, keycloak.RoleRef{Name: realm.DefaultRole})
		bare.Roles = []keycloak.RoleRef{{Name: realm.DefaultRole}}
	}
	full.Roles = distinct(full.Roles)
	return []keycloak.User{full, bare}
}

// addAttributes gives the user a value of the right type for what a rule reads, and
// two where the mapper takes several.
func addAttributes(attributes map[string][]string, r keycloak.Rule) {
	switch r.Source.Kind {
	case keycloak.FromAddress:
		for _, name := range r.Source.Members {
			attributes[name] = []string{"the " + name}
		}
	case keycloak.FromAttribute:
		name := r.Source.Name
		switch name {
		case "", "username", "email", "firstName", "lastName":
			return
		}
		values := map[string][]string{
			"long": {"4102444800", "7"}, "int": {"42", "7"}, "boolean": {"true", "false"},
			"JSON": {`{"a":[1,"b",true],"c":null}`, `"text"`},
		}[r.JSON]
		if values == nil {
			values = []string{"the " + name, "other " + name}
		}
		if name == "locale" {
			values = []string{"en"}
		}
		if !r.Multivalued {
			values = values[:1]
		}
		if len(attributes[name]) < len(values) {
			attributes[name] = values
		}
	}
}

func mappers(realm *keycloak.Realm) []*keycloak.Mapper {
	var list []*keycloak.Mapper
	for _, s := range realm.Scopes {
		list = append(list, s.Mappers...)
	}
	for _, c := range realm.Clients {
		list = append(list, c.Mappers...)
	}
	return list
}

func paths(above string, groups []keycloak.Group) []string {
	var list []string
	for _, g := range groups {
		path := above + "/" + g.Name
		list = append(list, path)
		list = append(list, paths(path, g.Groups)...)
	}
	return list
}

func distinct(refs []keycloak.RoleRef) []keycloak.RoleRef {
	set := map[string]keycloak.RoleRef{}
	for _, r := range refs {
		set[fmt.Sprintf("%q %q", r.Client, r.Name)] = r
	}
	var list []keycloak.RoleRef
	for _, key := range slices.Sorted(maps.Keys(set)) {
		list = append(list, set[key])
	}
	return list
}
