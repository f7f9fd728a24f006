package diff

import (
	"cmp"
	"fmt"
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// class says what kind of data a claim of the new revision holds.
func (j *judge) class(claim *schema.Claim) classify.Class {
	c, ok := j.classes[claim.Name]
	if !ok {
		c = j.classOf(claim)
		j.classes[claim.Name] = c
	}
	return c
}

// classOf goes by the policy of the old revision, and by what that one said of the claim,
// so that a change does not talk down the data that it shows. What the new policy says of
// a claim that the old one left out counts if it is worse.
func (j *judge) classOf(claim *schema.Claim) classify.Class {
	asBefore := *j.new.Contract
	asBefore.Policy = j.old.Contract.Policy
	c := classify.Of(&asBefore, claim)
	if is := classify.Of(j.new.Contract, claim); c.Basis != classify.ByPolicy && is.Tier > c.Tier {
		c = is
	}
	if old := j.old.Contract.Claim(claim.Name); old != nil && old.Category != "" && c.Basis == classify.Declared {
		if was := classify.Of(j.old.Contract, old); was.Tier > c.Tier {
			c = was
		}
	}
	return c
}

// personal says whether data identifies or reaches a person, or can do more harm.
func personal(c classify.Class) bool { return c.Tier >= classify.Direct && c.Tier < classify.Secret }

// A sight is personal data that a consumer can read, where it matters that it
// does: any for a third party, sensitive data for browsers and apps.
type sight struct {
	place
	class     classify.Class
	situation *issuance.Situation
	before    bool // it could in the old revision too
}

// exposures gives the clients and resources that can read personal data which
// they could not read before, because of the change.
func (j *judge) exposures(c *Change) []report.Judgement {
	var out []report.Judgement
	for _, r := range j.readers {
		if v, ok := j.exposure(c, r); ok {
			out = append(out, v)
		}
	}
	return out
}

func (j *judge) exposure(c *Change, r reader) (report.Judgement, bool) {
	if r.new == nil || c.consumer != "" && c.consumer != r.path() && !(c.everywhere && r.behind(c.consumer)) ||
		c.client != "" && !c.of(r) && !j.reaches(c.client, r) {
		return report.Judgement{}, false
	}
	shown := slices.DeleteFunc(j.shown(c, r), func(s sight) bool {
		return s.before && !(c.Kind == partyChanged && c.Subject == r.path())
	})
	if len(shown) == 0 {
		return report.Judgement{}, false
	}
	worst := slices.MaxFunc(shown, func(a, b sight) int { return cmp.Compare(a.class.Tier, b.class.Tier) })
	v := report.Judgement{
		Consumer: r.path(), Verdict: report.Exposes, Severity: report.Warning, Witness: request(worst.situation, worst.place, "has"),
		Reason: fmt.Sprintf("it can read %s (%s) in %s", worst.claim, worst.class.Category, worst.token),
	}
	if n := len(shown) - 1; n > 0 {
		v.Reason += fmt.Sprintf(", and %d more like it", n)
	}
	third := r.new.Party == "third"
	if third {
		v.Reason = "a third party, " + v.Reason
	}
	if third || worst.class.Tier >= classify.Sensitive {
		v.Severity = report.Error
	}
	return v, true
}

// shown gives what the change may have shown to a consumer.
func (j *judge) shown(c *Change, r reader) []sight {
	switch {
	case !c.moves():
		return nil
	case c.everywhere || c.Kind == unclassifiedChange && len(c.places)+len(c.tokens) == 0:
		return slices.Clone(j.sights(r))
	}
	places := slices.Clone(c.places)
	for _, name := range c.tokens {
		if t := j.new.Contract.Token(name); t != nil {
			for _, claim := range j.claimsIn(j.new, r.new, t) {
				places = append(places, place{name, claim.Name})
			}
		}
	}
	var out []sight
	for _, at := range places {
		if s, ok := j.sight(r, at); ok && !slices.ContainsFunc(out, func(o sight) bool { return o.place == at }) {
			out = append(out, s)
		}
	}
	return out
}

// public says whether whoever runs the client can read what it gets.
func public(c *issuance.Consumer) bool {
	return c.Client != nil && (c.Client.Type == "public" || c.Client.Platform == "spa")
}

// sights gives the personal data that the consumer can read in the new revision, and
// could not in the old one; where its party changed, all of it.
func (j *judge) sights(r reader) []sight {
	if found, ok := j.seen[r.path()]; ok {
		return found
	}
	var out []sight
	for _, t := range j.new.Contract.Tokens {
		if !minds(r) {
			break
		}
		for _, claim := range j.claimsIn(j.new, r.new, t) {
			if s, ok := j.sight(r, place{t.Name, claim.Name}); ok {
				out = append(out, s)
			}
		}
	}
	j.seen[r.path()] = out
	return out
}

// minds says whether it matters at all what the consumer can read.
func minds(r reader) bool { return r.new.Party == "third" || public(r.new) }

// sight looks at one claim in one token.
func (j *judge) sight(r reader, at place) (sight, bool) {
	if !minds(r) {
		return sight{}, false
	}
	is := j.readIn(j.new, r.new, at)
	if is == nil {
		return sight{}, false
	}
	before := j.readIn(j.old, r.old, at) != nil
	if sealed(r.old, j.old.Contract.Token(at.token)) && !sealed(r.new, j.new.Contract.Token(at.token)) {
		before = false // whom it was encrypted for is not in the contract
	}
	if before && (r.old == nil || r.old.Party == r.new.Party) {
		return sight{}, false
	}
	class := j.class(j.new.Contract.Claim(at.claim))
	matters := personal(class) && (r.new.Party == "third" || class.Tier >= classify.Sensitive)
	return sight{at, class, is, before}, matters
}

// claimsIn gives the claims that a consumer may find in a token of a revision.
func (j *judge) claimsIn(is *issuance.Issuance, c *issuance.Consumer, t *schema.Token) []*schema.Claim {
	if c.Client != nil {
		return is.ClaimsIn(c.Client, t)
	}
	if !takes(c, t.Name) {
		return nil
	}
	var out []*schema.Claim
	for ; t != nil; t = t.Mirrors {
		out = append(out, j.placed[t]...)
	}
	return out
}

// reads says whether a consumer can read a claim in a token, and in which
// situation it comes to it.
func reads(is *issuance.Issuance, c *issuance.Consumer, t *schema.Token, claim *schema.Claim) (*issuance.Situation, bool) {
	if !is.Sees(c, t, claim) || c.Client != nil && !is.MayGet(c.Client, t, claim) {
		return nil, false
	}
	m := is.Meet(c, t, claim)
	return m.Present, m.Present != nil
}
