package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

var (
	scopeAdded = &Kind{
		ID: "scope-added", Object: "scope", Aspect: "existence", Action: "add", Mirror: "scope-removed", Order: "issuer", Since: "0.1.0",
		Summary:  "there is a new scope",
		Why:      "By itself it gives nobody anything: clients that may be granted it are reported on their own.",
		Swallows: []string{"release-added"},
	}
	scopeRemoved = &Kind{
		ID: "scope-removed", Object: "scope", Aspect: "existence", Action: "remove", Mirror: "scope-added", Order: "consumers", Since: "0.1.0",
		Summary:  "a scope is gone",
		Why:      "Requests for it fail or are cut, what it released is gone, and a resource that demands it lets nobody in.",
		Swallows: []string{"client-loses-scope", "release-removed"},
	}
	scopeRenamed = &Kind{
		ID: "scope-renamed", Object: "scope", Aspect: "existence", Action: "rename", Mirror: "scope-restored", Order: "both", Since: "0.1.0",
		Summary:  "a scope has another name, as its tombstone says",
		Why:      "Requests for the old name fail or are cut, and consent that users gave was for the old name.",
		Swallows: []string{"client-loses-scope", "release-removed", "tombstone-added"},
	}
	scopeRestored = &Kind{
		ID: "scope-restored", Object: "scope", Aspect: "existence", Action: "restore", Mirror: "scope-renamed", Order: "both", Since: "0.1.0",
		Summary:  "a retired scope can be granted again",
		Why:      "Old consents and old policies name it.",
		Swallows: []string{"release-added", "tombstone-removed"},
	}
	consentAdded = &Kind{
		ID: "consent-added", Object: "scope", Aspect: "consent", Action: "add", Mirror: "consent-dropped", Order: "consumers", Since: "0.1.0",
		Summary: "the user is asked for a scope, and may refuse",
		Why:     "What was always granted may be missing; flows without a user to ask fail.",
	}
	consentDropped = &Kind{
		ID: "consent-dropped", Object: "scope", Aspect: "consent", Action: "remove", Mirror: "consent-added", Order: "issuer", Since: "0.1.0",
		Summary: "the user is not asked for a scope any more",
		Why:     "Clients get what it releases without anybody's consent.",
	}
	implicationAdded = &Kind{
		ID: "implication-added", Object: "scope", Aspect: "implies", Action: "add", Mirror: "implication-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a scope grants another one too",
		Why:     "Whoever has the one gets what the other releases, and passes where the other is demanded.",
	}
	implicationRemoved = &Kind{
		ID: "implication-removed", Object: "scope", Aspect: "implies", Action: "remove", Mirror: "implication-added", Order: "consumers", Since: "0.1.0",
		Summary: "a scope does not grant another one any more",
		Why:     "Clients that relied on it lose what the other releases, until they request it.",
	}
	scopeConditionsChanged = &Kind{
		ID: "scope-conditions-changed", Object: "scope", Aspect: "conditions", Action: "replace", Mirror: "scope-conditions-changed", Order: "consumers", Since: "0.1.0",
		Summary: "a scope is granted to others, by other grants or at other levels",
		Why:     "Clients that are left out lose the scope and what it releases.",
	}
	scopeResourcesChanged = &Kind{
		ID: "scope-resources-changed", Object: "scope", Aspect: "resources", Action: "replace", Mirror: "scope-resources-changed", Order: "both", Since: "0.1.0",
		Summary: "a scope means something to other resources",
		Why:     "Tokens with it are for other audiences: they are accepted where they were not, and not where they were.",
	}
)

func (c *comparer) scopes() {
	for _, p := range pairs(c.old.Scopes, c.new.Scopes, func(s *schema.Scope) string { return s.Name }) {
		switch {
		case p.old == nil:
			c.add(scopeAdded, p.new.Path, "scope %q is new", p.new.Name).between(schema.Range{}, p.new.At()).values("", p.new.Name).about(placementPlaces(p.new.Releases)...)
		case p.new == nil:
			c.scopeGone(scopeRemoved, p.old, c.leftOf("scopes"), "scope %q is gone", p.old.Name)
		case !p.old.Same(&p.new.Node):
			c.scope(p)
		}
	}
	for _, p := range pairs(c.old.AuthorizationDetails, c.new.AuthorizationDetails, func(d *schema.DetailType) string { return d.Name }) {
		if p.old != nil && p.new != nil && !p.old.Same(&p.new.Node) {
			c.grantable(fmt.Sprintf("authorization details %q", p.new.Name), &p.old.Grantable, &p.new.Grantable)
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, func(ch *Change) { ch.about(placementPlaces(p.new.Releases)...) }, grantableFields...)
		}
	}
}

