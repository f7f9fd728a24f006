package convert

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
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

// noteFor turns the mapper of an attribute into one of a note of the session, which
// authenticators and identity providers leave: attributes of the user do not get into
// token responses. A note is one text, so a list is JSON in it.
func noteFor(attribute map[string]string) map[string]string {
	typ := attribute["jsonType.label"]
	if attribute["multivalued"] == "true" {
		typ = "JSON"
	}
	return map[string]string{"user.session.note": attribute["user.attribute"], "jsonType.label": typ}
}

const (
	attributeMapper = "oidc-usermodel-attribute-mapper"
	constantMapper  = "oidc-hardcoded-claim-mapper"
	noteMapper      = "oidc-usersessionmodel-note-mapper"
)

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

// byName says whether a kind of mapper goes by claim.name.
func byName(kind string) bool {
	switch kind {
	case "oidc-sub-mapper", "oidc-acr-mapper", "oidc-amr-mapper", "oidc-nonce-backwards-compatible-mapper",
		"oidc-session-state-mapper", "oidc-address-mapper", "oidc-full-name-mapper", "oidc-allowed-origins-mapper",
		"oidc-audience-mapper", "oidc-audience-resolve-mapper":
		return false
	}
	return true
}

// labelsFor are the labels that say how a claim is written here: those of the
// placement if it names mappers, else those of its claim.
func labelsFor(p *schema.Placement) map[string]string {
	for _, key := range []string{"mapper", "mappers"} {
		if p.Labels[LabelPrefix+key] != "" {
			return p.Labels
		}
	}
	return p.Claim.Labels
}

// kindOf gives the mapper for a claim: the one that labels name, the one that
// Keycloak has for it, a constant, or an attribute of the user. It is "" for claims
// of the protocols that only a server could give.
func (e *exporter) kindOf(p *schema.Placement) (kind string, config map[string]string) {
	if kind := labelsFor(p)[LabelPrefix+"mapper"]; kind != "" {
		return kind, labelled(p)
	}
	name := p.Claim.Name
	stated := p.Claim.Source != nil && p.Claim.Source.Attribute != ""
	switch name {
	case "sub":
		return "oidc-sub-mapper", nil
	case "acr":
		return "oidc-acr-mapper", nil
	case "amr":
		return "oidc-amr-mapper", nil
	case "nonce":
		return "oidc-nonce-backwards-compatible-mapper", nil
	case "session_state":
		return "oidc-session-state-mapper", nil
	case "auth_time":
		return noteMapper, map[string]string{"user.session.note": "AUTH_TIME", "jsonType.label": "long"}
	case "address":
		return "oidc-address-mapper", addressParts()
	case "name":
		if !stated {
			return "oidc-full-name-mapper", nil
		}
	}
	if fromServerOnly(name) {
		return "", nil
	}
	if vs, ok := p.Values().Values(); ok && len(vs) == 1 && !stated && vs[0] != "null" {
		return constantMapper, constant(vs[0])
	}
	if name == "email_verified" && !stated {
		return "oidc-usermodel-property-mapper", map[string]string{"user.attribute": "emailVerified", "jsonType.label": "boolean"}
	}
	typ, multi := jsonType(p.Values())
	return attributeMapper, map[string]string{
		"user.attribute": attributeOf(p.Claim), "jsonType.label": typ, "multivalued": strconv.FormatBool(multi),
	}
}

func addressParts() map[string]string {
	config := map[string]string{}
	for _, part := range []string{"street", "locality", "region", "postal_code", "country", "formatted"} {
		config["user.attribute."+part] = part
	}
	return config
}

// labelled gives the settings that labels name.
func labelled(p *schema.Placement) map[string]string {
	config := map[string]string{}
	for key, v := range labelsFor(p) {
		if key, ok := strings.CutPrefix(key, LabelPrefix); ok && key != "mapper" {
			config[key] = v
		}
	}
	return config
}

// fromServerOnly names claims about the token, the request or the session that
// mappers have no source for.
func fromServerOnly(name string) bool {
	switch name {
	case "iss", "aud", "exp", "iat", "nbf", "jti", "azp", "sid", "scope", "typ", "at_hash", "c_hash", "s_hash",
		"active", "token_type", "expires_in", "access_token", "id_token", "refresh_token", "issued_token_type",
		"cnf", "act", "may_act", "events", "authorization_details":
		return true
	}
	return false
}

// constant gives the settings that write one value.
func constant(v valueset.JSON) map[string]string {
	config := map[string]string{"claim.value": string(v), "jsonType.label": "JSON"}
	switch kinds := valueset.Const(v).Kinds(); {
	case kinds == valueset.StringKind:
		text, err := strconv.Unquote(string(v))
		if err != nil || valueset.Text(text) != v {
			return config
		}
		config["claim.value"], config["jsonType.label"] = text, "String"
	case kinds == valueset.BooleanKind:
		config["jsonType.label"] = "boolean"
	case kinds == valueset.IntegerKind:
		config["jsonType.label"] = "long"
	}
	return config
}

// jsonType gives the type that a mapper makes of the text of an attribute, and
// whether it makes a list. Texts that may be of several types stay texts, and what
// has structure is JSON in the attribute.
func jsonType(s valueset.Set) (name string, list bool) {
	const number = valueset.IntegerKind | valueset.FloatKind
	kinds := s.Kinds() &^ valueset.NullKind
	switch {
	case kinds == valueset.BooleanKind:
		return "boolean", false
	case kinds == valueset.IntegerKind:
		return "long", false
	case kinds != 0 && number.Has(kinds), kinds == valueset.ObjectKind:
		return "JSON", false
	case kinds == valueset.ArrayKind:
		elem, nested := jsonType(s.Elem())
		if elem == "JSON" || nested || s.Elem().Kinds() == 0 {
			return "JSON", false
		}
		return elem, true
	}
	return "String", false
}

var unusual = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// attributeOf is the attribute of the user that holds a claim: the one that the
// contract says it comes from, the one that Keycloak has for it, else one of the
// same name. Of names that are URLs it is what comes last.
func attributeOf(c *schema.Claim) string {
	if c.Source != nil && c.Source.Attribute != "" {
		return c.Source.Attribute
	}
	switch c.Name {
	case "given_name":
		return "firstName"
	case "family_name":
		return "lastName"
	case "preferred_username":
		return "username"
	case "middle_name":
		return "middleName"
	case "phone_number":
		return "phoneNumber"
	case "phone_number_verified":
		return "phoneNumberVerified"
	case "updated_at":
		return "updatedAt"
	}
	if strings.Contains(c.Name, "://") {
		if last := unusual.ReplaceAllString(c.Name[strings.LastIndex(c.Name, "/")+1:], "_"); last != "" {
			return last
		}
	}
	return unusual.ReplaceAllString(c.Name, "_")
}
