package keycloak

import "strings"

// Mapper is a protocol mapper: a piece of Keycloak that writes into tokens, with
// its configuration.
type Mapper struct {
	Name     string
	Kind     string // protocolMapper: oidc-usermodel-attribute-mapper
	Protocol string
	// Config holds the settings that this package knows to be free of secrets.
	// Empty values are not in it, since Keycloak drops them on import.
	Config map[string]string
	// Withheld names the settings whose values were not kept: they may be secrets.
	Withheld []string
	At       Place
}

// Settings that mappers share. Their defaults differ by mapper, see gate.
const (
	keyClaim         = "claim.name"
	keyType          = "jsonType.label"
	keyMultivalued   = "multivalued"
	keyAccess        = "access.token.claim"
	keyLightweight   = "lightweight.claim"
	keyID            = "id.token.claim"
	keyUserInfo      = "userinfo.token.claim"
	keyIntrospection = "introspection.token.claim"
	keyResponse      = "access.tokenResponse.claim"
	keyAttribute     = "user.attribute"
)

// publicSetting says whether the value of a mapper's setting may be kept and
// written. Settings that are not listed belong to mappers of other makers, where
// anything can be a password, or are secrets (pairwiseSubAlgorithmSalt).
func publicSetting(key string) bool {
	switch key {
	case keyClaim, keyType, keyMultivalued, keyAttribute,
		keyAccess, keyLightweight, keyID, keyUserInfo, keyIntrospection, keyResponse,
		"claim.value", "aggregate.attrs", "user.session.note", "full.path",
		"role", "new.role.name",
		"included.client.audience", "included.custom.audience",
		"usermodel.realmRoleMapping.rolePrefix",
		"usermodel.clientRoleMapping.clientId", "usermodel.clientRoleMapping.rolePrefix",
		"sectorIdentifierUri",
		"addOrganizationAttributes", "addOrganizationId", "addOrganizationDomain",
		"attribute.name", "attribute.nameformat", "friendly.name", "single": // of SAML
		return true
	}
	return strings.HasPrefix(key, "user.attribute.")
}

// publicAttribute is publicSetting for the attributes of realms, scopes and
// clients: those that say something about tokens.
func publicAttribute(key string) bool {
	switch key {
	case "include.in.token.scope", "display.on.consent.screen", "consent.screen.text", "gui.order",
		"include.in.openid.provider.metadata",
		"is.dynamic.scope", "dynamic.scope.regexp",
		"is.parameterized.scope", "parameterized.scope.regexp", "parameterized.scope.type", "always.display.consent",
		attrLifespan, "client.session.idle.timeout", attrSessionMax,
		"client.offline.session.idle.timeout", "client.offline.session.max.lifespan",
		attrAccessAlg, attrIDAlg, attrIDEncAlg, attrIDEncEnc,
		attrUserInfoAlg, attrUserInfoEncAlg, attrUserInfoEncEnc,
		attrRefresh, attrServiceRefresh, attrHeaderType, attrLightweight, attrLowerCase,
		"dpop.bound.access.tokens", "tls.client.certificate.bound.access.tokens",
		"id.token.as.detached.signature", "exclude.session.state.from.auth.response",
		"pkce.code.challenge.method", "require.pushed.authorization.requests", "standard.token.exchange.enabled", "sectorIdentifierUri",
		"oauth2.device.authorization.grant.enabled", "oidc.ciba.grant.enabled",
		attrAnyIntrospects, attrLightweightUserInfo,
		"acr.loa.map", "default.acr.values", "minimum.acr.value", "realm_client",
		"backchannel.logout.session.required", "frontchannel.logout.session.required":
		return true
	}
	return false
}

// addressParts are the members of an address as the settings of its mapper name
// them. In the claim, street is street_address.
func addressParts() []string {
	return []string{"street", "locality", "region", "postal_code", "country", "formatted"}
}
