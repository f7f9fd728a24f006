package keycloak

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Grant is how a client comes by tokens.
type Grant string

// The grants that are evaluated. Example is not one that clients can use: it is
// what the admin console shows under "Evaluate", for any client and without the
// surfaces that need a real token.
const (
	Example           Grant = ""
	Password          Grant = "password"
	ClientCredentials Grant = "client_credentials"
	AuthorizationCode Grant = "authorization_code"
)

// Request is a request for tokens.
type Request struct {
	Version Version // of the server; zero: the realm's own
	Client  string  // its clientId
	Scopes  []string
	Grant   Grant
	Nonce   bool // the authorization request has a nonce
	// Refreshed asks what is in the tokens that the refresh token then yields.
	Refreshed bool
	// Lightweight says that a client policy asks for a lightweight access token,
	// whatever the client itself is set to.
	Lightweight bool
}

// plan is a request with everything looked up that does not depend on the user.
type plan struct {
	Request
	realm    *Realm
	client   *Client
	version  Version
	settings Settings
	openid   bool
	scopes   []*Scope // that the client has by default or asks for
	// sources are the client and its scopes, with what their mappers do.
	sources []source
}

// source is a client scope, or the client itself, and the effects of its mappers.
type source struct {
	scope   *Scope // nil: the client itself
	effects []Effect
}

// newPlan looks up a request. It fails where Keycloak answers with an error that
// does not depend on the user.
func newPlan(realm *Realm, req Request) (*plan, error) {
	c := realm.Client(req.Client)
	if c == nil {
		return nil, fmt.Errorf("realm %q has no client %q", realm.Name, req.Client)
	}
	if c.Protocol != protocolOIDC {
		return nil, fmt.Errorf("client %q speaks %s", c.ClientID, c.Protocol)
	}
	p := &plan{Request: req, realm: realm, client: c, version: cmp.Or(req.Version, realm.version())}
	p.settings = SettingsOf(realm, c, p.version)
	p.settings.Lightweight = p.settings.Lightweight || req.Lightweight
	if err := p.checkGrant(); err != nil {
		return nil, err
	}
	if err := p.findScopes(); err != nil {
		return nil, err
	}
	p.sources = append(p.sources, source{effects: p.effects(c.Mappers)})
	for _, s := range p.scopes {
		p.sources = append(p.sources, source{s, p.effects(s.Mappers)})
	}
	return p, nil
}

func (p *plan) effects(mappers []*Mapper) []Effect {
	var list []Effect
	for _, m := range mappers {
		list = append(list, EffectOf(m, p.version))
	}
	return list
}

func (p *plan) checkGrant() error {
	c := p.client
	refuse := func(why string) error {
		return fmt.Errorf("client %q gets no token by %s: %s", c.ClientID, p.Grant, why)
	}
	switch {
	case p.Grant == Example:
		return nil
	case !c.Enabled:
		return refuse("it is disabled")
	case c.BearerOnly:
		return refuse("it is bearer-only")
	}
	switch p.Grant {
	case Password:
		if !c.DirectAccess {
			return refuse("direct access grants are off")
		}
		if c.ConsentRequired {
			return refuse("it requires consent, which this grant cannot ask for")
		}
	case ClientCredentials:
		if c.Public || !c.ServiceAccounts {
			return refuse("it has no service account")
		}
	case AuthorizationCode:
		if !c.StandardFlow {
			return refuse("the standard flow is off")
		}
	default:
		return refuse("this grant is not evaluated")
	}
	if p.Refreshed && !p.refreshes() {
		return refuse("it gets no refresh token")
	}
	return nil
}

// refreshes says whether the grant yields a refresh token.
func (p *plan) refreshes() bool {
	if p.Grant == ClientCredentials {
		return p.settings.ServiceRefreshTokens
	}
	return p.settings.RefreshTokens
}

// findScopes takes the default scopes of the client and, of its optional ones,
// those that the request names. A name that is neither is an error, as it is for
// Keycloak, but the admin console shrugs it off.
func (p *plan) findScopes() error {
	names := slices.Clone(p.client.DefaultScopes)
	for _, n := range p.Scopes {
		switch {
		case n == "openid":
			p.openid = true
		case slices.Contains(p.client.OptionalScopes, n):
			if !p.withoutOrganizations(n) && !p.lostInRefresh(n) {
				names = append(names, n)
			}
		case strings.Contains(n, ":") && p.Grant != Example:
			return fmt.Errorf("client %q asks for %q: scopes with a parameter are not evaluated", p.client.ClientID, n)
		case !slices.Contains(names, n) && p.Grant != Example:
			return fmt.Errorf("client %q does not have the scope %q: Keycloak answers invalid_scope", p.client.ClientID, n)
		}
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		if s := p.realm.Scope(n); s != nil && s.Protocol == p.client.Protocol {
			p.scopes = append(p.scopes, s)
		}
	}
	return nil
}

// withoutOrganizations says whether an optional scope is about organizations in a
// realm that has none, so that it is not granted.
func (p *plan) withoutOrganizations(name string) bool {
	return p.version.organizationsGated() && !p.realm.Organizations &&
		aboutOrganizations(p.realm.Scope(name))
}

// lostInRefresh says whether a refresh does not ask for an optional scope again.
func (p *plan) lostInRefresh(name string) bool {
	s := p.realm.Scope(name)
	return p.Refreshed && !p.version.RefreshKeepsHiddenScopes() && s != nil && !s.InToken()
}

// aboutOrganizations says whether a client scope has the mapper of organizations.
func aboutOrganizations(s *Scope) bool {
	return slices.ContainsFunc(s.Mappers, func(m *Mapper) bool { return m.Kind == "oidc-organization-membership-mapper" })
}

// session says whether tokens belong to a session that goes on: all but those of
// service accounts without refresh tokens.
func (p *plan) session() bool {
	return p.Grant != ClientCredentials || p.settings.ServiceRefreshTokens
}

// access is the surface that the client's access tokens are.
func (p *plan) access() Surface {
	if p.settings.Lightweight {
		return LightweightAccessToken
	}
	return AccessToken
}

// missing says why a surface does not exist for this request; empty if it does.
func (p *plan) missing(s Surface) string {
	switch {
	case s&(AccessToken|LightweightAccessToken) != 0 && s != p.access():
		return "the client's access tokens are of the other kind"
	case p.Grant == Example && s&(Introspection|TokenResponse) != 0:
		return "it takes a real token"
	case p.Grant == Example:
		return ""
	case s&(IDToken|UserInfo) != 0 && !p.openid:
		return "the scope openid was not asked for"
	case s == UserInfo && p.version.introspectionChecksAudience() && p.settings.Lightweight &&
		!strings.EqualFold(p.client.Attributes[attrLightweightUserInfo], "true"):
		return "a lightweight access token does not open it"
	}
	return ""
}

// applies says whether a source counts on a surface. What is answered later, to a
// token that is shown, goes by the scopes that the token names: an optional scope
// whose name is kept out of the token is forgotten by then.
func (p *plan) applies(src source, s Surface) bool {
	if src.scope == nil || p.Grant == Example || s&(UserInfo|Introspection) == 0 {
		return true
	}
	return src.scope.InToken() || slices.Contains(p.client.DefaultScopes, src.scope.Name)
}
