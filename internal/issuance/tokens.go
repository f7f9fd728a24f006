package issuance

import (
	"slices"

	"tokenctl.dev/schema"
)

// Grant types that decide which kinds of tokens there are (RFC 6749, RFC 8693).
const (
	grantAuthorizationCode = "authorization_code"
	grantClientCredentials = "client_credentials"
	grantImplicit          = "implicit"
	grantRefresh           = "refresh_token"
	grantTokenExchange     = "urn:ietf:params:oauth:grant-type:token-exchange"
)

// A Situation is a smallest grant by which a client obtains a token: nothing that
// is granted could be left out.
type Situation struct {
	Client   *schema.Client
	Token    *schema.Token
	Grant    string
	Scopes   ScopeSet
	Levels   []schema.Level
	Resource *schema.Resource // that the token is for; nil: none in particular

	mode    mode
	only    bool // no other scopes are granted than these and may, see Told
	may     ScopeSet
	reached []schema.Level       // no higher levels are, on these scales
	details []*schema.DetailType // that are granted too, for an embedded token
	targets []*schema.Resource   // that the token is for too, for an embedded token
}

// gets says whether the client can obtain a token of this profile by the grant,
// scopes aside.
func (is *Issuance) gets(v *view, t *schema.Token, grant string) bool {
	switch {
	case t.Retired != nil || v.client.Retired != nil:
		return false
	case !is.chosen(v.client, t):
		return false
	case len(t.Grants) > 0 && !slices.Contains(t.Grants, grant):
		return false
	case !v.allows(t, grant):
		return false
	case t.Mirrors != nil:
		return is.gets(v, t.Mirrors, grant)
	case len(t.Of) > 0:
		return slices.ContainsFunc(t.Of, func(of *schema.Token) bool { return is.gets(v, of, grant) })
	}
	return true
}

// chosen says whether the client gets this profile: it gets every one, but where
// a kind has several, those that it names, if it names any.
func (is *Issuance) chosen(c *schema.Client, t *schema.Token) bool {
	if is.profiles[t.Kind] < 2 {
		return true
	}
	named := false
	for _, ct := range c.Tokens {
		if ct.Token == t {
			return true
		}
		named = named || ct.Token.Kind == t.Kind
	}
	return !named
}

// allows says whether the grant gives a token of that kind.
func (v *view) allows(t *schema.Token, grant string) bool {
	switch t.Kind {
	case schema.KindEmbedded:
		return false // it comes inside another token, see inside
	case schema.KindID, schema.KindUserinfo:
		if grant == grantClientCredentials {
			return false // there is no user (RFC 6749, 4.4)
		}
	case schema.KindRefresh:
		if grant == grantClientCredentials || grant == grantImplicit || len(v.client.Grants) > 0 && !slices.Contains(v.client.Grants, grantRefresh) {
			return false // RFC 6749, 4.2.2 and 4.4.3
		}
	case schema.KindLogout:
		if l := v.client.Logout; grant == grantClientCredentials || l != nil && !l.BackChannel {
			return false
		}
	}
	if grant != grantTokenExchange || len(v.client.Exchanges) == 0 {
		return true
	}
	for _, e := range v.client.Exchanges {
		if slices.Contains(e.Into, t) {
			return true
		}
	}
	return t.Kind == schema.KindResponse || t.Kind == schema.KindIntrospection
}

// requires gives the scopes without which the token is not issued.
func requires(t *schema.Token) []*schema.Scope {
	if t.Mirrors == nil {
		return t.Requires
	}
	return slices.Concat(t.Requires, requires(t.Mirrors))
}

// Situations gives the smallest grants by which the client obtains the token with
// these scopes.
func (is *Issuance) Situations(c *schema.Client, t *schema.Token, scopes ...*schema.Scope) []Situation {
	v := is.views[c]
	wanted := slices.Concat(requires(t), scopes)
	if t.Kind == schema.KindEmbedded {
		return v.joined(v.inside[t], wanted)
	}
	var out []Situation
	for _, m := range v.modes {
		if !is.gets(v, t, m.grant) {
			continue
		}
		for _, set := range v.smallest(m, wanted...) {
			out = append(out, Situation{Client: c, Token: t, Grant: m.grant, Scopes: set, Levels: v.levels(set), mode: m})
		}
	}
	return out
}

// Claim says whether a claim is in the token: surely or perhaps, with what can be
// granted beside the situation's scopes.
func (is *Issuance) claim(s Situation, claim *schema.Claim) certainty {
	out := no
	for _, w := range is.Ways(s.Client, s.Token, claim) {
		out = max(out, is.way(s, w))
		if out == surely {
			break
		}
	}
	return out
}

func (is *Issuance) way(s Situation, w Way) certainty {
	out := w.counts(s.Grant, s.Levels)
	switch {
	case out == no:
	case s.falls(w.Placement.Assurance):
		out = no
	case w.Scope != nil && !s.Scopes.Has(w.Scope):
		if out = no; is.obtains(s, w.Scope) {
			out = perhaps
		}
	case w.Detail != nil && !slices.Contains(s.details, w.Detail):
		if out = no; slices.Contains(s.Client.AuthorizationDetails, w.Detail) && eligible(&w.Detail.Grantable, s.mode) {
			out = perhaps
		}
	case w.Resource != nil && w.Resource != s.Resource && !slices.Contains(s.targets, w.Resource):
		if out = no; is.targets(s, w.Resource) {
			out = perhaps
		}
	}
	return out
}

// obtains says whether the client can be granted a scope beside those of the
// situation.
func (is *Issuance) obtains(s Situation, scope *schema.Scope) bool {
	if s.only && !s.may.Has(scope) {
		return s.Scopes.Has(scope)
	}
	v := is.views[s.Client]
	return slices.ContainsFunc(v.join(s.mode, []ScopeSet{s.Scopes}, []*schema.Scope{scope}), func(set ScopeSet) bool {
		return len(s.reached) == 0 || !s.falls(v.levels(set))
	})
}

// targets says whether the token can be for the resource as well.
func (is *Issuance) targets(s Situation, r *schema.Resource) bool {
	return slices.Contains(s.Client.Resources, r) || !is.aims ||
		slices.ContainsFunc(is.aimed[r], func(scope *schema.Scope) bool { return is.obtains(s, scope) })
}

// MayGet says whether the client can get a token of this profile that has the
// claim.
func (is *Issuance) MayGet(c *schema.Client, t *schema.Token, claim *schema.Claim) bool {
	return slices.ContainsFunc(is.Situations(c, t), func(s Situation) bool { return is.claim(s, claim) != no })
}
