//go:build unix

package keycloaktest

import (
	"slices"

	"tokenctl.dev/export/keycloak"
)

// Asked is one request, for one user, and everything the server answered to it.
type Asked struct {
	Request keycloak.Request
	User    keycloak.User
	Answers []Answer
}

// Ask asks a server for the tokens of every client of a tenant: for every scope set
// and user the examples of the admin API and real tokens, for service accounts real
// ones, and where logins can end also those of a login through the browser.
func (t *Tenant) Ask() []Asked {
	var all []Asked
	for _, c := range t.Realm.Clients {
		if c.ClientID == Introspector {
			continue
		}
		access := accessOf(keycloak.SettingsOf(t.Realm, c, t.Server.Version))
		for _, scopes := range Sets(c) {
			req := keycloak.Request{Version: t.Server.Version, Client: c.ClientID, Scopes: scopes}
			for _, user := range t.Users {
				all = append(all, Asked{req, user, t.Example(c.ClientID, scopes, user, access)})
				all = append(all, t.real(c, req, keycloak.Password, user, access))
			}
			if c.ServiceAccounts && !c.Public {
				all = append(all, t.real(c, req, keycloak.ClientCredentials, keycloak.ServiceAccount(t.Realm, c), access))
			}
		}
		if c.StandardFlow && slices.Contains(c.RedirectURIs, redirectPattern) {
			all = append(all, t.logins(c, access)...)
		}
	}
	return all
}

func (t *Tenant) real(c *keycloak.Client, req keycloak.Request, grant keycloak.Grant, user keycloak.User, access keycloak.Surface) Asked {
	req.Grant = grant
	return Asked{req, user, t.Real(c, grant, req.Scopes, user, access)}
}

// logins asks for the tokens of a login of the first user, and then refreshes them.
func (t *Tenant) logins(c *keycloak.Client, access keycloak.Surface) []Asked {
	req := keycloak.Request{
		Version: t.Server.Version, Client: c.ClientID, Scopes: append([]string{"openid"}, c.OptionalScopes...),
		Grant: keycloak.AuthorizationCode, Nonce: true,
	}
	// The server checks who may have an offline token before it answers the login.
	req.Scopes = slices.DeleteFunc(req.Scopes, func(s string) bool { return s == "offline_access" })
	first, refreshed := t.Code(c, req.Scopes, t.Users[0], access)
	all := []Asked{{req, t.Users[0], first}}
	if refreshed != nil {
		req.Refreshed = true
		all = append(all, Asked{req, t.Users[0], refreshed})
	}
	return all
}

func accessOf(s keycloak.Settings) keycloak.Surface {
	if s.Lightweight {
		return keycloak.LightweightAccessToken
	}
	return keycloak.AccessToken
}
