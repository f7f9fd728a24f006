//go:build unix

package keycloaktest

import (
	"errors"
	"net/url"
	"strings"

	"tokenctl.dev/export/keycloak"
)

// Answer is what the server showed on one surface: a payload, or an error.
type Answer struct {
	Surface keycloak.Surface
	Claims  map[string]any
	Header  map[string]any // of a token
	Err     error
}

// Example asks for the three examples that the admin API makes of tokens.
func (t *Tenant) Example(client string, scopes []string, user keycloak.User, access keycloak.Surface) []Answer {
	var answers []Answer
	for _, q := range []struct {
		surface keycloak.Surface
		path    string
	}{
		{access, "generate-example-access-token"},
		{keycloak.IDToken, "generate-example-id-token"},
		{keycloak.UserInfo, "generate-example-userinfo"},
	} {
		query := url.Values{"scope": {strings.Join(scopes, " ")}, "userId": {user.ID}}
		a := Answer{Surface: q.surface}
		a.Err = t.admin("GET", "/clients/"+t.clients[client]+"/evaluate-scopes/"+q.path+"?"+query.Encode(), nil, &a.Claims)
		answers = append(answers, a)
	}
	return answers
}

// Real asks for real tokens with a grant, and then shows the access token to the
// userinfo and the introspection endpoint.
func (t *Tenant) Real(c *keycloak.Client, grant keycloak.Grant, scopes []string, user keycloak.User, access keycloak.Surface) []Answer {
	form := t.credentials(c)
	form.Set("grant_type", string(grant))
	if grant == keycloak.Password {
		form.Set("username", user.Username)
		form.Set("password", Password)
	}
	if len(scopes) > 0 {
		form.Set("scope", strings.Join(scopes, " "))
	}
	return t.tokens(c, form, access)
}

func (t *Tenant) credentials(c *keycloak.Client) url.Values {
	form := url.Values{"client_id": {c.ClientID}}
	if !c.Public {
		form.Set("client_secret", Secret)
	}
	return form
}

// tokens asks the token endpoint and then everything that takes a token.
func (t *Tenant) tokens(c *keycloak.Client, form url.Values, access keycloak.Surface) []Answer {
	key, err := t.key(c)
	response := Answer{Surface: keycloak.TokenResponse, Err: err}
	if err == nil {
		response.Err = t.Server.Form(t.Realm.Name, "token", form, key, &response.Claims)
	}
	if response.Err != nil {
		return []Answer{response}
	}
	token, _ := response.Claims["access_token"].(string)
	answers := []Answer{response, jwtAnswer(access, token)}
	if id, ok := response.Claims["id_token"].(string); ok {
		answers = append(answers, jwtAnswer(keycloak.IDToken, id))
	} else {
		answers = append(answers, Answer{Surface: keycloak.IDToken, Err: errors.New("no id_token in the response")})
	}
	info := Answer{Surface: keycloak.UserInfo}
	info.Err = t.Server.UserInfo(t.Realm.Name, token, key, &info.Claims)
	intro := Answer{Surface: keycloak.Introspection}
	intro.Err = t.Server.Form(t.Realm.Name, "introspect", url.Values{
		"token": {token}, "client_id": {Introspector}, "client_secret": {Secret},
	}, nil, &intro.Claims)
	return append(answers, info, intro)
}

// key returns a new key for clients whose tokens are bound to one.
func (t *Tenant) key(c *keycloak.Client) (*proofKey, error) {
	if !keycloak.SettingsOf(t.Realm, c, t.Server.Version).DPoP {
		return nil, nil
	}
	key, err := newProofKey()
	return &key, err
}

func jwtAnswer(s keycloak.Surface, token string) Answer {
	a := Answer{Surface: s}
	a.Header, a.Claims, a.Err = JWT(token)
	return a
}
