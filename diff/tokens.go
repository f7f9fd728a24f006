package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

var (
	tokenAdded = &Kind{
		ID: "token-added", Object: "token", Aspect: "existence", Action: "add", Mirror: "token-removed", Order: "issuer", Since: "0.1.0",
		Summary:  "there is a new token profile",
		Why:      "Where a kind has several profiles, clients that name none get every one.",
		Swallows: []string{"claim-added-to-token", "release-added"},
	}
	tokenRemoved = &Kind{
		ID: "token-removed", Object: "token", Aspect: "existence", Action: "remove", Mirror: "token-added", Order: "consumers", Since: "0.1.0",
		Summary:  "a token profile is gone",
		Why:      "Whoever reads it finds nothing.",
		Swallows: []string{"claim-dropped-from-token", "release-removed"},
	}
	tokenConditionsChanged = &Kind{
		ID: "token-conditions-changed", Object: "token", Aspect: "conditions", Action: "replace", Mirror: "token-conditions-changed", Order: "consumers", Since: "0.1.0",
		Summary: "a token is issued for other scopes or by other grants",
		Why:     "Clients that do not meet the new conditions do not get the token at all.",
	}
	tokenFormatChanged = &Kind{
		ID: "token-format-changed", Object: "token", Aspect: "format", Action: "replace", Mirror: "token-format-changed", Order: "both", Since: "0.1.0",
		Summary: "a token has another format",
		Why:     "The claims stay, who can read them changes: an opaque token tells its holder nothing, a JWT tells him everything.",
	}
	headerChanged = &Kind{
		ID: "header-changed", Object: "token", Aspect: "header", Action: "replace", Mirror: "header-changed", Order: "both", Since: "0.1.0",
		Summary: "a token has other headers: another algorithm, another typ",
		Why:     "A verifier that takes one algorithm rejects every token that is signed with another.",
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
	readersDeclaredComplete = &Kind{
		ID: "readers-complete", Object: "token", Aspect: "readers", Action: "complete", Mirror: "readers-partial", Order: "issuer", Since: "0.1.0",
		Summary: "the readers of a token are declared complete",
		Why:     "From now on a claim that nobody declares to read counts as read by nobody.",
	}
	readersDeclaredPartial = &Kind{
		ID: "readers-partial", Object: "token", Aspect: "readers", Action: "open", Mirror: "readers-complete", Order: "issuer", Since: "0.1.0",
		Summary: "the readers of a token are not declared complete any more",
		Why:     "From now on a claim that nobody declares to read may still be read.",
	}
)

func (c *comparer) tokens() {
	for _, p := range pairs(c.old.Tokens, c.new.Tokens, func(t *schema.Token) string { return t.Name }) {
		switch {
		case p.old == nil:
			ch := c.add(tokenAdded, p.new.Path, "token %q (%s) is new", p.new.Name, p.new.Kind)
			ch.between(schema.Range{}, p.new.At()).values("", p.new.Kind).about(placesIn(c.newIn, p.new.Name)...)
		case p.new == nil:
			ch := c.add(tokenRemoved, p.old.Path, "token %q (%s) is gone", p.old.Name, p.old.Kind)
			ch.between(p.old.At(), c.leftOf("tokens")).values(p.old.Kind, "").about(placesIn(c.oldIn, p.old.Name)...)
			ch.tokens = []string{p.old.Name}
		case !p.old.Same(&p.new.Node):
			c.token(p)
		}
	}
}

func placesIn(all releases, token string) []place {
	var out []place
	for _, claim := range sortedKeys(all) {
		if inToken(all[claim], token) {
			out = append(out, place{token, claim})
		}
	}
	return out
}

func (c *comparer) token(p pair[schema.Token]) {
	what := fmt.Sprintf("token %q", p.new.Name)
	touch := func(ch *Change) { ch.tokens = []string{p.new.Name} }
	field := func(name string) func(*Change) {
		return func(ch *Change) {
			ch.between(p.old.FieldAt(name), p.new.FieldAt(name))
			touch(ch)
		}
	}
	if was, is := tokenConditions(p.old), tokenConditions(p.new); was != is {
		where := "requires"
		if slices.Equal(names(p.old.Requires), names(p.new.Requires)) {
			where = "grants"
		}
		field(where)(c.add(tokenConditionsChanged, p.new.Path, "%s is issued %s; it was %s", what, is, was).values(was, is).anywhere())
	}
	c.format(what, p.new.Path, p.old.Format, p.new.Format, field("format"))
	c.header(what, p.new.Path, p.old.Header, p.new.Header, field("#header"))
	c.lifetime(what, p.new.Path, p.old.Lifetime, p.new.Lifetime, field("lifetime"))
	c.encryption(what, p.new.Path, p.old.Encryption, p.new.Encryption, field("encryption"))
	c.size(p, what, field("maxBytes"))
	c.binding(senderConstraintChanged, what+" is bound by", p.new.Path, p.old.SenderConstraint, p.new.SenderConstraint, field("senderConstraint"))
	if p.old.ReadersComplete != p.new.ReadersComplete {
		kind, words := readersDeclaredPartial, "not declared complete any more"
		if p.new.ReadersComplete {
			kind, words = readersDeclaredComplete, "declared complete"
		}
		field("readers")(c.add(kind, p.new.Path, "the readers of %s are %s", what, words).values(fmt.Sprint(p.old.ReadersComplete), fmt.Sprint(p.new.ReadersComplete)))
	}
	c.outside(p)
	c.lifecycle(what, &p.old.Lifecycle, &p.new.Lifecycle, field)
	// What a profile brings are claims and headers, which are compared as such.
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, touch,
		"Requires", "Grants", "Profile", "Format", "Header", "Lifetime", "SenderConstraint", "Encryption", "MaxBytes", "ReadersComplete", "Claims", "Requestable", "Outer", "Deprecated", "Retired")
}

