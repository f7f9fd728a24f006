package audit

import (
	"fmt"
	"slices"

	"tokenctl.dev/schema"
)

// blocks says why no addition lets the claim come. It is empty if nothing in the
// contract puts the claim into the token.
func (s *search) blocks() []string {
	c := s.with(s.additions(true))
	var out []string
	add := func(format string, args ...any) {
		if why := fmt.Sprintf(format, args...); !slices.Contains(out, why) {
			out = append(out, why)
		}
	}
	for t := s.token; t != nil; t = t.Mirrors {
		for p := range s.is.Contract.Placements() {
			if p.Token == t && p.Claim == s.claim && p.Presence == schema.Never {
				add("%s promises that it is never there (%s)", t.Name, p.At())
			}
		}
	}
	supposed := s.is.Suppose(c)
	for _, w := range supposed.Ways(c, s.token, s.claim) {
		if w.Placement.Presence == schema.Never {
			continue
		}
		switch {
		case s.token.Retired != nil:
			add("token %s is retired", s.token.Name)
		case s.client.Retired != nil:
			add("client %s is retired", s.client.Name)
		case w.Scope != nil:
			add("scope %s releases it, and %s", w.Scope.Name, s.unfit(&w.Scope.Grantable, "scope"))
		case w.Detail != nil:
			add("authorization detail %s releases it, and %s", w.Detail.Name, s.unfit(&w.Detail.Grantable, "detail"))
		default:
			add("the client gets no %s token by any grant type", s.token.Name)
		}
	}
	return out
}

// unfit says why a scope or authorization detail that the client may name does
// not bring the claim.
func (s *search) unfit(g *schema.Grantable, noun string) string {
	switch {
	case g.Retired != nil:
		return "is retired"
	case g.Party != "" && s.client.Party != "" && g.Party != s.client.Party:
		return fmt.Sprintf("is for %s parties, which the client is not", g.Party)
	}
	return fmt.Sprintf("the %s cannot be granted together with what the token and the client need", noun)
}
