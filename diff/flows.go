package diff

import (
	"cmp"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// Flows gives the data flows between two revisions that came and went: who can read
// which claim in which token. It is the answer to "who can newly see this?", also
// where the edit was made five files away. The changes are those of Compare.
func Flows(changes []Change, old, new *issuance.Issuance) []report.Flow {
	j := newJudge(old, new)
	var further []*Change
	for i := range changes {
		if changes[i].moves() {
			further = append(further, j.carriedFurther(&changes[i]))
		}
	}
	var out []report.Flow
	for _, r := range j.readers {
		for _, at := range j.stirred(further, r) {
			was, is := j.readIn(j.old, r.old, at), j.readIn(j.new, r.new, at)
			if (was == nil) == (is == nil) {
				continue
			}
			out = append(out, j.flow(r, at, cmp.Or(is, was), is != nil))
		}
	}
	slices.SortStableFunc(out, func(a, b report.Flow) int { return b.Weight() - a.Weight() })
	return out
}

// moves says whether a claim can come into a token, or before other eyes, by the
// change, or go.
func (c *Change) moves() bool {
	return c.everywhere || c.Kind == unclassifiedChange || moving[c.Kind.Object+" "+c.Kind.Aspect]
}

// moving are what such kinds are about, beside those that may move any claim.
var moving = map[string]bool{
	"claim existence": true, "claim tokens": true, "claim releases": true, "claim promise": true, "claim conditions": true,
	"token existence": true, "token format": true, "token header": true, "token encryption": true, "token outside": true, "scope existence": true,
}

func (j *judge) flow(r reader, at place, s *issuance.Situation, gained bool) report.Flow {
	consumer, revision := r.new, j.new.Contract
	if !gained {
		consumer, revision = r.old, j.old.Contract
	}
	f := report.Flow{
		Contract: j.new.Contract.Name, Consumer: r.path(), Party: consumer.Party, Token: at.token, Claim: at.claim,
		Gained: gained, Public: public(consumer), Witness: request(s, at, "has"),
	}
	if claim := revision.Claim(at.claim); claim != nil {
		if class := j.class(claim); personal(class) {
			f.Category = class.Category
		}
	}
	return f
}

// stirred gives the claims in tokens that some change may have brought to a
// consumer, or taken from it.
func (j *judge) stirred(changes []*Change, r reader) []place {
	found := map[place]bool{}
	everything := r.old == nil || r.new == nil
	for _, c := range changes {
		if c.client != "" && !c.of(r) && !j.reaches(c.client, r) || c.consumer != "" && !c.concerns(r) {
			continue
		}
		if c.everywhere || c.Kind == unclassifiedChange {
			everything = true
			break
		}
		for _, at := range c.places {
			found[at] = true
		}
		for _, name := range c.tokens {
			j.everyClaim(r, name, found)
		}
	}
	if everything {
		for _, c := range []*schema.Contract{j.old.Contract, j.new.Contract} {
			for _, t := range c.Tokens {
				j.everyClaim(r, t.Name, found)
			}
		}
	}
	out := make([]place, 0, len(found))
	for at := range found {
		out = append(out, at)
	}
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(strings.Compare(a.claim, b.claim), strings.Compare(a.token, b.token))
	})
	return out
}

// everyClaim adds the claims that the consumer may find in a token.
func (j *judge) everyClaim(r reader, token string, found map[place]bool) {
	for _, side := range []struct {
		is *issuance.Issuance
		c  *issuance.Consumer
	}{{j.old, r.old}, {j.new, r.new}} {
		if t := side.is.Contract.Token(token); t != nil && side.c != nil {
			for _, claim := range j.claimsIn(side.is, side.c, t) {
				found[place{token, claim.Name}] = true
			}
		}
	}
}

// readIn gives a situation in which the consumer can read a claim in a token of a
// revision; nil where there is none.
func (j *judge) readIn(is *issuance.Issuance, c *issuance.Consumer, at place) *issuance.Situation {
	token, claim := is.Contract.Token(at.token), is.Contract.Claim(at.claim)
	if c == nil || token == nil || claim == nil {
		return nil
	}
	s, _ := reads(is, c, token, claim)
	return s
}
