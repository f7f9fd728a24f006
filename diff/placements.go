package diff

import (
	"fmt"

	"tokenctl.dev/schema"
)

var (
	scopeClaimAdded = &Kind{
		ID: "scope-claim-added", Object: "scope", Aspect: "releases", Action: "add", Mirror: "scope-claim-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a scope releases another claim",
		Why:     "Every client that holds the scope gets it, also those that nobody thought of.",
	}
	scopeClaimRemoved = &Kind{
		ID: "scope-claim-removed", Object: "scope", Aspect: "releases", Action: "remove", Mirror: "scope-claim-added", Order: "consumers", Since: "0.1.0",
		Summary: "a scope does not release a claim any more",
		Why:     "Clients that have no other path to the claim lose it.",
	}
	tokenClaimAdded = &Kind{
		ID: "token-claim-added", Object: "token", Aspect: "claims", Action: "add", Mirror: "token-claim-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a token contains a claim that was elsewhere only",
		Why:     "Whoever can read the token can read the claim, and the token grows.",
	}
	tokenClaimRemoved = &Kind{
		ID: "token-claim-removed", Object: "token", Aspect: "claims", Action: "remove", Mirror: "token-claim-added", Order: "consumers", Since: "0.1.0",
		Summary: "a token does not contain a claim any more that is still elsewhere",
		Why:     "Who reads it in this token does not find it.",
	}
)

var (
	absencePromised = &Kind{
		ID: "absence-promised", Object: "token", Aspect: "claims", Action: "restrict", Mirror: "absence-not-promised", Order: "consumers", Since: "0.1.0",
		Summary: "the contract promises that a claim is not in a token",
		Why:     "Nothing changes in the tokens if the claim was not there; if it was, that is a change of its own.",
	}
	absenceNotPromised = &Kind{
		ID: "absence-not-promised", Object: "token", Aspect: "claims", Action: "relax", Mirror: "absence-promised", Order: "issuer", Since: "0.1.0",
		Summary: "the contract does not promise any more that a claim is not in a token",
		Why:     "What somebody relied on (a claim that must never be in this token) may be broken by the next change.",
	}
)

// placements compares what one carrier (a token, a scope, a client, a resource)
// puts into tokens. Claims that came or went altogether are reported as such.
func (c *comparer) placements(carrier *schema.Node, what string, added, removed *Kind, old, new []*schema.Placement) {
	oldPlaced, newPlaced := c.placed()
	key := func(p *schema.Placement) string { return p.Token.Name + "\x00" + p.Claim.Name }
	for _, p := range pairs(old, new, key) {
		switch was, is := p.old != nil && p.old.Presence == schema.Never, p.new != nil && p.new.Presence == schema.Never; {
		case is && !was:
			c.add(absencePromised, p.new.Path, "claim %q is promised not to be in %q", p.new.Claim.Name, p.new.Token.Name).
				between(schema.Range{}, p.new.At()).values("", string(schema.Never))
		case was && !is:
			c.add(absenceNotPromised, p.old.Path, "claim %q is not promised any more not to be in %q", p.old.Claim.Name, p.old.Token.Name).
				between(p.old.At(), c.left(carrier)).values(string(schema.Never), "")
		}
		switch {
		case p.old == nil || p.old.Presence == schema.Never && p.new != nil && p.new.Presence != schema.Never:
			if p.new.Presence != schema.Never && len(oldPlaced[p.new.Claim.Name]) > 0 {
				c.add(added, p.new.Path, "%s puts claim %q into %q", what, p.new.Claim.Name, p.new.Token.Name).
					between(schema.Range{}, p.new.At()).about(place{p.new.Token.Name, p.new.Claim.Name}).values("", string(p.new.Presence))
			}
		case p.new == nil || p.new.Presence == schema.Never && p.old.Presence != schema.Never:
			if p.old.Presence != schema.Never && len(newPlaced[p.old.Claim.Name]) > 0 {
				at := c.left(carrier)
				if p.new != nil {
					at = p.new.At()
				}
				c.add(removed, p.old.Path, "%s does not put claim %q into %q any more", what, p.old.Claim.Name, p.old.Token.Name).
					between(p.old.At(), at).about(place{p.old.Token.Name, p.old.Claim.Name}).values(string(p.old.Presence), "")
			}
		case !p.old.Same(&p.new.Node):
			c.placement(p)
		}
	}
}

// placement compares what two revisions say of one placement.
func (c *comparer) placement(p pair[schema.Placement]) {
	at := place{p.new.Token.Name, p.new.Claim.Name}
	own := func(p *schema.Placement) bool { return p.Implied || p.States("presence") || p.When != "" }
	if p.old.Presence != p.new.Presence && (own(p.old) || own(p.new)) {
		c.presence(p.new.Path, p.new.Claim.Name, p.new.Token.Name, p.old.Presence, p.new.Presence).
			between(p.old.FieldAt("presence"), p.new.FieldAt("presence")).about(at)
	}
	oldSet, newSet := p.old.Values(), p.new.Values()
	if p.old.Value != nil || p.new.Value != nil {
		c.valueSets(p.new.Path, fmt.Sprintf("claim %q in %q", p.new.Claim.Name, p.new.Token.Name), oldSet, newSet, func(ch *Change) {
			ch.between(p.old.FieldAt("#value"), p.new.FieldAt("#value")).about(at)
		})
	}
	touch := func(ch *Change) { ch.about(at) }
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, touch, "Presence", "Value", "Implied")
}

// placed gives what is placed anywhere in both revisions.
func (c *comparer) placed() (old, new map[string][]*schema.Placement) {
	if c.oldPlaced == nil {
		c.oldPlaced, c.newPlaced = placedIn(c.old), placedIn(c.new)
	}
	return c.oldPlaced, c.newPlaced
}
