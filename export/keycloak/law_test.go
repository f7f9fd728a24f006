package keycloak_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/keycloaktest"
)

// versions are one of each behaviour that differs.
func versions() []keycloak.Version {
	var list []keycloak.Version
	for _, s := range []string{"24.0.5", "25.0.6", "26.0.5", "26.1.0", "26.3.0", "26.5.5", "26.6.2", "26.7.0", "26.7.5"} {
		v, _ := keycloak.ParseVersion(s)
		list = append(list, v)
	}
	return list
}

// TestEvaluateCoversIssue holds the two halves of the evaluator together: whatever a
// user is issued, Evaluate said to be possible and of which type, and whatever it
// said to be there always, every user has.
func TestEvaluateCoversIssue(t *testing.T) {
	for _, v := range versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			for _, made := range keycloaktest.Realms(v) {
				checkLaw(t, made.Realm, v, made.Users)
			}
		})
	}
}

// TestEvaluateCoversIssueOnCorpus does the same for realms from elsewhere.
func TestEvaluateCoversIssueOnCorpus(t *testing.T) {
	dir := os.Getenv("TOKENCTL_CORPUS")
	if dir == "" {
		t.Skip("TOKENCTL_CORPUS is not set: no realms from elsewhere")
	}
	files, err := filepath.Glob(filepath.Join(dir, "keycloak", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no realms in the corpus: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, realm, err := keycloaktest.Prepare(data, "corpus")
		if err != nil {
			t.Fatal(err)
		}
		checkLaw(t, realm, realm.Version, keycloaktest.People(realm))
	}
}

func checkLaw(t *testing.T, realm *keycloak.Realm, v keycloak.Version, users []keycloak.User) {
	t.Helper()
	for _, c := range realm.Clients {
		grants := []keycloak.Grant{keycloak.Example, keycloak.Password, keycloak.AuthorizationCode}
		if c.ServiceAccounts {
			grants = append(grants, keycloak.ClientCredentials)
		}
		sets := keycloaktest.Sets(c)
		if len(sets) > 4 {
			sets = append(sets[:3:3], sets[len(sets)-1])
		}
		for _, scopes := range sets {
			for _, g := range grants {
				req := keycloak.Request{Version: v, Client: c.ClientID, Scopes: scopes, Grant: g, Nonce: true}
				checkRequest(t, realm, req, users)
			}
		}
	}
}

func checkRequest(t *testing.T, realm *keycloak.Realm, req keycloak.Request, users []keycloak.User) {
	t.Helper()
	res, err := keycloak.Evaluate(realm, req)
	if err != nil {
		if _, err := keycloak.Issue(realm, req, users[0]); err == nil {
			t.Errorf("%s %v: Evaluate refuses and Issue does not: %v", realm.Name, req, err)
		}
		return
	}
	for _, u := range users {
		tokens, err := keycloak.Issue(realm, req, u)
		if err != nil {
			continue // refused for what this user lacks
		}
		for _, pay := range tokens.Payloads {
			at := fmt.Sprintf("%s: %s %s %v for %s, %s", realm.Name, req.Client, req.Grant, req.Scopes, u.Username, pay.Surface)
			if pay.Missing != "" || pay.Fails != "" || pay.Claims["active"] == false {
				continue
			}
			for _, d := range uncovered(res.On(pay.Surface), pay.Claims) {
				t.Errorf("%s: %s", at, d)
			}
		}
	}
}

// uncovered lists what is in a payload against what is possible.
func uncovered(possible keycloak.SurfaceClaims, claims map[string]any) []string {
	var diffs []string
	leaves(possible, nil, claims, func(path []string, v any) {
		c := possible.Claim(path...)
		if c == nil {
			diffs = append(diffs, fmt.Sprintf("%v is issued and not possible", path))
			return
		}
		if !slices.ContainsFunc(c.Types, func(typ keycloak.Type) bool { return admits(typ, v) }) {
			diffs = append(diffs, fmt.Sprintf("%v is %v, possible is %v", path, v, c.Types))
		}
	})
	for _, c := range possible.Claims {
		if c.Always && !has(claims, c.Path) {
			diffs = append(diffs, fmt.Sprintf("%v is always there, and is not", c.Path))
		}
	}
	return diffs
}

// leaves walks the members of a payload down to where a claim of the surface ends.
func leaves(possible keycloak.SurfaceClaims, path []string, v any, yield func([]string, any)) {
	m, ok := v.(map[string]any)
	if !ok || len(path) > 0 && possible.Claim(path...) != nil {
		if list, ok := v.(keycloak.OneOf); ok {
			for _, e := range list {
				if e != (keycloak.Absent{}) {
					leaves(possible, path, e, yield)
				}
			}
			return
		}
		yield(path, v)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		leaves(possible, append(slices.Clip(path), name), m[name], yield)
	}
}

// admits says whether a predicted value is of a type.
func admits(typ keycloak.Type, v any) bool {
	switch v := v.(type) {
	case keycloak.Unknown:
		return typ.Name == "any" || v.Type == typ || v.Type.Name == "any" && v.Type.List == typ.List
	case keycloak.ScopeText:
		return typ == keycloak.Type{Name: "string"}
	case keycloak.Set:
		elem := keycloak.Type{Name: typ.Name}
		return typ.Name == "any" && !typ.List || typ.List && !slices.ContainsFunc(v, func(e any) bool { return e != nil && !admits(elem, e) })
	}
	return keycloak.Match(keycloak.Unknown{Type: typ}, v)
}

func has(claims map[string]any, path []string) bool {
	var at any = claims
	for _, name := range path {
		m, ok := at.(map[string]any)
		if !ok {
			return at != nil // another mapper wrote something else there
		}
		if at, ok = m[name]; !ok {
			return false
		}
	}
	list, ok := at.(keycloak.OneOf)
	return !ok || !slices.Contains(list, any(keycloak.Absent{}))
}
