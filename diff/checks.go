package diff

import (
	"slices"

	"tokenctl.dev/schema"
)

var (
	checkAdded = &Kind{
		ID: "check-added", Object: "consumer", Aspect: "checks", Action: "demand", Mirror: "check-dropped", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer checks another part of a token",
		Why:     "It refuses tokens that it took, where they lack the part or name somebody else.",
	}
	checkDropped = &Kind{
		ID: "check-dropped", Object: "consumer", Aspect: "checks", Action: "drop", Mirror: "check-added", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer does not check a part of a token any more",
		Why:     "It lets in tokens that it refused: of another issuer, for another audience, out of date.",
	}
)

// checks compares the parts of a token that a consumer checks, for itself and for
// those behind it.
func (c *comparer) checks(consumer string, p pair[schema.Accept]) {
	for _, part := range union(p.old.Validates, p.new.Validates) {
		was, is := slices.Contains(p.old.Validates, part), slices.Contains(p.new.Validates, part)
		kind, words, old, new := checkAdded, "%s checks %s of %q", "", part
		switch {
		case was == is:
			continue
		case was:
			kind, words, old, new = checkDropped, "%s does not check %s of %q any more", part, ""
		}
		ch := c.add(kind, p.new.Path, words, consumer, part, p.new.Token.Name).values(old, new)
		ch.between(p.old.FieldAt("validates"), p.new.FieldAt("validates")).about(place{p.new.Token.Name, part})
		front(consumer)(ch)
	}
}
