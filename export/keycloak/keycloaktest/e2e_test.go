//go:build e2e && unix

package keycloaktest_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/keycloaktest"
)

// servers are the versions that the evaluator is held to, each with the realms from
// elsewhere that it is asked about: a newer server would change them on import.
var servers = []struct {
	version string
	corpus  []string
}{
	{"24.0.5", []string{"master-realm-24.0.5"}},
	{"25.0.6", []string{"master-realm-25.0.5"}},
	{"26.0.5", []string{"cvmanager-realm"}},
	{"26.5.5", []string{"cvmanager-realm", "master-realm-26.5.5"}},
	{"26.7.5", nil},
}

// TestEvaluator compares what the evaluator predicts with what servers issue, and
// the log of that with the one in docs/proof.
func TestEvaluator(t *testing.T) {
	for _, srv := range servers {
		t.Run(srv.version, func(t *testing.T) {
			var dir string
			if len(srv.corpus) > 0 {
				if dir = os.Getenv("TOKENCTL_CORPUS"); dir == "" {
					t.Skip("TOKENCTL_CORPUS is not set: this server is asked about realms from elsewhere")
				}
			}
			s := start(t, srv.version)
			var sections []keycloaktest.Section
			for _, name := range srv.corpus {
				data, err := os.ReadFile(filepath.Join(dir, "keycloak", name+".json"))
				if err != nil {
					t.Fatal(err)
				}
				sections = append(sections, compare(t, s, name, data, nil))
				// What was read and written again means the same.
				f, err := keycloak.Read(bytes.NewReader(data), keycloak.ReadOptions{})
				if err != nil {
					t.Fatal(err)
				}
				sections = append(sections, compare(t, s, name+", read and written", write(t, f.Realms[0]), nil))
			}
			for _, made := range keycloaktest.Realms(s.Version) {
				sections = append(sections, compare(t, s, made.Realm.Name, write(t, made.Realm), made.Users))
			}
			sections = append(sections, compare(t, s, "bare", bareRealm(s.Version), nil))
			var flips []string
			if srv.corpus == nil {
				flips = checkFlips(t, s)
			}
			command := "go test -tags e2e -run 'TestEvaluator/" + srv.version + "' ./export/keycloak/keycloaktest"
			checkLog(t, "keycloak-"+srv.version+".md", keycloaktest.Report(s.Version, command, sections, flips))
		})
	}
}

// bareRealm is a realm as people write it by hand, with almost everything left to
// the server.
func bareRealm(v keycloak.Version) []byte {
	return fmt.Appendf(nil, `{"realm": "Bare", "keycloakVersion": %q, "clients": [
	  {"clientId": "plain"}, {"clientId": "public", "publicClient": true, "redirectUris": ["https://a.example/x/*", "http://b.example"]},
	  {"clientId": "narrow", "defaultClientScopes": ["profile"]}, {"clientId": "none", "defaultClientScopes": [], "fullScopeAllowed": false},
	  {"clientId": "robot", "serviceAccountsEnabled": true},
	  {"clientId": "asks", "consentRequired": true}]}`, v)
}

func start(t *testing.T, version string) *keycloaktest.Server {
	t.Helper()
	s, err := keycloaktest.Start(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func write(t *testing.T, r *keycloak.Realm) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := keycloak.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// settle imports a realm with users: those given, or those that fit the realm.
func settle(t *testing.T, s *keycloaktest.Server, file []byte, users []keycloak.User) *keycloaktest.Tenant {
	t.Helper()
	prepared, realm, err := keycloaktest.Prepare(file, "Compared")
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := s.Import(prepared, realm)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Log(20))
	}
	if users == nil {
		users = keycloaktest.People(realm)
	}
	for _, u := range users {
		if err := tenant.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	return tenant
}

// compare asks a server about a realm, and reports what is not as predicted.
func compare(t *testing.T, s *keycloaktest.Server, name string, file []byte, users []keycloak.User) keycloaktest.Section {
	t.Helper()
	tenant := settle(t, s, file, users)
	all := tenant.Ask()
	tally := keycloaktest.Judge(tenant.Realm, all)
	for i, m := range tally.Mismatches {
		if i == 20 {
			t.Errorf("%s: and %d more", name, len(tally.Mismatches)-i)
			break
		}
		t.Errorf("%s: %s", name, m)
	}
	if err := tenant.Remove(); err != nil {
		t.Fatal(err)
	}
	return keycloaktest.Section{Realm: tenant.Realm, About: name, Users: len(tenant.Users), Tally: tally}
}

// checkFlips shows that the comparison can fail. Each change of a realm must be seen
// when the server has it and the prediction does not; and each flag of each mapper,
// flipped in the prediction, must be seen in answers that were right before, unless
// the flag makes no difference to any prediction.
func checkFlips(t *testing.T, s *keycloaktest.Server) []string {
	made := keycloaktest.Flipped(s.Version)
	before := settle(t, s, write(t, made.Realm), made.Users)
	all := before.Ask()
	if tally := keycloaktest.Judge(before.Realm, all); len(tally.Mismatches) > 0 {
		t.Fatalf("the realm is not predicted right to begin with: %s", tally.Mismatches[0])
	}
	rows := []string{flipFlags(t, before, all)}
	if err := before.Remove(); err != nil {
		t.Fatal(err)
	}
	for _, flip := range keycloaktest.Flips() {
		changed := keycloaktest.Flipped(s.Version).Realm
		flip.Change(changed)
		tenant := settle(t, s, write(t, changed), made.Users)
		tally := keycloaktest.Judge(before.Realm, tenant.Ask())
		if len(tally.Mismatches) == 0 {
			t.Errorf("%s: not seen", flip.Name)
		}
		rows = append(rows, keycloaktest.FlipRow(flip.Name, tally))
		if err := tenant.Remove(); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

// flipFlags flips every flag in the prediction, one at a time.
func flipFlags(t *testing.T, tenant *keycloaktest.Tenant, all []keycloaktest.Asked) string {
	t.Helper()
	file := write(t, tenant.Realm)
	want := predictions(tenant.Realm, all)
	seen, without := 0, 0
	for _, flip := range keycloaktest.Settings(tenant.Realm) {
		f, err := keycloak.Read(bytes.NewReader(file), keycloak.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		realm := f.Realms[0]
		flip.Change(realm)
		switch {
		case len(keycloaktest.Judge(realm, all).Mismatches) > 0:
			seen++
		case predictions(realm, all) == want:
			without++
		default:
			t.Errorf("%s, flipped in the prediction: not seen", flip.Name)
		}
	}
	return fmt.Sprintf("| every flag of every mapper, one at a time, in the prediction: %d flags, of which %d have no effect | all surfaces | %d seen |\n", seen+without, without, seen)
}

// predictions is a text of everything that is predicted for a realm.
func predictions(realm *keycloak.Realm, all []keycloaktest.Asked) string {
	var b strings.Builder
	for _, asked := range all {
		tokens, err := keycloak.Issue(realm, asked.Request, asked.User)
		fmt.Fprintln(&b, tokens, err)
	}
	return b.String()
}

// checkLog compares a log with the one in docs/proof, or writes it there.
func checkLog(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("..", "..", "..", "docs", "proof", name)
	if os.Getenv("TOKENCTL_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/proof/%s is not what this run says; TOKENCTL_UPDATE=1 writes it anew:\n%s", name, got)
	}
}
