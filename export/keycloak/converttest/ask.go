//go:build unix

package converttest

import (
	"bytes"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/keycloaktest"
)

// Settle imports a realm that may differ from the exported one, and adds a person who
// has a value for everything.
func (s *Subject) Settle(server *keycloaktest.Server, realm *keycloak.Realm) (*keycloaktest.Tenant, error) {
	keycloaktest.Openable(realm)
	var b bytes.Buffer
	if err := keycloak.Write(&b, realm); err != nil {
		return nil, err
	}
	file, prepared, err := keycloaktest.Prepare(b.Bytes(), "Compared")
	if err != nil {
		return nil, err
	}
	t, err := server.Import(file, prepared)
	if err != nil {
		return nil, err
	}
	return t, t.AddUser(s.Person())
}

// Ask asks a server for the tokens of a request: those of the request itself, and
// those that its refresh token yields, by grant.
func (s *Subject) Ask(t *keycloaktest.Tenant, r Request) map[string]map[keycloak.Surface]Answer {
	c := t.Realm.Client(r.Client.Name)
	access := keycloak.AccessToken
	if keycloak.SettingsOf(t.Realm, c, t.Server.Version).Lightweight {
		access = keycloak.LightweightAccessToken
	}
	out := map[string]map[keycloak.Surface]Answer{}
	switch r.Grant {
	case "authorization_code":
		first, refreshed := t.Code(c, r.Asked, t.Users[0], access)
		out[r.Grant] = answers(first)
		if refreshed != nil {
			out["refresh_token"] = answers(refreshed)
		}
	default:
		out[r.Grant] = answers(t.Real(c, keycloak.Grant(r.Grant), r.Asked, t.Users[0], access))
	}
	return out
}

func answers(list []keycloaktest.Answer) map[keycloak.Surface]Answer {
	out := map[keycloak.Surface]Answer{}
	for _, a := range list {
		out[a.Surface] = Answer{Claims: a.Claims, Header: a.Header, Err: a.Err}
	}
	return out
}
