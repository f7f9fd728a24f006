package diff

import (
	"cmp"
	"slices"
	"strings"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var sourceChanged = &Kind{
	ID: "source-changed", Object: "claim", Aspect: "source", Action: "replace", Mirror: "source-changed", Order: "both", Since: "0.1.0",
	Summary: "the values of a claim come from elsewhere, or are made otherwise",
	Why:     "They look as before and are others: whoever has kept one does not find it again.",
}

// source compares where the values of a claim come from and what is done to them.
func (c *comparer) source(p pair[schema.Claim], what string, field func(string) func(*Change)) {
	if old, new := origin(p.old.Source), origin(p.new.Source); old != new {
		field("source")(c.add(sourceChanged, p.new.Path, "the values of %s come from %s; they came from %s", what, somewhere(new), somewhere(old)).values(old, new))
	}
}

// trustOfSources reports a source that can be relied on more or less, where no claim that
// leaves its trust to it has been reported.
func (c *comparer) trustOfSources() {
	for _, p := range pairs(c.old.Sources, c.new.Sources, func(s *schema.Source) string { return s.Name }) {
		if p.old == nil || p.new == nil || p.old.Trust == p.new.Trust {
			continue
		}
		if !slices.ContainsFunc(c.new.Claims, func(cl *schema.Claim) bool {
			old := c.old.Claim(cl.Name)
			return old != nil && relies(old.Source) && relies(cl.Source) && old.Source.From == p.old && cl.Source.From == p.new
		}) {
			c.unclassified(p.new.Path, &p.old.Node, &p.new.Node, "Trust", p.old.Trust, p.new.Trust)
		}
	}
}

// origin says in words where values come from.
func origin(o *schema.Origin) string {
	if o == nil {
		return ""
	}
	var parts []string
	if o.From != nil {
		parts = append(parts, o.From.Name)
	}
	if o.Attribute != "" {
		parts = append(parts, "its "+o.Attribute)
	}
	if o.Transform != "" {
		parts = append(parts, "by "+o.Transform)
	}
	return strings.Join(parts, ", ")
}

func somewhere(origin string) string { return cmp.Or(origin, "where nobody said") }

// otherOrigin judges a reading of a claim whose values come from elsewhere.
func otherOrigin(r *schema.Read, witness string) report.Judgement {
	switch {
	case keeps(r) && !strings.HasPrefix(witness, ","): // where they came from was stated
		return breaks("it compares the claim with values that it has kept, and they are made otherwise now", witness)
	case keeps(r) || r.Decides():
		return mayBreak("it decides by the claim, whose values come from elsewhere")
	}
	return unaffected("it keeps nothing by the claim")
}
