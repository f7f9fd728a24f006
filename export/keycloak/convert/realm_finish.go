package convert

import (
	"encoding/json"
	"maps"
	"slices"

	"tokenctl.dev/export/keycloak"
)

// levels names the levels of the scale that the claim acr shows, weakest first: a
// plain login reaches level 1.
func (e *exporter) levels() {
	for _, s := range e.c.Assurance {
		if s.Claim == nil || s.Claim.Name != "acr" {
			continue
		}
		names := map[string]int{}
		for i, level := range s.Levels {
			names[level] = i + 1
		}
		text, _ := json.Marshal(names) // texts and numbers always encode
		e.Realm.Attributes["acr.loa.map"] = string(text)
	}
}

// finish gives the clients their mappers.
func (e *exporter) finish() {
	for _, c := range e.all() {
		kc := e.Realm.Client(c.Name)
		kc.Mappers = append(e.own[c].finished(), kept(c.Labels)...)
	}
	for _, k := range e.roleMappers() {
		k.FullScope = true
	}
	if e.c.Issuer.Product == "keycloak" {
		for _, k := range e.Realm.Clients {
			k.FullScope = e.c.Client(k.ClientID).Labels[LabelPrefix+"fullScopeAllowed"] != "false"
		}
	}
}

// roleMappers are the clients whose tokens show roles: they need roles in scope.
func (e *exporter) roleMappers() []*keycloak.Client {
	shows := func(list []*keycloak.Mapper) bool {
		return slices.ContainsFunc(list, func(m *keycloak.Mapper) bool {
			return slices.Contains([]string{"oidc-usermodel-realm-role-mapper", "oidc-usermodel-client-role-mapper", "oidc-audience-resolve-mapper"}, m.Kind)
		})
	}
	var out []*keycloak.Client
	for _, c := range e.Realm.Clients {
		all := slices.Concat(c.DefaultScopes, c.OptionalScopes)
		if shows(c.Mappers) || slices.ContainsFunc(all, func(name string) bool {
			s := e.Realm.Scope(name)
			return s != nil && shows(s.Mappers) || name == "offline_access"
		}) {
			out = append(out, c)
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
