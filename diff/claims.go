package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	claimRenamed = &Kind{
		ID: "claim-renamed", Object: "claim", Aspect: "existence", Action: "rename", Mirror: "claim-restored", Order: "both", Since: "0.1.0",
		Summary:  "a claim has another name, as its tombstone says",
		Why:      "To whoever reads the old name the claim is gone. Both names side by side, until everybody has moved, break nobody.",
		Swallows: []string{"claim-removed", "claim-added"},
	}
	claimRestored = &Kind{
		ID: "claim-restored", Object: "claim", Aspect: "existence", Action: "restore", Mirror: "claim-renamed", Order: "both", Since: "0.1.0",
		Summary: "a claim that was retired is back in the tokens",
		Why:     "Policies that were never cleaned up begin to read it again, perhaps with another meaning.",
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
	claimFormatChanged = &Kind{
		ID: "claim-format-changed", Object: "claim", Aspect: "format", Action: "replace", Mirror: "claim-format-changed", Order: "both", Since: "0.1.0",
		Summary: "the text or number of a claim is to be read otherwise",
		Why:     "Milliseconds read as seconds never expire; an address in another form does not match the one that was kept.",
	}
	meaningChanged = &Kind{
		ID: "meaning-changed", Object: "claim", Aspect: "meaning", Action: "replace", Mirror: "meaning-changed", Order: "both", Since: "0.1.0",
		Summary: "a claim means something else, in the same bytes",
		Why:     "Nothing on the wire shows it: every rule goes on as if nothing had happened.",
	}
	identifierWeakened = &Kind{
		ID: "identifier-weakened", Object: "claim", Aspect: "stability", Action: "weaken", Mirror: "identifier-strengthened", Order: "consumers", Since: "0.1.0",
		Summary: "a claim may change for its subject, or come to belong to somebody else",
		Why:     "Who keeps accounts by it gives one person's account to another.",
	}
	identifierStrengthened = &Kind{
		ID: "identifier-strengthened", Object: "claim", Aspect: "stability", Action: "strengthen", Mirror: "identifier-weakened", Order: "issuer", Since: "0.1.0",
		Summary: "a claim stays with its subject for longer",
		Why:     "Nobody loses; what was no key may become one.",
	}
	trustLowered = &Kind{
		ID: "trust-lowered", Object: "claim", Aspect: "source", Action: "weaken", Mirror: "trust-raised", Order: "consumers", Since: "0.1.0",
		Summary: "the value of a claim can be relied on less",
		Why:     "An address that users enter themselves, where it was verified, lets anybody be anybody (nOAuth).",
	}
	trustRaised = &Kind{
		ID: "trust-raised", Object: "claim", Aspect: "source", Action: "strengthen", Mirror: "trust-lowered", Order: "issuer", Since: "0.1.0",
		Summary: "the value of a claim can be relied on more",
		Why:     "Some users may lose the claim, which is a change of its own.",
	}
)

// claims compares the vocabulary and what is in any token.
func (c *comparer) claims() {
	for _, p := range pairs(c.old.Claims, c.new.Claims, func(cl *schema.Claim) string { return cl.Name }) {
		was, is := c.oldIn.of(p.old), c.newIn.of(p.new)
		switch {
		case len(was) > 0 && len(is) == 0:
			c.claimGone(p, was)
		case len(was) == 0 && len(is) > 0:
			c.claimCame(p, is)
		case p.old == nil || p.new == nil:
		case !(p.old.Same(&p.new.Node) && p.old.Declared == p.new.Declared):
			c.claim(p)
		case p.old.Source != nil && p.new.Source != nil && p.old.Source.Trust != p.new.Source.Trust: // the source is another
			c.trust(p, fmt.Sprintf("claim %q", p.new.Name), func(string) func(*Change) {
				return func(ch *Change) { ch.about(placesOf(is)...) }
			})
		}
	}
}

func (c *comparer) claimGone(p pair[schema.Claim], was []release) {
	ch := &Change{}
	if to := c.replacements(p.new); len(to) > 0 {
		ch = c.add(claimRenamed, p.old.Path, "claim %q is now %s; nothing is called %q any more", p.old.Name, strings.Join(to, " and "), p.old.Name)
		ch.values(p.old.Name, strings.Join(to, " "))
	} else {
		ch = c.add(claimRemoved, p.old.Path, "claim %q is in no token any more; it was in %s", p.old.Name, tokensOf(was))
		ch.sets(&p.old.Value, nil)
		ch.Hint = c.renameHint(p.old)
	}
	if d := p.old.Deprecated; d != nil && d.Sunset != "" {
		ch.Message += "; its sunset is " + d.Sunset
	}
	ch.about(placesOf(was)...)
	ch.Was = cmp.Or(declaredAt(p.old), was[0].At())
	ch.At = c.leftOf("claims")
	switch t := c.new.Token(was[0].Token.Name); {
	case declaredAt(p.new).File != "":
		ch.At = p.new.At()
	case t != nil:
		ch.At = t.At()
	}
}

