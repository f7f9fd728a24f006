package convert

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
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

// clientToken gives how the client's token differs from its profile, or an empty
// record.
func clientToken(c *schema.Client, t *schema.Token) *schema.ClientToken {
	for _, ct := range c.Tokens {
		if ct.Token == t {
			return ct
		}
	}
	return &schema.ClientToken{}
}

func senderConstraint(c *schema.Client, t *schema.Token) []string {
	if ct := clientToken(c, t); len(ct.SenderConstraint) > 0 {
		return ct.SenderConstraint
	}
	return t.SenderConstraint
}

func encryption(c *schema.Client, t *schema.Token) *schema.Encryption {
	if ct := clientToken(c, t); ct.Encryption != nil {
		return ct.Encryption
	}
	return t.Encryption
}

func header(c *schema.Client, t *schema.Token) *valueset.Set {
	if ct := clientToken(c, t); ct.Header != nil {
		return ct.Header
	}
	return t.Header
}

// algorithm is the signature algorithm to set for a client: none where that of the
// realm will do.
func (e *exporter) algorithm(c *schema.Client, t *schema.Token) string {
	algs := algorithms(header(c, t))
	if len(algs) == 0 || slices.Contains(algs, e.Realm.DefaultSignatureAlgorithm) {
		return ""
	}
	return algs[0]
}

// algorithms lists those that a header allows, of those that Keycloak has.
func algorithms(header *valueset.Set) []string {
	if header == nil {
		return nil
	}
	alg, presence := header.Member("alg")
	if presence == valueset.Never || alg.ContainsText("none") == valueset.Yes {
		return nil // anything goes
	}
	var out []string
	for _, a := range []string{"RS256", "ES256", "PS256", "EdDSA", "RS384", "RS512", "ES384", "ES512", "PS384", "PS512", "HS256", "HS384", "HS512"} {
		if alg.ContainsText(a) == valueset.Yes {
			out = append(out, a)
		}
	}
	return out
}

// headerType is the typ of the header that a profile or header demands.
func headerType(c *schema.Client, t *schema.Token) string {
	h := header(c, t)
	if h == nil {
		return ""
	}
	typ, _ := h.Member("typ")
	for _, want := range []string{"JWT", "at+jwt"} {
		if typ.ContainsText(want) != valueset.No {
			return want
		}
	}
	return ""
}

// accessLife is how long access tokens of a client live, in seconds; 0 if the
// contract does not say.
func (e *exporter) accessLife(c *schema.Client, t *schema.Token) int {
	for _, d := range []schema.Duration{issuance.LifetimeFor(c, t), t.MaxLifetime, t.MinLifetime} {
		if d.Stated {
			return int(d.Seconds)
		}
	}
	return 0
}

// lifetimes writes what holds for the realm: the lifetimes and the algorithm of the
// first access token, and the sessions that refresh tokens live in.
func (e *exporter) lifetimes() {
	for _, kind := range []string{schema.KindID, schema.KindAccess} {
		for _, t := range e.ofKind(kind) {
			if d := t.Lifetime; d.Stated {
				e.Realm.AccessTokenLifespan = int(d.Seconds)
			}
			if algs := algorithms(t.Header); len(algs) > 0 {
				e.Realm.DefaultSignatureAlgorithm = algs[0]
			}
		}
	}
	for _, t := range e.ofKind(schema.KindRefresh) {
		if t.Lifetime.Stated {
			e.Realm.SessionMax = int(t.Lifetime.Seconds)
			e.Realm.SessionIdle = min(e.Realm.SessionIdle, e.Realm.SessionMax)
		}
		if t.IdleLifetime.Stated {
			e.Realm.SessionIdle = int(t.IdleLifetime.Seconds)
		}
		e.Realm.RevokeRefreshToken = t.Rotation == schema.Yes
	}
	e.Realm.SessionMax = max(e.Realm.SessionMax, e.Realm.AccessTokenLifespan)
}

// levels names the levels of the scale that the claim acr shows, weakest first: a
// plain login reaches level 1.
func (e *exporter) levels() {
	for _, s := range e.c.Assurance {
		if s.Claim == nil || s.Claim.Name != "acr" {
			continue
		}
		names := map[string]int{}
		for i, level := range s.Levels {
			names[level] = i + 1
		}
		text, _ := json.Marshal(names) // texts and numbers always encode
		e.Realm.Attributes["acr.loa.map"] = string(text)
	}
}

// finish gives the clients their mappers.
func (e *exporter) finish() {
	for _, c := range e.all() {
		kc := e.Realm.Client(c.Name)
		kc.Mappers = append(e.own[c].finished(), kept(c.Labels)...)
	}
	for _, k := range e.roleMappers() {
		k.FullScope = true
	}
	if e.c.Issuer.Product == "keycloak" {
		for _, k := range e.Realm.Clients {
			k.FullScope = e.c.Client(k.ClientID).Labels[LabelPrefix+"fullScopeAllowed"] != "false"
		}
	}
}

// roleMappers are the clients whose tokens show roles: they need roles in scope.
func (e *exporter) roleMappers() []*keycloak.Client {
	shows := func(list []*keycloak.Mapper) bool {
		return slices.ContainsFunc(list, func(m *keycloak.Mapper) bool {
			return slices.Contains([]string{"oidc-usermodel-realm-role-mapper", "oidc-usermodel-client-role-mapper", "oidc-audience-resolve-mapper"}, m.Kind)
		})
	}
	var out []*keycloak.Client
	for _, c := range e.Realm.Clients {
		all := slices.Concat(c.DefaultScopes, c.OptionalScopes)
		if shows(c.Mappers) || slices.ContainsFunc(all, func(name string) bool {
			s := e.Realm.Scope(name)
			return s != nil && shows(s.Mappers) || name == "offline_access"
		}) {
			out = append(out, c)
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
