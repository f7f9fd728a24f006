package keycloaktest

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tokenctl.dev/export/keycloak"
)

// Introspector is the clientId of the client that Prepare adds to introspect
// tokens with. It may do so without being in their audience.
const Introspector = "tokenctl-introspector"

// Secret is the secret that Prepare gives to every confidential client.
const Secret = "not-a-secret"

// Prepare returns a realm file changed so that tests can ask for tokens, and the
// realm that the changed file holds. Every client gets the password grant, without
// consent, and confidential ones get the same secret; passwords are hashed fast;
// users may have a locale; a client for introspection is added. None of it changes what is in a token. The
// realm is renamed and loses its ids, so that it can be imported anywhere.
func Prepare(file []byte, name string) ([]byte, *keycloak.Realm, error) {
	raw, err := onlyRealm(file)
	if err != nil {
		return nil, nil, err
	}
	raw["realm"], raw["enabled"] = name, true
	delete(raw, "id")
	raw["passwordPolicy"] = "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)"
	// Without this the server drops the attribute locale of users.
	raw["internationalizationEnabled"], raw["supportedLocales"] = true, []string{"en"}
	list, _ := raw["clients"].([]any)
	for _, c := range list {
		client, ok := c.(map[string]any)
		if !ok {
			return nil, nil, fmt.Errorf("a client of realm %s is not an object", name)
		}
		Open(client)
	}
	raw["clients"] = append(list, map[string]any{
		"clientId": Introspector, "secret": Secret, "standardFlowEnabled": false,
		"defaultClientScopes": []string{}, "optionalClientScopes": []string{},
		"attributes": map[string]string{"allow.token.introspection.without.audience.check": "true"},
	})
	changed, err := json.MarshalIndent(raw, "", " ")
	if err != nil {
		return nil, nil, err
	}
	f, err := keycloak.Read(bytes.NewReader(changed), keycloak.ReadOptions{})
	if err != nil {
		return nil, nil, err
	}
	return changed, f.Realms[0], nil
}

// onlyRealm decodes the first realm of a file.
func onlyRealm(file []byte) (map[string]any, error) {
	var v any
	if err := decode(file, &v); err != nil {
		return nil, err
	}
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
	}
	raw, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the file holds no realm")
	}
	return raw, nil
}

// Open lets a client be asked with a password and a known secret.
func Open(client map[string]any) {
	if _, set := client["fullScopeAllowed"]; !set {
		client["fullScopeAllowed"] = client["consentRequired"] != true
	}
	client["enabled"], client["bearerOnly"], client["consentRequired"] = true, false, false
	client["directAccessGrantsEnabled"] = true
	if client["publicClient"] != true {
		client["secret"], client["clientAuthenticatorType"] = Secret, "client-secret"
	}
}

// decode keeps numbers as they are written.
func decode(data []byte, out any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(out)
}
