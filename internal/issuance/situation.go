package issuance

import (
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// In says whether a claim is in the tokens of a situation, or of one that is
// granted more.
func (is *Issuance) In(s Situation, claim *schema.Claim) schema.Presence {
	switch is.claim(s, claim) {
	case surely:
		return schema.Always
	case perhaps:
		return schema.Sometimes
	}
	return schema.Never
}

// With gives the smallest grants beyond a situation whose tokens may have the
// claim: one for each way that opens it, none if none does. What a granted
// authorization detail or another resource releases takes no scope, so there the
// situation stays as it is.
func (is *Issuance) With(s Situation, claim *schema.Claim) []Situation {
	if is.claim(s, claim) == surely {
		return []Situation{s}
	}
	v := is.views[s.Client]
	var out []Situation
	for _, w := range is.Ways(s.Client, s.Token, claim) {
		if is.way(s, w) == no {
			continue
		}
		sets := []ScopeSet{s.Scopes}
		if w.Scope != nil {
			sets = v.join(s.mode, sets, []*schema.Scope{w.Scope})
		}
		for _, set := range sets {
			more := s
			more.Scopes = set
			more.Levels = raise(raise(s.Levels, v.levels(set)), w.Placement.Assurance)
			out = append(out, more)
		}
	}
	return out
}

// Met is the set of values that a consumer meets of a claim in a token: over the
// placements that open for any client whose tokens reach it. It is empty if none
// does.
func (is *Issuance) Met(c *Consumer, t *schema.Token, claim *schema.Claim) valueset.Set {
	out := valueset.Empty()
	var seen []*schema.Placement
	most := is.placementsOf(t, claim)
	for s := range is.Meetings(c, t) {
		for _, w := range is.Ways(s.Client, t, claim) {
			if slices.Contains(seen, w.Placement) || is.way(s, w) == no {
				continue
			}
			seen = append(seen, w.Placement)
			out = out.Union(w.Placement.Values())
		}
		if len(seen) == most {
			break
		}
	}
	return out
}

// placementsOf counts the placements of a claim that can lead into a token.
func (is *Issuance) placementsOf(t *schema.Token, claim *schema.Claim) int {
	n := 0
	for ; t != nil; t = t.Mirrors {
		for _, w := range is.all[place{t, claim}] {
			if w.Placement.Presence != schema.Never {
				n++
			}
		}
	}
	return n
}
