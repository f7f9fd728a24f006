package issuance

import (
	"slices"

	"tokenctl.dev/schema"
)

// Suppose gives what the issuer would issue to a client that is not as the
// contract has it. Only that client can be asked about, by itself: Consumers and
// Flows are those of the contract.
func (is *Issuance) Suppose(c *schema.Client) *Issuance {
	grants, parties := distinctions(is.Contract)
	v := newView(c, modesOf(c, grants, parties))
	out := *is
	out.views = map[*schema.Client]*view{c: v}
	out.own = map[*schema.Client]map[place][]Way{c: ownWays(c)}
	out.embed(v)
	return &out
}

// MayHold says whether the client can be granted the scope at all.
func (is *Issuance) MayHold(c *schema.Client, scope *schema.Scope) bool {
	v := is.views[c]
	return slices.ContainsFunc(v.modes, func(m mode) bool { return len(v.needs[m][scope]) > 0 })
}
