//go:build e2e && unix

package converttest_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/export/keycloak/converttest"
	"tokenctl.dev/export/keycloak/keycloaktest"
	"tokenctl.dev/internal/want"
)

const version = "26.7.5"

// exported are the contracts that Keycloak is asked about. GitHub Actions is among
// them for what it shows: its tokens are workload tokens, which Keycloak does not
// issue, and that is a loss.
func exported() []string {
	return []string{"bank", "logingov", "idporten", "smart", "githubactions"}
}

// TestContracts brings contracts into a real server in each way that there is.
func TestContracts(t *testing.T) {
	server, err := keycloaktest.Start(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	proof := &converttest.Proof{Version: version, Command: "make e2e"}
	t.Run("realms", func(t *testing.T) { realmsIn(t, server, proof) })
	t.Run("partial", func(t *testing.T) { proof.Partial = partIn(t, server) })
	if !t.Failed() || os.Getenv("TOKENCTL_UPDATE") == "1" {
		want.Golden(t, filepath.Join("../../../docs/proof/keycloak.md"), proof.Render())
	}
}

// realmsIn imports contracts as realms, obtains tokens for every client, and compares
// them with the contracts.
func realmsIn(t *testing.T, server *keycloaktest.Server, proof *converttest.Proof) {
	for _, name := range exported() {
		s := subject(t, name)
		accepted(t, s, server)
		tally := converttest.NewTally()
		list, illegal := s.Requests()
		if name != "githubactions" {
			ask(t, s, server, list, tally)
		}
		for i, m := range tally.Mismatches {
			if i < 20 {
				t.Errorf("%s: %s", name, m)
			}
		}
		proof.Add(s, tally, illegal)
	}
	for _, m := range converttest.Mutations() {
		proof.Mutated = append(proof.Mutated, converttest.Row{Name: m.Name, Seen: mutated(t, server, m)})
	}
}

// accepted imports the files of the targets as they are written: what tests change in
// realms, such as redirect URIs, is not in them.
func accepted(t *testing.T, s *converttest.Subject, server *keycloaktest.Server) {
	t.Helper()
	for _, target := range convert.Targets() {
		result, err := target.Run(s.Is)
		if err != nil {
			t.Fatal(err)
		}
		file := result.Files["realm.json"]
		if file == nil {
			continue // several files: partIn imports them
		}
		if _, err := server.Admin("POST", "", file, nil); err != nil {
			t.Errorf("%s of %s: %v\n%s", target.Name, s.Is.Contract.Name, err, server.Log(5))
			continue
		}
		if _, err := server.Admin("DELETE", "/"+s.Is.Contract.Name, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func ask(t *testing.T, s *converttest.Subject, server *keycloaktest.Server, list []converttest.Request, tally *converttest.Tally) {
	t.Helper()
	tenant, err := s.Settle(server, converttest.Clone(s.Realm))
	if err != nil {
		t.Fatalf("%v\n%s", err, server.Log(20))
	}
	for _, r := range list {
		s.CompareAll(tally, r, s.Ask(tenant, r))
	}
	if err := tenant.Remove(); err != nil {
		t.Fatal(err)
	}
}

// partIn puts the reference contract into a realm that exists, file by file as the
// target says, and compares what the clients then get.
func partIn(t *testing.T, server *keycloaktest.Server) *converttest.Tally {
	s := subject(t, "bank")
	realm := converttest.Clone(s.Realm)
	keycloaktest.Openable(realm)
	const existing = `{"realm": "r", "keycloakVersion": "` + version + `", "clientScopes": [], "clients": [], "accessTokenLifespan": 77}`
	file, prepared, err := keycloaktest.Prepare([]byte(existing), "Existing")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Import(file, prepared); err != nil {
		t.Fatal(err)
	}
	result, err := convert.Targets()[1].Run(s.Is)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(result.Files)) {
		text, path := result.Files[name], "/Existing/client-scopes"
		if name == "partial-import.json" {
			text, path = opened(t, text), "/Existing/partialImport"
		}
		if _, err := server.Admin("POST", path, text, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	realm.Name = "Existing"
	tenant, err := server.Adopt(realm)
	if err != nil {
		t.Fatal(err)
	}
	if err := tenant.AddUser(s.Person()); err != nil {
		t.Fatal(err)
	}
	tally := converttest.NewTally()
	list, _ := s.Requests()
	for i, r := range list {
		if i%6 == 0 || r.Grant == "client_credentials" { // the same mappers were asked about in full
			s.CompareAll(tally, r, s.Ask(tenant, r))
		}
	}
	for _, m := range tally.Mismatches {
		t.Error(m)
	}
	if tally.Tokens < 15 {
		t.Errorf("only %d tokens were compared", tally.Tokens)
	}
	return tally
}

// opened lets logins end at the clients of a partial import, and sets the salt that
// its user must set.
func opened(t *testing.T, text []byte) []byte {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file["clients"].([]any) {
		client := c.(map[string]any)
		keycloaktest.Open(client)
		if client["standardFlowEnabled"] == true {
			client["redirectUris"] = []string{"http://app.example/cb/*"}
		}
		mappers, _ := client["protocolMappers"].([]any)
		for _, m := range mappers {
			if m := m.(map[string]any); m["protocolMapper"] == "oidc-sha256-pairwise-sub-mapper" {
				m["config"].(map[string]any)["pairwiseSubAlgorithmSalt"] = "salt"
			}
		}
	}
	text, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// mutated imports a changed export, asks for what the evaluator says the change
// shows in, and gives the first thing that is then seen to be wrong.
func mutated(t *testing.T, server *keycloaktest.Server, m converttest.Mutation) string {
	t.Helper()
	s := subject(t, "bank")
	realm := converttest.Clone(s.Realm)
	m.Change(realm)
	list, _ := s.Requests()
	for _, r := range list {
		tally := converttest.NewTally()
		if s.CompareAll(tally, r, s.Evaluate(realm, r)); len(tally.Mismatches) == 0 {
			continue
		}
		tenant, err := s.Settle(server, realm)
		if err != nil {
			t.Fatal(err)
		}
		defer tenant.Remove()
		tally = converttest.NewTally()
		if s.CompareAll(tally, r, s.Ask(tenant, r)); len(tally.Mismatches) > 0 {
			return tally.Mismatches[0]
		}
	}
	t.Errorf("%s: not seen", m.Name)
	return "not seen"
}