func (c *comparer) scopeGone(k *Kind, s *schema.Scope, at schema.Range, format string, args ...any) {
	ch := c.add(k, s.Path, format, args...)
	ch.between(s.At(), at).values(s.Name, "").about(placementPlaces(s.Releases)...).anywhere()
	ch.scope = s.Name
}

func placementPlaces(ps []*schema.Placement) []place {
	var out []place
	for _, p := range ps {
		if at := (place{p.Token.Name, p.Claim.Name}); !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

func (c *comparer) scope(p pair[schema.Scope]) {
	switch {
	case renamed(p.old.Retired, p.new.Retired):
		c.scopeGone(scopeRenamed, p.old, p.new.FieldAt("retired"), "scope %q is now %s", p.new.Name, strings.Join(p.new.Retired.ReplacedBy, " and "))
	case renamed(p.new.Retired, p.old.Retired):
		c.add(scopeRestored, p.new.Path, "scope %q was retired and can be granted again", p.new.Name).between(p.old.At(), p.new.At()).values("", p.new.Name)
	}
	what := fmt.Sprintf("scope %q", p.new.Name)
	places := placementPlaces(slices.Concat(p.old.Releases, p.new.Releases))
	c.grantable(what, &p.old.Grantable, &p.new.Grantable)
	for _, i := range pairs(p.old.Implies, p.new.Implies, func(s *schema.Scope) string { return s.Name }) {
		switch {
		case i.old == nil:
			c.add(implicationAdded, p.new.Path, "%s grants %q too", what, i.new.Name).
				between(p.old.FieldAt("implies"), p.new.FieldAt("implies")).values("", i.new.Name).about(placementPlaces(i.new.Releases)...).anywhere()
		case i.new == nil:
			c.add(implicationRemoved, p.new.Path, "%s does not grant %q any more", what, i.old.Name).
				between(p.old.FieldAt("implies"), p.new.FieldAt("implies")).values(i.old.Name, "").about(placementPlaces(i.old.Releases)...).anywhere()
		}
	}
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, func(ch *Change) { ch.about(places...).anywhere() }, append([]string{"Implies"}, grantableFields...)...)
}

// grantableFields are what grantable compares.
var grantableFields = []string{"Consent", "Resources", "Releases", "Party", "Assurance", "Grants", "Deprecated", "Retired"}

// grantable compares what scopes and authorization details have in common.
func (c *comparer) grantable(what string, old, new *schema.Grantable) {
	places := placementPlaces(slices.Concat(old.Releases, new.Releases))
	field := func(name string) func(*Change) {
		return func(ch *Change) { ch.between(old.FieldAt(name), new.FieldAt(name)).about(places...).anywhere() }
	}
	switch {
	case !old.Consent && new.Consent:
		field("consent")(c.add(consentAdded, new.Path, "the user is asked for %s, and may refuse", what).values("false", "true"))
	case old.Consent && !new.Consent:
		field("consent")(c.add(consentDropped, new.Path, "the user is not asked for %s any more", what).values("true", "false"))
	}
	if was, is := grantConditions(old), grantConditions(new); was != is {
		field("party")(c.add(scopeConditionsChanged, new.Path, "%s is granted %s; it was %s", what, is, was).values(was, is))
	}
	if was, is := names(old.Resources), names(new.Resources); !slices.Equal(was, is) {
		ch := c.add(scopeResourcesChanged, new.Path, "%s means something to %s; it did to %s", what, orNone(is), orNone(was)).values(strings.Join(was, " "), strings.Join(is, " "))
		field("resources")(ch)
		ch.resources = union(was, is)
	}
	was, is := old.Lifecycle, new.Lifecycle
	if renamed(was.Retired, is.Retired) || renamed(is.Retired, was.Retired) {
		was.Retired, is.Retired = nil, nil // told already
	}
	c.lifecycle(what, &was, &is, field)
}

// renamed says whether a tombstone came that names what replaces it.
func renamed(was, is *schema.Retirement) bool {
	return was == nil && is != nil && len(is.ReplacedBy) > 0
}

// grantConditions says in words to whom, by what and at which levels something is
// granted.
func grantConditions(g *schema.Grantable) string {
	var parts []string
	if g.Party != "" {
		parts = append(parts, "to "+g.Party+" parties")
	}
	if len(g.Grants) > 0 {
		parts = append(parts, "by "+strings.Join(g.Grants, " or "))
	}
	for _, l := range g.Assurance {
		parts = append(parts, "with at least "+l.String())
	}
	if len(parts) == 0 {
		return "under any condition"
	}
	return strings.Join(parts, ", ")
}

func names[T fmt.Stringer](xs []T) []string {
	var out []string
	for _, x := range xs {
		out = append(out, x.String())
	}
	slices.Sort(out)
	return out
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none in particular"
	}
	return quoteAll(names)
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