// tokenConditions says in words with which scopes and by which grants a token is
// issued.
func tokenConditions(t *schema.Token) string {
	var parts []string
	if len(t.Requires) > 0 {
		parts = append(parts, "with "+strings.Join(names(t.Requires), " and "))
	}
	if len(t.Grants) > 0 {
		parts = append(parts, "by "+strings.Join(t.Grants, " or "))
	}
	if len(parts) == 0 {
		return "under any condition"
	}
	return strings.Join(parts, ", ")
}

func (c *comparer) format(what, subject, old, new string, touch func(*Change)) {
	if old != new {
		touch(c.add(tokenFormatChanged, subject, "%s is %s; it was %s", what, new, old).values(old, new))
	}
}

// header compares the headers that a token may have. Not declared is any.
func (c *comparer) header(what, subject string, old, new *valueset.Set, touch func(*Change)) {
	c.headers(headerChanged, what+" has other headers", subject, old, new, touch)
}

func (c *comparer) headers(k *Kind, words, subject string, old, new *valueset.Set, touch func(*Change)) {
	o, n := orAny(old), orAny(new)
	if o.Key() == n.Key() {
		return
	}
	rel := valueset.Relate(o, n)
	if rel.Kind == valueset.Equal {
		return
	}
	ch := c.add(k, subject, "%s%s", words, headerDifference(o, n))
	ch.sets(&o, &n)
	ch.relation = &relation{o, n, rel}
	touch(ch)
}

// anyHeader are the headers of which nothing is declared.
var anyHeader = valueset.Object(nil, valueset.Any())

func orAny(s *valueset.Set) valueset.Set {
	if s == nil {
		return anyHeader
	}
	return *s
}

// headerDifference names the parameters that differ: the algorithm is what most
// look for.
func headerDifference(old, new valueset.Set) string {
	switch anyHeader.Key() {
	case old.Key():
		return ": nothing was declared of them"
	case new.Key():
		return ": nothing is declared of them any more"
	}
	var parts []string
	for _, name := range []string{"alg", "typ", "kid", "enc", "cty", "crit"} {
		o, oThere := old.Member(name)
		n, nThere := new.Member(name)
		switch {
		case oThere == nThere && o.Key() == n.Key():
		case nThere == valueset.Never:
			parts = append(parts, fmt.Sprintf("no %s; it was %s", name, o))
		case oThere == valueset.Never:
			parts = append(parts, fmt.Sprintf("%s is %s; there was none", name, n))
		default:
			parts = append(parts, fmt.Sprintf("%s is %s; it was %s", name, n, o))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// lifetime compares how long something is valid. One that is not stated has no
// known end.
func (c *comparer) lifetime(what, subject string, old, new schema.Duration, touch func(*Change)) {
	if old == new {
		return
	}
	kind, longer := lifetimeDecreased, "shorter"
	if !new.Stated || old.Less(new) {
		kind, longer = lifetimeIncreased, "longer"
	}
	ch := c.add(kind, subject, "%s is valid for a %s time: %s, before %s", what, longer, stated(new), stated(old))
	ch.values(old.String(), new.String())
	ch.lifetimes = [2]schema.Duration{old, new}
	touch(ch)
}

func stated(d schema.Duration) string {
	if !d.Stated {
		return "not stated"
	}
	return d.String()
}

func quoteAll(names []string) string {
	out := slices.Clone(names)
	for i := range out {
		out[i] = fmt.Sprintf("%q", out[i])
	}
	return strings.Join(out, ", ")
}
