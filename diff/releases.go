package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

var (
	claimMoved = &Kind{
		ID: "claim-moved-between-tokens", Object: "claim", Aspect: "tokens", Action: "move", Mirror: "claim-moved-between-tokens", Order: "both", Since: "0.1.0",
		Summary: "a claim left one token for another",
		Why:     "The readers of the one lose it, and whoever can read the other can read it now.",
	}
	claimAddedToToken = &Kind{
		ID: "claim-added-to-token", Object: "claim", Aspect: "tokens", Action: "add", Mirror: "claim-dropped-from-token", Order: "issuer", Since: "0.1.0",
		Summary: "a claim is in a further token",
		Why:     "Whoever can read the token can read the claim, and the token grows.",
	}
	claimDroppedFromToken = &Kind{
		ID: "claim-dropped-from-token", Object: "claim", Aspect: "tokens", Action: "remove", Mirror: "claim-added-to-token", Order: "consumers", Since: "0.1.0",
		Summary: "a claim is not in a token any more, and still in others",
		Why:     "Who reads it in this token does not find it.",
	}
	releaseMoved = &Kind{
		ID: "release-moved", Object: "claim", Aspect: "releases", Action: "move", Mirror: "release-moved", Order: "both", Since: "0.1.0",
		Summary: "something else puts a claim into a token",
		Why:     "Clients that have the old scope and not the new one lose the claim; those that have the new one gain it.",
	}
	releaseAdded = &Kind{
		ID: "release-added", Object: "claim", Aspect: "releases", Action: "add", Mirror: "release-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a scope, or something else, also puts a claim into a token",
		Why:     "Every client that holds the scope gets the claim, also those that nobody thought of.",
	}
	releaseRemoved = &Kind{
		ID: "release-removed", Object: "claim", Aspect: "releases", Action: "remove", Mirror: "release-added", Order: "consumers", Since: "0.1.0",
		Summary: "a scope, or something else, does not put a claim into a token any more",
		Why:     "Clients that have no other path to the claim lose it.",
	}
	absencePromised = &Kind{
		ID: "absence-promised", Object: "claim", Aspect: "promise", Action: "promise", Mirror: "absence-not-promised", Order: "consumers", Since: "0.1.0",
		Summary: "the contract promises that a claim is not in a token",
		Why:     "Where the token mirrors one that has the claim, its readers lose it; elsewhere nothing changes in the tokens.",
	}
	absenceNotPromised = &Kind{
		ID: "absence-not-promised", Object: "claim", Aspect: "promise", Action: "release", Mirror: "absence-promised", Order: "issuer", Since: "0.1.0",
		Summary: "the contract does not promise any more that a claim is not in a token",
		Why:     "Where the token mirrors one that has the claim, its readers get it; elsewhere the next change may bring it, and no other rule would say so.",
	}
	conditionsChanged = &Kind{
		ID: "release-conditions-changed", Object: "claim", Aspect: "conditions", Action: "replace", Mirror: "release-conditions-changed", Order: "consumers", Since: "0.1.0",
		Summary: "a claim is put into a token under other conditions: grants, assurance, words",
		Why:     "Tokens of the grants that are left out lack the claim, such as those after a refresh or of machines.",
	}
	shownOutside = &Kind{
		ID: "claim-shown-outside", Object: "token", Aspect: "outside", Action: "add", Mirror: "claim-hidden-outside", Order: "issuer", Since: "0.1.0",
		Summary: "the outside of a wrapper shows a further claim",
		Why:     "Whoever holds the token can read it.",
	}
	hiddenOutside = &Kind{
		ID: "claim-hidden-outside", Object: "token", Aspect: "outside", Action: "remove", Mirror: "claim-shown-outside", Order: "consumers", Since: "0.1.0",
		Summary: "the outside of a wrapper does not show a claim any more",
		Why:     "Who reads the token from outside does not find it.",
	}
)

// A release is a placement and what carries it.
type release struct {
	*schema.Placement
	carrier string // the path of what carries it: scopes.email
	words   string // for messages: scope "email"
}

// releases are all placements but promises of absence, by claim.
type releases map[string][]release

func (r releases) of(c *schema.Claim) []release {
	if c == nil {
		return nil
	}
	return r[c.Name]
}

// releasesOf gathers what puts claims into tokens.
func releasesOf(c *schema.Contract) releases {
	out := releases{}
	add := func(n *schema.Node, words string, ps []*schema.Placement) {
		for _, p := range ps {
			if p.Presence != schema.Never {
				out[p.Claim.Name] = append(out[p.Claim.Name], release{p, n.Path, words})
			}
		}
	}
	for _, t := range c.Tokens {
		add(&t.Node, "the token itself", t.Claims)
		add(&schema.Node{Path: t.Path + ".requestable"}, "the claims parameter", t.Requestable)
	}
	for _, s := range c.Scopes {
		add(&s.Node, fmt.Sprintf("scope %q", s.Name), s.Releases)
	}
	for _, d := range c.AuthorizationDetails {
		add(&d.Node, fmt.Sprintf("authorization details %q", d.Name), d.Releases)
	}
	for _, cl := range c.Clients {
		add(&cl.Node, fmt.Sprintf("client %q", cl.Name), cl.Releases)
	}
	for _, r := range c.Resources {
		add(&r.Node, fmt.Sprintf("tokens for %q", r.Name), r.Releases)
	}
	return out
}

