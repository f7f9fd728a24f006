package convert

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/schema"
)

// client writes a client: its grants, its scopes and how its tokens are made. What
// tokens of this client alone contain is in mappers of its own.
func (e *exporter) client(c *schema.Client) {
	kc := &keycloak.Client{
		ClientID: c.Name, Description: c.Description, Protocol: "openid-connect", Enabled: true,
		Public: c.Type == "public", Authenticator: authenticator(c), ConsentRequired: e.asksConsent(c),
		RedirectURIs: []string{}, WebOrigins: []string{}, DefaultScopes: []string{}, OptionalScopes: []string{},
		Attributes: map[string]string{},
	}
	e.grants(kc, c)
	for _, cs := range c.Scopes {
		if !e.assigned(c, cs) {
			continue
		}
		if cs.Always {
			kc.DefaultScopes = append(kc.DefaultScopes, cs.Name)
		} else {
			kc.OptionalScopes = append(kc.OptionalScopes, cs.Name)
		}
	}
	own := e.own[c]
	for _, p := range c.Releases {
		e.place(own, p)
	}
	for _, r := range c.Resources {
		e.audience(own, r)
		for _, p := range r.Releases {
			e.place(own, p)
		}
	}
	if c.SubjectType == "pairwise" {
		e.pairwise(kc, own, c)
	}
	e.settings(kc, c)
	e.Realm.Clients = append(e.Realm.Clients, kc)
}

// nowhere is a redirect URI to which no login leads (RFC 6761, section 6.4).
const nowhere = "https://redirect-uri.invalid/"

// pairwise gives a client subjects of its own. Keycloak makes them from its sector:
// what the sector identifier URI says, else the host of its redirect URIs, without
// which it refuses the client. So nowhere stands for them until they are set; no
// subject is made before that.
func (e *exporter) pairwise(kc *keycloak.Client, own *container, c *schema.Client) {
	config := map[string]string{}
	if e.options.Salt != "" {
		config["pairwiseSubAlgorithmSalt"] = e.options.Salt
	}
	switch {
	case strings.Contains(c.Sector, "://"):
		config["sectorIdentifierUri"] = c.Sector
	case c.Sector != "":
		e.lose("pairwise", c.Path, c.FieldAt("sector"), nil, "a sector of Keycloak is the address of a list of redirect URIs: client %s has subjects by the host of its own", c.Name)
		fallthrough
	default:
		kc.RedirectURIs = []string{nowhere}
	}
	own.add("pairwise sub", "oidc-sha256-pairwise-sub-mapper", config, keycloak.IDToken)
}

// assigned says whether the client has the scope in Keycloak: what only the other
// party or other grants may have is simply not given to it.
func (e *exporter) assigned(c *schema.Client, cs *schema.ClientScope) bool {
	s := cs.Scope
	return s.Name != "openid" && s.Retired == nil && !template(cs.Name) &&
		(s.Party == "" || c.Party == "" || s.Party == c.Party) && meets(c.Grants, s.Grants)
}

func (e *exporter) asksConsent(c *schema.Client) bool {
	if e.c.Issuer.Product == "keycloak" {
		return !c.ConsentSkipped
	}
	return !c.ConsentSkipped && slices.ContainsFunc(c.Scopes, func(s *schema.ClientScope) bool { return s.Scope.Consent })
}

// authenticator is Keycloak's name for how a client proves who it is.
func authenticator(c *schema.Client) string {
	switch c.AuthMethod {
	case "private_key_jwt":
		return "client-jwt"
	case "client_secret_jwt":
		return "client-secret-jwt"
	case "tls_client_auth", "self_signed_tls_client_auth":
		return "client-x509"
	case "client_secret_basic", "client_secret_post":
		return "client-secret"
	}
	return ""
}

