package convert

import (
	"slices"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
)

// trial is a way to tokens by which the evaluator is asked.
type trial struct {
	name string // the grant type, in words of the language
	req  keycloak.Request
}

// trials are the ways that a client has.
func trials(c *keycloak.Client, v keycloak.Version) []trial {
	var out []trial
	base := keycloak.Request{Version: v, Client: c.ClientID, Scopes: []string{"openid"}}
	if c.StandardFlow {
		code := base
		code.Grant, code.Nonce = keycloak.AuthorizationCode, true
		again := code
		again.Refreshed = true
		out = append(out, trial{grantCode, code}, trial{grantRefresh, again})
	}
	if c.DirectAccess {
		password := base
		password.Grant = keycloak.Password
		out = append(out, trial{"password", password})
	}
	if c.ServiceAccounts && !c.Public {
		service := base
		service.Grant, service.Scopes = keycloak.ClientCredentials, nil
		out = append(out, trial{grantService, service})
	}
	return out
}

// serverClaims notes what Keycloak writes by itself for every client: asked of one
// that has every grant and no mapper.
func (i *importer) serverClaims() {
	c := &keycloak.Client{
		ClientID: "c", Protocol: "openid-connect", Enabled: true, StandardFlow: true, DirectAccess: true, ServiceAccounts: true, Attributes: map[string]string{},
	}
	r := &keycloak.Realm{Name: "r", Version: i.version, AccessTokenLifespan: 60, SessionMax: 3600, Clients: []*keycloak.Client{c}}
	all := trials(c, i.version)
	for _, light := range []bool{false, true} {
		if light && !i.light {
			continue
		}
		i.byServer(i.base, r, all, light, func(s keycloak.Surface, claim string) bool {
			isAccess := s == keycloak.AccessToken || s == keycloak.LightweightAccessToken
			return (!light || isAccess) && (s != keycloak.TokenResponse || i.response)
		})
	}
}

// clientClaims notes what Keycloak writes for one client and not for all: because of
// its settings.
func (i *importer) clientClaims(p *part, c *keycloak.Client) {
	i.byServer(p, i.realm, trials(c, i.version), false, func(s keycloak.Surface, claim string) bool {
		return p.tokens[tokenOf(s)][claim] == nil && (s != keycloak.TokenResponse || i.response)
	})
	i.findings(c)
}

// covered says whether Keycloak writes a claim by these grants for every client.
func (i *importer) covered(token, claim string, grants []string) bool {
	at := i.base.tokens[token][claim]
	return at != nil && (len(at.grants) == 0 || !slices.ContainsFunc(grants, func(g string) bool { return !slices.Contains(at.grants, g) }))
}

// findings reports what the evaluator says of a client beside its claims: mappers
// that are broken, and tokens that Keycloak cannot read back.
func (i *importer) findings(c *keycloak.Client) {
	all := slices.Concat(c.OptionalScopes, []string{"openid"})
	for _, t := range trials(c, i.version) {
		t.req.Scopes = all
		if t.name == grantService {
			t.req.Scopes = all[:len(all)-1]
		}
		res, err := keycloak.Evaluate(i.realm, t.req)
		if err != nil {
			continue
		}
		if t.name == grantService {
			t.req.Scopes = all
			if res, err := keycloak.Evaluate(i.realm, t.req); err == nil && res.On(keycloak.IDToken).Missing == "" {
				i.lose("openid", "clients."+c.ClientID, c.At, anything(c.ClientID, export.Extra, []string{idToken, userinfo, tokenResponse}),
					"the service account of client %s gets an ID token if it asks for openid", c.ClientID)
			}
		}
		if missing := res.On(keycloak.UserInfo).Missing; t.name != grantService && missing != "" {
			i.lose("userinfo", "clients."+c.ClientID, c.At, anything(c.ClientID, export.Missing, []string{userinfo}), "client %s gets no userinfo: %s", c.ClientID, missing)
		}
		for _, f := range res.Findings {
			subject := "clients." + c.ClientID
			if f.Scope != "" {
				subject = "scopes." + f.Scope
			}
			switch f.Kind {
			case keycloak.BrokenMapper:
				i.lose("broken-mappers", subject, f.Mapper.At, anything(c.ClientID, export.Missing, everyToken()), "%s", f.Text)
			case keycloak.UnusableToken:
				i.lose("broken-mappers", subject, f.Mapper.At, anything(c.ClientID, export.Missing, []string{userinfo, introspection}), "%s", f.Text)
			case keycloak.UndefinedOrder:
				i.lose("broken-mappers", subject, f.Mapper.At, anything(c.ClientID, export.Value, []string{tokenOf(f.Surface)}), "%s", f.Text)
			}
		}
	}
}

