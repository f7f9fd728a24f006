package issuance

import (
	"fmt"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/schema"
)

// A claim may be absent since the user refuses its scope, or since a refresh asks
// for fewer scopes than were granted (RFC 6749, 3.3 and 6).
func TestWaysToBeAbsent(t *testing.T) {
	c := given.Text(t, `
claims: {name: {}, email: {}, locale: {}}
tokens: access_token: kind: "access"
scopes: {
	asked: {consent: true, releases: access_token: email: {}}
	fixed: releases: access_token: name: {}
	more: releases: access_token: locale: {grants: ["authorization_code", "refresh_token"]}
}
_some: {grants: ["authorization_code", "refresh_token"], scopes: {asked: always: true, fixed: always: true, more: {}}}
clients: {refusable: _some, skipped: {_some, consent: "skipped"}}
`)
	is := Of(c)
	for _, want := range []struct {
		client, claim string
		presence      schema.Presence
	}{
		{"refusable", "name", schema.Always}, {"refusable", "email", schema.Sometimes}, {"refusable", "locale", schema.Sometimes},
		{"skipped", "name", schema.Always}, {"skipped", "email", schema.Always}, {"skipped", "locale", schema.Sometimes},
	} {
		flows := is.FlowsOf(c.Client(want.client), c.Token("access_token"), c.Claim(want.claim))
		if len(flows) != 2 || flows[1].Grant != grantRefresh {
			t.Errorf("%s gets %s by %v, want a flow by each grant type", want.client, want.claim, inWords(flows))
		}
		for _, f := range flows {
			if f.Presence != want.presence {
				t.Errorf("%s gets %s %s by %s, want %s", want.client, want.claim, f.Presence, f.Grant, want.presence)
			}
		}
	}
}

// Where there are more choices than are kept apart, the scopes of a route are
// said to be the least, and no more.
func TestMoreChoicesThanAreKept(t *testing.T) {
	for _, n := range []int{3, maxAlternatives + 2} {
		var scopes, named strings.Builder
		for i := range n {
			fmt.Fprintf(&scopes, "\ts%d: implies: [\"inner\"]\n", i)
			fmt.Fprintf(&named, "s%d: {}, ", i)
		}
		c := given.Text(t, fmt.Sprintf("claims: name: {}\ntokens: access_token: kind: \"access\"\nscopes: {\n\tinner: releases: access_token: name: {}\n%s}\nclients: web: scopes: {%s}\n", &scopes, &named))
		for _, f := range Of(c).FlowsOf(c.Client("web"), c.Token("access_token"), c.Claim("name")) {
			r := f.Routes[0]
			if want := n > maxAlternatives; r.AtLeast != want || !want && len(r.Scopes) != n {
				t.Errorf("%d scopes imply the one that releases it: at least %v, %d choices", n, r.AtLeast, len(r.Scopes))
			}
		}
	}
}
