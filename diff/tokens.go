package diff

import (
	"fmt"
	"slices"

	"tokenctl.dev/schema"
)

var (
	tokenAdded = &Kind{
		ID: "token-added", Object: "token", Aspect: "existence", Action: "add", Mirror: "token-removed", Order: "issuer", Since: "0.1.0",
		Summary: "there is a new token profile",
		Why:     "Where a kind has several profiles, clients that name none get every one.",
	}
	tokenRemoved = &Kind{
		ID: "token-removed", Object: "token", Aspect: "existence", Action: "remove", Mirror: "token-added", Order: "consumers", Since: "0.1.0",
		Summary: "a token profile is gone",
		Why:     "Whoever reads it finds nothing.",
	}
	tokenFormatChanged = &Kind{
		ID: "token-format-changed", Object: "token", Aspect: "format", Action: "replace", Mirror: "token-format-changed", Order: "both", Since: "0.1.0",
		Summary: "a token has another format",
		Why:     "The claims stay, who can read them changes: an opaque token tells its holder nothing, a JWT tells him everything.",
	}
	lifetimeIncreased = &Kind{
		ID: "lifetime-increased", Object: "token", Aspect: "lifetime", Action: "increase", Mirror: "lifetime-decreased", Order: "issuer", Since: "0.1.0",
		Summary: "a token is valid for longer",
		Why:     "What it says may be out of date for longer, and a revoked right keeps working until it ends.",
	}
	lifetimeDecreased = &Kind{
		ID: "lifetime-decreased", Object: "token", Aspect: "lifetime", Action: "decrease", Mirror: "lifetime-increased", Order: "issuer", Since: "0.1.0",
		Summary: "a token is valid for a shorter time",
		Why:     "Clients renew more often; work that outlasts the token fails.",
	}
)

func (c *comparer) tokens() {
	for _, p := range pairs(c.old.Tokens, c.new.Tokens, func(t *schema.Token) string { return t.Name }) {
		switch {
		case p.old == nil:
			ch := c.add(tokenAdded, p.new.Path, "token %q (%s) is new", p.new.Name, p.new.Kind)
			ch.between(schema.Range{}, p.new.At()).values("", p.new.Kind).about(placesOf(p.new.Claims)...)
		case p.new == nil:
			ch := c.add(tokenRemoved, p.old.Path, "token %q (%s) is gone", p.old.Name, p.old.Kind)
			ch.between(p.old.At(), c.leftOf("tokens")).values(p.old.Kind, "")
			ch.tokens = []string{p.old.Name}
		case !p.old.Same(&p.new.Node):
			c.token(p)
		}
	}
}

func (c *comparer) token(p pair[schema.Token]) {
	what := fmt.Sprintf("token %q", p.new.Name)
	if p.old.Format != p.new.Format {
		ch := c.add(tokenFormatChanged, p.new.Path, "%s is %s; it was %s", what, p.new.Format, p.old.Format)
		ch.between(p.old.FieldAt("format"), p.new.FieldAt("format")).values(p.old.Format, p.new.Format)
		ch.tokens = []string{p.new.Name}
	}
	c.lifetime(what, p.new.Path, []string{p.new.Name}, "lifetime", p.old.Lifetime, p.new.Lifetime, p.old.FieldAt("lifetime"), p.new.FieldAt("lifetime"))
	c.placements(&p.new.Node, what, tokenClaimAdded, tokenClaimRemoved, p.old.Claims, p.new.Claims)
	c.placements(&p.new.Node, what+", if asked,", tokenClaimAdded, tokenClaimRemoved, p.old.Requestable, p.new.Requestable)
	c.placements(&p.new.Node, "the outside of "+what, tokenClaimAdded, tokenClaimRemoved, p.old.Outer, p.new.Outer)
	touch := func(ch *Change) { ch.tokens = []string{p.new.Name} }
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, touch, "Format", "Lifetime", "Claims", "Requestable", "Outer")
}

// lifetime compares how long something is valid. A lifetime that is not stated
// is unknown, so stating one is a change without a direction.
func (c *comparer) lifetime(what, subject string, tokens []string, field string, old, new schema.Duration, was, at schema.Range) {
	if old == new {
		return
	}
	kind, longer := lifetimeDecreased, "shorter"
	if !new.Stated || old.Less(new) {
		kind, longer = lifetimeIncreased, "longer"
	}
	ch := c.add(kind, subject, "%s is valid for a %s time: %s, before %s", what, longer, stated(new), stated(old))
	ch.between(was, at).values(old.String(), new.String())
	ch.tokens = slices.Clone(tokens)
	ch.field = field
}

func stated(d schema.Duration) string {
	if !d.Stated {
		return "not stated"
	}
	return d.String()
}
