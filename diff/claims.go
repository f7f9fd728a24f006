package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

var (
	claimAdded = &Kind{
		ID: "claim-added", Object: "claim", Aspect: "existence", Action: "add", Mirror: "claim-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a claim is new in the tokens",
		Why:     "Consumers that reject what they do not know break; a rule that already names the claim begins to decide.",
	}
	claimRemoved = &Kind{
		ID: "claim-removed", Object: "claim", Aspect: "existence", Action: "remove", Mirror: "claim-added", Order: "consumers", Since: "0.1.0",
		Summary: "a claim is in no token any more",
		Why:     "Who needs it stops working; a rule that refuses by it lets everybody in.",
	}
	claimRequiredToOptional = &Kind{
		ID: "claim-required-to-optional", Object: "claim", Aspect: "presence", Action: "weaken", Mirror: "claim-optional-to-required", Order: "consumers", Since: "0.1.0",
		Summary: "a claim that was always there may be absent",
		Why:     "The most common way to open a hole by accident: rules that refuse by a value do not fire without it.",
	}
	claimOptionalToRequired = &Kind{
		ID: "claim-optional-to-required", Object: "claim", Aspect: "presence", Action: "strengthen", Mirror: "claim-required-to-optional", Order: "issuer", Since: "0.1.0",
		Summary: "a claim that could be absent is always there",
		Why:     "Consumers for which absence said something see another answer.",
	}
	valueAdded = &Kind{
		ID: "value-added", Object: "claim", Aspect: "values", Action: "add", Mirror: "value-removed", Order: "consumers", Since: "0.1.0",
		Summary: "a claim may have values that it could not have before",
		Why:     "Consumers that know all values meet one that they do not know; a rule that refuses some values lets the new one through.",
	}
	valueRemoved = &Kind{
		ID: "value-removed", Object: "claim", Aspect: "values", Action: "remove", Mirror: "value-added", Order: "issuer", Since: "0.1.0",
		Summary: "values of a claim are not issued any more",
		Why:     "A rule that looks for one of them never fires again: who allows by it shuts out, who refuses by it lets in.",
	}
	valuesReplaced = &Kind{
		ID: "values-replaced", Object: "claim", Aspect: "values", Action: "replace", Mirror: "values-replaced", Order: "both", Since: "0.1.0",
		Summary: "values of a claim are gone and others came",
		Why:     "A value that was renamed looks like this: rules that name the old one do not fire.",
	}
	valuesWidened = &Kind{
		ID: "values-widened", Object: "claim", Aspect: "values", Action: "widen", Mirror: "values-narrowed", Order: "consumers", Since: "0.1.0",
		Summary: "a claim may have values that it could not have before, too many to list",
		Why:     "Consumers meet values that they could not meet before.",
	}
	valuesNarrowed = &Kind{
		ID: "values-narrowed", Object: "claim", Aspect: "values", Action: "narrow", Mirror: "values-widened", Order: "issuer", Since: "0.1.0",
		Summary: "a claim has fewer values than before, too many to list",
		Why:     "A rule that looks for a value that is gone never fires again.",
	}
	typeChanged = &Kind{
		ID: "type-changed", Object: "claim", Aspect: "type", Action: "replace", Mirror: "type-changed", Order: "both", Since: "0.1.0",
		Summary: "a claim has another JSON type",
		Why:     "Comparisons with the old type are false or, in some languages, true: negated rules open.",
	}
	valueRelationUnknown = &Kind{
		ID: "value-relation-unknown", Object: "claim", Aspect: "values", Action: "unknown", Mirror: "value-relation-unknown", Order: "both", Since: "0.1.0",
		Summary: "the values of a claim changed in a way that tokenctl cannot decide",
		Why:     "Nothing is said to be compatible that is not proven to be.",
	}
)

// claims compares the vocabulary and what is placed anywhere.
func (c *comparer) claims() {
	oldPlaced, newPlaced := placedIn(c.old), placedIn(c.new)
	for _, p := range pairs(c.old.Claims, c.new.Claims, func(cl *schema.Claim) string { return cl.Name }) {
		was, is := oldPlaced[name(p.old)], newPlaced[name(p.new)]
		switch {
		case len(was) > 0 && len(is) == 0:
			c.claimGone(p, was)
		case len(was) == 0 && len(is) > 0:
			c.claimCame(p, is)
		}
		// What is said of a claim that came or went is part of that.
		if len(was) > 0 == (len(is) > 0) && p.old != nil && p.new != nil && !(p.old.Same(&p.new.Node) && p.old.Declared == p.new.Declared) {
			c.claim(p, is)
		}
	}
}

func name(c *schema.Claim) string {
	if c == nil {
		return ""
	}
	return c.Name
}

// placedIn gives the tokens of each claim that is in any, by the claim's name.
func placedIn(c *schema.Contract) map[string][]*schema.Placement {
	out := map[string][]*schema.Placement{}
	for p := range c.Placements() {
		if p.Presence != schema.Never {
			out[p.Claim.Name] = append(out[p.Claim.Name], p)
		}
	}
	return out
}

