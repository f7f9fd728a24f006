// Package issuance answers who gets what: which claims can appear in which token,
// for which client, under which condition, and what a consumer meets.
//
// A client obtains a token by a grant with a set of scopes S. S is what the
// client always gets and any choice of what else it may be granted, closed under
// implies, with what requires demands and without conflicts. Granting more never
// loses a claim, so whether a claim may be absent is decided on the smallest
// scope sets that lead to the token, and no choice of scopes is ever enumerated.
// docs/how-tokenctl-decides.md tells it at length; a test holds this package to
// an enumeration of all choices.
package issuance

import (
	"slices"

	"tokenctl.dev/schema"
)

// Unstated is a grant type that the contract names nowhere. A client that does not
// say which grant types it uses may use it, or any that is named.
const Unstated = ""

// Issuance is what the issuer of one contract issues. It is not changed after Of
// and safe for concurrent use.
type Issuance struct {
	Contract *schema.Contract
	// Consumers are the clients and resources of the contract, by path.
	Consumers []*Consumer

	views    map[*schema.Client]*view
	profiles map[string]int                       // how many token profiles a kind has
	aimed    map[*schema.Resource][]*schema.Scope // scopes that mean something to it
	aims     bool                                 // some scope names a resource
	open     bool                                 // tokens of all come to resources that nothing names
	shared   map[place][]Way                      // ways that do not depend on the client
	all      map[place][]Way                      // those and every client's own
	unscoped map[*schema.Token][]*schema.Claim    // that come by shared ways other than scopes
	own      map[*schema.Client]map[place][]Way   // ways that only one client has
	// embedding are the claims that a token of kind embedded is the value of.
	embedding map[*schema.Token][]*schema.Claim
}

// A place is a claim in a token.
type place struct {
	token *schema.Token
	claim *schema.Claim
}

// Of works out what the contract's issuer issues.
func Of(c *schema.Contract) *Issuance {
	is := &Issuance{
		Contract: c,
		views:    make(map[*schema.Client]*view, len(c.Clients)),
		profiles: map[string]int{},
		aimed:    map[*schema.Resource][]*schema.Scope{},
		shared:   map[place][]Way{},
		all:      map[place][]Way{},
		unscoped: map[*schema.Token][]*schema.Claim{},
		own:      map[*schema.Client]map[place][]Way{},

		embedding: map[*schema.Token][]*schema.Claim{},
	}
	for _, t := range c.Tokens {
		is.profiles[t.Kind]++
		is.share(t.Claims, Way{})
	}
	for _, s := range c.Scopes {
		for _, r := range s.Resources {
			is.aimed[r] = append(is.aimed[r], s)
			is.aims = true
		}
		is.share(s.Releases, Way{Scope: s})
	}
	for _, d := range c.AuthorizationDetails {
		is.share(d.Releases, Way{Detail: d})
	}
	for _, r := range c.Resources {
		is.share(r.Releases, Way{Resource: r})
	}
	grants, parties := distinctions(c)
	for _, cl := range c.Clients {
		is.views[cl] = newView(cl, modesOf(cl, grants, parties))
		is.own[cl] = ownWays(cl)
	}
	is.index()
	for _, claim := range c.Claims {
		if claim.Embeds != nil {
			is.embedding[claim.Embeds] = append(is.embedding[claim.Embeds], claim)
		}
	}
	for _, v := range is.views {
		is.embed(v)
	}
	is.Consumers = consumers(c)
	return is
}

// distinctions gives the grant types that the contract tells apart anywhere, and
// whether it tells parties apart.
func distinctions(c *schema.Contract) (grants []string, parties bool) {
	add := func(some []string) {
		for _, g := range some {
			if !slices.Contains(grants, g) {
				grants = append(grants, g)
			}
		}
	}
	for p := range c.Placements() {
		add(p.Grants)
	}
	for _, t := range c.Tokens {
		add(t.Grants)
	}
	for _, s := range c.Scopes {
		add(s.Grants)
		parties = parties || s.Party != ""
	}
	for _, d := range c.AuthorizationDetails {
		add(d.Grants)
		parties = parties || d.Party != ""
	}
	slices.Sort(grants)
	return grants, parties
}

