package convert

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
)

// mappers adds what mappers do to a part. gated says that only some users get it.
func (i *importer) mappers(p *part, subject string, list []*keycloak.Mapper, gated bool) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *keycloak.Mapper) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range list {
		if m.Protocol != "openid-connect" {
			continue
		}
		effect := keycloak.EffectOf(m, i.version)
		for _, ig := range effect.Ignored {
			i.lose("ignored", subject, m.At, nil, "mapper %q has no effect: %s", m.Name, ig.Why)
		}
		switch {
		case m.Kind == "oidc-sha256-pairwise-sub-mapper":
			i.pairwise(p, effect) // and the client says subjectType
		case m.Kind == "oidc-audience-mapper":
			i.audience(p, subject, m, effect)
		case m.Kind == "oidc-audience-resolve-mapper":
			i.resolves = true
			i.keep(p, subject, m, "aud also names clients whose roles the user has", i.effects("aud", export.Value, effect))
		case strings.HasPrefix(m.Kind, "oidc-claims-param-"):
			i.keep(p, subject, m, "writes what the claims parameter asks for", nil)
		case effect.Opaque:
			i.keep(p, subject, m, fmt.Sprintf("is of the kind %s, of which the realm does not say what it writes", m.Kind), nil)
		case len(effect.Grants)+len(effect.Renames) > 0:
			i.keep(p, subject, m, "changes the roles in tokens", nil)
		default:
			for _, r := range effect.Rules {
				i.rule(p, r, gated)
				if r.Path[0] == "aud" {
					i.lose("audience", subject, m.At, i.effects("aud", export.Value, effect), "mapper %q replaces aud", m.Name)
				}
				if r.Path[0] == "azp" && r.On&access != 0 {
					i.lose("broken-mappers", subject, m.At, anything("", export.Missing, everyToken()),
						"mapper %q says that access tokens belong to another client: Keycloak then takes neither them nor the refresh token", m.Name)
				}
			}
		}
	}
}

// pairwise places the subject, which the mapper of pairwise ones writes everywhere.
func (i *importer) pairwise(p *part, effect keycloak.Effect) {
	for _, r := range effect.Rules {
		for _, s := range r.On.Surfaces() {
			if s != keycloak.LightweightAccessToken || i.light {
				i.claim("sub").types["string"] = true
				p.at(tokenOf(s), "sub").always = true
			}
		}
	}
}

// keep keeps a mapper that no claim stands for in a label.
func (i *importer) keep(p *part, subject string, m *keycloak.Mapper, why string, effects []export.Effect) {
	p.kept = append(p.kept, m)
	i.lose("opaque-mappers", subject, m.At, effects, "mapper %q %s; it is kept in a label", m.Name, why)
}

// effects are changes of a claim wherever a mapper writes.
func (i *importer) effects(claim string, change export.Change, effect keycloak.Effect) []export.Effect {
	var out []export.Effect
	for _, r := range effect.Rules {
		for _, s := range r.On.Surfaces() {
			out = append(out, export.Effect{Token: tokenOf(s), Claim: claim, Change: change})
		}
	}
	return out
}

// audience turns the audience that a mapper adds into a resource.
func (i *importer) audience(p *part, subject string, m *keycloak.Mapper, effect keycloak.Effect) {
	for _, r := range effect.Rules {
		if want := i.audienceSurfaces(); r.On&want != want || r.On&^want&^keycloak.LightweightAccessToken != 0 {
			var effects []export.Effect
			for _, s := range (want ^ r.On).Surfaces() {
				effects = append(effects, export.Effect{Token: tokenOf(s), Claim: "aud", Change: export.Value})
			}
			i.lose("audience", subject, m.At, effects, "mapper %q adds the audience %s to: %s; a contract says it of access tokens as a whole", m.Name, r.Source.Value, r.On)
		}
		if r.On&i.audienceSurfaces() != 0 {
			p.audiences = append(p.audiences, r.Source.Value)
			i.audiences[r.Source.Value] = true
		}
	}
}

// audienceSurfaces is where the audience of a resource is in an exported realm.
func (i *importer) audienceSurfaces() keycloak.Surface {
	on := keycloak.AccessToken | keycloak.Introspection
	if i.light {
		on |= keycloak.LightweightAccessToken
	}
	return on
}

// rule adds a placement for what a mapper writes.
func (i *importer) rule(p *part, r keycloak.Rule, gated bool) {
	name := r.Path[0]
	spec := specOf(r)
	for _, s := range r.On.Surfaces() {
		if s == keycloak.LightweightAccessToken && !i.light {
			continue
		}
		i.response = i.response || s == keycloak.TokenResponse
		claim := i.claim(name)
		if len(r.Path) == 1 {
			for _, t := range r.Types(s) {
				claim.types[typeText(t)] = true
			}
		} else {
			claim.member(r.Path[1:], typeText(r.Types(s)[0]))
		}
		at := p.at(tokenOf(s), name)
		at.always = at.always || !gated && always(r)
		if !slices.ContainsFunc(at.mappers, spec.equal) {
			at.mappers = append(at.mappers, spec)
		}
	}
}

// always says whether every user has what a rule writes.
func always(r keycloak.Rule) bool {
	switch r.Source.Kind {
	case keycloak.FromConstant, keycloak.FromSubject, keycloak.FromACR:
		return true
	case keycloak.FromProperty:
		return r.Source.Name == "id" || r.Source.Name == "username" || r.Source.Name == "emailVerified"
	}
	return false
}

// specOf is the mapper of a rule without its flags.
func specOf(r keycloak.Rule) mapping {
	config := map[string]string{}
	for key, v := range r.Mapper.Config {
		if _, isFlag := flags()[key]; !isFlag {
			config[key] = v
		}
	}
	if config["claim.name"] == keycloak.JoinClaim(r.Path[:1]) {
		delete(config, "claim.name")
	}
	if config["multivalued"] == "false" && r.Mapper.Kind == attributeMapper {
		delete(config, "multivalued")
	}
	return mapping{r.Mapper.Kind, config}
}

func typeText(t keycloak.Type) string {
	text := map[string]string{"string": "string", "integer": "int", "boolean": "bool", "object": "{...}"}[t.Name]
	if text == "" {
		text = "_"
	}
	if t.List {
		return "[..." + text + "]"
	}
	return text
}
