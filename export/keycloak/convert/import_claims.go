package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// importedClaim is what is known of a claim over all placements.
type importedClaim struct {
	name    string
	types   map[string]bool
	members map[string]any // of an object, as a tree of types
	from    *mapping       // the mapper that the claim itself stands for
	all     []mapping      // every mapper that writes it
}

func (i *importer) claim(name string) *importedClaim {
	if i.claims[name] == nil {
		i.claims[name] = &importedClaim{name: name, types: map[string]bool{}}
	}
	return i.claims[name]
}

// member notes the type of a member of an object. ${client_id} stands for any.
func (c *importedClaim) member(path []string, typ string) {
	if c.members == nil {
		c.members = map[string]any{}
	}
	level := c.members
	for _, name := range path[:len(path)-1] {
		next, ok := level[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			level[name] = next
		}
		level = next
	}
	last := path[len(path)-1]
	switch old := level[last].(type) {
	case map[string]any: // deeper
	case string:
		if !slices.Contains(strings.Split(old, " | "), typ) {
			level[last] = old + " | " + typ
		}
	default:
		level[last] = typ
	}
}

// settleClaims decides for each claim which mapper its entry stands for: the first
// one of the first scope. Placements by other mappers say so.
func (i *importer) settleClaims() {
	for _, key := range sortedKeys(i.parts) {
		for _, token := range sortedKeys(i.parts[key].tokens) {
			for name, at := range i.parts[key].tokens[token] {
				c := i.claims[name]
				if len(at.mappers) == 1 && c.from == nil {
					c.from = &at.mappers[0]
				}
				c.all = append(c.all, at.mappers...)
			}
		}
	}
	for _, claims := range i.base.tokens {
		for name := range claims {
			i.claims[name].all = append(i.claims[name].all, mapping{}) // Keycloak itself
		}
	}
}

// known says whether any type of the claim was seen.
func (c *importedClaim) known() bool {
	return (len(c.types) > 0 || c.members != nil) && c.name != "aud" // a list only from two on
}

// constant is the value of a claim that one mapper writes wherever it is, and always
// the same. It is not for registered claims: Export has mappers of its own for some.
func (c *importedClaim) constant() (valueset.JSON, bool) {
	if c.from == nil || c.from.kind != constantMapper || c.members != nil || schema.LookupRegistered(c.name) != nil {
		return "", false
	}
	if slices.ContainsFunc(c.all, func(m mapping) bool { return !m.equal(*c.from) }) {
		return "", false
	}
	text := c.from.config["claim.value"]
	v := valueset.Text(text)
	if c.from.config["jsonType.label"] != "String" {
		var ok bool
		if v, ok = valueset.Compact([]byte(text)); !ok {
			return "", false
		}
	}
	return v, v != "null" && c.from.equal(mapping{constantMapper, constant(v)})
}

// plainAttribute says whether a mapper is the one that Export makes of a source with
// an attribute and the claim's type.
func (c *importedClaim) plainAttribute(m mapping) (string, bool) {
	attr := m.config["user.attribute"]
	if m.kind != attributeMapper || attr == "" || len(c.types) != 1 || c.members != nil {
		return "", false
	}
	want := map[string]string{"user.attribute": attr}
	switch sortedKeys(c.types)[0] {
	case "string":
		want["jsonType.label"] = "String"
	case "int":
		want["jsonType.label"] = "long"
	case "bool":
		want["jsonType.label"] = "boolean"
	case "[...string]":
		want["jsonType.label"], want["multivalued"] = "String", "true"
	case "[...int]":
		want["jsonType.label"], want["multivalued"] = "long", "true"
	default:
		return "", false
	}
	return attr, mapping{attributeMapper, want}.equal(m)
}

// isDefault says whether Export makes this mapper for the claim without being told.
func (c *importedClaim) isDefault(m mapping) bool {
	switch c.name {
	case "sub":
		return m.kind == "oidc-sub-mapper"
	case "acr":
		return m.kind == "oidc-acr-mapper"
	case "amr":
		return m.kind == "oidc-amr-mapper"
	case "session_state":
		return m.kind == "oidc-session-state-mapper"
	case "nonce":
		return m.kind == "oidc-nonce-backwards-compatible-mapper"
	case "name":
		return m.kind == "oidc-full-name-mapper"
	case "auth_time":
		return m.equal(mapping{noteMapper, map[string]string{"user.session.note": "AUTH_TIME", "jsonType.label": "long"}})
	case "address":
		return m.equal(mapping{"oidc-address-mapper", addressParts()})
	case "email_verified":
		return m.equal(mapping{"oidc-usermodel-property-mapper", map[string]string{"user.attribute": "emailVerified", "jsonType.label": "boolean"}})
	}
	return false
}

// says whether the entry of the claim stands for a mapper.
func (c *importedClaim) says(m mapping) bool {
	if c.from != nil && c.from.equal(m) {
		return true
	}
	return c.isDefault(m) && (c.from == nil || c.isDefault(*c.from))
}