// index gathers what is asked by token.
func (is *Issuance) index() {
	for at, ways := range is.shared {
		is.all[at] = append(is.all[at], ways...)
		if slices.ContainsFunc(ways, func(w Way) bool { return w.Scope == nil }) {
			is.unscoped[at.token] = append(is.unscoped[at.token], at.claim)
		}
	}
	for _, c := range is.Contract.Clients { // in their order: sets are joined in it
		for at, ways := range is.own[c] {
			is.all[at] = append(is.all[at], ways...)
		}
	}
}

func (is *Issuance) share(placements []*schema.Placement, by Way) {
	for _, p := range placements {
		by.Placement = p
		at := place{p.Token, p.Claim}
		is.shared[at] = append(is.shared[at], by)
	}
}

// A Way is one path by which a claim gets into a token: the placement, and what
// carries it. At most one of Scope, Detail, Client and Resource is set; none is
// for what the token contains whatever is granted.
type Way struct {
	Placement *schema.Placement
	Scope     *schema.Scope      // released by it
	Detail    *schema.DetailType // released by it
	Client    *schema.Client     // released to it, or requested by it
	Requested bool               // by the client, with the claims parameter
	Resource  *schema.Resource   // only in tokens for it
}

// ownWays gives what a client gets whatever is granted, and what it requests
// with the claims parameter.
func ownWays(c *schema.Client) map[place][]Way {
	out := map[place][]Way{}
	for _, p := range c.Releases {
		at := place{p.Token, p.Claim}
		out[at] = append(out[at], Way{Placement: p, Client: c})
	}
	for _, r := range c.Requests {
		for _, p := range r.Token.Requestable {
			if p.Claim == r.Claim {
				at := place{r.Token, r.Claim}
				out[at] = append(out[at], Way{Placement: p, Client: c, Requested: true})
			}
		}
	}
	return out
}

// Ways gives every path by which the claim can get into the client's token,
// those of a mirrored token included. Whether the client can be granted what a
// path asks for is another question: see Claim.
func (is *Issuance) Ways(c *schema.Client, t *schema.Token, claim *schema.Claim) []Way {
	at := place{t, claim}
	ways := slices.Concat(is.shared[at], is.own[c][at])
	if t.Mirrors == nil {
		return ways
	}
	for _, w := range ways {
		if w.Placement.Presence == schema.Never {
			return nil // a promise that it is not mirrored
		}
	}
	return slices.Concat(ways, is.Ways(c, t.Mirrors, claim))
}

type certainty int

const (
	no certainty = iota
	perhaps
	surely
)

// counts says whether a way's own conditions hold with a grant at these levels.
func (w Way) counts(grant string, levels []schema.Level) certainty {
	p := w.Placement
	if p.Presence == schema.Never {
		return no
	}
	out := surely
	if p.Presence != schema.Always {
		out = perhaps
	}
	if len(p.Grants) > 0 && !slices.Contains(p.Grants, grant) {
		return no
	}
	if !atLeast(levels, p.Assurance) {
		out = perhaps
	}
	return out
}

// atLeast says whether the levels reach those demanded.
func atLeast(levels, demanded []schema.Level) bool {
	for _, d := range demanded {
		if !slices.ContainsFunc(levels, func(l schema.Level) bool { return l.Scale == d.Scale && l.Rank >= d.Rank }) {
			return false
		}
	}
	return true
}

// raise gives the levels that satisfy both demands.
func raise(levels, demanded []schema.Level) []schema.Level {
	if atLeast(levels, demanded) {
		return levels
	}
	out := slices.Clone(levels)
	for _, d := range demanded {
		i := slices.IndexFunc(out, func(l schema.Level) bool { return l.Scale == d.Scale })
		switch {
		case i < 0:
			out = append(out, d)
		case out[i].Rank < d.Rank:
			out[i] = d
		}
	}
	return out
}
