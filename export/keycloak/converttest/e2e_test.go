//go:build e2e && unix

package converttest_test

import (
	"os"
	"path/filepath"
	"testing"

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

// TestContracts imports contracts into a real server, obtains tokens for every
// client, and compares them with the contracts.
func TestContracts(t *testing.T) {
	server, err := keycloaktest.Start(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	proof := &converttest.Proof{Version: version, Command: "make e2e"}
	for _, name := range exported() {
		s := subject(t, name)
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
	if !t.Failed() || os.Getenv("TOKENCTL_UPDATE") == "1" {
		want.Golden(t, filepath.Join("../../../docs/proof/keycloak.md"), proof.Render())
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
