package diff

import (
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

var (
	readingAdded = &Kind{
		ID: "reading-added", Object: "consumer", Aspect: "reads", Action: "add", Mirror: "reading-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer reads another claim",
		Why:     "From now on the claim cannot change without it. If the contract does not give it what it needs, it breaks on its first day.",
	}
	readingRemoved = &Kind{
		ID: "reading-removed", Object: "consumer", Aspect: "reads", Action: "remove", Mirror: "reading-added", Order: "consumers", Since: "0.1.0",
		Summary: "a consumer does not read a claim any more",
		Why:     "Later changes of the claim do not see this consumer.",
	}
	readingChanged = &Kind{
		ID: "reading-changed", Object: "consumer", Aspect: "reads", Action: "replace", Mirror: "reading-changed", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer does something else with a claim",
		Why:     "A rule that allowed by a value and now refuses by one opens where it shut.",
	}
)

// reads compares what a consumer does with claims, and what it accepts.
func (c *comparer) reads(old, new *schema.Consumer) {
	key := func(r *schema.Read) string { return r.Token.Name + "\x00" + r.Claim.Name + "\x00" + r.Name }
	for _, p := range pairs(old.Reads, new.Reads, key) {
		n := len(c.changes)
		switch {
		case p.old == nil:
			ch := c.add(readingAdded, p.new.Path, "%s reads claim %q in %q: %s", new.Path, p.new.Name, p.new.Token.Name, rule(p.new))
			ch.between(schema.Range{}, p.new.At()).values("", rule(p.new)).about(place{p.new.Token.Name, p.new.Claim.Name})
			ch.consumer, ch.Exact[1] = new.Path, ruleOf(p.new, valueset.Set.Key)
		case p.new == nil:
			ch := c.add(readingRemoved, p.old.Path, "%s does not read claim %q in %q any more", new.Path, p.old.Name, p.old.Token.Name)
			ch.between(p.old.At(), new.FieldAt("reads")).values(rule(p.old), "")
			ch.consumer, ch.Exact[0] = new.Path, ruleOf(p.old, valueset.Set.Key)
		case !p.old.Same(&p.new.Node):
			c.reading(new.Path, p)
		}
		if demands(p.old) || demands(p.new) {
			for i := range c.changes[n:] {
				c.changes[n+i].anywhere()
			}
		}
	}
	c.accepts(old, new)
}

// demands says whether a reading lets callers in by the granted scopes, and so
// decides whose tokens reach the consumer and those behind it.
func demands(r *schema.Read) bool { return r != nil && r.Claim.Name == "scope" && r.AllowIf != nil }

func (c *comparer) reading(consumer string, p pair[schema.Read]) {
	if !sameRule(p.old, p.new) {
		old, new := rule(p.old), rule(p.new)
		ch := c.add(readingChanged, p.new.Path, "%s reads claim %q in %q: %s; it was %s", consumer, p.new.Name, p.new.Token.Name, new, old)
		ch.between(p.old.At(), p.new.At()).values(old, new).about(place{p.new.Token.Name, p.new.Claim.Name})
		ch.consumer, ch.Exact = consumer, [2]string{ruleOf(p.old, valueset.Set.Key), ruleOf(p.new, valueset.Set.Key)}
	}
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, concerns(consumer),
		"Use", "AllowIf", "AllowIfAll", "DenyIf", "Expects", "OnMissing", "Logs", "Members")
}

// sameRule says whether two readings do the same. Sets may be written in different
// ways.
func sameRule(old, new *schema.Read) bool {
	if ruleOf(old, valueset.Set.Key) == ruleOf(new, valueset.Set.Key) {
		return true
	}
	plain := func(valueset.Set) string { return "" }
	if ruleOf(old, plain) != ruleOf(new, plain) || len(old.Members) > 0 {
		return false
	}
	for _, t := range [][2]*valueset.Set{{old.AllowIf, new.AllowIf}, {old.AllowIfAll, new.AllowIfAll}, {old.DenyIf, new.DenyIf}, {old.Expects, new.Expects}} {
		if t[0] != nil && valueset.Relate(*t[0], *t[1]).Kind != valueset.Equal {
			return false
		}
	}
	return true
}

// rule says in words what a reading does.
func rule(r *schema.Read) string { return ruleOf(r, valueset.Set.String) }

// ruleOf says what a reading does, with sets as text gives them.
func ruleOf(r *schema.Read, text func(valueset.Set) string) string {
	var parts []string
	if r.Use != "" {
		parts = append(parts, r.Use)
	}
	for _, t := range []struct {
		words string
		set   *valueset.Set
	}{{"allows if", r.AllowIf}, {"allows if all", r.AllowIfAll}, {"refuses if", r.DenyIf}, {"expects", r.Expects}} {
		if t.set != nil {
			parts = append(parts, t.words+" "+text(*t.set))
		}
	}
	if r.States("onMissing") {
		parts = append(parts, "without it "+r.OnMissing)
	}
	if r.Logs != "" {
		parts = append(parts, "logs it "+r.Logs)
	}
	for _, m := range r.Members {
		parts = append(parts, m.Name+" ("+ruleOf(m, text)+")")
	}
	return strings.Join(parts, ", ")
}
