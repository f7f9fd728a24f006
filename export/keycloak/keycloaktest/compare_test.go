package keycloaktest_test

import (
	"fmt"
	"strings"
	"testing"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/keycloaktest"
)

func TestCompare(t *testing.T) {
	want := keycloak.Payload{Claims: map[string]any{
		"same": "x", "other": "x", "gone": "x", "open": keycloak.Unknown{Type: keycloak.Type{Name: "integer"}},
		"maybe": keycloak.OneOf{"x", keycloak.Absent{}}, "list": keycloak.Set{"a", "b"},
	}}
	got := map[string]any{"same": "x", "other": "y", "open": "1", "list": []any{"b", "a"}, "new": true}
	const diffs = `gone: predicted x, is absent
new: not predicted, is true
open: predicted some integer, is "1"
other: predicted x, is "y"`
	if text := strings.Join(keycloaktest.Compare(want, got), "\n"); text != diffs {
		t.Errorf("got\n%s", text)
	}
	got["maybe"] = "z"
	if n := len(keycloaktest.Compare(want, got)); n != 5 {
		t.Errorf("a claim that is neither value nor absent: %d differences", n)
	}
}

func TestSets(t *testing.T) {
	for _, tc := range []struct{ optional, want string }{
		{"", "[[] [openid]]"},
		{"b a", "[[] [openid] [openid a] [openid a b] [openid b]]"},
		{"a b c", "[[] [openid] [openid a] [openid a b] [openid a c] [openid b] [openid b c] [openid c] [openid a b c]]"},
	} {
		if got := fmt.Sprint(keycloaktest.Sets(&keycloak.Client{OptionalScopes: strings.Fields(tc.optional)})); got != tc.want {
			t.Errorf("%q: got %s, want %s", tc.optional, got, tc.want)
		}
	}
}

func TestPrepare(t *testing.T) {
	const file = `[{"realm": "master", "id": "1", "keycloakVersion": "26.7.5", "clients": [
	  {"clientId": "a", "bearerOnly": true, "consentRequired": true, "secret": "s"}, {"clientId": "b", "publicClient": true}]}]`
	_, realm, err := keycloaktest.Prepare([]byte(file), "copy")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range realm.Clients {
		got = append(got, fmt.Sprintf("%s %v%v%v%v", c.ClientID, c.DirectAccess, c.BearerOnly, c.ConsentRequired, c.FullScope))
	}
	if text := realm.Name + ": " + strings.Join(got, ", "); text != "copy: a truefalsefalsefalse, b truefalsefalsetrue, tokenctl-introspector falsefalsefalsetrue" {
		t.Errorf("got %s", text)
	}
	for _, bad := range []string{"", "[]", "[1]", `{"realm": "r", "clients": [1]}`} {
		if _, _, err := keycloaktest.Prepare([]byte(bad), "copy"); err == nil {
			t.Errorf("%q is prepared", bad)
		}
	}
}

// TestPeople holds the users that realms are asked with to what a mapper can read.
func TestPeople(t *testing.T) {
	for _, made := range keycloaktest.Realms(keycloak.Latest()) {
		for _, c := range made.Realm.Clients {
			for _, u := range keycloaktest.People(made.Realm) {
				if _, err := keycloak.Issue(made.Realm, keycloak.Request{Client: c.ClientID}, u); err != nil {
					t.Errorf("%s, %s: %v", made.Realm.Name, c.ClientID, err)
				}
			}
		}
	}
}
