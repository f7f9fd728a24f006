package convert

import (
	"bytes"
	"encoding/json"
	"strconv"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
)

// Salt stands in written realms for the secret that pairwise subjects are made with.
// bin/kc.sh import and --import-realm put the variable of the environment there.
const Salt = "${env.KEYCLOAK_PAIRWISE_SALT}"

// saltForCLI is Salt for keycloak-config-cli.
const saltForCLI = "$(env:KEYCLOAK_PAIRWISE_SALT)"

// Targets are the ways to bring a contract into Keycloak.
func Targets() []*export.Target {
	return []*export.Target{
		{
			Name: "keycloak", Title: "Keycloak",
			Summary:      "A realm for Keycloak 26: bin/kc.sh start --import-realm, or the admin console under Create realm. Redirect URIs, secrets and keys are not in the contract: they are set in Keycloak.",
			Capabilities: capabilities(),
			Export:       exportTo("realm.json", Salt, nil),
		},
		{
			Name: "keycloak-partial", Title: "Keycloak, partial import",
			Summary:      "The clients, and the client scopes that an existing realm gets with them: the admin console under Realm settings, Partial import. Lifetimes and algorithms of the realm stay as they are; those that clients need are set on the clients.",
			Capabilities: capabilities(),
			Export:       exportTo("partial.json", Salt, partial),
		},
		{
			Name: "keycloak-config-cli", Title: "keycloak-config-cli",
			Summary:      "The realm as keycloak-config-cli imports it, again and again: variables are written $(env:NAME), and what is in the file is all that it manages.",
			Capabilities: capabilities(),
			Export:       exportTo("realm.json", saltForCLI, managed),
		},
	}
}

// exportTo gives the function of a target that writes one file. change may change
// the members of the realm.
func exportTo(name, salt string, change func(map[string]json.RawMessage)) func(*issuance.Issuance) (*export.Result, error) {
	return func(is *issuance.Issuance) (*export.Result, error) {
		x, err := Export(is, Options{Salt: salt})
		if err != nil {
			return nil, err
		}
		if name == "partial.json" {
			settle(x.Realm)
		}
		var b bytes.Buffer
		if err := keycloak.Write(&b, x.Realm); err != nil {
			return nil, err
		}
		text := b.Bytes()
		if change != nil {
			if text, err = changed(text, change); err != nil {
				return nil, err
			}
		}
		return &export.Result{Files: map[string][]byte{name: text}, Losses: x.Losses}, nil
	}
}

// changed changes the members of an object, which it writes sorted by name.
func changed(text []byte, change func(map[string]json.RawMessage)) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	change(members)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(members)
	return b.Bytes(), err
}

// partial keeps what a partial import reads. Client scopes are not among what the
// server documents for it, but it takes them with the realm's representation.
func partial(m map[string]json.RawMessage) {
	for name := range m {
		switch name {
		case "clients", "clientScopes", "roles":
		default:
			delete(m, name)
		}
	}
	m["ifResourceExists"] = json.RawMessage(`"FAIL"`)
}

// managed leaves the version to the server that is configured.
func managed(m map[string]json.RawMessage) { delete(m, "keycloakVersion") }

// settle sets on each client what the realm would set for it.
func settle(r *keycloak.Realm) {
	for _, c := range r.Clients {
		s := keycloak.SettingsOf(r, c, r.Version)
		c.Attributes["access.token.signed.response.alg"] = s.AccessAlg
		c.Attributes["id.token.signed.response.alg"] = s.IDAlg
		if _, there := c.Attributes["access.token.lifespan"]; !there {
			c.Attributes["access.token.lifespan"] = strconv.Itoa(s.AccessLifespan)
		}
	}
}
