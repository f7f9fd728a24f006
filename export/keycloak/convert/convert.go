// Package convert turns token contracts into Keycloak realms.
//
// Export writes what the contract says as client scopes, protocol mappers and
// settings of clients, and lists as losses what Keycloak cannot express. Which
// claims differ in the tokens because of a loss is data (export.Effect): what the
// realm yields is what internal/issuance says, but for these effects. Tests hold
// Export to that with the evaluator of package keycloak for every contract, and with
// a real server for some.
//
// A client scope of the realm is a scope of the contract. What tokens contain
// whatever is granted is in hidden scopes that clients have by default, as in
// Keycloak's own scope basic; what one client gets is in its own mappers. Nothing
// relies on the scopes that Keycloak makes for realms that come without any.
package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// Exported is a contract as a realm.
type Exported struct {
	Realm  *keycloak.Realm
	Losses []export.Loss

	is      *issuance.Issuance
	options Options
	server  map[keycloak.Surface][]string // what Keycloak writes by itself
}

// ByServer says whether Keycloak itself writes a claim on a surface.
func (e *Exported) ByServer(on keycloak.Surface, claim string) bool {
	return slices.Contains(e.server[on], claim)
}

// Options differ between the files that a realm is written to.
type Options struct {
	// Salt stands for the secret that pairwise subjects are made with.
	Salt string
}

// exporter builds a realm.
type exporter struct {
	*Exported
	c      *schema.Contract
	own    map[*schema.Client]*container
	refuse []schema.Problem

	// ever is server with what Keycloak writes by some grants only.
	ever     map[keycloak.Surface][]string
	promised map[*schema.Claim]bool // claims whose presence is already said to be lost
}

// Export turns a contract into a realm. The error is an *export.Refusal if the
// contract uses names that mean something else in Keycloak.
func Export(is *issuance.Issuance, options Options) (*Exported, error) {
	c := is.Contract
	e := &exporter{
		Exported: &Exported{is: is, options: options, Realm: newRealm(c)},
		c:        c, own: map[*schema.Client]*container{}, promised: map[*schema.Claim]bool{},
	}
	for _, cl := range c.Clients {
		e.own[cl] = &container{}
	}
	if v, err := keycloak.ParseVersion(c.Issuer.Labels[LabelPrefix+"version"]); err == nil {
		e.Realm.Version = v // the contract is that of an older realm
	}
	e.server, e.ever = serverClaims(e.Realm.Version)
	e.names()
	if len(e.refuse) > 0 {
		return nil, &export.Refusal{Target: "keycloak", Problems: e.refuse}
	}
	e.lifetimes()
	e.levels()
	e.scopes()
	for _, cl := range c.Clients {
		if cl.Retired == nil {
			e.client(cl)
		}
	}
	e.hidden()
	e.finish()
	e.lost()
	e.extras()
	e.Losses = export.Merged(e.Losses)
	return e.Exported, nil
}

func newRealm(c *schema.Contract) *keycloak.Realm {
	everybody := "default-roles-" + strings.ToLower(c.Name)
	return &keycloak.Realm{
		DefaultRole: everybody, Roles: []keycloak.Role{{Name: everybody}},
		Name: c.Name, Version: keycloak.Latest(),
		AccessTokenLifespan: 300, ImplicitAccessTokenLifespan: 900, SessionIdle: 1800, SessionMax: 36000,
		DefaultSignatureAlgorithm: "RS256", Attributes: map[string]string{},
		DefaultScopes: []string{}, OptionalScopes: []string{},
	}
}

// serverClaims asks the evaluator what tokens of a realm without any mapper contain:
// by the code flow, and by any grant.
func serverClaims(v keycloak.Version) (code, ever map[keycloak.Surface][]string) {
	c := &keycloak.Client{ClientID: "c", Protocol: "openid-connect", Enabled: true, StandardFlow: true, DirectAccess: true, ServiceAccounts: true}
	r := newRealm(&schema.Contract{Name: "r"})
	r.Clients = []*keycloak.Client{c}
	code, ever = map[keycloak.Surface][]string{}, map[keycloak.Surface][]string{}
	for _, t := range trials(c, v) {
		for _, t.req.Lightweight = range []bool{false, true} {
			res, err := keycloak.Evaluate(r, t.req)
			if err != nil {
				panic(err) // the realm is a constant
			}
			for _, s := range res.Surfaces {
				for _, claim := range s.Claims {
					ever[s.Surface] = with(ever[s.Surface], claim.Path[0])
					if t.name == grantCode {
						code[s.Surface] = with(code[s.Surface], claim.Path[0])
					}
				}
			}
		}
	}
	return code, ever
}

func with(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// gets says whether the client can obtain the token at all.
func (e *Exported) gets(c *schema.Client, t *schema.Token) bool {
	return c.Retired == nil && len(e.is.Situations(c, t)) > 0
}

// holders are the clients that can obtain the token.
func (e *Exported) holders(t *schema.Token) []*schema.Client {
	var out []*schema.Client
	for _, c := range e.is.Contract.Clients {
		if e.gets(c, t) {
			out = append(out, c)
		}
	}
	return out
}

// template says whether a scope's name has parameters.
func template(name string) bool { return strings.Contains(name, "{") }
