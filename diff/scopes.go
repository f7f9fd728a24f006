package diff

import (
	"fmt"

	"tokenctl.dev/schema"
)

var (
	scopeAdded = &Kind{
		ID: "scope-added", Object: "scope", Aspect: "existence", Action: "add", Mirror: "scope-removed", Order: "issuer", Since: "0.1.0",
		Summary: "there is a new scope",
		Why:     "By itself it gives nobody anything: clients that may be granted it are reported on their own.",
	}
	scopeRemoved = &Kind{
		ID: "scope-removed", Object: "scope", Aspect: "existence", Action: "remove", Mirror: "scope-added", Order: "consumers", Since: "0.1.0",
		Swallows: []string{"client-loses-scope", "scope-claim-removed"},
		Summary:  "a scope is gone",
		Why:      "Requests for it fail or are cut, what it released is gone, and a resource that demands it lets nobody in.",
	}
)

func (c *comparer) scopes() {
	for _, p := range pairs(c.old.Scopes, c.new.Scopes, func(s *schema.Scope) string { return s.Name }) {
		switch {
		case p.old == nil:
			c.add(scopeAdded, p.new.Path, "scope %q is new", p.new.Name).between(schema.Range{}, p.new.At()).values("", p.new.Name)
		case p.new == nil:
			c.add(scopeRemoved, p.old.Path, "scope %q is gone", p.old.Name).between(p.old.At(), c.leftOf("scopes")).values(p.old.Name, "").about(placesOf(p.old.Releases)...)
		case !p.old.Same(&p.new.Node):
			what := fmt.Sprintf("scope %q", p.new.Name)
			c.placements(&p.new.Node, what, scopeClaimAdded, scopeClaimRemoved, p.old.Releases, p.new.Releases)
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, func(ch *Change) { ch.about(placesOf(p.new.Releases)...) }, "Releases")
		}
	}
	for _, p := range pairs(c.old.AuthorizationDetails, c.new.AuthorizationDetails, func(d *schema.DetailType) string { return d.Name }) {
		if p.old != nil && p.new != nil && !p.old.Same(&p.new.Node) {
			what := fmt.Sprintf("authorization details %q", p.new.Name)
			c.placements(&p.new.Node, what, scopeClaimAdded, scopeClaimRemoved, p.old.Releases, p.new.Releases)
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, func(ch *Change) { ch.about(placesOf(p.new.Releases)...) }, "Releases")
		}
	}
}
