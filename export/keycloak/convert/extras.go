package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/schema"
)

// extras lists the claims that Keycloak writes by itself and the contract does not
// place.
func (e *exporter) extras() {
	for _, t := range e.c.Tokens {
		if t.Retired != nil {
			continue
		}
		found := map[string][]string{} // clients by claim
		holders := e.holders(t)
		for _, c := range holders {
			for _, name := range e.unplaced(c, t) {
				found[name] = append(found[name], c.Name)
			}
		}
		var effects []export.Effect
		for _, name := range sortedKeys(found) {
			if len(found[name]) == len(holders) {
				effects = append(effects, export.Effect{Token: t.Name, Claim: name, Change: export.Extra})
				continue
			}
			for _, c := range found[name] {
				effects = append(effects, export.Effect{Client: c, Token: t.Name, Claim: name, Change: export.Extra})
			}
		}
		if len(effects) > 0 {
			e.lose("closed-world", t.Path, t.At(), effects, "Keycloak also writes %s", strings.Join(sortedKeys(found), ", "))
		}
	}
}

// unplaced asks the evaluator what Keycloak itself writes into a client's token.
func (e *exporter) unplaced(c *schema.Client, t *schema.Token) []string {
	on := e.Surface(c, t)
	if on == 0 {
		return nil
	}
	placed := map[string]bool{}
	for _, claim := range e.is.ClaimsIn(c, t) {
		placed[claim.Name] = e.is.MayGet(c, t, claim)
	}
	var out []string
	for _, grant := range evaluated(e.Realm.Client(c.Name)) {
		req := keycloak.Request{Client: c.Name, Grant: grant, Nonce: true, Scopes: []string{"openid"}}
		if grant == keycloak.ClientCredentials {
			req.Nonce, req.Scopes = false, nil
		}
		res, err := keycloak.Evaluate(e.Realm, req)
		if err != nil {
			continue // Keycloak refuses: there is no token
		}
		for _, claim := range res.On(on).Claims {
			byServer := slices.ContainsFunc(claim.Origins, func(o keycloak.Origin) bool { return o.Rule.Mapper == nil })
			if name := claim.Path[0]; byServer && !placed[name] && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// evaluated are the grants of a client that the evaluator knows. Others yield what
// the code flow yields.
func evaluated(c *keycloak.Client) []keycloak.Grant {
	var out []keycloak.Grant
	if c.ServiceAccounts {
		out = append(out, keycloak.ClientCredentials)
	}
	if c.StandardFlow {
		out = append(out, keycloak.AuthorizationCode)
	}
	if c.DirectAccess {
		out = append(out, keycloak.Password)
	}
	return out
}
