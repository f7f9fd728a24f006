package convert

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
)

// settingsOf writes what a client does beside its tokens.
func settingsOf(r *record, c *keycloak.Client) {
	a := c.Attributes
	is := func(key string) bool { return strings.EqualFold(a[key], "true") }
	for _, m := range c.Mappers {
		if m.Kind == "oidc-sha256-pairwise-sub-mapper" {
			r.field("subjectType: \"pairwise\"")
			if uri := m.Config["sectorIdentifierUri"]; uri != "" {
				r.field("sector: %s", quote(uri))
			}
		}
	}
	if a["pkce.code.challenge.method"] == "S256" {
		r.field("pkce: true")
	}
	if is("require.pushed.authorization.requests") {
		r.field("par: true")
	}
	back, front := is("backchannel.logout.session.required"), is("frontchannel.logout.session.required")
	if back || front {
		r.field("logout: {backChannel: %t, frontChannel: %t, sessionRequired: true}", back, front)
	}
}

// clientTokens writes what is special in the tokens of a client.
func (i *importer) clientTokens(r *record, c *keycloak.Client) {
	s := keycloak.SettingsOf(i.realm, c, i.version)
	realm := keycloak.SettingsOf(i.realm, &keycloak.Client{Attributes: map[string]string{}}, i.version)
	name := accessToken
	if s.Lightweight {
		name = lightToken
	}
	var access, id []string
	if s.AccessLifespan != realm.AccessLifespan {
		access = append(access, "lifetime: "+duration(s.AccessLifespan))
		id = append(id, "lifetime: "+duration(s.AccessLifespan))
	}
	if s.AccessAlg != realm.AccessAlg || s.AccessHeader != realm.AccessHeader {
		access = append(access, "#header: "+headerText(s.AccessAlg, s.AccessHeader))
	}
	if s.IDAlg != realm.IDAlg {
		id = append(id, "#header: "+headerText(s.IDAlg, "JWT"))
	}
	if s.IDEncAlg != "" {
		id = append(id, fmt.Sprintf("encryption: {alg: [%s], enc: [%s]}", quote(s.IDEncAlg), quote(s.IDEncEnc)))
	}
	if bound := boundBy(s); len(bound) > 0 {
		access = append(access, "senderConstraint: "+quotes(bound))
	}
	if len(access) > 0 || i.light {
		r.field("tokens: %s: {%s}", name, strings.Join(access, ", "))
	}
	if len(id) > 0 {
		r.field("tokens: id_token: {%s}", strings.Join(id, ", "))
	}
	if s.UserInfoAlg != "" {
		i.lose("userinfo", "clients."+c.ClientID, c.At, []export.Effect{{Client: c.ClientID, Token: userinfo, Claim: "iss", Change: export.Extra}},
			"userinfo of client %s is a JWT", c.ClientID)
	}
}

func boundBy(s keycloak.Settings) []string {
	var out []string
	if s.DPoP {
		out = append(out, "dpop")
	}
	if s.MTLS {
		out = append(out, "mtls")
	}
	return out
}

// clientLabels keep what the language has no words for.
func clientLabels(c *keycloak.Client) []string {
	var labels []string
	if slices.Contains(reservedClients(), c.ClientID) {
		labels = append(labels, quote(LabelPrefix+"builtin")+`: "true"`)
	}
	for _, key := range settingsWithoutWords() {
		if v, ok := c.Attributes[key]; ok {
			labels = append(labels, quote(LabelPrefix+"attribute/"+key)+": "+quote(v))
		}
	}
	if !c.FullScope {
		labels = append(labels, quote(LabelPrefix+"fullScopeAllowed")+`: "false"`)
	}
	return labels
}

// settingsWithoutWords are attributes of clients that decide on tokens and that the
// language has no words for: labels keep them.
func settingsWithoutWords() []string {
	return []string{
		"client_credentials.use_refresh_token", "token.response.type.bearer.lower-case", "user.info.response.signature.alg",
		"user.info.encrypted.response.alg", "user.info.encrypted.response.enc", "allow.token.introspection.without.audience.check",
		"allow.userinfo.with.lightweight.access.token", "default.acr.values", "minimum.acr.value", "acr.loa.map", "client.session.max.lifespan",
	}
}
