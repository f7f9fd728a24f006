package convert

import (
	"fmt"
	"strconv"
	"strings"

	"tokenctl.dev/schema"
)

func (i *importer) tokensFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + i.users() + "tokens: {\n")
	token := func(name string, fields ...string) {
		fmt.Fprintf(&b, "\t%s: {\n", name)
		for _, f := range fields {
			if f != "" {
				fmt.Fprintf(&b, "\t\t%s\n", f)
			}
		}
		if claims := i.base.tokens[name]; len(claims) > 0 {
			b.WriteString("\t\t// What Keycloak writes without any mapper.\n\t\tclaims: {\n")
			for _, claim := range sortedKeys(claims) {
				fmt.Fprintf(&b, "\t\t\t%s\n", i.placement(claim, claims[claim]))
			}
			b.WriteString("\t\t}\n")
		}
		b.WriteString("\t}\n")
	}
	life := duration(min(i.realm.AccessTokenLifespan, i.realm.SessionMax))
	alg := "#header: " + headerText(i.realm.DefaultSignatureAlgorithm, "JWT")
	token(idToken, `kind: "id"`, "lifetime: "+life, alg)
	token(userinfo, `kind: "userinfo"`)
	token(accessToken, `kind: "access"`, "lifetime: "+life, alg)
	of := []string{accessToken}
	if i.light {
		token(lightToken, `kind: "access"`, `description: "Thin access tokens, for the clients that are set to get them"`,
			"lifetime: "+life, alg, `labels: "`+LabelPrefix+`lightweight": "true"`)
		of = append(of, lightToken)
	}
	token(introspection, `kind: "introspection"`, "of: "+quotes(of))
	token("refresh_token", `kind: "refresh"`, "lifetime: "+duration(i.realm.SessionMax), "idleLifetime: "+duration(min(i.realm.SessionIdle, i.realm.SessionMax)),
		"rotation: "+strconv.FormatBool(i.realm.RevokeRefreshToken))
	if i.response {
		token(tokenResponse, `kind: "response"`)
	}
	return b.String() + "}\n"
}

// users is a hidden field for what is there only with a user; "" where every token
// is.
func (i *importer) users() string {
	list := i.userGrants()
	if len(list) == 0 {
		return ""
	}
	return "// Only where a user is there: service accounts have no session.\n_user: grants: " + quotes(list) + "\n\n"
}

// userGrants are the grants of the realm's clients that come with a user.
func (i *importer) userGrants() []string {
	list, _ := i.used([]string{grantCode, grantRefresh, "password"})
	return list
}

func headerText(alg, typ string) string {
	if alg == "" {
		alg = "RS256"
	}
	return fmt.Sprintf("{alg: %s, typ: %s, kid: string}", quote(alg), quote(typ))
}

func duration(seconds int) string { return quote(schema.Seconds(int64(seconds)).String()) }
