package convert

import (
	"slices"

	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

const access = keycloak.AccessToken | keycloak.LightweightAccessToken

// Surface is where a client's token of the contract shows in Keycloak; 0 where it
// does not. What is inside a phantom, split or wrapper token is what introspection
// answers, to whoever stands where the gateway does.
func (e *Exported) Surface(c *schema.Client, t *schema.Token) keycloak.Surface {
	switch t.Kind {
	case schema.KindID:
		return keycloak.IDToken
	case schema.KindUserinfo:
		return keycloak.UserInfo
	case schema.KindIntrospection:
		return keycloak.Introspection
	case schema.KindResponse:
		return keycloak.TokenResponse
	case schema.KindAccess:
		switch issuance.FormatFor(c, t) {
		case schema.FormatJWT:
			if thin(t) {
				return keycloak.LightweightAccessToken
			}
			return keycloak.AccessToken
		case schema.FormatPhantom, schema.FormatSplit, schema.FormatWrapper:
			return keycloak.Introspection
		}
	}
	return 0
}

// surfaces is where a mapper writes a claim of the token: for every client that
// gets it, since clients share the mappers of a scope. Which of the two kinds of
// access token a client gets is a setting of the client.
func (e *Exported) surfaces(t *schema.Token, claim *schema.Claim) keycloak.Surface {
	var on keycloak.Surface
	for _, c := range e.holders(t) {
		on |= e.Surface(c, t)
	}
	mirrors := slices.DeleteFunc(e.ofKind(schema.KindIntrospection), func(i *schema.Token) bool { return i.Mirrors != t })
	switch {
	case t.Kind == schema.KindAccess && len(e.ofKind(schema.KindIntrospection)) == 0 && on&keycloak.AccessToken != 0:
		on |= keycloak.Introspection // what a token shows anyway
	case slices.ContainsFunc(mirrors, func(i *schema.Token) bool { return !promisedAway(i, claim) }):
		on |= keycloak.Introspection
	}
	return on
}

// promisedAway says whether a token promises not to have the claim.
func promisedAway(t *schema.Token, claim *schema.Claim) bool {
	return slices.ContainsFunc(t.Claims, func(p *schema.Placement) bool { return p.Claim == claim && p.Presence == schema.Never })
}

func (e *Exported) ofKind(kind string) []*schema.Token {
	var out []*schema.Token
	for _, t := range e.is.Contract.Tokens {
		if t.Kind == kind && t.Retired == nil {
			out = append(out, t)
		}
	}
	return out
}

// of gives the token of a kind that a client gets, or nil. Where it can get several,
// it is the first: see lost.
func (e *Exported) of(c *schema.Client, kind string) *schema.Token {
	for _, t := range e.ofKind(kind) {
		if e.gets(c, t) {
			return t
		}
	}
	return nil
}

// thin says whether a profile is that of the lightweight access tokens of an
// imported realm.
func thin(t *schema.Token) bool { return t.Labels[LabelPrefix+"lightweight"] == "true" }

// lightweight says whether a client's access tokens are to say as little as
// Keycloak can make them.
func (e *Exported) lightweight(c *schema.Client) bool {
	t := e.of(c, schema.KindAccess)
	return t != nil && (issuance.FormatFor(c, t) != schema.FormatJWT || thin(t))
}
