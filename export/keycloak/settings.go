package keycloak

import (
	"cmp"
	"strconv"
	"strings"
)

// Attributes of clients that decide on tokens.
const (
	attrLifespan            = "access.token.lifespan"
	attrSessionMax          = "client.session.max.lifespan"
	attrAccessAlg           = "access.token.signed.response.alg"
	attrIDAlg               = "id.token.signed.response.alg"
	attrIDEncAlg            = "id.token.encrypted.response.alg"
	attrIDEncEnc            = "id.token.encrypted.response.enc"
	attrUserInfoAlg         = "user.info.response.signature.alg"
	attrUserInfoEncAlg      = "user.info.encrypted.response.alg"
	attrUserInfoEncEnc      = "user.info.encrypted.response.enc"
	attrRefresh             = "use.refresh.tokens"
	attrServiceRefresh      = "client_credentials.use_refresh_token"
	attrHeaderType          = "access.token.header.type.rfc9068"
	attrLightweight         = "client.use.lightweight.access.token.enabled"
	attrLowerCase           = "token.response.type.bearer.lower-case"
	attrDPoP                = "dpop.bound.access.tokens"
	attrMTLS                = "tls.client.certificate.bound.access.tokens"
	attrAnyIntrospects      = "allow.token.introspection.without.audience.check"
	attrLightweightUserInfo = "allow.userinfo.with.lightweight.access.token"
)

// Settings are the properties of a client's tokens that are not claims.
type Settings struct {
	AccessLifespan int    // seconds until exp, the same for the ID token
	AccessAlg      string // of the signature
	AccessHeader   string // typ in the header: JWT or at+jwt
	TokenType      string // token_type of the response and, from 26, the claim typ: Bearer, bearer or DPoP
	Lightweight    bool   // the access token is a lightweight one

	IDAlg                string
	IDEncAlg, IDEncEnc   string // empty: not encrypted
	UserInfoAlg          string // empty: userinfo is JSON, not a JWT
	UserInfoEncAlg       string
	UserInfoEncEnc       string
	RefreshTokens        bool // for users; service accounts have ServiceRefreshTokens
	ServiceRefreshTokens bool
	DPoP, MTLS           bool // access tokens are bound to a key
}

// defaultEncryption is what Keycloak encrypts with if a client names only how the
// key is wrapped.
const defaultEncryption = "A128CBC-HS256"

// SettingsOf returns the settings of a client's tokens in version v, zero for the
// realm's own version.
func SettingsOf(realm *Realm, c *Client, v Version) Settings {
	if v == (Version{}) {
		v = realm.version()
	}
	attr := func(key string) string { return c.Attributes[key] }
	on := func(key string) bool { return strings.EqualFold(attr(key), "true") }
	alg := cmp.Or(realm.DefaultSignatureAlgorithm, "RS256")
	s := Settings{
		AccessLifespan:       accessLifespan(realm, c),
		AccessAlg:            cmp.Or(attr(attrAccessAlg), alg),
		AccessHeader:         "JWT",
		TokenType:            "Bearer",
		Lightweight:          on(attrLightweight),
		IDAlg:                cmp.Or(attr(attrIDAlg), alg),
		IDEncAlg:             attr(attrIDEncAlg),
		UserInfoAlg:          attr(attrUserInfoAlg),
		UserInfoEncAlg:       attr(attrUserInfoEncAlg),
		RefreshTokens:        attr(attrRefresh) == "" || on(attrRefresh),
		ServiceRefreshTokens: on(attrServiceRefresh),
		DPoP:                 on(attrDPoP) && v.proofOfPossession(),
		MTLS:                 on(attrMTLS),
	}
	if on(attrHeaderType) && v.rfc9068Header() {
		s.AccessHeader = "at+jwt"
	}
	if s.DPoP {
		s.TokenType = "DPoP"
	}
	if on(attrLowerCase) {
		s.TokenType = strings.ToLower(s.TokenType)
	}
	if s.IDEncAlg != "" {
		s.IDEncEnc = cmp.Or(attr(attrIDEncEnc), defaultEncryption)
	}
	if s.UserInfoEncAlg != "" {
		s.UserInfoEncEnc = cmp.Or(attr(attrUserInfoEncEnc), defaultEncryption)
	}
	return s
}

// accessLifespan is the client's, else the realm's, and never longer than a
// session of the client may last.
func accessLifespan(realm *Realm, c *Client) int {
	lifespan := realm.AccessTokenLifespan
	if n, err := strconv.Atoi(strings.TrimSpace(c.Attributes[attrLifespan])); err == nil {
		lifespan = n
	}
	session := realm.SessionMax
	if n, err := strconv.Atoi(c.Attributes[attrSessionMax]); err == nil && n > 0 {
		session = min(session, n)
	} else if realm.ClientSessionMax > 0 {
		session = min(session, realm.ClientSessionMax)
	}
	if lifespan == -1 {
		lifespan = realm.SessionMax
	}
	return min(lifespan, session)
}
