package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/export/keycloak"
)

func (i *importer) clientsFile() string {
	if len(i.clients) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(i.header("") + "clients: {\n")
	for _, c := range i.clients {
		b.WriteString(i.client(c, i.parts["client/"+c.ClientID]))
	}
	return b.String() + "}\n"
}

func (i *importer) client(c *keycloak.Client, p *part) string {
	var r record
	if text := oneOf(c.Description, c.Name); text != "" && !strings.HasPrefix(text, "${") {
		r.field("description: %s", quote(text))
	}
	if c.ConsentRequired {
		r.field("// A guess: its users are asked for consent.\n\t\tparty: \"third\"")
	} else {
		r.field("// Party: not in the realm. Its users are not asked for consent, so perhaps \"first\".\n\t\tconsent: \"skipped\"")
	}
	if c.Public {
		r.field(`type: "public"`)
	} else {
		r.field(`type: "confidential"`)
	}
	if method := authMethod(c); method != "" {
		r.field("authMethod: %s", quote(method))
	}
	r.field("grants: %s", quotes(grantsOf(c)))
	settingsOf(&r, c)
	i.clientTokens(&r, c)
	if labels := append(keptLabel(p), clientLabels(c)...); len(labels) > 0 {
		r.field("labels: {%s}", strings.Join(labels, ", "))
	}
	i.clientScopes(&r, c)
	if len(p.audiences) > 0 {
		r.field("resources: %s", quotes(compact(p.audiences)))
	}
	i.released(&r, p)
	return r.entry(c.ClientID)
}

func (i *importer) clientScopes(r *record, c *keycloak.Client) {
	r.field("scopes: {")
	r.field("\topenid: {}")
	for _, name := range slices.Sorted(slices.Values(c.DefaultScopes)) {
		if i.parts["scope/"+name] != nil {
			r.field("\t%s: always: true", key(name))
		}
	}
	for _, name := range slices.Sorted(slices.Values(c.OptionalScopes)) {
		if i.parts["scope/"+name] != nil {
			r.field("\t%s: {}", key(name))
		}
	}
	r.field("}")
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
