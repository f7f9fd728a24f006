package convert

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
)

func (i *importer) clientsFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + "clients: {\n")
	for _, c := range i.clients {
		i.client(&b, c, i.parts["client/"+c.ClientID])
	}
	if len(i.clients) == 0 {
		return ""
	}
	return b.String() + "}\n"
}

func (i *importer) client(b *strings.Builder, c *keycloak.Client, p *part) {
	fmt.Fprintf(b, "\t%s: {\n", key(c.ClientID))
	field := func(format string, args ...any) { fmt.Fprintf(b, "\t\t"+format+"\n", args...) }
	if text := oneOf(c.Description, c.Name); text != "" && !strings.HasPrefix(text, "${") {
		field("description: %s", quote(text))
	}
	if c.ConsentRequired {
		field("// A guess: its users are asked for consent.\n\t\tparty: \"third\"")
	} else {
		field("// Party: not in the realm. Its users are not asked for consent, so perhaps \"first\".\n\t\tconsent: \"skipped\"")
	}
	clientType := "confidential"
	if c.Public {
		clientType = "public"
	}
	field("type: %s", quote(clientType))
	if method := authMethod(c); method != "" {
		field("authMethod: %s", quote(method))
	}
	field("grants: %s", quotes(grantsOf(c)))
	i.clientSettings(field, c)
	labels := keptLabel(p)
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
	if len(labels) > 0 {
		field("labels: {%s}", strings.Join(labels, ", "))
	}
	field("scopes: {")
	field("\topenid: {}")
	for _, name := range slices.Sorted(slices.Values(c.DefaultScopes)) {
		if i.parts["scope/"+name] != nil {
			field("\t%s: always: true", key(name))
		}
	}
	for _, name := range slices.Sorted(slices.Values(c.OptionalScopes)) {
		if i.parts["scope/"+name] != nil {
			field("\t%s: {}", key(name))
		}
	}
	field("}")
	if len(p.audiences) > 0 {
		field("resources: %s", quotes(compact(p.audiences)))
	}
	if len(p.tokens) > 0 {
		fmt.Fprintf(b, "\t\treleases: {\n%s\t\t}\n", i.releases(p, "\t\t\t"))
	}
	b.WriteString("\t}\n")
}

// grantsOf are the grant types of a client, in words of the language.
func grantsOf(c *keycloak.Client) []string {
	out := []string{}
	add := func(yes bool, grant string) {
		if yes {
			out = append(out, grant)
		}
	}
	on := func(key string) bool { return strings.EqualFold(c.Attributes[key], "true") }
	add(c.StandardFlow, grantCode)
	add(c.ImplicitFlow, "implicit")
	add(c.DirectAccess, "password")
	refresh := c.Attributes["use.refresh.tokens"]
	add((c.StandardFlow || c.DirectAccess) && (refresh == "" || strings.EqualFold(refresh, "true")), grantRefresh)
	add(c.ServiceAccounts && !c.Public, grantService)
	add(on("oauth2.device.authorization.grant.enabled"), grantDevice)
	add(on("oidc.ciba.grant.enabled"), grantCIBA)
	add(on("standard.token.exchange.enabled"), grantExchange)
	return out
}

func authMethod(c *keycloak.Client) string {
	switch {
	case c.Public:
		return ""
	case c.Authenticator == "client-jwt":
		return "private_key_jwt"
	case c.Authenticator == "client-secret-jwt":
		return "client_secret_jwt"
	case c.Authenticator == "client-x509":
		return "tls_client_auth"
	}
	return ""
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

func (i *importer) clientSettings(field func(string, ...any), c *keycloak.Client) {
	a := c.Attributes
	is := func(key string) bool { return strings.EqualFold(a[key], "true") }
	for _, m := range c.Mappers {
		if m.Kind == "oidc-sha256-pairwise-sub-mapper" {
			field("subjectType: \"pairwise\"")
			if uri := m.Config["sectorIdentifierUri"]; uri != "" {
				field("sector: %s", quote(uri))
			}
		}
	}
	if a["pkce.code.challenge.method"] == "S256" {
		field("pkce: true")
	}
	if is("require.pushed.authorization.requests") {
		field("par: true")
	}
	back, front := is("backchannel.logout.session.required"), is("frontchannel.logout.session.required")
	if back || front {
		field("logout: {backChannel: %t, frontChannel: %t, sessionRequired: true}", back, front)
	}
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
	var bound []string
	if s.DPoP {
		bound = append(bound, "dpop")
	}
	if s.MTLS {
		bound = append(bound, "mtls")
	}
	if len(bound) > 0 {
		access = append(access, "senderConstraint: "+quotes(bound))
	}
	if len(access) > 0 || i.light {
		field("tokens: %s: {%s}", name, strings.Join(access, ", "))
	}
	if len(id) > 0 {
		field("tokens: id_token: {%s}", strings.Join(id, ", "))
	}
	if s.UserInfoAlg != "" {
		i.lose("userinfo", "clients."+c.ClientID, c.At, []export.Effect{{Client: c.ClientID, Token: userinfo, Claim: "iss", Change: export.Extra}},
			"userinfo of client %s is a JWT", c.ClientID)
	}
}
