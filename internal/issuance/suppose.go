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

// Open supposes that everybody's tokens come to the resources of which the contract
// does not say whose do.
func (is *Issuance) Open() *Issuance {
	out := *is
	out.open = true
	return &out
}

// MayHold says whether the client can be granted the scope at all.
func (is *Issuance) MayHold(c *schema.Client, scope *schema.Scope) bool {
	v := is.views[c]
	return slices.ContainsFunc(v.modes, func(m mode) bool { return len(v.needs[m][scope]) > 0 })
}

// Anybody gives what the issuer would issue to a client of which nothing is known but
// that it may be granted everything: for contracts that name no client.
func (is *Issuance) Anybody() (*Issuance, *schema.Client) {
	c := &schema.Client{Many: true, AuthorizationDetails: is.Contract.AuthorizationDetails, Resources: is.Contract.Resources}
	for _, s := range is.Contract.Scopes {
		c.Scopes = append(c.Scopes, &schema.ClientScope{Name: s.Name, Scope: s})
	}
	for _, t := range is.Contract.Tokens {
		for _, p := range t.Requestable {
			perhaps := *p // it may ask for the claim or not
			if perhaps.Presence == schema.Always {
				perhaps.Presence = schema.Sometimes
			}
			c.Releases = append(c.Releases, &perhaps)
		}
	}
	return is.Suppose(c), c
}
