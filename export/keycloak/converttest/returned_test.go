package converttest_test

import (
	"bytes"
	"slices"
	"testing"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/converttest"
	"tokenctl.dev/internal/want"
)

// returned exports a contract, imports the file, and gives what came back.
func returned(t *testing.T, name string, change func(*keycloak.Realm)) *converttest.Returned {
	t.Helper()
	s := subject(t, name)
	realm := converttest.Clone(s.Realm)
	if change != nil {
		change(realm)
	}
	text, err := keycloak.Marshal(realm)
	if err != nil {
		t.Fatal(err)
	}
	file, err := keycloak.Read(bytes.NewReader(text), keycloak.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, is, _ := imported(t, file.Realms[0])
	return &converttest.Returned{Subject: s, Again: is.Contract}
}

// TestReturned: what differs in a contract that was exported and imported again is
// what the export says that it loses, or stands in a table of reasons.
func TestReturned(t *testing.T) {
	back := []string{"authelia", "bank", "entranav", "ga4gh", "idporten", "logingov", "smart", "supabase"}
	counts := map[string]map[string]int{}
	for _, name := range back {
		r := returned(t, name, nil)
		for _, d := range r.Differences() {
			if d.Why == "" {
				t.Errorf("%s: %s", name, d)
			}
			if counts[d.Why] == nil {
				counts[d.Why] = map[string]int{}
			}
			counts[d.Why][name]++
		}
		for _, d := range r.Inside() {
			t.Errorf("%s: %s", name, d)
		}
	}
	for _, r := range converttest.Reasons() {
		if len(counts[r.Why]) == 0 {
			t.Errorf("nothing comes back different because: %s %v", r.Why, r.Kinds)
		}
	}
	want.Golden(t, "../../../docs/proof/keycloak-roundtrip.md", converttest.ReturnedPage(back, counts))
}

// TestReturnedMutations: the table does not explain everything. A realm that was
// changed after the export comes back with a difference for which there is no reason.
func TestReturnedMutations(t *testing.T) {
	for _, m := range converttest.Mutations() {
		r := returned(t, "bank", m.Change)
		if len(r.Inside()) == 0 && !slices.ContainsFunc(r.Differences(), func(d converttest.Difference) bool { return d.Why == "" }) {
			t.Errorf("%s: not seen", m.Name)
		}
	}
}