// declaredAt is the place of a claim's entry, if it has one.
func declaredAt(cl *schema.Claim) schema.Range {
	if cl == nil || !cl.Declared {
		return schema.Range{}
	}
	return cl.At()
}

// replacements are the claims in tokens that a tombstone names in its place.
func (c *comparer) replacements(retired *schema.Claim) []string {
	if retired == nil || retired.Retired == nil {
		return nil
	}
	var out []string
	for _, name := range retired.Retired.ReplacedBy {
		if len(c.newIn[name]) > 0 {
			out = append(out, fmt.Sprintf("%q", name))
		}
	}
	return out
}

// renamedTo says whether a claim that came takes the place of one that its
// tombstone names.
func (c *comparer) renamedTo(name string) bool {
	return slices.ContainsFunc(c.new.Claims, func(cl *schema.Claim) bool {
		return cl.Retired != nil && slices.Contains(cl.Retired.ReplacedBy, name) && len(c.oldIn[cl.Name]) > 0 && len(c.newIn[cl.Name]) == 0
	})
}

// renameHint names a claim that came and looks like the one that went. Only its
// author knows, so the change stays what it is.
func (c *comparer) renameHint(gone *schema.Claim) string {
	for _, cl := range c.new.Claims {
		if len(c.newIn[cl.Name]) == 0 || len(c.oldIn[cl.Name]) > 0 {
			continue
		}
		from := func(o *schema.Origin) string {
			if o == nil || o.From == nil || o.Attribute == "" {
				return ""
			}
			return o.From.Name + "\x00" + o.Attribute
		}
		sameSource := from(gone.Source) != "" && from(gone.Source) == from(cl.Source)
		if sameSource || strings.EqualFold(plain(gone.Name), plain(cl.Name)) {
			return fmt.Sprintf("if it is called %q now, say so: claims: %s: retired: replacedBy: [%q]", cl.Name, gone.Name, cl.Name)
		}
	}
	return ""
}

// plain is a name without what spelling adds.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(name[strings.LastIndexAny(name, "/:")+1:])
}

func (c *comparer) claimCame(p pair[schema.Claim], is []release) {
	if c.renamedTo(p.new.Name) {
		return
	}
	how := "sometimes"
	for _, r := range is {
		if r.Presence == schema.Always {
			how = "always, where it is released"
		}
	}
	var ch *Change
	if p.old != nil && p.old.Retired != nil && slices.ContainsFunc(p.old.Retired.ReplacedBy, func(name string) bool { return len(c.oldIn[name]) > 0 }) {
		ch = c.add(claimRestored, p.new.Path, "claim %q was retired and is back in %s", p.new.Name, tokensOf(is))
	} else {
		ch = c.add(claimAdded, p.new.Path, "claim %q is new in %s (%s)", p.new.Name, tokensOf(is), how)
	}
	ch.about(placesOf(is)...).sets(nil, &p.new.Value)
	ch.At = cmp.Or(declaredAt(p.new), is[0].At())
	ch.Was = declaredAt(p.old)
}

// claim compares what two revisions say of one claim.
func (c *comparer) claim(p pair[schema.Claim]) {
	places := placesOf(c.newIn.of(p.new))
	what := fmt.Sprintf("claim %q", p.new.Name)
	field := func(name string) func(*Change) {
		return func(ch *Change) { ch.between(p.old.FieldAt(name), p.new.FieldAt(name)).about(places...) }
	}
	if p.old.Presence != p.new.Presence {
		field("presence")(c.presence(p.new.Path, p.new.Name, "", p.old.Presence, p.new.Presence))
	}
	c.values(p.new.Path, what, p.new, p.old.Value, p.new.Value, field("#value"))
	if p.old.Format != p.new.Format {
		field("format")(c.add(claimFormatChanged, p.new.Path, "%s is to be read as %s; it was %s", what, orNothing(p.new.Format), orNothing(p.old.Format)).values(p.old.Format, p.new.Format))
	}
	if p.old.Semantics != p.new.Semantics {
		field("semantics")(c.add(meaningChanged, p.new.Path, "%s means something else (semantics %d, before %d)", what, p.new.Semantics, p.old.Semantics).values(fmt.Sprint(p.old.Semantics), fmt.Sprint(p.new.Semantics)))
	}
	c.identifier(p, what, field)
	c.trust(p, what, field)
	c.source(p, what, field)
	c.overage(p, what, field)
	c.treatment(p, what, field)
	c.lifecycle(what, &p.old.Lifecycle, &p.new.Lifecycle, field)
	c.known(p, what, places)
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, withSource(*p.old), withSource(*p.new), func(ch *Change) { ch.about(places...) },
		"Presence", "Value", "Format", "Semantics", "Stability", "Reassignable", "Unique", "Source.Trust", "Source.From", "Source.Attribute", "Source.Transform", "Overage", "Deprecated", "Retired", "Values",
		"Category", "Purposes", "LegalBasis", "Logging", "Retention", "Visibility", "Regions")
}

