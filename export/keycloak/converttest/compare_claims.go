package converttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

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