func placesOf(ps []*schema.Placement) []place {
	var out []place
	for _, p := range ps {
		if at := (place{p.Token.Name, p.Claim.Name}); !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

func tokensOf(ps []*schema.Placement) string {
	var names []string
	for _, at := range placesOf(ps) {
		names = append(names, at.token)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (c *comparer) claimGone(p pair[schema.Claim], was []*schema.Placement) {
	ch := c.add(claimRemoved, p.old.Path, "claim %q is in no token any more; it was in %s", p.old.Name, tokensOf(was))
	ch.about(placesOf(was)...).values(p.old.Value.String(), "")
	ch.Was = was[0].At()
	if p.old.Declared {
		ch.Was = p.old.At()
	}
	ch.At = c.leftOf("claims")
	switch t := c.new.Token(was[0].Token.Name); {
	case p.new != nil:
		ch.At = p.new.At()
	case t != nil:
		ch.At = t.At()
	}
}

func (c *comparer) claimCame(p pair[schema.Claim], is []*schema.Placement) {
	how := "sometimes"
	for _, pl := range is {
		if pl.Presence == schema.Always {
			how = "always, where it is released"
		}
	}
	ch := c.add(claimAdded, p.new.Path, "claim %q is new in %s (%s)", p.new.Name, tokensOf(is), how)
	ch.about(placesOf(is)...).values("", p.new.Value.String())
	ch.At = p.new.At()
	if !p.new.Declared {
		ch.At = is[0].At()
	}
	if p.old != nil {
		ch.Was = p.old.At()
	}
}

// claim compares what two revisions say of one claim.
func (c *comparer) claim(p pair[schema.Claim], is []*schema.Placement) {
	if p.old.Presence != p.new.Presence {
		c.presence(p.new.Path, p.old.Name, "", p.old.Presence, p.new.Presence).
			between(p.old.FieldAt("presence"), p.new.FieldAt("presence")).about(inheriting(is)...)
	}
	c.valueSets(p.new.Path, fmt.Sprintf("claim %q", p.new.Name), p.old.Value, p.new.Value, func(ch *Change) {
		ch.between(p.old.FieldAt("#value"), p.new.FieldAt("#value")).about(placesOf(is)...)
	})
	touch := func(ch *Change) { ch.about(placesOf(is)...) }
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, touch, "Presence", "Value")
}

// inheriting gives the places where a claim has the presence of its entry.
func inheriting(ps []*schema.Placement) []place {
	var out []*schema.Placement
	for _, p := range ps {
		if !p.Implied && !p.States("presence") && p.When == "" {
			out = append(out, p)
		}
	}
	return placesOf(out)
}

// presence records that a claim became rarer or more common, everywhere or in
// one token.
func (c *comparer) presence(subject, claim, token string, old, new schema.Presence) *Change {
	where := ""
	if token != "" {
		where = fmt.Sprintf(" in %q", token)
	}
	if rank(new) < rank(old) {
		return c.add(claimRequiredToOptional, subject, "claim %q is %s there%s; it was %s", claim, new, where, old).values(string(old), string(new))
	}
	return c.add(claimOptionalToRequired, subject, "claim %q is %s there%s; it was %s", claim, new, where, old).values(string(old), string(new))
}

func rank(p schema.Presence) int {
	return slices.Index([]schema.Presence{schema.Never, schema.Sometimes, schema.Always}, p)
}

// valueSets compares two sets of values and records how they differ.
func (c *comparer) valueSets(subject, what string, old, new valueset.Set, at func(*Change)) {
	if old.Key() == new.Key() {
		return
	}
	rel := valueset.Relate(old, new)
	var ch *Change
	switch {
	case rel.Kind == valueset.Equal:
		return
	case old.Kinds()&new.Kinds() == 0:
		ch = c.add(typeChanged, subject, "%s is %s; it was %s", what, new.Kinds(), old.Kinds())
	case rel.Kind == valueset.Undecided:
		ch = c.add(valueRelationUnknown, subject, "the values of %s changed from %s to %s; how they relate is not decided: %s", what, old, new, rel.Reason())
	default:
		ch = c.decided(subject, what, old, new, rel)
	}
	ch.values(old.String(), new.String())
	ch.relation = relation{old, new, rel}
	at(ch)
}

func (c *comparer) decided(subject, what string, old, new valueset.Set, rel valueset.Relation) *Change {
	lost, gained, finite := differences(old, new)
	switch rel.Kind {
	case valueset.Widened:
		if finite {
			return c.add(valueAdded, subject, "%s may now be %s", what, join(gained))
		}
		return c.add(valuesWidened, subject, "%s may now be %s; it was %s", what, new, old)
	case valueset.Narrowed:
		if finite {
			return c.add(valueRemoved, subject, "%s is never %s any more", what, join(lost))
		}
		return c.add(valuesNarrowed, subject, "%s is now only %s; it was %s", what, new, old)
	}
	if finite {
		return c.add(valuesReplaced, subject, "%s may now be %s and is never %s any more", what, join(gained), join(lost))
	}
	return c.add(valuesReplaced, subject, "%s is now %s; it was %s", what, new, old)
}

// differences lists what two finite sets, or lists over finite sets, do not
// share.
func differences(old, new valueset.Set) (lost, gained []valueset.JSON, finite bool) {
	o, ok1 := matched(old).Values()
	n, ok2 := matched(new).Values()
	if !ok1 || !ok2 {
		return nil, nil, false
	}
	for _, v := range o {
		if !slices.Contains(n, v) {
			lost = append(lost, v)
		}
	}
	for _, v := range n {
		if !slices.Contains(o, v) {
			gained = append(gained, v)
		}
	}
	return lost, gained, len(lost)+len(gained) > 0
}

// matched is what a rule looks at: the value, or the elements of a list.
func matched(s valueset.Set) valueset.Set {
	if s.Kinds()&valueset.ArrayKind == 0 {
		return s
	}
	return s.Intersect(valueset.OfKinds(valueset.AnyKind &^ valueset.ArrayKind)).Union(s.Elem())
}

func join(values []valueset.JSON) string {
	var out []string
	for i, v := range values {
		if i == 5 && len(values) > 6 {
			return strings.Join(out, ", ") + fmt.Sprintf(" or %d others", len(values)-i)
		}
		out = append(out, string(v))
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + " or " + out[len(out)-1]
}