// order gives the rank of a word in a list from best to worst; one that is not in
// it is unknown.
func order(word string, fromBest ...string) (rank int, known bool) {
	i := slices.Index(fromBest, word)
	return i, i >= 0
}

// identifier compares how long a value stays with its subject, and with nobody
// else.
func (c *comparer) identifier(p pair[schema.Claim], what string, field func(string) func(*Change)) {
	text := func(cl *schema.Claim) string {
		parts := []string{cmp.Or(cl.Stability, "stability not stated")}
		if cl.Reassignable == schema.Yes {
			parts = append(parts, "reassignable")
		}
		if cl.Unique != "" {
			parts = append(parts, "unique: "+cl.Unique)
		}
		return strings.Join(parts, ", ")
	}
	if text(p.old) == text(p.new) {
		return
	}
	weaker := p.old.Reassignable != schema.Yes && p.new.Reassignable == schema.Yes ||
		worse(p.old.Stability, p.new.Stability, "immutable", "stable", "mutable", "volatile") ||
		worse(p.old.Unique, p.new.Unique, "global", "issuer", "tenant", "none")
	kind := identifierStrengthened
	if weaker {
		kind = identifierWeakened
	}
	field("stability")(c.add(kind, p.new.Path, "%s is %s; it was %s", what, text(p.new), text(p.old)).values(text(p.old), text(p.new)))
}

// worse says whether a word stands for less than the other; saying nothing stands
// for least.
func worse(old, new string, fromBest ...string) bool {
	o, wasKnown := order(old, fromBest...)
	n, isKnown := order(new, fromBest...)
	return wasKnown && (!isKnown || n > o)
}

// trust compares how far the value can be relied on. What else is said of the
// source is left to the residual check.
func (c *comparer) trust(p pair[schema.Claim], what string, field func(string) func(*Change)) {
	trust := func(o *schema.Origin) string {
		if o == nil {
			return ""
		}
		return o.Trust
	}
	old, new := trust(p.old.Source), trust(p.new.Source)
	if old == new {
		return
	}
	kind := trustRaised
	if worse(old, new, "authoritative", "verified", "federated", "self-asserted", "client-supplied") {
		kind = trustLowered
	}
	ch := c.add(kind, p.new.Path, "%s is %s; it was %s", what, cmp.Or(new, "of no stated trust"), cmp.Or(old, "of no stated trust")).values(old, new)
	field("source")(ch)
	if relies(p.old.Source) && relies(p.new.Source) { // the edit is there
		ch.between(p.old.Source.From.FieldAt("trust"), p.new.Source.From.FieldAt("trust"))
	}
}

// relies says whether what a claim says of its source leaves the trust to the source.
func relies(o *schema.Origin) bool { return o != nil && o.From != nil && !o.States("trust") }

// withSource gives the claim a source to compare, where it states none.
func withSource(cl schema.Claim) schema.Claim {
	if cl.Source == nil {
		cl.Source = &schema.Origin{}
	}
	return cl
}

// presence records that a claim became rarer or more common, everywhere or in
// one token.
func (c *comparer) presence(subject, claim, token string, old, new schema.Presence) *Change {
	where := ""
	if token != "" {
		where = fmt.Sprintf(" in %q", token)
	}
	kind := claimOptionalToRequired
	if rank(new) < rank(old) {
		kind = claimRequiredToOptional
	}
	return c.add(kind, subject, "claim %q is %s there%s; it was %s", claim, new, where, old).values(string(old), string(new))
}

func rank(p schema.Presence) int {
	return slices.Index([]schema.Presence{schema.Never, schema.Sometimes, schema.Always}, p)
}
