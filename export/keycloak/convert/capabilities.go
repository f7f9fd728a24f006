package convert

import "tokenctl.dev/export"

func can(id, what string, support export.Support, how string) export.Capability {
	return export.Capability{ID: id, What: what, Support: support, How: how}
}

// capabilities are the same for all three targets: the files differ in how they get
// into Keycloak.
func capabilities() []export.Capability {
	const yes, part, no = export.Full, export.Part, export.None
	return []export.Capability{
		can("scopes", "scopes and what they release", yes, "client scopes with protocol mappers; default for clients that always have them, else optional"),
		can("placement", "claims in access tokens, ID tokens, userinfo, introspection and the token response", yes, "the flags of each mapper, all of them written out"),
		can("base-claims", "claims whatever is granted", yes, "mappers of hidden default client scopes (basic)"),
		can("client-claims", "claims of one client, and client_id", yes, "mappers of the client itself"),
		can("names", "claim names with dots, URLs as names", yes, "escaped in claim.name"),
		can("types", "types of values", yes, "jsonType.label and multivalued; numbers with fractions, objects and lists of lists are JSON in the attribute"),
		can("constants", "claims of one value", yes, "oidc-hardcoded-claim-mapper"),
		can("sources", "where values come from", yes, "source.attribute is the user's attribute; labels keycloak/mapper and keycloak/SETTING name any other mapper"),
		can("pairwise", "pairwise subjects and sectors", part, "oidc-sha256-pairwise-sub-mapper; the salt is a secret that you set; a sector is the address of a list of redirect URIs, which Keycloak reads at the import, and without one it wants a redirect URI: https://redirect-uri.invalid/ stands for it"),
		can("clients", "type, authentication, PKCE, PAR, sender constraint, logout", yes, "settings of the client"),
		can("algorithms", "algorithms and header types", yes, "of the realm, and of clients where they differ; at+jwt from 26.2 on"),
		can("grants", "grant types", part, "those that Keycloak has"),
		can("audience", "audiences of resources", part, "audience mappers in the scopes that mean something to a resource; without one a token has no aud"),
		can("format", "formats of access tokens", part, "JWTs; phantom, split, wrapper and opaque ones are lightweight access tokens, and introspection answers with the inside"),
		can("lifetime", "lifetimes of tokens", part, "of the realm and of clients; ID tokens live as long as access tokens"),
		can("profiles", "several profiles of one kind", part, "one client gets tokens of one profile"),
		can("openid", "what the scope openid releases", part, "a default client scope: Keycloak grants openid only when asked, and has no client scope of that name"),
		can("consent", "consent to single scopes", part, "consent of the client, with the scopes that ask for it on the screen; users agree to all or nothing"),
		can("implied-scopes", "scopes that imply others", part, "each scope brings what the others bring; its name alone is in the claim scope"),
		can("grant-conditions", "claims and scopes by grant type", part, "where the grant types of a client decide it"),
		can("assurance", "levels of assurance", no, "login flows are set up in Keycloak"),
		can("parametric-scopes", "scopes with parameters", no, "instances that clients name are client scopes"),
		can("protocol-claims", "claims about token and request that Keycloak does not write", no, "nbf, c_hash, s_hash and others where a kind of token does not have them"),
		can("surfaces", "claims where Keycloak does not let a mapper write", no, "acr and auth_time in userinfo, for example"),
		can("closed-world", "tokens without any claim that is not placed", no, "Keycloak writes some of its own"),
		can("presence", "claims that are always there", no, "a user without a value gets a token without the claim"),
		can("values", "sets of values: enums, patterns, bounds", no, ""),
		can("transforms", "transforms and defaults of sources", no, ""),
		can("required-scopes", "scopes that require others", no, ""),
		can("conflicting-scopes", "scopes that exclude others", no, ""),
		can("scope-lifetimes", "lifetimes by scope", no, ""),
		can("claims-parameter", "claims requested by the claims parameter", no, ""),
		can("authorization-details", "authorization_details", no, ""),
		can("exchanges", "what a client may exchange for what", no, ""),
		can("claim-families", "claims by a common beginning", no, ""),
		can("token-kinds", "event, workload and embedded tokens; claims in logout and refresh tokens", no, ""),
		can("sizes", "bounds on the size of tokens", no, ""),
	}
}
