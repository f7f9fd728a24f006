package diff

import (
	"cmp"
	"fmt"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

var (
	deprecationAdded = &Kind{
		ID: "deprecation-added", Object: "entry", Aspect: "lifecycle", Action: "deprecate", Mirror: "deprecation-removed", Order: "issuer", Since: "0.1.0",
		Summary: "something is announced to go away",
		Why:     "Whoever uses it has until its sunset to move.",
	}
	deprecationRemoved = &Kind{
		ID: "deprecation-removed", Object: "entry", Aspect: "lifecycle", Action: "undeprecate", Mirror: "deprecation-added", Order: "issuer", Since: "0.1.0",
		Summary: "something that was announced to go away stays",
		Why:     "Nobody needs to move any more.",
	}
	deprecationChanged = &Kind{
		ID: "deprecation-changed", Object: "entry", Aspect: "lifecycle", Action: "redate", Mirror: "deprecation-changed", Order: "issuer", Since: "0.1.0",
		Summary: "something goes away on another day, or for something else",
		Why:     "A sunset that comes earlier leaves its users less time than they were told.",
	}
	tombstoneAdded = &Kind{
		ID: "tombstone-added", Object: "entry", Aspect: "lifecycle", Action: "retire", Mirror: "tombstone-removed", Order: "issuer", Since: "0.1.0",
		Summary:  "a name is retired",
		Why:      "It does not come back with another meaning as long as the tombstone stands.",
		Swallows: []string{"deprecation-removed"},
	}
	tombstoneRemoved = &Kind{
		ID: "tombstone-removed", Object: "entry", Aspect: "lifecycle", Action: "free", Mirror: "tombstone-added", Order: "consumers", Since: "0.1.0",
		Summary: "a retired name is free again",
		Why:     "Policies that were never cleaned up would read whatever it comes to mean.",
	}
)

// lifecycle compares whether an entry is going away or gone.
func (c *comparer) lifecycle(what string, old, new *schema.Lifecycle, field func(string) func(*Change)) {
	if old.Retired != nil || new.Retired == nil { // else it is gone, as was announced
		c.deprecation(what, new.Path, old.Deprecated, new.Deprecated, &old.Node, &new.Node, field("deprecated"))
	}
	switch {
	case old.Retired == nil && new.Retired != nil:
		field("retired")(c.add(tombstoneAdded, new.Path, "%s is retired%s", what, replacement(new.Retired.ReplacedBy)).values("", retirementText(new.Retired)))
	case old.Retired != nil && new.Retired == nil:
		field("retired")(c.add(tombstoneRemoved, new.Path, "%s is not retired any more", what).values(retirementText(old.Retired), ""))
	case old.Retired != nil && retirementText(old.Retired) != retirementText(new.Retired):
		field("retired")(c.add(deprecationChanged, new.Path, "the tombstone of %s says %s; it said %s", what, retirementText(new.Retired), retirementText(old.Retired)).values(retirementText(old.Retired), retirementText(new.Retired)))
	}
}

// known compares what is known of single values of a claim.
func (c *comparer) known(p pair[schema.Claim], what string, places []place) {
	about := func(ch *Change) { ch.about(places...) }
	for _, v := range pairs(p.old.Values, p.new.Values, func(v *schema.Value) string { return v.Name }) {
		old, new := v.old, v.new
		switch {
		case old == nil && new.Retired == nil && !possible(p.old, new), new == nil && old.Retired == nil && !possible(p.new, old):
			continue // it came or went with the value
		case old == nil:
			old = unknown(new, p.old)
		case new == nil:
			new = unknown(old, p.new)
		case old.Same(&new.Node):
			continue
		}
		c.lifecycle(fmt.Sprintf("value %q of %s", new.Name, what), &old.Lifecycle, &new.Lifecycle, func(name string) func(*Change) {
			return func(ch *Change) { about(ch.between(old.FieldAt(name), new.FieldAt(name))) }
		})
		c.rest(new.Path, &old.Node, &new.Node, *old, *new, about, "Deprecated", "Retired")
	}
}

// possible says whether the claim may have the value, or hold it in a list.
func possible(claim *schema.Claim, v *schema.Value) bool {
	set := matched(claim.Value)
	return set.ContainsText(v.Name) != valueset.No || set.Contains(valueset.JSON(v.Name)) != valueset.No
}

// unknown is the value where nothing is known of it: its place is that of the claim.
func unknown(v *schema.Value, claim *schema.Claim) *schema.Value {
	out := &schema.Value{Name: v.Name}
	out.Path, out.Origins = v.Path, claim.Origins
	out.Stage, out.Semantics = "stable", 1
	return out
}

func (c *comparer) deprecation(what, path string, old, new *schema.Deprecation, oldNode, newNode *schema.Node, touch func(*Change)) {
	at := func(ch *Change) {
		touch(ch)
		ch.between(oldNode.FieldAt("deprecated"), newNode.FieldAt("deprecated"))
	}
	switch {
	case old == nil && new != nil:
		at(c.add(deprecationAdded, path, "%s is going away%s%s", what, sunset(new), replacement(new.ReplacedBy)).values("", deprecationText(new)))
	case old != nil && new == nil:
		at(c.add(deprecationRemoved, path, "%s is not going away any more", what).values(deprecationText(old), ""))
	case old != nil && deprecationText(old) != deprecationText(new):
		at(c.add(deprecationChanged, path, "%s is going away%s%s; before%s%s", what, sunset(new), replacement(new.ReplacedBy), sunset(old), replacement(old.ReplacedBy)).values(deprecationText(old), deprecationText(new)))
	}
}

func sunset(d *schema.Deprecation) string {
	if d.Sunset == "" {
		return ", nothing says when"
	}
	return " on " + d.Sunset
}

func replacement(by []string) string {
	if len(by) == 0 {
		return ""
	}
	return ", for " + strings.Join(by, " and ")
}

func deprecationText(d *schema.Deprecation) string {
	return strings.Join([]string{d.Since, d.Sunset, strings.Join(d.ReplacedBy, " "), d.Reason}, " / ")
}

func retirementText(r *schema.Retirement) string {
	return cmp.Or(strings.Trim(strings.Join([]string{r.Since, strings.Join(r.ReplacedBy, " "), r.Reason}, " / "), " /"), "nothing")
}
