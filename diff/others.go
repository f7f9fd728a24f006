package diff

import (
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/internal/waiver"
	"tokenctl.dev/schema"
)

var (
	policyChanged = &Kind{
		ID: "policy-changed", Object: "policy", Aspect: "any", Action: "replace", Mirror: "policy-changed", Order: "issuer", Since: "0.1.0",
		Summary: "the house rules changed",
		Why:     "What lint and the gate let through from now on is not what they let through before; they go by the old rules for this change.",
	}
	waiverAdded = &Kind{
		ID: "waiver-added", Object: "waiver", Aspect: "existence", Action: "add", Mirror: "waiver-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a finding is accepted for a while",
		Why:     "Somebody decided that it may stand: the reason and the last day are in the waiver.",
	}
	waiverRemoved = &Kind{
		ID: "waiver-removed", Object: "waiver", Aspect: "existence", Action: "remove", Mirror: "waiver-added", Order: "issuer", Since: "0.1.0",
		Summary: "a finding is not accepted any more",
		Why:     "If it is still there, it counts again.",
	}
	waiverBroadened = &Kind{
		ID: "waiver-broadened", Object: "waiver", Aspect: "extent", Action: "widen", Mirror: "waiver-narrowed", Order: "issuer", Since: "0.1.0",
		Summary: "a waiver accepts more, or for longer",
		Why:     "A later day, a pattern where a name stood, no consumer any more: what was decided for one case holds for others. Until it is merged, the old extent counts.",
	}
	waiverNarrowed = &Kind{
		ID: "waiver-narrowed", Object: "waiver", Aspect: "extent", Action: "narrow", Mirror: "waiver-broadened", Order: "issuer", Since: "0.1.0",
		Summary: "a waiver accepts less, or not as long",
		Why:     "What it does not accept any more counts again.",
	}
)

// contract compares what stands at the top of the contract itself.
func (c *comparer) contract() {
	tables := []string{
		"Assurance", "Claims", "Tokens", "Scopes", "AuthorizationDetails", "Clients", "Resources", "Sources",
		"Policy", "Waivers", "Examples", "Issuer", "Version",
	}
	c.rest("", &c.old.Node, &c.new.Node, *c.old, *c.new, nil, tables...)
	if c.old.Name != c.new.Name {
		c.unclassified("", &c.old.Node, &c.new.Node, "name", c.old.Name, c.new.Name)
	}
}

// others compares the records that no consumer reads.
func (c *comparer) others() {
	records(c, "assurance", c.old.Assurance, c.new.Assurance, func(s *schema.Scale) (string, *schema.Node) { return s.Name, &s.Node })
	records(c, "sources", c.old.Sources, c.new.Sources, func(s *schema.Source) (string, *schema.Node) { return s.Name, &s.Node }, "Trust")
	c.trustOfSources()
	records(c, "authorizationDetails", c.old.AuthorizationDetails, c.new.AuthorizationDetails, func(d *schema.DetailType) (string, *schema.Node) { return d.Name, &d.Node })
	c.policy()
	c.waivers()
}

// policy compares the house rules: no token depends on them.
func (c *comparer) policy() {
	n := len(c.changes)
	if !c.old.Policy.Same(&c.new.Policy.Node) {
		c.rest("policy", &c.old.Policy.Node, &c.new.Policy.Node, c.old.Policy, c.new.Policy, nil)
	}
	for i := range c.changes[n:] {
		ch := &c.changes[n+i]
		ch.Kind = policyChanged
		ch.Message = strings.TrimPrefix(ch.Subject, "policy.") + " of the policy is " + orNothing(ch.New) + "; it was " + orNothing(ch.Old)
	}
}

func (c *comparer) waivers() {
	for _, p := range pairs(c.old.Waivers, c.new.Waivers, func(w *schema.Waiver) string { return w.Name }) {
		switch {
		case p.old == nil:
			c.waived(p.new)
		case p.new == nil:
			c.add(waiverRemoved, p.old.Path, "%s of %s is not accepted any more", p.old.Rule, p.old.Subject).
				between(p.old.At(), c.leftOf("waivers")).values(p.old.Name, "")
		case p.old.Same(&p.new.Node):
		case waiver.Extent(p.old, p.new) > 0:
			c.extended(waiverBroadened, "more widely", p)
		case waiver.Extent(p.old, p.new) < 0:
			c.extended(waiverNarrowed, "less widely", p)
		default:
			c.waived(p.new).Was = p.old.At()
			c.add(waiverRemoved, p.old.Path, "%s of %s is not accepted any more as it was", p.old.Rule, p.old.Subject).
				between(p.old.At(), p.new.At()).values(p.old.Until, p.new.Until)
		}
	}
}

func (c *comparer) extended(k *Kind, word string, p pair[schema.Waiver]) {
	ch := c.add(k, p.new.Path, "%s of %s is accepted %s than before, until %s: %s", p.new.Rule, p.new.Subject, word, p.new.Until, p.new.Reason)
	ch.between(p.old.At(), p.new.At()).values(held(p.old), held(p.new))
}

// held says what a waiver accepts and until when.
func held(w *schema.Waiver) string {
	parts := []string{w.Subject}
	for _, p := range []struct{ words, value string }{{"for ", w.Consumer}, {"exactly ", w.Fingerprint}, {"until ", w.Until}} {
		if p.value != "" {
			parts = append(parts, p.words+p.value)
		}
	}
	if w.AcceptsBypass {
		parts = append(parts, "open or not")
	}
	return strings.Join(parts, ", ")
}

func (c *comparer) waived(w *schema.Waiver) *Change {
	ch := c.add(waiverAdded, w.Path, "%s of %s is accepted until %s: %s", w.Rule, w.Subject, w.Until, w.Reason)
	if w.ApprovedBy != "" {
		ch.Message += " (" + w.ApprovedBy + ")"
	}
	return ch.between(schema.Range{}, w.At()).values("", w.Until)
}

// records compares entries that have no kind of change of their own.
func records[T any](c *comparer, table string, old, new []*T, of func(*T) (string, *schema.Node), handled ...string) {
	for _, p := range pairs(old, new, func(x *T) string { name, _ := of(x); return name }) {
		switch {
		case p.old == nil:
			name, n := of(p.new)
			ch := c.unclassified(table, &c.old.Node, n, name, "", "stated")
			ch.Subject = n.Path
			ch.between(schema.Range{}, n.At())
		case p.new == nil:
			name, n := of(p.old)
			ch := c.unclassified(table, n, &c.new.Node, name, "stated", "")
			ch.Subject = n.Path
			ch.between(n.At(), c.leftOf(table))
		case table == "authorizationDetails": // compared with the scopes
		default:
			_, o := of(p.old)
			_, n := of(p.new)
			if !o.Same(n) {
				c.rest(n.Path, o, n, *p.old, *p.new, nil, handled...)
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
