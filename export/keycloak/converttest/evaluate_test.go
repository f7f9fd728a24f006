package converttest_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/export/keycloak/converttest"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

const contracts = "../../../contracts"

// subject exports a contract of the project.
func subject(t *testing.T, name string) *converttest.Subject {
	t.Helper()
	tree, err := source.Open(t.Context(), filepath.Join(contracts, name), ".")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	c, err := schema.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	is := issuance.Of(c)
	x, err := convert.Export(is, convert.Options{Salt: "salt"})
	if err != nil {
		t.Fatal(err)
	}
	return &converttest.Subject{Exported: x, Is: is, Losses: x.Losses}
}

// evaluated compares a realm with the contract by way of the evaluator.
func evaluated(s *converttest.Subject, realm *keycloak.Realm) *converttest.Tally {
	tally := converttest.NewTally()
	for _, r := range requests(s) {
		s.CompareAll(tally, r, s.Evaluate(realm, r))
	}
	return tally
}

// TestExport: what the realm yields is what the contract says, but for the declared
// losses, for every contract that Keycloak can hold.
func TestExport(t *testing.T) {
	dirs, err := filepath.Glob(contracts + "/*/*.cue")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, d := range dirs {
		name := filepath.Base(filepath.Dir(d))
		if seen[name] || name == "digdir" {
			continue
		}
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			s := subject(t, name)
			tally := evaluated(s, s.Realm)
			for i, m := range tally.Mismatches {
				if i < 15 {
					t.Error(m)
				}
			}
			if got := fmt.Sprint(len(requests(s)), tally.Tokens, tally.Claims); got != sizes[name] {
				t.Errorf("compared %s (requests, tokens, claims), not %s", got, sizes[name])
			}
		})
	}
}

func requests(s *converttest.Subject) []converttest.Request {
	list, _ := s.Requests()
	return list
}

// sizes are how many requests, tokens and claims are compared: none where a contract
// is about tokens that Keycloak does not issue, or lists no client.
var sizes = map[string]string{
	"authelia": "17 68 1292", "bank": "24 139 1660", "entranav": "2 3 77", "ga4gh": "1 4 30", "idporten": "6 20 336",
	"logingov": "107 321 4387", "smart": "32 144 2787", "supabase": "1 2 40",
	"githubactions": "2 0 0", "gitlabci": "1 0 0", "maskinporten": "0 0 0", "spiffe": "1 0 0", "tokenx": "0 0 0",
}

// TestMutations: the comparison finds every change of an exported realm.
func TestMutations(t *testing.T) {
	s := subject(t, "bank")
	list := converttest.Mutations()
	if len(list) < 30 {
		t.Errorf("only %d mutations", len(list))
	}
	for _, m := range list {
		realm := converttest.Clone(s.Realm)
		m.Change(realm)
		if tally := evaluated(s, realm); len(tally.Mismatches) == 0 {
			t.Errorf("%s: not seen", m.Name)
		}
	}
}

// difference is the first lines of two texts that differ.
func difference(a, b string) string {
	other := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(other) || line != other[i] {
			at := min(i, len(other))
			return fmt.Sprintf("line %d: %s\n    then: %s", i+1, line, strings.Join(other[at:min(len(other), at+2)], "\n"))
		}
	}
	return ""
}
