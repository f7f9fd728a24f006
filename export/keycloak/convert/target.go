package convert

import (
	"bytes"
	"encoding/json"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
)

// Salt stands in written realms for the secret that pairwise subjects are made with.
// bin/kc.sh import and --import-realm put the variable of the environment there
// (measured with 26.7.5; "env." before its name is not understood).
const Salt = "${KEYCLOAK_PAIRWISE_SALT}"

// saltForCLI is Salt for keycloak-config-cli, which reads it only with
// import.var-substitution.enabled.
const saltForCLI = "$(env:KEYCLOAK_PAIRWISE_SALT)"

// Targets are the ways to bring a contract into Keycloak.
func Targets() []*export.Target {
	return []*export.Target{
		{
			Name: "keycloak", Title: "Keycloak",
			Summary:      "A realm for Keycloak 26: bin/kc.sh start --import-realm, or the admin console under Create realm. Redirect URIs, secrets and keys are not in the contract: they are set in Keycloak. Only kc.sh puts the variable KEYCLOAK_PAIRWISE_SALT of the environment into the file: before the admin console reads it, put the salt there yourself.",
			Capabilities: capabilities(),
			Export:       exportRealm,
		},
		{
			Name: "keycloak-partial", Title: "Keycloak, into an existing realm",
			Summary:      "For a realm that exists: first each file of client-scopes (bin/kcadm.sh create client-scopes -r REALM -f FILE), then partial-import.json (the admin console under Realm settings, Partial import; or bin/kcadm.sh create partialImport), because a partial import brings clients and not client scopes. Settings of the realm stay as they are; the clients bring their lifetimes and algorithms. Clients with pairwise subjects come without a salt, and get no tokens until you set it (pairwiseSubAlgorithmSalt).",
			Capabilities: capabilities(),
			Export:       exportPartial,
		},
		{
			Name: "keycloak-config-cli", Title: "keycloak-config-cli",
			Summary:      "The realm as keycloak-config-cli imports it, again and again: what is in the file is all that it manages. Variables are written $(env:NAME): run it with --import.var-substitution.enabled=true. Keycloak itself was seen to take the file; keycloak-config-cli was not run on it.",
			Capabilities: capabilities(),
			Export:       exportManaged,
		},
	}
}

func exportRealm(is *issuance.Issuance) (*export.Result, error) {
	x, err := Export(is, Options{Salt: Salt})
	if err != nil {
		return nil, err
	}
	text, err := keycloak.Marshal(x.Realm)
	return &export.Result{Files: map[string][]byte{"realm.json": text}, Losses: x.Losses}, err
}

// exportManaged leaves the version to the server that is configured.
func exportManaged(is *issuance.Issuance) (*export.Result, error) {
	x, err := Export(is, Options{Salt: saltForCLI})
	if err != nil {
		return nil, err
	}
	x.Realm.Version = keycloak.Version{}
	text, err := keycloak.Marshal(x.Realm)
	return &export.Result{Files: map[string][]byte{"realm.json": text}, Losses: x.Losses}, err
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
