package issuance

import (
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

// A sight is whether somebody can read something, and what keeps that undecided.
type sight struct {
	reads bool
	doubt string
}

// or gives the better of two sights: the one that is less in doubt.
func (s sight) or(t sight) sight {
	if s.reads && (s.doubt == "" || !t.reads) {
		return s
	}
	return t
}

// holders says whether the client, and the browser, can read the claim of a flow.
// What is in an embedded token is read by whoever can read a claim that carries
// it.
func (is *Issuance) holders(f Flow, circle ...*schema.Token) (client, browser sight) {
	if f.Token.Kind != schema.KindEmbedded {
		client = holds(f)
		return client, passesBrowser(f, client)
	}
	circle = append(circle, f.Token)
	for _, t := range is.Contract.Tokens {
		for _, claim := range is.embedding[f.Token] {
			carries := func(s Situation) bool { return s.Grant == f.Grant && is.claim(s, claim) != no }
			if slices.Contains(circle, t) || !slices.ContainsFunc(is.Situations(f.Client, t), carries) {
				continue
			}
			c, b := is.holders(Flow{Client: f.Client, Grant: f.Grant, Token: t, Claim: claim}, circle...)
			client, browser = client.or(c), browser.or(b)
		}
	}
	return client, browser
}

// holds says whether a client can read the claim of a flow in the token that it
// holds.
func holds(f Flow) sight {
	out := sight{reads: readable(FormatFor(f.Client, f.Token), false, f.Token, f.Claim)}
	if slices.ContainsFunc(f.Client.Accepts, func(a *schema.Accept) bool { return a.Token == f.Token }) {
		return out
	}
	switch {
	case f.Token.Kind == schema.KindIntrospection:
		out.doubt = "whether a client may ask introspection itself is not in the contract (RFC 7662, 2.1)"
	case f.Token.Kind == schema.KindAccess && f.Token.Encryption != nil:
		out.doubt = "whom an encrypted access token is for is not in the contract"
	}
	return out
}

// passesBrowser says whether what a client can read passes the browser: since the
// client runs there, since the token comes through the front channel, or since it
// travels in a cookie.
func passesBrowser(f Flow, client sight) sight {
	c := f.Client
	switch {
	case !client.reads || f.Grant == grantClientCredentials:
		return sight{}
	case c.Platform == "spa" || frontChannel(f):
		return client
	case slices.ContainsFunc(c.Tokens, func(ct *schema.ClientToken) bool { return ct.Token == f.Token && ct.CarriedIn == "cookie" }):
		return client
	case c.Platform != "" || c.Type == "confidential":
		return sight{}
	case f.Token.Kind == schema.KindIntrospection || f.Token.Kind == schema.KindLogout || f.Token.Kind == schema.KindEvent:
		return sight{} // it does not come by the client's own requests
	}
	return sight{true, "whether the client runs in a browser is not in the contract: it states no platform"}
}

// frontChannel says whether the token comes in a redirect (RFC 6749, 4.2; OpenID
// Connect Core 1.0, 3.2 and 3.3).
func frontChannel(f Flow) bool {
	word := map[string]string{schema.KindID: "id_token", schema.KindAccess: "token"}[f.Token.Kind]
	if word == "" || f.Token.Encryption != nil {
		return false
	}
	return f.Grant == grantImplicit || f.Grant == grantAuthorizationCode && slices.ContainsFunc(f.Client.ResponseTypes, func(types string) bool {
		return slices.Contains(strings.Fields(types), word)
	})
}

// readable says whether a claim can be read in a token of this format: outside,
// or behind the gateway that opens it.
func readable(format string, inside bool, t *schema.Token, claim *schema.Claim) bool {
	switch format {
	case schema.FormatJWT, schema.FormatJSON:
		return true
	case schema.FormatPhantom, schema.FormatSplit:
		return inside
	case schema.FormatWrapper:
		return slices.ContainsFunc(t.Outer, func(p *schema.Placement) bool { return p.Claim == claim && p.Presence != schema.Never })
	}
	return false
}
