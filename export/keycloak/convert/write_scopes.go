package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/export/keycloak"
)

func (i *importer) scopesFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + "scopes: {\n\t// Keycloak grants it to every client that asks.\n\topenid: {}\n")
	for _, key := range sortedKeys(i.parts) {
		if name, ok := strings.CutPrefix(key, "scope/"); ok && name != "openid" {
			b.WriteString(i.scope(i.realm.Scope(name), i.parts[key]))
		}
	}
	return b.String() + "}\n"
}

func (i *importer) scope(s *keycloak.Scope, p *part) string {
	var r record
	if s.Description != "" {
		r.field("description: %s", quote(s.Description))
	}
	if v, ok := s.Attributes["display.on.consent.screen"]; !ok || strings.EqualFold(v, "true") {
		r.field("consent: true")
	}
	if !s.InToken() {
		r.field("reported: false")
	}
	if v, ok := s.Attributes["include.in.openid.provider.metadata"]; ok && !strings.EqualFold(v, "true") {
		r.field("published: false")
	}
	if len(p.audiences) > 0 {
		r.field("resources: %s", quotes(compact(p.audiences)))
	}
	if labels := append(keptLabel(p), i.rolesLabel(s)...); len(labels) > 0 {
		r.field("labels: {%s}", strings.Join(labels, ", "))
	}
	i.released(&r, p)
	return r.entry(s.Name)
}

// rolesLabel keeps the roles that a user must have to get a scope.
func (i *importer) rolesLabel(s *keycloak.Scope) []string {
	if len(s.Roles) == 0 || s.Name == "offline_access" {
		return nil
	}
	i.lose("roles", "scopes."+s.Name, s.At, nil, "only users with one of some roles get the scope: %v", s.Roles)
	var refs []string
	for _, r := range s.Roles {
		refs = append(refs, r.String())
	}
	slices.Sort(refs)
	return []string{quote(LabelPrefix+"roles") + ": " + quote(strings.Join(refs, " "))}
}
