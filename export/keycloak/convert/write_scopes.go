package convert

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/export/keycloak"
)

func (i *importer) scopesFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + "scopes: {\n\t// Keycloak grants it to every client that asks.\n\topenid: {}\n")
	for _, key := range sortedKeys(i.parts) {
		if name, ok := strings.CutPrefix(key, "scope/"); ok && name != "openid" {
			i.scope(&b, i.realm.Scope(name), i.parts[key])
		}
	}
	return b.String() + "}\n"
}

func (i *importer) scope(b *strings.Builder, s *keycloak.Scope, p *part) {
	fmt.Fprintf(b, "\t%s: {\n", key(s.Name))
	field := func(format string, args ...any) { fmt.Fprintf(b, "\t\t"+format+"\n", args...) }
	if s.Description != "" {
		field("description: %s", quote(s.Description))
	}
	if v, ok := s.Attributes["display.on.consent.screen"]; !ok || strings.EqualFold(v, "true") {
		field("consent: true")
	}
	if !s.InToken() {
		field("reported: false")
	}
	if v, ok := s.Attributes["include.in.openid.provider.metadata"]; ok && !strings.EqualFold(v, "true") {
		field("published: false")
	}
	if len(p.audiences) > 0 {
		field("resources: %s", quotes(compact(p.audiences)))
	}
	labels := keptLabel(p)
	if len(s.Roles) > 0 && s.Name != "offline_access" {
		i.lose("roles", "scopes."+s.Name, s.At, nil, "only users with one of some roles get the scope: %v", s.Roles)
		var refs []string
		for _, r := range s.Roles {
			refs = append(refs, r.String())
		}
		slices.Sort(refs)
		labels = append(labels, quote(LabelPrefix+"roles")+": "+quote(strings.Join(refs, " ")))
	}
	if len(labels) > 0 {
		field("labels: {%s}", strings.Join(labels, ", "))
	}
	if len(p.tokens) > 0 {
		fmt.Fprintf(b, "\t\treleases: {\n%s\t\t}\n", i.releases(p, "\t\t\t"))
	}
	b.WriteString("\t}\n")
}
