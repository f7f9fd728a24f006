package diff

import (
	"fmt"
	"strings"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var (
	overageTightened = &Kind{
		ID: "overage-tightened", Object: "claim", Aspect: "overage", Action: "tighten", Mirror: "overage-relaxed", Order: "consumers", Since: "0.1.0",
		Summary: "a list is left out, replaced or cut where it outgrows a limit that is new, lower or other",
		Why:     "Those with the most entries come without: a rule that refuses one of them lets them in, one that allows by one shuts them out.",
	}
	overageRelaxed = &Kind{
		ID: "overage-relaxed", Object: "claim", Aspect: "overage", Action: "relax", Mirror: "overage-tightened", Order: "issuer", Since: "0.1.0",
		Summary: "a list is whole where it was left out, replaced or cut",
		Why:     "Tokens grow with it.",
	}
)

// overage compares what happens when a list outgrows the issuer's limit.
func (c *comparer) overage(p pair[schema.Claim], what string, field func(string) func(*Change)) {
	old, new := p.old.Overage, p.new.Overage
	if overageText(old) == overageText(new) {
		return
	}
	if old != nil && new != nil && old.Above == new.Above { // better for some, worse for others
		field("overage")(c.unclassified(p.new.Path, &p.old.Node, &p.new.Node, "overage", overageText(old), overageText(new)))
		return
	}
	kind := overageTightened
	if new == nil || old != nil && new.Above > old.Above {
		kind = overageRelaxed
	}
	field("overage")(c.add(kind, p.new.Path, "%s is %s; it was %s", what, overageText(new), overageText(old)).values(overageText(old), overageText(new)))
}

var behaviours = map[string]string{"omit": "left out", "reference": "replaced by a reference", "truncate": "cut"}

func overageText(o *schema.Overage) string {
	if o == nil {
		return "whole, however long"
	}
	out := fmt.Sprintf("%s above %d elements", behaviours[o.Behaviour], o.Above)
	if len(o.Instead) > 0 {
		out += ", for " + strings.Join(names(o.Instead), " and ")
	}
	return out
}

// outgrown judges a reading of a list that is missing, or lacks elements, where it is
// longest.
func outgrown(r *schema.Read, witness string) report.Judgement {
	if o := r.Claim.Overage; o == nil || o.Behaviour != "truncate" {
		return absent(r, witness)
	}
	switch {
	case r.DenyIf != nil:
		return breaksOpen("it refuses by an element that may be cut away", witness)
	case r.Decides():
		return breaks("it lets in by an element that may be cut away", witness)
	case r.OnMissing == schema.MissingIgnore && r.States("onMissing"):
		return unaffected("it says that it goes on without the claim")
	}
	return mayBreak("it reads a list that may be cut")
}
