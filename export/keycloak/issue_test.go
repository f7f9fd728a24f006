package keycloak_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/export/keycloak"
)

// realmWith is a realm of a version with one client, "app", that has the given
// default scopes and mappers.
func realmWith(version string, defaults []*keycloak.Scope, mappers ...*keycloak.Mapper) *keycloak.Realm {
	v, _ := keycloak.ParseVersion(version)
	c := &keycloak.Client{
		ClientID: "app", Protocol: "openid-connect", Enabled: true, StandardFlow: true, DirectAccess: true, FullScope: true,
		Attributes: map[string]string{}, Mappers: mappers,
	}
	for _, s := range defaults {
		c.DefaultScopes = append(c.DefaultScopes, s.Name)
	}
	return &keycloak.Realm{Name: "r", Version: v, AccessTokenLifespan: 300, SessionMax: 36000, Scopes: defaults, Clients: []*keycloak.Client{c}}
}

// builtin returns some of the scopes that a version brings.
func builtin(version string, names ...string) []*keycloak.Scope {
	v, _ := keycloak.ParseVersion(version)
	all, _, _ := keycloak.Builtin(v)
	return slices.DeleteFunc(all, func(s *keycloak.Scope) bool { return !slices.Contains(names, s.Name) })
}

func issue(t *testing.T, r *keycloak.Realm, req keycloak.Request, u keycloak.User) *keycloak.Tokens {
	t.Helper()
	req.Client = "app"
	tokens, err := keycloak.Issue(r, req, u)
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// names lists the claims of a payload.
func names(p keycloak.Payload) string {
	return strings.Join(slices.Sorted(maps.Keys(p.Claims)), " ")
}

// TestClaimsWithoutMappers is what Keycloak itself puts where, by version and grant.
func TestClaimsWithoutMappers(t *testing.T) {
	for _, tc := range []struct {
		version string
		req     keycloak.Request
		surface keycloak.Surface
		want    string
	}{
		{"24.0.5", keycloak.Request{Grant: keycloak.Password}, keycloak.AccessToken, "azp exp iat iss jti scope session_state sid sub typ"},
		{"25.0.6", keycloak.Request{Grant: keycloak.Password}, keycloak.AccessToken, "azp exp iat iss jti scope sid typ"},
		{"26.7.5", keycloak.Request{Grant: keycloak.Password}, keycloak.AccessToken, "azp exp iat iss jti scope sid typ"},
		{"24.0.5", keycloak.Request{Grant: keycloak.AuthorizationCode, Nonce: true}, keycloak.AccessToken, "auth_time azp exp iat iss jti nonce scope session_state sid sub typ"},
		{"25.0.6", keycloak.Request{Grant: keycloak.AuthorizationCode, Nonce: true}, keycloak.AccessToken, "azp exp iat iss jti scope sid typ"},
		{"24.0.5", keycloak.Request{Grant: keycloak.Password}, keycloak.IDToken, "at_hash aud auth_time azp exp iat iss jti session_state sid sub typ"},
		{"26.7.5", keycloak.Request{Grant: keycloak.AuthorizationCode, Nonce: true}, keycloak.IDToken, "at_hash aud azp exp iat iss jti nonce sid sub typ"},
		{"26.7.5", keycloak.Request{Grant: keycloak.AuthorizationCode, Nonce: true, Refreshed: true}, keycloak.IDToken, "at_hash aud azp exp iat iss jti sid sub typ"},
		{"24.0.5", keycloak.Request{Grant: keycloak.AuthorizationCode, Nonce: true, Refreshed: true}, keycloak.IDToken, "at_hash aud auth_time azp exp iat iss jti nonce session_state sid sub typ"},
		{"26.7.5", keycloak.Request{}, keycloak.IDToken, "aud azp exp iat iss jti sid sub typ"},
		{"25.0.6", keycloak.Request{}, keycloak.AccessToken, "azp exp iat iss jti scope sid sub typ"},
		{"26.7.5", keycloak.Request{Grant: keycloak.Password}, keycloak.UserInfo, "sub"},
		{"24.0.5", keycloak.Request{Grant: keycloak.Password}, keycloak.Introspection, "active azp client_id exp iat iss jti scope session_state sid sub token_type typ username"},
		{"26.7.5", keycloak.Request{Grant: keycloak.Password}, keycloak.Introspection, "active azp client_id exp iat iss jti scope sid token_type typ username"},
		{"26.7.5", keycloak.Request{Grant: keycloak.Password}, keycloak.TokenResponse, "access_token expires_in id_token not-before-policy refresh_expires_in refresh_token scope session_state token_type"},
	} {
		tc.req.Scopes = []string{"openid"}
		p := issue(t, realmWith(tc.version, nil), tc.req, keycloak.User{Username: "u"}).On(tc.surface)
		if got := names(p); got != tc.want {
			t.Errorf("%s, %s %s has\n%s, want\n%s", tc.version, tc.req.Grant, tc.surface, got, tc.want)
		}
	}
}

func TestServiceAccountTokens(t *testing.T) {
	r := realmWith("26.7.5", builtin("26.7.5", "service_account"))
	r.Clients[0].ServiceAccounts = true
	req := keycloak.Request{Grant: keycloak.ClientCredentials}
	for _, tc := range []struct {
		refresh string
		surface keycloak.Surface
		want    string
	}{
		{"", keycloak.AccessToken, "azp clientAddress clientHost client_id exp iat iss jti scope sub typ"},
		{"", keycloak.Introspection, "active azp client_id exp iat iss jti sub token_type typ username"},
		{"", keycloak.TokenResponse, "access_token expires_in not-before-policy refresh_expires_in scope token_type"},
		{"true", keycloak.AccessToken, "azp clientAddress clientHost client_id exp iat iss jti scope sid typ"},
		{"true", keycloak.Introspection, "active azp clientAddress clientHost client_id exp iat iss jti sid token_type typ username"},
	} {
		r.Clients[0].Attributes["client_credentials.use_refresh_token"] = tc.refresh
		if got := names(issue(t, r, req, keycloak.ServiceAccount(r, r.Clients[0])).On(tc.surface)); got != tc.want {
			t.Errorf("refresh %q: %s has\n%s, want\n%s", tc.refresh, tc.surface, got, tc.want)
		}
	}
	r.DefaultRole = "everyone"
	if u := keycloak.ServiceAccount(r, r.Clients[0]); u.Username != "service-account-app" || fmt.Sprint(u.Roles) != "[everyone]" {
		t.Errorf("the account is %+v", u)
	}
}

// TestIncidents replays what upgrades of Keycloak did to tokens.
func TestIncidents(t *testing.T) {
	user := keycloak.User{ID: "id-1", Username: "u"}
	openid := keycloak.Request{Scopes: []string{"openid"}, Grant: keycloak.Password}
	claims := func(r *keycloak.Realm, s keycloak.Surface) map[string]any {
		return issue(t, r, openid, user).On(s).Claims
	}

	// 25 moved sub into the scope basic: clients that lack it lose sub in access
	// tokens, and only there.
	if got := claims(realmWith("24.0.5", nil), keycloak.AccessToken)["sub"]; got != "id-1" {
		t.Errorf("24 without any scope: sub is %v", got)
	}
	for _, tc := range []struct {
		scopes []*keycloak.Scope
		s      keycloak.Surface
		want   any
	}{
		{nil, keycloak.AccessToken, nil}, {nil, keycloak.Introspection, nil}, {nil, keycloak.IDToken, "id-1"}, {nil, keycloak.UserInfo, "id-1"},
		{builtin("25.0.6", "basic"), keycloak.AccessToken, "id-1"}, {builtin("25.0.6", "basic"), keycloak.Introspection, "id-1"},
	} {
		if got := claims(realmWith("25.0.6", tc.scopes), tc.s)["sub"]; got != tc.want {
			t.Errorf("25 with %d scopes, %s: sub is %v, want %v", len(tc.scopes), tc.s, got, tc.want)
		}
	}

	// A lightweight access token lost it although the client has basic.
	light := realmWith("25.0.6", builtin("25.0.6", "basic"))
	light.Clients[0].Attributes["client.use.lightweight.access.token.enabled"] = "true"
	if got := claims(light, keycloak.LightweightAccessToken)["sub"]; got != nil {
		t.Errorf("lightweight: sub is %v", got)
	}

	// 25 removed session_state from every token, but not from the response.
	for version, want := range map[string]bool{"24.0.5": true, "25.0.6": false} {
		r := realmWith(version, nil)
		for _, s := range []keycloak.Surface{keycloak.AccessToken, keycloak.IDToken, keycloak.Introspection} {
			if _, got := claims(r, s)["session_state"]; got != want {
				t.Errorf("%s, %s: session_state is there: %v", version, s, got)
			}
		}
		if claims(r, keycloak.TokenResponse)["session_state"] == nil {
			t.Errorf("%s: no session_state in the response", version)
		}
	}

	// acr comes with a scope that clients may lack.
	for _, scopes := range [][]*keycloak.Scope{nil, builtin("26.7.5", "acr")} {
		if _, got := claims(realmWith("26.7.5", scopes), keycloak.AccessToken)["acr"]; got != (scopes != nil) {
			t.Errorf("with %d scopes acr is there: %v", len(scopes), got)
		}
	}

	// Userinfo takes the scope openid, and from 26.6.2 on an access token that is
	// not lightweight.
	if p := issue(t, realmWith("26.7.5", nil), keycloak.Request{Grant: keycloak.Password}, user).On(keycloak.UserInfo); p.Missing != "the scope openid was not asked for" {
		t.Errorf("userinfo without openid: %q", p.Missing)
	}
	for version, want := range map[string]string{"26.6.1": "", "26.6.2": "a lightweight access token does not open it"} {
		r := realmWith(version, nil)
		r.Clients[0].Attributes["client.use.lightweight.access.token.enabled"] = "true"
		if p := issue(t, r, openid, user).On(keycloak.UserInfo); p.Missing != want {
			t.Errorf("%s: userinfo is missing: %q", version, p.Missing)
		}
		r.Clients[0].Attributes["allow.userinfo.with.lightweight.access.token"] = "true"
		if p := issue(t, r, openid, user).On(keycloak.UserInfo); p.Missing != "" {
			t.Errorf("%s, allowed: userinfo is missing: %q", version, p.Missing)
		}
	}

	// An access token has no audience unless a mapper gives it one.
	if got := claims(realmWith("26.7.5", nil), keycloak.AccessToken)["aud"]; got != nil {
		t.Errorf("aud is %v", got)
	}
}

// TestHiddenScopeIsForgotten: userinfo and introspection go by the scopes that the
// token names, so that an optional scope kept out of the token does not count there.
func TestHiddenScopeIsForgotten(t *testing.T) {
	hidden := &keycloak.Scope{Name: "hidden", Protocol: "openid-connect", Attributes: map[string]string{"include.in.token.scope": "false"},
		Mappers: []*keycloak.Mapper{mapper("oidc-hardcoded-claim-mapper", "claim.name=c claim.value=v access.token.claim=true id.token.claim=true")}}
	r := realmWith("26.7.5", nil)
	r.Scopes, r.Clients[0].OptionalScopes = []*keycloak.Scope{hidden}, []string{"hidden"}
	req := keycloak.Request{Scopes: []string{"openid", "hidden"}, Grant: keycloak.Password}
	where := func() string {
		var list []string
		for _, p := range issue(t, r, req, keycloak.User{Username: "u"}).Payloads {
			if p.Claims["c"] != nil {
				list = append(list, p.Surface.String())
			}
		}
		return strings.Join(list, " ")
	}
	if got := where(); got != "access id" {
		t.Errorf("optional: the claim is in %s", got)
	}
	r.Clients[0].DefaultScopes, r.Clients[0].OptionalScopes = []string{"hidden"}, nil
	if got := where(); got != "access id userinfo introspection" {
		t.Errorf("default: the claim is in %s", got)
	}
}

// TestHiddenScopeAfterRefresh: Keycloak 24 asks again for the scopes that the refresh
// token names, which an optional scope kept out of the token is not among.
func TestHiddenScopeAfterRefresh(t *testing.T) {
	for version, kept := range map[string]bool{"24.0.5": false, "25.0.6": true} {
		r := realmWith(version, nil)
		r.Scopes = append(r.Scopes, &keycloak.Scope{Name: "hidden", Protocol: "openid-connect", Attributes: map[string]string{"include.in.token.scope": "false"},
			Mappers: []*keycloak.Mapper{mapper("oidc-hardcoded-claim-mapper", "claim.name=c claim.value=v access.token.claim=true")}})
		r.Clients[0].OptionalScopes = []string{"hidden"}
		for _, refreshed := range []bool{false, true} {
			req := keycloak.Request{Scopes: []string{"openid", "hidden"}, Grant: keycloak.Password, Refreshed: refreshed}
			has := false
			for _, p := range issue(t, r, req, keycloak.User{Username: "u"}).Payloads {
				has = has || p.Surface == keycloak.AccessToken && p.Claims["c"] != nil
			}
			if has != (kept || !refreshed) {
				t.Errorf("%s, refreshed %v: the claim is there: %v", version, refreshed, has)
			}
		}
	}
}

func TestIssueRefuses(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*keycloak.Realm, *keycloak.Client, *keycloak.Request)
		want   string
	}{
		{"no such client", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { c.ClientID = "other" }, `realm "r" has no client "app"`},
		{"SAML", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { c.Protocol = "saml" }, `client "app" speaks saml`},
		{"disabled", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { c.Enabled = false }, `client "app" gets no token by password: it is disabled`},
		{"bearer-only", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { c.BearerOnly = true }, `client "app" gets no token by password: it is bearer-only`},
		{"no direct grants", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { c.DirectAccess = false }, `client "app" gets no token by password: direct access grants are off`},
		{"consent", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { c.ConsentRequired = true }, `client "app" gets no token by password: it requires consent, which this grant cannot ask for`},
		{"no account", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { q.Grant = keycloak.ClientCredentials }, `client "app" gets no token by client_credentials: it has no service account`},
		{"no flow", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) {
			q.Grant, c.StandardFlow = keycloak.AuthorizationCode, false
		}, `client "app" gets no token by authorization_code: the standard flow is off`},
		{"another grant", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { q.Grant = "implicit" }, `client "app" gets no token by implicit: this grant is not evaluated`},
		{"no refresh", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) {
			q.Refreshed, c.Attributes["use.refresh.tokens"] = true, "false"
		}, `client "app" gets no token by password: it gets no refresh token`},
		{"a scope it lacks", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { q.Scopes = []string{"x"} }, `client "app" does not have the scope "x": Keycloak answers invalid_scope`},
		{"a scope with a parameter", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) { q.Scopes = []string{"x:1"} }, `client "app" asks for "x:1": scopes with a parameter are not evaluated`},
		{"offline without the role", func(r *keycloak.Realm, c *keycloak.Client, q *keycloak.Request) {
			r.Scopes, c.DefaultScopes = []*keycloak.Scope{{Name: "offline_access", Protocol: "openid-connect"}}, []string{"offline_access"}
		}, `user "u" does not have the role offline_access in scope of client "app": Keycloak answers not_allowed`},
	} {
		r := realmWith("26.7.5", nil)
		req := keycloak.Request{Client: "app", Grant: keycloak.Password}
		tc.change(r, r.Clients[0], &req)
		_, err := keycloak.Issue(r, req, keycloak.User{Username: "u"})
		if err == nil || err.Error() != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
		}
		if req.Grant == keycloak.Password && (tc.name == "disabled" || tc.name == "a scope it lacks") {
			req.Grant = keycloak.Example
			if _, err := keycloak.Issue(r, req, keycloak.User{Username: "u"}); err != nil {
				t.Errorf("%s: the example is refused: %v", tc.name, err)
			}
		}
	}
}