func placesOf(rs []release) []place {
	var out []place
	for _, r := range rs {
		if at := (place{r.Token.Name, r.Claim.Name}); !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

func tokensOf(rs []release) string {
	var names []string
	for _, at := range placesOf(rs) {
		names = append(names, at.token)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func carriersOf(rs []release) string {
	var names []string
	for _, r := range rs {
		if !slices.Contains(names, r.words) {
			names = append(names, r.words)
		}
	}
	return strings.Join(names, " and ")
}

// releases compares what puts claims into tokens, for claims that are in tokens
// in both revisions.
func (c *comparer) releases() {
	for _, name := range sortedKeys(c.oldIn) {
		was, is := c.oldIn[name], c.newIn[name]
		if len(is) == 0 {
			continue
		}
		lost := byToken(was, func(t string) bool { return !inToken(is, t) && c.new.Token(t) != nil })
		gained := byToken(is, func(t string) bool { return !inToken(was, t) && c.old.Token(t) != nil })
		if len(lost) > 0 && len(gained) > 0 {
			ch := c.add(claimMoved, was[0].Claim.Path, "claim %q moved from %s to %s", name, tokensOf(lost), tokensOf(gained))
			ch.between(lost[0].At(), gained[0].At()).values(tokensOf(lost), tokensOf(gained)).about(placesOf(lost)...).about(placesOf(gained)...)
			lost, gained = nil, nil
		}
		c.lostTokens(name, lost)
		c.gainedTokens(name, gained)
		for _, t := range c.new.Tokens {
			ofToken := func(r release) bool { return r.Token.Name == t.Name }
			if inToken(was, t.Name) && inToken(is, t.Name) {
				c.carriers(name, t, filter(was, ofToken), filter(is, ofToken))
			}
		}
	}
}

func filter(rs []release, keep func(release) bool) []release {
	return slices.DeleteFunc(slices.Clone(rs), func(r release) bool { return !keep(r) })
}

func byToken(rs []release, keep func(token string) bool) []release {
	return filter(rs, func(r release) bool { return keep(r.Token.Name) })
}

func inToken(rs []release, token string) bool {
	return slices.ContainsFunc(rs, func(r release) bool { return r.Token.Name == token })
}

func (c *comparer) lostTokens(name string, lost []release) {
	for _, at := range placesOf(lost) {
		rs := byToken(lost, func(t string) bool { return t == at.token })
		ch := c.add(claimDroppedFromToken, rs[0].Path, "claim %q is not in %q any more; it is still in %s", name, at.token, tokensOf(c.newIn[name]))
		ch.between(rs[0].At(), c.left(&c.new.Token(at.token).Node)).values(at.token, "").about(at)
	}
}

func (c *comparer) gainedTokens(name string, gained []release) {
	for _, at := range placesOf(gained) {
		rs := byToken(gained, func(t string) bool { return t == at.token })
		ch := c.add(claimAddedToToken, rs[0].Path, "claim %q is also in %q, by %s", name, at.token, carriersOf(rs))
		ch.between(schema.Range{}, rs[0].At()).values("", at.token).about(at)
	}
}

// carriers compares what puts one claim into one token.
func (c *comparer) carriers(name string, t *schema.Token, was, is []release) {
	key := func(r *release) string { return r.carrier }
	var lost, gained []release
	for _, p := range pairs(pointers(was), pointers(is), key) {
		switch {
		case p.new == nil:
			lost = append(lost, *p.old)
		case p.old == nil:
			gained = append(gained, *p.new)
		case !p.old.Same(&p.new.Node):
			c.placement(pair[schema.Placement]{p.old.Placement, p.new.Placement})
		}
	}
	// What a carrier that is gone or new puts into tokens is part of that.
	there := func(records map[string]*schema.Node) func(release) bool {
		return func(r release) bool { return records[strings.TrimSuffix(r.carrier, ".requestable")] != nil }
	}
	oldLeft, newHad := filter(lost, there(c.newRecords)), filter(gained, there(c.oldRecords))
	at := place{t.Name, name}
	if len(lost) > 0 && len(gained) > 0 && len(oldLeft)+len(newHad) > 0 {
		ch := c.add(releaseMoved, gained[0].Path, "claim %q in %q is put there by %s; it was by %s", name, t.Name, carriersOf(gained), carriersOf(lost))
		ch.between(lost[0].At(), gained[0].At()).values(carriersOf(lost), carriersOf(gained)).about(at)
		return
	}
	for _, r := range oldLeft {
		c.add(releaseRemoved, r.Path, "%s does not put claim %q into %q any more", r.words, name, t.Name).
			between(r.At(), c.leftOfRecord(r.carrier)).about(at).values(string(r.Presence), "")
	}
	for _, r := range newHad {
		c.add(releaseAdded, r.Path, "%s also puts claim %q into %q", r.words, name, t.Name).
			between(schema.Range{}, r.At()).about(at).values("", string(r.Presence))
	}
}

func pointers(rs []release) []*release {
	out := make([]*release, len(rs))
	for i := range rs {
		out[i] = &rs[i]
	}
	return out
}

// placement compares what two revisions say of one placement.
func (c *comparer) placement(p pair[schema.Placement]) {
	at := place{p.new.Token.Name, p.new.Claim.Name}
	what := fmt.Sprintf("claim %q in %q", p.new.Claim.Name, p.new.Token.Name)
	own := func(p *schema.Placement) bool { return p.Implied || p.States("presence") } // a when is a condition
	if p.old.Presence != p.new.Presence && (own(p.old) || own(p.new)) {
		c.presence(p.new.Path, p.new.Claim.Name, p.new.Token.Name, p.old.Presence, p.new.Presence).
			between(p.old.FieldAt("presence"), p.new.FieldAt("presence")).about(at)
	}
	if p.old.Value != nil || p.new.Value != nil {
		c.values(p.new.Path, what, p.new.Claim, p.old.Values(), p.new.Values(), func(ch *Change) {
			ch.between(p.old.FieldAt("#value"), p.new.FieldAt("#value")).about(at)
		})
	}
	if old, new := conditions(p.old), conditions(p.new); old != new {
		c.add(conditionsChanged, p.new.Path, "%s is there %s; it was %s", what, new, old).
			between(p.old.At(), p.new.At()).values(old, new).about(at)
	}
	c.deprecation(what, p.new.Path, p.old.Deprecated, p.new.Deprecated, &p.old.Node, &p.new.Node, func(ch *Change) { ch.about(at) })
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, func(ch *Change) { ch.about(at) }, "Presence", "Value", "Implied", "When", "Grants", "Assurance", "Deprecated")
}

// conditions says in words when a placement counts.
func conditions(p *schema.Placement) string {
	var parts []string
	if len(p.Grants) > 0 {
		parts = append(parts, "by "+strings.Join(p.Grants, " or "))
	}
	for _, l := range p.Assurance {
		parts = append(parts, "with at least "+l.String())
	}
	if p.When != "" {
		parts = append(parts, "when "+p.When)
	}
	if len(parts) == 0 {
		return "under any condition"
	}
	return strings.Join(parts, ", ")
}

// promises compares what the contract promises not to put into tokens.
func (c *comparer) promises() {
	promised := func(in *schema.Contract) map[string]*schema.Placement {
		out := map[string]*schema.Placement{}
		for p := range in.Placements() {
			if p.Presence == schema.Never {
				out[p.Path+"\x00"+p.Claim.Name] = p
			}
		}
		return out
	}
	was, is := promised(c.old), promised(c.new)
	for _, key := range sortedKeys(is) {
		if p := is[key]; was[key] == nil {
			c.add(absencePromised, p.Path, "claim %q is promised not to be in %q", p.Claim.Name, p.Token.Name).
				between(schema.Range{}, p.At()).values("", string(schema.Never)).about(hidden(c.oldIn, p)...)
		}
	}
	for _, key := range sortedKeys(was) {
		if p := was[key]; is[key] == nil {
			c.add(absenceNotPromised, p.Path, "claim %q is not promised any more not to be in %q", p.Claim.Name, p.Token.Name).
				between(p.At(), c.leftOfRecord(p.Path)).values(string(schema.Never), "").about(hidden(c.newIn, p)...)
		}
	}
}

// hidden gives the place that a promise of absence keeps free of a claim which the
// token that it mirrors contains.
func hidden(in releases, p *schema.Placement) []place {
	for t := p.Token.Mirrors; t != nil; t = t.Mirrors {
		if inToken(in[p.Claim.Name], t.Name) {
			return []place{{p.Token.Name, p.Claim.Name}}
		}
	}
	return nil
}

// outside compares what the outside of a wrapper shows.
func (c *comparer) outside(p pair[schema.Token]) {
	name := func(p *schema.Placement) string { return p.Claim.Name }
	for _, o := range pairs(p.old.Outer, p.new.Outer, name) {
		switch {
		case o.old == nil:
			c.add(shownOutside, o.new.Path, "the outside of %q shows claim %q", p.new.Name, o.new.Claim.Name).
				between(schema.Range{}, o.new.At()).values("", o.new.Claim.Name).about(place{p.new.Name, o.new.Claim.Name})
		case o.new == nil:
			c.add(hiddenOutside, o.old.Path, "the outside of %q does not show claim %q any more", p.new.Name, o.old.Claim.Name).
				between(o.old.At(), p.new.At()).values(o.old.Claim.Name, "").about(place{p.new.Name, o.old.Claim.Name})
		case !o.old.Same(&o.new.Node):
			c.placement(o)
		}
	}
}
