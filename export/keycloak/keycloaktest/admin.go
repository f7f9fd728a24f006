//go:build unix

package keycloaktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// adminToken is a token for the admin API, which lasts a minute.
type adminToken struct {
	value string
	until time.Time
}

// StatusError is an answer of the server other than success.
type StatusError struct {
	Request string
	Status  int
	Body    string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: %d %s", e.Request, e.Status, e.Body)
}

// Admin calls the admin API below /admin/realms with a JSON body, unless that is
// nil, and decodes the answer into out, unless that is nil. It returns the Location
// header, which names what was created.
func (s *Server) Admin(method, path string, body, out any) (location string, err error) {
	token, err := s.adminToken()
	if err != nil {
		return "", err
	}
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(b)
	default:
		data, err := json.Marshal(b)
		if err != nil {
			return "", err
		}
		in = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, s.URL+"/admin/realms"+path, in)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	return s.do(req, out)
}

func (s *Server) adminToken() (string, error) {
	if time.Now().Before(s.admin.until) {
		return s.admin.value, nil
	}
	var out struct {
		AccessToken string `json:"access_token"`
	}
	err := s.Form("master", "token", url.Values{
		"grant_type": {"password"}, "client_id": {"admin-cli"},
		"username": {"admin"}, "password": {s.password},
	}, nil, &out)
	if err != nil {
		return "", err
	}
	s.admin = adminToken{out.AccessToken, time.Now().Add(40 * time.Second)}
	return out.AccessToken, nil
}

// Form posts a form to an OpenID Connect endpoint of a realm: token, introspect. With
// a key, it proves that it has it.
func (s *Server) Form(realm, endpoint string, form url.Values, key *proofKey, out any) error {
	path := s.oidc(realm) + endpoint
	if endpoint == "introspect" {
		path = s.oidc(realm) + "token/introspect"
	}
	req, err := http.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if key != nil {
		if err := key.prove(req, ""); err != nil {
			return err
		}
	}
	_, err = s.do(req, out)
	return err
}

func (s *Server) oidc(realm string) string {
	return s.URL + "/realms/" + url.PathEscape(realm) + "/protocol/openid-connect/"
}

// UserInfo asks the userinfo endpoint of a realm, which answers with JSON or, for
// some clients, with a JWT.
func (s *Server) UserInfo(realm, token string, key *proofKey, out *map[string]any) error {
	req, err := http.NewRequest(http.MethodGet, s.oidc(realm)+"userinfo", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if key != nil {
		req.Header.Set("Authorization", "DPoP "+token)
		if err := key.prove(req, token); err != nil {
			return err
		}
	}
	var answer rawAnswer
	if _, err := s.do(req, &answer); err != nil {
		return err
	}
	if bytes.HasPrefix(answer, []byte("{")) {
		return decode(answer, out)
	}
	_, *out, err = JWT(string(answer))
	return err
}

// rawAnswer is an answer that is not decoded.
type rawAnswer []byte

func (s *Server) do(req *http.Request, out any) (string, error) {
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode >= 300 {
		return "", &StatusError{req.Method + " " + req.URL.Path, resp.StatusCode, string(data)}
	}
	if raw, ok := out.(*rawAnswer); ok {
		*raw = data
		return "", nil
	}
	if out == nil || len(data) == 0 {
		return resp.Header.Get("Location"), nil
	}
	return resp.Header.Get("Location"), decode(data, out)
}