func TestSettings(t *testing.T) {
	for _, tc := range []struct{ attributes, version, want string }{
		{"", "26.7.5", "300 RS256 JWT Bearer"},
		{"access.token.lifespan=60", "26.7.5", "60 RS256 JWT Bearer"},
		{"access.token.lifespan=99999", "26.7.5", "36000 RS256 JWT Bearer"},
		{"access.token.lifespan=-1", "26.7.5", "36000 RS256 JWT Bearer"},
		{"access.token.lifespan=99999 client.session.max.lifespan=500", "26.7.5", "500 RS256 JWT Bearer"},
		{"access.token.signed.response.alg=ES256 token.response.type.bearer.lower-case=true access.token.header.type.rfc9068=true", "26.7.5", "300 ES256 at+jwt bearer"},
		{"access.token.header.type.rfc9068=true", "26.1.0", "300 RS256 JWT Bearer"},
		{"dpop.bound.access.tokens=true", "26.3.0", "300 RS256 JWT Bearer"},
		{"dpop.bound.access.tokens=true", "26.4.0", "300 RS256 JWT DPoP"},
		{"dpop.bound.access.tokens=true token.response.type.bearer.lower-case=true", "26.7.5", "300 RS256 JWT dpop"},
	} {
		r := realmWith(tc.version, nil)
		r.Clients[0].Attributes = mapper("", tc.attributes).Config
		s := keycloak.SettingsOf(r, r.Clients[0], keycloak.Version{})
		if got := fmt.Sprintf("%d %s %s %s", s.AccessLifespan, s.AccessAlg, s.AccessHeader, s.TokenType); got != tc.want {
			t.Errorf("%s in %s: got %s, want %s", tc.attributes, tc.version, got, tc.want)
		}
	}
	r := realmWith("26.7.5", nil)
	r.ClientSessionMax, r.DefaultSignatureAlgorithm = 120, "PS512"
	r.Clients[0].Attributes = mapper("", "id.token.encrypted.response.alg=RSA-OAEP user.info.response.signature.alg=ES384 user.info.encrypted.response.alg=RSA1_5 user.info.encrypted.response.enc=A256GCM use.refresh.tokens=false dpop.bound.access.tokens=true").Config
	got := fmt.Sprintf("%+v", keycloak.SettingsOf(r, r.Clients[0], keycloak.Version{}))
	if want := "{AccessLifespan:120 AccessAlg:PS512 AccessHeader:JWT TokenType:DPoP Lightweight:false IDAlg:PS512 IDEncAlg:RSA-OAEP IDEncEnc:A128CBC-HS256 UserInfoAlg:ES384 UserInfoEncAlg:RSA1_5 UserInfoEncEnc:A256GCM RefreshTokens:false ServiceRefreshTokens:false DPoP:true MTLS:false}"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestLowerCaseTyp: the setting is for the response; from 26 on it reaches the token.
func TestLowerCaseTyp(t *testing.T) {
	for version, want := range map[string]string{"25.0.6": "Bearer bearer", "26.0.5": "bearer bearer"} {
		r := realmWith(version, nil)
		r.Clients[0].Attributes["token.response.type.bearer.lower-case"] = "true"
		tokens := issue(t, r, keycloak.Request{Grant: keycloak.Password}, keycloak.User{Username: "u"})
		if got := fmt.Sprint(tokens.On(keycloak.AccessToken).Claims["typ"], " ", tokens.On(keycloak.TokenResponse).Claims["token_type"]); got != want {
			t.Errorf("%s: %s, want %s", version, got, want)
		}
	}
}

// claim issues a token and returns one claim of the access token as JSON, or why
// there is none.
func claim(t *testing.T, version, name string, u keycloak.User, mappers ...*keycloak.Mapper) string {
	t.Helper()
	return text(t, issue(t, realmWith(version, nil, mappers...), keycloak.Request{}, u).On(keycloak.AccessToken), name)
}

func valueText(t *testing.T, v any) string {
	t.Helper()
	switch v.(type) {
	case keycloak.Unknown, keycloak.OneOf:
		return fmt.Sprintf("%T%v", v, v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func decode(t *testing.T, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
