package converttest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/schema"
)

// Answer is what a surface shows: claims, or why there are none. A claim may be a
// keycloak.Unknown, keycloak.OneOf or keycloak.Set, where the evaluator says so.
type Answer struct {
	Claims map[string]any
	Header map[string]any // of a token, if it is known
	Err    error
}

// Tally counts what was compared.
type Tally struct {
	Requests, Tokens, Claims int
	Absent                   int // tokens that should not be issued, and are not
	Surfaces                 map[keycloak.Surface]int
	Lost                     map[string]bool // effects of losses that were seen
	Mismatches               []string
}

// NewTally is an empty one.
func NewTally() *Tally {
	return &Tally{Surfaces: map[keycloak.Surface]int{}, Lost: map[string]bool{}}
}

// errNothing says that nothing was answered, and nobody said why.
var errNothing = errors.New("no answer")

// comparison is of one token of one request.
type comparison struct {
	*Subject
	tally *Tally
	req   Request
	grant string
	token *schema.Token
}

// Compare compares the answers to a request, by surface, with the contract. grant is
// the one that the tokens come by: refresh_token for refreshed ones.
func (s *Subject) Compare(tally *Tally, r Request, grant string, answers map[keycloak.Surface]Answer) {
	tally.Requests++
	for _, t := range s.Is.Contract.Tokens {
		on := s.Surface(r.Client, t)
		if on == 0 || t.Retired != nil {
			continue
		}
		c := &comparison{s, tally, r, grant, t}
		answer, asked := answers[on]
		there := asked && answer.Err == nil
		switch want := s.issued(r, grant, t); {
		case there && !want && (c.another() || c.token.Kind == schema.KindResponse):
			// The surface shows a token of another profile, or the response to
			// another grant, of which the contract says nothing.
		case there && !want && c.profile():
			c.differs("", export.Extra, "is issued, and the contract does not issue it")
		case !there && want:
			c.differs("", export.Missing, "is not issued: %v", cmp.Or(answer.Err, answers[keycloak.TokenResponse].Err, errNothing))
		case there:
			tally.Tokens++
			tally.Surfaces[on]++
			c.claims(answer)
			c.outside(answers)
		default:
			tally.Absent++
		}
	}
}

// profile says whether the client gets tokens of this profile by any request: else
// the surface shows another one.
func (c *comparison) profile() bool { return len(c.Is.Situations(c.req.Client, c.token)) > 0 }

// another says whether the contract issues a token of another profile on the surface.
func (c *comparison) another() bool {
	return slices.ContainsFunc(c.Is.Contract.Tokens, func(o *schema.Token) bool {
		return o != c.token && o.Kind == c.token.Kind && c.issued(c.req, c.grant, o)
	})
}

func (c *comparison) miss(claim, format string, args ...any) {
	if claim != "" {
		claim = "." + claim
	}
	text := fmt.Sprintf("%s, %s: %s%s: %s", c.req, c.grant, c.token.Name, claim, fmt.Sprintf(format, args...))
	c.tally.Mismatches = append(c.tally.Mismatches, text)
}

// differs reports a difference unless a loss declares it.
func (c *comparison) differs(claim string, change export.Change, format string, args ...any) {
	if export.Allows(c.Losses, c.req.Client.Name, c.token.Name, claim, change) {
		c.tally.Lost[fmt.Sprintf("%s.%s %s", c.token.Name, claim, change)] = true
		return
	}
	c.miss(claim, format, args...)
}

func (c *comparison) claims(a Answer) {
	placed := map[string]bool{}
	for _, claim := range c.Is.ClaimsIn(c.req.Client, c.token) {
		placed[claim.Name] = true
		value, there := a.Claims[claim.Name]
		if there = there && value != (keycloak.Absent{}); claim.Name == "aud" && (c.token.Kind == schema.KindAccess || c.token.Kind == schema.KindIntrospection) {
			c.audiences(value, there)
			continue
		}
		c.tally.Claims++
		want, certain := c.expected(c.req, c.grant, c.token, claim)
		switch {
		case want && !there && certain && !mayBeAbsent(value):
			c.differs(claim.Name, export.Missing, "is absent")
		case !want && there && !mayBeAbsent(value):
			c.differs(claim.Name, export.Extra, "is there: %v", value)
		case there:
			c.value(claim, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Claims)) {
		if v := a.Claims[name]; !placed[name] && v != (keycloak.Absent{}) && !mayBeAbsent(v) {
			c.tally.Claims++
			c.differs(name, export.Extra, "is there, and the contract does not place it")
		}
	}
	c.header(a.Header)
	c.lifetime(a.Claims)
}

// outside checks that whoever holds an access token that the contract hides sees
// nothing in it but what Keycloak always writes and what the contract shows.
func (c *comparison) outside(answers map[keycloak.Surface]Answer) {
	if on := c.Surface(c.req.Client, c.token); c.token.Kind != schema.KindAccess || on == keycloak.AccessToken || on == keycloak.LightweightAccessToken {
		return
	}
	for _, on := range []keycloak.Surface{keycloak.AccessToken, keycloak.LightweightAccessToken} {
		for _, name := range slices.Sorted(maps.Keys(answers[on].Claims)) {
			shown := slices.ContainsFunc(c.token.Outer, func(p *schema.Placement) bool { return p.Claim.Name == name })
			v := answers[on].Claims[name]
			if !shown && !c.ByServer(keycloak.LightweightAccessToken, name) && v != (keycloak.Absent{}) && !mayBeAbsent(v) {
				c.differs(name, export.Extra, "shows outside of the token")
			}
		}
	}
}