func everyToken() []string {
	return []string{idToken, accessToken, lightToken, userinfo, introspection, tokenResponse}
}

// anything are changes of any claim of a client's tokens, every client's if it is "".
func anything(client string, change export.Change, tokens []string) []export.Effect {
	var out []export.Effect
	for _, t := range tokens {
		out = append(out, export.Effect{Client: client, Token: t, Claim: "*", Change: change})
	}
	return out
}

// byServer asks the evaluator for the claims that no mapper writes, and notes by
// which grants they are there.
func (i *importer) byServer(p *part, r *keycloak.Realm, all []trial, light bool, want func(keycloak.Surface, string) bool) {
	type seen struct{ there, always []string }
	found := map[keycloak.Surface]map[string]*seen{}
	exists := map[keycloak.Surface][]string{}
	for _, t := range all {
		t.req.Lightweight = light
		res, err := keycloak.Evaluate(r, t.req)
		if err != nil {
			continue
		}
		for _, sc := range res.Surfaces {
			if sc.Missing != "" {
				continue
			}
			exists[sc.Surface] = append(exists[sc.Surface], t.name)
			for _, c := range sc.Claims {
				byServer := slices.ContainsFunc(c.Origins, func(o keycloak.Origin) bool { return o.Rule.Mapper == nil })
				if !byServer || len(c.Path) != 1 || !want(sc.Surface, c.Path[0]) {
					continue
				}
				if found[sc.Surface] == nil {
					found[sc.Surface] = map[string]*seen{}
				}
				s := found[sc.Surface][c.Path[0]]
				if s == nil {
					s = &seen{}
					found[sc.Surface][c.Path[0]] = s
				}
				s.there = append(s.there, t.name)
				if c.Always {
					s.always = append(s.always, t.name)
				}
				for _, typ := range c.Types {
					i.claim(c.Path[0]).types[typeText(typ)] = true
				}
			}
		}
	}
	for surface, claims := range found {
		for name, s := range claims {
			if p != i.base && i.covered(tokenOf(surface), name, s.there) {
				continue
			}
			var grants []string
			if len(s.there) < len(exists[surface]) && name != "scope" {
				var none bool
				if grants, none = i.used(s.there); none {
					continue
				}
			}
			at := p.at(tokenOf(surface), name)
			at.grants = grants
			at.always = len(s.always) == len(s.there)
			if name == "nonce" {
				at.always, at.when = false, "the request has a nonce"
			}
			switch name {
			case "scope", "refresh_token", "id_token", "username":
				at.always = false // by scopes and settings of the client, or by how the subject is made
			}
		}
	}
}

// used gives the grants that clients of the realm use, of those given. Grants that
// lead to a session of a user are like the code flow. none says that no client uses
// any, nil that all that are used are among them.
func (i *importer) used(grants []string) (list []string, none bool) {
	if slices.Contains(grants, grantCode) && slices.Contains(grants, "password") {
		grants = append(slices.Clone(grants), "implicit", grantDevice, grantCIBA, grantExchange)
	}
	others := false
	for _, c := range i.clients {
		for _, g := range grantsOf(c) {
			if slices.Contains(grants, g) {
				list = with(list, g)
			} else {
				others = true
			}
		}
	}
	slices.Sort(list)
	if len(list) > 0 && !others {
		return nil, false
	}
	return list, len(list) == 0
}
