package keycloak

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// unusable says why an access token with these claims is of no use to Keycloak
// itself, so that userinfo refuses it and introspection calls it inactive: it reads
// tokens back into typed fields, and then looks up client and session.
func (i *issue) unusable(claims map[string]any) string {
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		if !fits(name, claims[name], i.version) {
			return fmt.Sprintf("Keycloak cannot read back the claim %s", name)
		}
	}
	if !Match(claims["azp"], i.client.ClientID) {
		return "the claim azp does not name the client"
	}
	if _, known := claims["sid"].(Unknown); !known && claims["sid"] != nil {
		return "the claim sid does not name the session"
	}
	return ""
}

// fits says whether a claim fits the field that Keycloak's own tokens have for it.
// A value that is partly open is given the benefit of the doubt.
func fits(name string, v any, ver Version) bool {
	switch v := v.(type) {
	case OneOf:
		return slices.ContainsFunc(v, func(e any) bool { return fits(name, e, ver) })
	case ScopeText, Absent:
		return true
	case nil:
		return true
	}
	switch name {
	case "nonce", "sid", "at_hash", "c_hash", "s_hash", "acr", "sub", "azp", "iss", "jti", "typ", "scope", "claims_locales",
		"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
		"website", "email", "gender", "birthdate", "zoneinfo", "locale", "phone_number":
		return isScalar(v)
	case "email_verified", "phone_number_verified":
		return isFlag(v)
	case "auth_time", "updated_at", "exp", "iat", "nbf":
		return isNumber(v)
	case "aud":
		return isScalar(v) || isScalars(v)
	case "allowed-origins", "trusted-certs":
		return isScalars(v)
	case "realm_access":
		return isAccess(v)
	case "resource_access":
		return isObject(v, func(_ string, e any) bool { return isAccess(e) })
	case "cnf", "authorization":
		return isObject(v, func(string, any) bool { return false })
	case "address":
		return ver.sparseAddress() || isObject(v, func(part string, e any) bool {
			return isScalar(e) && part != "street" && slices.Contains(append(addressParts(), "street_address"), part)
		})
	}
	return true
}

func isScalar(v any) bool {
	t := typeOf(v)
	return !t.List && t.Name != "object" || v == (Unknown{Type{Name: "any"}})
}

func isScalars(v any) bool {
	switch v := v.(type) {
	case Set:
		return !slices.ContainsFunc(v, func(e any) bool { return !isScalar(e) })
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !isScalar(e) })
	case Unknown:
		return v.Type.List || v.Type.Name == "any"
	}
	return false
}

func isFlag(v any) bool {
	s, text := v.(string)
	return isScalar(v) && (!text || strings.EqualFold(s, "true") || strings.EqualFold(s, "false") || s == "")
}

func isNumber(v any) bool {
	switch v := v.(type) {
	case json.Number:
		return true
	case string:
		_, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		return err == nil || v == ""
	case Unknown:
		return !v.Type.List && v.Type.Name != "object" && v.Type.Name != "boolean"
	}
	return false
}

func isAccess(v any) bool {
	return isObject(v, func(name string, e any) bool { return name == "roles" && isScalars(e) })
}

func isObject(v any, member func(string, any) bool) bool {
	if u, ok := v.(Unknown); ok {
		return !u.Type.List && (u.Type.Name == "object" || u.Type.Name == "any")
	}
	m, ok := v.(map[string]any)
	for name, e := range m {
		ok = ok && member(name, e)
	}
	return ok
}