// Grant types by what turns them on.
const (
	grantCode     = "authorization_code"
	grantRefresh  = "refresh_token"
	grantService  = "client_credentials"
	grantExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	grantDevice   = "urn:ietf:params:oauth:grant-type:device_code"
	grantCIBA     = "urn:openid:params:grant-type:ciba"
)

func (e *exporter) grants(kc *keycloak.Client, c *schema.Client) {
	if len(c.Grants) == 0 {
		kc.StandardFlow = true
		e.lose("grants", c.Path, c.At(), nil, "client %s does not say which grant types it uses: it gets the authorization code flow", c.Name)
		return
	}
	kc.Attributes["use.refresh.tokens"] = flag(slices.Contains(c.Grants, grantRefresh))
	for _, g := range c.Grants {
		switch g {
		case grantCode:
			kc.StandardFlow = true
		case "implicit":
			kc.ImplicitFlow = true
		case "password":
			kc.DirectAccess = true
		case grantService:
			kc.ServiceAccounts = true
		case grantRefresh:
		case grantExchange:
			kc.Attributes["standard.token.exchange.enabled"] = "true"
		case grantDevice:
			kc.Attributes["oauth2.device.authorization.grant.enabled"] = "true"
		case grantCIBA:
			kc.Attributes["oidc.ciba.grant.enabled"] = "true"
		default:
			e.lose("grants", c.Path, c.FieldAt("grants"), nil, "Keycloak does not have the grant type %s", g)
		}
	}
}

// settings writes what a client's tokens are like, where it differs from what holds
// for the realm.
func (e *exporter) settings(kc *keycloak.Client, c *schema.Client) {
	a := kc.Attributes
	set := func(key, value string) {
		if value != "" {
			a[key] = value
		}
	}
	on := func(key string, yes bool) {
		if yes {
			a[key] = "true"
		}
	}
	on("client.use.lightweight.access.token.enabled", e.lightweight(c))
	on("allow.userinfo.with.lightweight.access.token", e.lightweight(c) && e.of(c, schema.KindUserinfo) != nil && e.c.Issuer.Product != "keycloak")
	on("require.pushed.authorization.requests", c.PAR == schema.Yes)
	if c.PKCE == schema.Yes {
		a["pkce.code.challenge.method"] = "S256"
	}
	if t := e.of(c, schema.KindAccess); t != nil {
		if life := e.accessLife(c, t); life > 0 && life != e.Realm.AccessTokenLifespan {
			a["access.token.lifespan"] = strconv.Itoa(life)
		}
		set("access.token.signed.response.alg", e.algorithm(c, t))
		on("access.token.header.type.rfc9068", headerType(c, t) == "at+jwt")
		constraint := senderConstraint(c, t)
		on("dpop.bound.access.tokens", slices.Contains(constraint, "dpop"))
		on("tls.client.certificate.bound.access.tokens", slices.Contains(constraint, "mtls"))
	}
	if t := e.of(c, schema.KindID); t != nil {
		set("id.token.signed.response.alg", e.algorithm(c, t))
		if enc := encryption(c, t); enc != nil && len(enc.Alg) > 0 {
			set("id.token.encrypted.response.alg", enc.Alg[0])
			if len(enc.Enc) > 0 {
				set("id.token.encrypted.response.enc", enc.Enc[0])
			}
		}
	}
	if t := e.of(c, schema.KindUserinfo); t != nil && t.Format == schema.FormatJWT {
		set("user.info.response.signature.alg", cmp.Or(e.algorithm(c, t), e.Realm.DefaultSignatureAlgorithm))
	}
	for key, v := range c.Labels {
		if key, ok := strings.CutPrefix(key, LabelPrefix+"attribute/"); ok {
			a[key] = v
		}
	}
	if l := c.Logout; l != nil {
		a["backchannel.logout.session.required"] = flag(l.BackChannel && l.SessionRequired)
		a["frontchannel.logout.session.required"] = flag(l.FrontChannel && l.SessionRequired)
	}
}
