package issuance

import (
	"iter"
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// A Consumer is a client or a resource, as a reader of tokens.
type Consumer struct {
	*schema.Consumer
	Client   *schema.Client   // one of the two
	Resource *schema.Resource // is set
}

func consumers(c *schema.Contract) []*Consumer {
	var out []*Consumer
	for _, cl := range c.Clients {
		out = append(out, &Consumer{Consumer: &cl.Consumer, Client: cl})
	}
	for _, r := range c.Resources {
		out = append(out, &Consumer{Consumer: &r.Consumer, Resource: r})
	}
	return out
}

// Consumer gives the consumer at a path such as clients.web, or nil.
func (is *Issuance) Consumer(path string) *Consumer {
	for _, c := range is.Consumers {
		if c.Path == path {
			return c
		}
	}
	return nil
}

// Meetings gives the smallest grants whose tokens reach the consumer: a client's
// own, and for a resource those of every client that it lets in. Where clients
// are given, only theirs count.
func (is *Issuance) Meetings(c *Consumer, t *schema.Token, of ...*schema.Client) iter.Seq[Situation] {
	if c.Client != nil {
		if len(of) > 0 && !slices.Contains(of, c.Client) {
			return func(func(Situation) bool) {}
		}
		return slices.Values(is.Situations(c.Client, t))
	}
	if len(of) == 0 {
		of = is.Contract.Clients
	}
	return func(yield func(Situation) bool) {
		if !slices.ContainsFunc(c.Accepts, func(a *schema.Accept) bool { return a.Token == t }) {
			return
		}
		chain := chain(c.Resource)
		meet := headersMeet(chain, t, t.Header)
		for _, cl := range of {
			if h := HeaderFor(cl, t); h == t.Header && !meet || h != t.Header && !headersMeet(chain, t, h) {
				continue
			}
			for _, s := range is.reach(cl, t, chain) {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// chain gives a resource and those in front of it, whose demands it inherits.
func chain(r *schema.Resource) []*schema.Resource {
	var out []*schema.Resource
	for ; r != nil; r = r.Behind {
		out = append(out, r)
	}
	return out
}

// headersMeet says whether tokens of this profile can have a header, of these, that
// all in the chain take. What cannot be decided can.
func headersMeet(chain []*schema.Resource, t *schema.Token, header *valueset.Set) bool {
	if header == nil {
		return true
	}
	for _, r := range chain {
		for _, a := range r.Accepts {
			if a.Token == t && a.Header != nil && a.Header.Overlaps(*header).Is == valueset.No {
				return false
			}
		}
	}
	return true
}

// reach gives the smallest grants by which a client's tokens of this profile
// reach a resource.
func (is *Issuance) reach(c *schema.Client, t *schema.Token, chain []*schema.Resource) []Situation {
	return is.pass(c, t, chain, is.entries(c, chain[0]))
}

// pass gives the smallest grants with one of the entries by which a client's
// tokens meet what a chain of resources demands.
func (is *Issuance) pass(c *schema.Client, t *schema.Token, chain []*schema.Resource, entries [][]*schema.Scope) []Situation {
	for _, demand := range demands(chain, t) {
		entries = is.demanded(c, entries, demand)
	}
	var out []Situation
	for _, e := range entries {
		for _, s := range is.Situations(c, t, e...) {
			s.Resource = chain[0]
			for _, link := range chain {
				s.Levels = raise(s.Levels, link.Assurance)
			}
			out = append(out, s)
		}
	}
	return smallestOf(out, t)
}

// Passes says whether tokens of the client meet what a resource and those in front of it
// demand, whomever they are for.
func (is *Issuance) Passes(c *schema.Client, t *schema.Token, r *schema.Resource) bool {
	chain := chain(r)
	return headersMeet(chain, t, HeaderFor(c, t)) && len(is.pass(c, t, chain, [][]*schema.Scope{nil})) > 0
}

// entries gives what must be granted for the client's tokens to be for the
// resource: alternatives, one empty one where nothing is needed.
func (is *Issuance) entries(c *schema.Client, r *schema.Resource) [][]*schema.Scope {
	if r == nil || !is.aims || slices.Contains(c.Resources, r) || is.open && is.Untargeted(r) {
		return [][]*schema.Scope{nil}
	}
	var out [][]*schema.Scope
	for _, s := range is.aimed[r] {
		out = append(out, []*schema.Scope{s})
	}
	return out
}

// demands gives the readings of the scope claim by which the chain lets callers
// in: each needs a scope that it allows.
func demands(chain []*schema.Resource, t *schema.Token) []*schema.Read {
	var out []*schema.Read
	for _, r := range chain {
		for _, read := range r.Reads {
			if read.Token == t && read.Claim.Name == "scope" && read.AllowIf != nil && read.OnMissing != schema.MissingAllow {
				out = append(out, read)
			}
		}
	}
	return out
}

// demanded adds to each entry a scope that meets the demand.
func (is *Issuance) demanded(c *schema.Client, entries [][]*schema.Scope, demand *schema.Read) [][]*schema.Scope {
	var out [][]*schema.Scope
	for _, e := range entries {
		if slices.ContainsFunc(e, func(s *schema.Scope) bool { return allows(demand, s) }) {
			out = append(out, e)
			continue
		}
		for _, s := range is.Contract.Scopes {
			if allows(demand, s) {
				out = append(out, append(slices.Clone(e), s))
			}
		}
	}
	return out
}

// allows says whether a scope meets the demand. What cannot be decided meets it.
func allows(demand *schema.Read, s *schema.Scope) bool {
	return s.Reported && demand.AllowIf.ContainsText(s.Name) != valueset.No
}

func containsIndexed(all []Situation, f func(int, Situation) bool) bool {
	for i, s := range all {
		if f(i, s) {
			return true
		}
	}
	return false
}

// A Meeting is what a consumer meets of a claim, over all tokens that reach it.
type Meeting struct {
	// Presence is Always if every such token has the claim, Never if none has.
	Presence schema.Presence
	// Reached says whether any token reaches the consumer at all.
	Reached bool
	// Absent is a smallest grant whose token may lack the claim, Present one, with
	// the scopes that it takes, whose token may have it; nil where there is none.
	Absent, Present *Situation
}

// Meet says what a consumer meets of a claim in a token; where clients are given,
// in theirs.
func (is *Issuance) Meet(c *Consumer, t *schema.Token, claim *schema.Claim, of ...*schema.Client) Meeting {
	var m Meeting
	for s := range is.Meetings(c, t, of...) {
		m.Reached = true
		has := is.claim(s, claim)
		if has != surely && m.Absent == nil {
			m.Absent = &s
		}
		if has != no && m.Present == nil {
			m.Present = is.having(s, claim)
		}
		if m.Absent != nil && m.Present != nil {
			break
		}
	}
	switch {
	case m.Present == nil:
		m.Presence = schema.Never
	case m.Absent == nil:
		m.Presence = schema.Always
	default:
		m.Presence = schema.Sometimes
	}
	return m
}

// having gives the grant with the fewest scopes more that open a way for the claim.
func (is *Issuance) having(s Situation, claim *schema.Claim) *Situation {
	for _, w := range is.Ways(s.Client, s.Token, claim) {
		if is.way(s, w) == no {
			continue
		}
		if w.Scope != nil && !s.Scopes.Has(w.Scope) {
			if sets := is.route(s, w).Scopes; len(sets) > 0 {
				s.Scopes = s.Scopes.union(sets[0])
			}
		}
		break
	}
	return &s
}
