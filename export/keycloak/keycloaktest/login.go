//go:build unix

package keycloaktest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"tokenctl.dev/export/keycloak"
)

// redirect is where logins end. Nobody is there: the address is enough.
const redirect = "http://app.example/cb/done"

// redirectPattern is the redirect URI of the clients that may end logins there.
const redirectPattern = "http://app.example/cb/*"

// Nonce is the nonce of every login.
const Nonce = "n-0S6_WzA2Mj-of-a-test-login"

// Openable lets logins to every client of a realm end here, before it is imported.
func Openable(r *keycloak.Realm) {
	for _, c := range r.Clients {
		if c.StandardFlow {
			c.RedirectURIs = []string{redirectPattern}
		}
	}
}

// Login logs a user in through the login pages, as a browser does, and returns the
// authorization code.
func (t *Tenant) Login(c *keycloak.Client, scopes []string, user keycloak.User, nonce string) (string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	query := url.Values{
		"client_id": {c.ClientID}, "redirect_uri": {redirect}, "response_type": {"code"},
		"nonce": {nonce},
	}
	if len(scopes) > 0 { // an empty scope parameter is refused
		query.Set("scope", strings.Join(scopes, " "))
	}
	if proves(c) {
		sum := sha256.Sum256([]byte(verifier))
		query.Set("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]))
		query.Set("code_challenge_method", "S256")
	}
	page, err := browser.Get(t.Server.oidc(t.Realm.Name) + "auth?" + query.Encode())
	if err == nil && page.StatusCode == http.StatusFound { // refused before anybody logs in
		page.Body.Close()
		return codeIn(page)
	}
	// Realms with organizations ask for the username first and then for the password.
	for range 2 {
		if err != nil {
			return "", err
		}
		action, formErr := loginForm(page)
		if formErr != nil {
			return "", fmt.Errorf("login to client %q: %w", c.ClientID, formErr)
		}
		page, err = browser.PostForm(action, url.Values{"username": {user.Username}, "password": {Password}})
		if err == nil && page.StatusCode == http.StatusFound {
			page.Body.Close()
			return codeIn(page)
		}
	}
	if err != nil {
		return "", err
	}
	page.Body.Close()
	return "", fmt.Errorf("login to client %q ends with %s", c.ClientID, page.Status)
}

// verifier is the secret by which a client proves that it began a login (RFC 7636).
const verifier = "a-code-verifier-has-at-least-forty-three-characters"

// proves says whether a client must do so.
func proves(c *keycloak.Client) bool { return c.Attributes["pkce.code.challenge.method"] == "S256" }

// loginForm returns where the form on a login page goes.
func loginForm(page *http.Response) (string, error) {
	defer page.Body.Close()
	text, err := io.ReadAll(page.Body)
	if err != nil {
		return "", err
	}
	form := regexp.MustCompile(`<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"`).FindSubmatch(text)
	if form == nil {
		return "", fmt.Errorf("no form on the page, %s", page.Status)
	}
	return html.UnescapeString(string(form[1])), nil
}

func codeIn(page *http.Response) (string, error) {
	to, err := page.Location()
	if err != nil {
		return "", err
	}
	if code := to.Query().Get("code"); code != "" {
		return code, nil
	}
	return "", fmt.Errorf("the login ends with %s: %s", to.Query().Get("error"), to.Query().Get("error_description"))
}

// Code logs a user in and asks for tokens with the code, and then with the refresh
// token, if there is one. A login that fails is the answer of the token endpoint.
func (t *Tenant) Code(c *keycloak.Client, scopes []string, user keycloak.User, access keycloak.Surface) (first, refreshed []Answer) {
	code, err := t.Login(c, scopes, user, Nonce)
	if err != nil {
		return []Answer{{Surface: keycloak.TokenResponse, Err: err}}, nil
	}
	form := t.credentials(c)
	form.Set("grant_type", "authorization_code")
	form.Set("redirect_uri", redirect)
	form.Set("code", code)
	if proves(c) {
		form.Set("code_verifier", verifier)
	}
	first = t.tokens(c, form, access)
	token, _ := first[0].Claims["refresh_token"].(string)
	if token == "" {
		return first, nil
	}
	form = t.credentials(c)
	form.Set("grant_type", "refresh_token")
	form.Set("refresh_token", token)
	return first, t.tokens(c, form, access)
}
