package converttest

import (
	"cmp"
	"encoding/json"
	"slices"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/keycloaktest"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Person is a user who has a value for every claim that the realm reads from users,
// one that the contract allows.
func (s *Subject) Person() keycloak.User {
	u := keycloaktest.People(s.Realm)[0]
	for _, m := range s.mappers() {
		attr, path := m.Config["user.attribute"], keycloak.SplitClaim(m.Config["claim.name"])
		if m.Kind == "oidc-address-mapper" {
			s.address(u.Attributes, m)
			continue
		}
		if m.Kind != "oidc-usermodel-attribute-mapper" || len(path) != 1 || attr == "email" || attr == "username" || attr == "firstName" || attr == "lastName" {
			continue
		}
		claim := s.Is.Contract.Claim(path[0])
		if claim == nil {
			continue
		}
		set := claim.Value
		if set.Kinds().Has(valueset.NullKind) {
			set = set.Without(valueset.Const("null"))
		}
		if m.Config["multivalued"] == "true" {
			set = set.Elem()
		}
		old := u.Attributes[attr]
		if fits(set, old) {
			continue
		}
		v, ok := set.Some()
		if !ok {
			v, ok = s.example(claim, set)
		}
		if ok {
			u.Attributes[attr] = []string{attributeText(v)}
		}
	}
	return u
}

// address gives the parts of an address values that the contract allows.
func (s *Subject) address(attributes map[string][]string, m *keycloak.Mapper) {
	for _, part := range []string{"street", "locality", "region", "postal_code", "country", "formatted"} {
		member := map[string]string{"street": "street_address"}[part]
		set, presence := s.Is.Contract.Claim("address").Value.Member(cmp.Or(member, part))
		attr := m.Config["user.attribute."+part]
		if presence == valueset.Never {
			delete(attributes, attr)
		} else if v, ok := set.Some(); ok && !fits(set, attributes[attr]) {
			attributes[attr] = []string{attributeText(v)}
		}
	}
}

func (s *Subject) mappers() []*keycloak.Mapper {
	var out []*keycloak.Mapper
	for _, sc := range s.Realm.Scopes {
		out = append(out, sc.Mappers...)
	}
	for _, c := range s.Realm.Clients {
		out = append(out, c.Mappers...)
	}
	return out
}

// example is a value that an example of the contract has for a claim.
func (s *Subject) example(claim *schema.Claim, set valueset.Set) (valueset.JSON, bool) {
	for _, e := range s.Is.Contract.Examples {
		var payload map[string]json.RawMessage
		if e.Invalid != "" || json.Unmarshal([]byte(e.Payload), &payload) != nil {
			continue
		}
		if v, ok := valueset.Compact(payload[claim.Name]); ok && set.Contains(v) == valueset.Yes {
			return v, true
		}
	}
	return "", false
}

// fits says whether values are allowed as they are, as texts.
func fits(set valueset.Set, values []string) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return set.ContainsText(v) != valueset.Yes })
}

// attributeText is how an attribute holds a JSON value.
func attributeText(v valueset.JSON) string {
	var text string
	if json.Unmarshal([]byte(v), &text) == nil {
		return text
	}
	return string(v)
}
