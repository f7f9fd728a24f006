package converttest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
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

// mayBeAbsent says whether the evaluator leaves open whether a claim is there.
func mayBeAbsent(v any) bool {
	list, ok := v.(keycloak.OneOf)
	return ok && slices.Contains(list, any(keycloak.Absent{}))
}

// value checks that a value is one that the contract allows.
func (c *comparison) value(claim *schema.Claim, v any) {
	if claim.Name == "scope" {
		c.scope(v)
		return
	}
	text, known := jsonOf(v)
	if !known {
		return
	}
	if c.Is.Values(c.token, claim).Contains(text) == valueset.No {
		c.differs(claim.Name, export.Value, "is %s, which the contract does not allow", text)
	}
}

// jsonOf is a value as JSON, if it is known.
func jsonOf(v any) (valueset.JSON, bool) {
	if !plain(v) {
		return "", false
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "", false
	}
	return valueset.Compact(data)
}

func plain(v any) bool {
	switch v := v.(type) {
	case nil, string, bool, json.Number, float64:
		return true
	case keycloak.Set:
		return !slices.ContainsFunc(v, func(e any) bool { return !plain(e) })
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !plain(e) })
	case map[string]any:
		for _, e := range v {
			if !plain(e) {
				return false
			}
		}
		return true
	}
	return false
}

// scope checks that the claim scope names what is granted. Hidden scopes are not in
// it.
func (c *comparison) scope(v any) {
	got, ok := v.(string)
	if !ok {
		return
	}
	want := slices.Clone(c.req.Asked)
	for _, cs := range c.req.Client.Scopes {
		if cs.Always && cs.Name != "openid" {
			want = append(want, cs.Name)
		}
	}
	var granted []string
	for s := range c.req.Set {
		if s.Reported && !strings.Contains(s.Name, "{") {
			granted = append(granted, s.Name)
		}
	}
	want = slices.DeleteFunc(want, func(name string) bool {
		s := c.Is.Contract.Scope(name)
		return s != nil && !s.Reported
	})
	for _, list := range []*[]string{&want, &granted} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	is := strings.Fields(got)
	slices.Sort(is)
	if !slices.Equal(is, want) {
		c.miss("scope", "is %q, asked for were %q", is, want)
	}
	if !slices.Equal(is, granted) {
		c.differs("scope", export.Value, "is %q, granted are %q", is, granted)
	}
}

// audiences checks that an access token is for exactly the resources that what is
// granted means something to.
func (c *comparison) audiences(v any, there bool) {
	c.tally.Claims++
	want := c.audience(c.req, c.token)
	if !there {
		if len(want) > 0 {
			c.differs("aud", export.Value, "is absent, not %q", want)
			return
		}
		if !c.Loose {
			c.differs("aud", export.Missing, "is absent")
		}
		return
	}
	var is []string
	switch v := v.(type) {
	case string:
		is = []string{v}
	case []any:
		for _, e := range v {
			is = append(is, fmt.Sprint(e))
		}
	case keycloak.Set:
		for _, e := range v {
			is = append(is, fmt.Sprint(e))
		}
	}
	if slices.Sort(is); !slices.Equal(is, want) {
		c.differs("aud", export.Value, "is %q, not %q", is, want)
	}
}

func (c *comparison) header(h map[string]any) {
	want := c.token.Header
	for _, ct := range c.req.Client.Tokens {
		if ct.Token == c.token && ct.Header != nil {
			want = ct.Header
		}
	}
	if h == nil || want == nil {
		return
	}
	if text, ok := jsonOf(h); ok && want.Contains(text) == valueset.No {
		c.miss("", "has a header with alg %v and typ %v, which the contract does not allow", h["alg"], h["typ"])
	}
}

func (c *comparison) lifetime(claims map[string]any) {
	want := issuance.LifetimeFor(c.req.Client, c.token)
	exp, ok1 := claims["exp"].(json.Number)
	iat, ok2 := claims["iat"].(json.Number)
	if !want.Stated || !ok1 || !ok2 || c.token.Kind == schema.KindResponse {
		return
	}
	to, err1 := exp.Int64()
	from, err2 := iat.Int64()
	// The two times are taken one after the other.
	if is := to - from; err1 != nil || err2 != nil || is < want.Seconds-1 || is > want.Seconds+1 {
		c.differs("exp", export.Value, "the token lives %d s, not %s", is, want)
	}
}
