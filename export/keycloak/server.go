package keycloak

// serverRules returns what Keycloak writes itself, without any mapper, and what
// mappers then may overwrite. The claims that introspection repeats from the token
// are not among them, see repeated.
func (p *plan) serverRules() []Rule {
	var rules []Rule
	add := func(on Surface, jsonType string, names ...string) {
		for _, n := range names {
			rules = append(rules, Rule{
				Path: []string{n}, Source: Source{Kind: FromServer, Name: n}, JSON: jsonType,
				On: on, how: asField, priority: byServer,
			})
		}
	}
	access := AccessToken | LightweightAccessToken
	issued := tokens | Introspection
	add(issued, "string", "jti", "iss", "azp")
	add(issued, "integer", "iat", "exp")
	add(issued, "string", "typ")
	add(access, "string", "scope")
	add(IDToken, "string", "aud")
	add(IDToken|UserInfo, "string", "sub")
	if p.session() {
		add(issued, "string", "sid")
	}
	if p.Grant != Example {
		add(IDToken, "string", "at_hash")
	}
	if p.bound() {
		add(access|Introspection, "object", "cnf")
	}
	if p.nonce(IDToken) {
		add(IDToken, "string", "nonce")
	}
	if p.settings.UserInfoAlg != "" && p.Grant != Example {
		add(UserInfo, "string", "iss", "aud")
	}
	add(Introspection, "string", "username")
	p.olderRules(add)
	p.responseRules(add)
	// What introspection says of its own accord comes last.
	last := len(rules)
	add(Introspection, "string", "client_id", "token_type")
	add(Introspection, "boolean", "active")
	for i := range rules[last:] {
		rules[last+i].priority = byServerLast
	}
	return rules
}

// bound says whether access tokens are bound to a key, and say to which. Examples
// are made without one.
func (p *plan) bound() bool {
	return p.Grant != Example && (p.settings.DPoP || p.settings.MTLS)
}

// olderRules adds what depends on the version: until 24 more came by itself.
func (p *plan) olderRules(add func(on Surface, jsonType string, names ...string)) {
	access := AccessToken | LightweightAccessToken
	if p.version.basicScope() {
		if !p.session() || p.Grant == Example && !p.version.storedExamples() {
			add(access, "string", "sub")
		}
		return
	}
	add(access, "string", "sub")
	if p.session() {
		add(tokens|Introspection, "string", "session_state")
	}
	if p.nonce(access) {
		add(access, "string", "nonce")
	}
	add(IDToken, "integer", "auth_time") // 0 if nobody logged in through a browser
	if p.Grant == AuthorizationCode {
		add(access, "integer", "auth_time")
	}
}

func (p *plan) responseRules(add func(on Surface, jsonType string, names ...string)) {
	add(TokenResponse, "string", "access_token", "token_type", "scope")
	add(TokenResponse, "integer", "expires_in", "refresh_expires_in", "not-before-policy")
	if p.openid {
		add(TokenResponse, "string", "id_token")
	}
	if p.session() {
		add(TokenResponse, "string", "session_state")
	}
	if p.refreshes() {
		add(TokenResponse, "string", "refresh_token")
	}
}

// nonce says whether tokens of a kind carry the nonce of the request by themselves.
// From 25 on, after a refresh, that is so only if the access token had it, which
// takes a mapper.
func (p *plan) nonce(on Surface) bool {
	if !p.Nonce || p.Grant != AuthorizationCode {
		return false
	}
	if !p.version.basicScope() || on == IDToken && !p.Refreshed {
		return true
	}
	return on == IDToken && p.noncedAccess()
}

// noncedAccess says whether a mapper puts the nonce into access tokens.
func (p *plan) noncedAccess() bool {
	for _, src := range p.sources {
		for _, e := range src.effects {
			for _, r := range e.Rules {
				if r.Source.Kind == FromNonce && r.On.Has(p.access()) {
					return true
				}
			}
		}
	}
	return false
}

// repeated lists the claims that introspection takes from the token before mappers
// add to them.
func (p *plan) repeated() []string {
	if p.version.basicScope() {
		return []string{"sub", "aud", "nonce", "scope"}
	}
	return []string{"sub", "aud", "nonce", "scope", "auth_time"}
}

// noteOf returns what a session note holds: the value, absent, or, if users may
// have it or not, the zero value of whether it is known.
func (p *plan) noteOf(name string, on Surface) (value any, known bool) {
	text := Unknown{Type{Name: "string"}}
	switch name {
	case "AUTH_TIME":
		if p.Grant == AuthorizationCode {
			return text, true
		}
		return Absent{}, true
	case "client_id", "clientId":
		if p.Grant == ClientCredentials && p.keepsNotes(on) {
			return p.client.ClientID, true
		}
		return Absent{}, true
	case "clientHost", "clientAddress":
		if p.Grant == ClientCredentials && p.keepsNotes(on) {
			return text, true
		}
		return Absent{}, true
	}
	return nil, false
}

// keepsNotes says whether the notes of a service account's session are still there
// when a surface is made: a session that was never stored is made anew for each
// later request, without its notes.
func (p *plan) keepsNotes(on Surface) bool {
	return p.session() || on&(UserInfo|Introspection) == 0
}
