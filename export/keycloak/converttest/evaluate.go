package converttest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"tokenctl.dev/export/keycloak"
)

// Evaluate is what Ask would answer according to the evaluator.
func (s *Subject) Evaluate(realm *keycloak.Realm, r Request) map[string]map[keycloak.Surface]Answer {
	client := realm.Client(r.Client.Name)
	user := s.Person()
	user.ID = "3f2c8a52-51c1-4a7e-9d0c-2f6b1f6c9a10"
	req := keycloak.Request{Client: r.Client.Name, Grant: keycloak.Grant(r.Grant), Scopes: r.Asked}
	grants := map[string]keycloak.Request{}
	switch r.Grant {
	case "client_credentials":
		user = keycloak.ServiceAccount(realm, client)
	case "authorization_code":
		req.Nonce = true
		if client.Attributes["use.refresh.tokens"] != "false" {
			again := req
			again.Refreshed = true
			grants["refresh_token"] = again
		}
	}
	grants[r.Grant] = req
	out := map[string]map[keycloak.Surface]Answer{}
	for grant, req := range grants {
		out[grant] = map[keycloak.Surface]Answer{}
		tokens, err := keycloak.Issue(realm, req, user)
		if err != nil {
			continue
		}
		for _, p := range tokens.Payloads {
			if p.Missing == "" && p.Fails == "" {
				out[grant][p.Surface] = Answer{Claims: timed(p.Claims, tokens.Settings), Header: headerOf(tokens.Settings, p.Surface)}
			}
		}
	}
	return out
}

// timed puts a time into the claims that say when a token was made and when it ends.
func timed(claims map[string]any, s keycloak.Settings) map[string]any {
	claims = maps.Clone(claims)
	for name, value := range map[string]int{"iat": 1000, "exp": 1000 + s.AccessLifespan} {
		if _, there := claims[name]; there {
			claims[name] = json.Number(strconv.Itoa(value))
		}
	}
	return claims
}

// headerOf is the header that a client's settings give its tokens.
func headerOf(s keycloak.Settings, on keycloak.Surface) map[string]any {
	switch on {
	case keycloak.AccessToken, keycloak.LightweightAccessToken:
		return map[string]any{"alg": s.AccessAlg, "typ": s.AccessHeader, "kid": "k"}
	case keycloak.IDToken:
		return map[string]any{"alg": s.IDAlg, "typ": "JWT", "kid": "k"}
	}
	return nil
}

// CompareAll compares answers to a request by all the grants that they came by.
func (s *Subject) CompareAll(tally *Tally, r Request, all map[string]map[keycloak.Surface]Answer) {
	for _, grant := range slices.Sorted(maps.Keys(all)) {
		s.Compare(tally, r, grant, all[grant])
	}
}
