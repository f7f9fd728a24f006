package convert

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// LabelPrefix begins the labels that name a mapper of Keycloak and its settings:
// keycloak/mapper, keycloak/usermodel.clientRoleMapping.clientId. The label of a
// placement counts before that of its claim.
const LabelPrefix = "keycloak/"

// place adds what a placement needs to a container, for the surfaces of its token.
func (e *exporter) place(k *container, p *schema.Placement) {
	e.placeOn(k, p, e.surfaces(p.Token, p.Claim))
}

func (e *exporter) placeOn(k *container, p *schema.Placement, on keycloak.Surface) {
	name := p.Claim.Name
	imported := e.c.Issuer.Product == "keycloak"
	base := imported && slices.Contains(p.Token.Claims, p) // what the import found without any mapper
	stated := labelsFor(p)[LabelPrefix+"mapper"] != ""
	if base {
		stated = p.Labels[LabelPrefix+"mapper"] != ""
	}
	if imported && on == keycloak.Introspection && p.Presence == schema.Sometimes && (name == "sub" || name == "nonce") && !stated {
		return // introspection repeats it from the token
	}
	if p.Presence == schema.Never || on == 0 || name == "aud" && on&^keycloak.IDToken != 0 && !stated {
		return // audiences follow from resources
	}
	if e.several(k, p, on) {
		return
	}
	server := e.server
	if base {
		server = e.ever
	}
	for _, s := range on.Surfaces() {
		if slices.Contains(server[s], name) && !stated {
			on &^= s
		}
	}
	if on == 0 {
		return
	}
	if strings.HasSuffix(name, "*") {
		e.missing(p, "claim-families", "Keycloak has no mapper for whatever claims begin with %s", strings.TrimSuffix(name, "*"))
		return
	}
	if name == "client_id" && !stated {
		for _, c := range e.holders(p.Token) {
			e.write(e.own[c], p, constantMapper, constant(valueset.Text(c.Name)), on)
		}
		return
	}
	kind, config := e.kindOf(p)
	if kind == "" {
		e.missing(p, "protocol-claims", "Keycloak does not write %s here, and no mapper can", name)
		return
	}
	if kind == attributeMapper && on&keycloak.TokenResponse != 0 {
		kind, config = noteMapper, noteFor(config)
	}
	e.write(k, p, kind, config, on)
}

// several writes the mappers of a claim that several write together, if labels say
// so.
func (e *exporter) several(k *container, p *schema.Placement, on keycloak.Surface) bool {
	text := labelsFor(p)[LabelPrefix+"mappers"]
	var list []keptMapper
	if text == "" || json.Unmarshal([]byte(text), &list) != nil {
		return false
	}
	for _, m := range list {
		e.write(k, p, m.Kind, m.Config, on)
	}
	return true
}

// kept gives the mappers that an import kept in the labels of a scope or client.
func kept(labels map[string]string) []*keycloak.Mapper {
	var list []keptMapper
	if json.Unmarshal([]byte(labels[LabelPrefix+"kept"]), &list) != nil {
		return nil
	}
	var out []*keycloak.Mapper
	for _, m := range list {
		out = append(out, &keycloak.Mapper{Name: m.Name, Kind: m.Kind, Protocol: "openid-connect", Config: m.Config})
	}
	return out
}

// write adds a mapper on the surfaces where Keycloak lets it write.
func (e *exporter) write(k *container, p *schema.Placement, kind string, config map[string]string, on keycloak.Surface) {
	if byName(kind) && config["claim.name"] == "" {
		config = maps.Clone(config)
		config["claim.name"] = keycloak.JoinClaim([]string{p.Claim.Name})
	}
	d := &draft{p.Claim.Name, kind, config, on}
	var writes keycloak.Surface
	effect := keycloak.EffectOf(d.mapper(d.name), e.Realm.Version)
	for _, r := range effect.Rules {
		writes |= r.On
	}
	if effect.Opaque {
		writes = on
	}
	if lost := on &^ writes; lost != 0 {
		e.missing(p, "surfaces", "Keycloak cannot write %s into: %s", p.Claim.Name, lost)
	}
	k.add(d.name, kind, config, on&writes)
}

func (e *exporter) missing(p *schema.Placement, capability, format string, args ...any) {
	e.lose(capability, p.Path, p.At(), []export.Effect{{Token: p.Token.Name, Claim: p.Claim.Name, Change: export.Missing}}, format, args...)
}

func (e *exporter) lose(capability, subject string, at schema.Range, effects []export.Effect, format string, args ...any) {
	e.Losses = append(e.Losses, export.Loss{Capability: capability, Subject: subject, At: at, Effects: effects, Message: fmt.Sprintf(format, args...)})
}
