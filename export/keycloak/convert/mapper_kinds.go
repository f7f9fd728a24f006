package convert

import (
	"regexp"
	"strconv"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

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
		text, ok := v.Text()
		if !ok || valueset.Text(text) != v {
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
