package issuance

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// A Flow is a claim that a client can get in a token, by one grant type.
type Flow struct {
	Client   *schema.Client
	Grant    string // Unstated where the client does not say
	Token    *schema.Token
	Claim    *schema.Claim
	Presence schema.Presence // Always: in every such token; else Sometimes
	Routes   []Route         // every path, at least one
}

// A Route is a path of a flow, and the fewest scopes that open it.
type Route struct {
	Way
	Scopes []ScopeSet // alternatives; one empty set where no scope is needed
	Always bool       // whenever it is open, the claim is there
	// Party is the one whose clients get it, where that matters and the client
	// does not say which it is.
	Party string
	// AtLeast says that more than Scopes may be needed: the contract leaves more
	// choices than are kept apart.
	AtLeast bool
}

// Flows gives everything that anybody can get, by client, token, claim and grant.
func (is *Issuance) Flows() iter.Seq[Flow] {
	return func(yield func(Flow) bool) {
		for _, c := range is.Contract.Clients {
			for _, t := range is.Contract.Tokens {
				for f := range is.FlowsInto(c, t, nil) {
					if !yield(f) {
						return
					}
				}
			}
		}
	}
}

// FlowsInto gives the flows of the claims that are wanted (nil: of all) into one
// client's token, by claim and grant.
func (is *Issuance) FlowsInto(c *schema.Client, t *schema.Token, wanted func(*schema.Claim) bool) iter.Seq[Flow] {
	return func(yield func(Flow) bool) {
		situations := is.Situations(c, t)
		if len(situations) == 0 {
			return
		}
		for _, claim := range is.ClaimsIn(c, t) {
			if wanted != nil && !wanted(claim) {
				continue
			}
			for _, f := range is.flows(situations, claim) {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// ClaimsIn gives the claims that some way leads into the client's token, by name:
// every claim that MayGet grants it, and perhaps some that it denies.
func (is *Issuance) ClaimsIn(c *schema.Client, t *schema.Token) []*schema.Claim {
	var out []*schema.Claim
	for ; t != nil; t = t.Mirrors {
		for at := range is.own[c] {
			if at.token == t {
				out = append(out, at.claim)
			}
		}
		out = append(out, is.unscoped[t]...)
		for _, s := range is.views[c].scopes {
			for _, p := range s.Releases {
				if p.Token == t {
					out = append(out, p.Claim)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *schema.Claim) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(out)
}

// FlowsOf gives the flows of one claim into one client's token, by grant type.
func (is *Issuance) FlowsOf(c *schema.Client, t *schema.Token, claim *schema.Claim) []Flow {
	return is.flows(is.Situations(c, t), claim)
}

// flows gives the flows of a claim in the situations of one client and token.
func (is *Issuance) flows(situations []Situation, claim *schema.Claim) []Flow {
	var out []Flow
	var ways []Way
	for i, s := range situations {
		if i == 0 {
			ways = is.Ways(s.Client, s.Token, claim)
		}
		f := flowBy(&out, s, claim)
		has := no
		for _, w := range ways {
			if certain := is.way(s, w); certain != no {
				has = max(has, certain)
				f.addRoute(is.route(s, w))
			}
		}
		if has != surely {
			f.Presence = schema.Sometimes
		}
	}
	out = slices.DeleteFunc(out, func(f Flow) bool { return len(f.Routes) == 0 })
	for i := range out {
		out[i].joinParties()
	}
	slices.SortFunc(out, func(a, b Flow) int { return strings.Compare(a.Grant, b.Grant) })
	return out
}

// flowBy gives the flow by the situation's grant type, a new one if there is none.
func flowBy(flows *[]Flow, s Situation, claim *schema.Claim) *Flow {
	i := slices.IndexFunc(*flows, func(f Flow) bool { return f.Grant == s.Grant })
	if i < 0 {
		i = len(*flows)
		*flows = append(*flows, Flow{Client: s.Client, Grant: s.Grant, Token: s.Token, Claim: claim, Presence: schema.Always})
	}
	return &(*flows)[i]
}

// route gives the fewest scopes that open a way in a situation.
func (is *Issuance) route(s Situation, w Way) Route {
	v := is.views[s.Client]
	r := Route{Way: w, Always: w.Placement.Presence == schema.Always}
	if s.Client.Party == "" {
		r.Party = s.mode.party
	}
	for _, entry := range is.entries(s.Client, w.Resource) {
		if w.Scope != nil {
			entry = append(entry, w.Scope)
		}
		sets := v.join(s.mode, []ScopeSet{s.Scopes}, entry)
		r.Scopes = minimal(append(r.Scopes, sets...))
	}
	r.AtLeast = v.cut.Load()
	return r
}

func (f *Flow) addRoute(r Route) {
	i := slices.IndexFunc(f.Routes, func(o Route) bool { return o.Way == r.Way && o.Party == r.Party })
	if i < 0 {
		f.Routes = append(f.Routes, r)
		return
	}
	f.Routes[i].Scopes = minimal(append(f.Routes[i].Scopes, r.Scopes...))
}

// joinParties makes one route of two that are the same for either party.
func (f *Flow) joinParties() {
	var out []Route
	for _, r := range f.Routes {
		i := slices.IndexFunc(out, func(o Route) bool {
			return o.Way == r.Way && slices.EqualFunc(o.Scopes, r.Scopes, func(a, b ScopeSet) bool { return slices.Equal(a, b) })
		})
		if i < 0 {
			out = append(out, r)
			continue
		}
		out[i].Party = ""
	}
	f.Routes = out
}

// Sees says whether a consumer that holds or receives the token can read the
// claim in it: the format says who sees the inside.
func (is *Issuance) Sees(c *Consumer, t *schema.Token, claim *schema.Claim) bool {
	format := t.Format
	if c.Client != nil {
		format = FormatFor(c.Client, t)
	}
	return readable(format, seesInside(c), t, claim)
}

// seesInside says whether a consumer gets the inside of phantom and split tokens.
func seesInside(c *Consumer) bool {
	return c.Resource != nil && (c.Resource.Behind != nil || c.Resource.Kind == "gateway")
}

// FormatFor is the format in which a client gets a token.
func FormatFor(c *schema.Client, t *schema.Token) string {
	for _, ct := range c.Tokens {
		if ct.Token == t {
			return cmp.Or(ct.Format, t.Format)
		}
	}
	return t.Format
}

// LevelsFor is the least assurance with which the client gets what needs these
// scopes and is placed so.
func (is *Issuance) LevelsFor(c *schema.Client, scopes ScopeSet, p *schema.Placement) []schema.Level {
	return raise(is.views[c].levels(scopes), p.Assurance)
}

// LifetimeFor is how long a client's token of the profile is valid.
func LifetimeFor(c *schema.Client, t *schema.Token) schema.Duration {
	for _, ct := range c.Tokens {
		if ct.Token == t && ct.Lifetime.Stated {
			return ct.Lifetime
		}
	}
	return t.Lifetime
}

// LifetimesFor is how long a client's tokens of the profile are valid: at least, where
// that is known, as scopes may make it shorter, and at most.
func LifetimesFor(c *schema.Client, t *schema.Token) (least, most schema.Duration) {
	most = LifetimeFor(c, t)
	if t.MaxLifetime.Stated && (!most.Stated || most.Less(t.MaxLifetime)) {
		most = t.MaxLifetime
	}
	return t.MinLifetime, most
}

// HeaderFor is the set of JOSE headers of a client's tokens of the profile; nil where
// the contract states none.
func HeaderFor(c *schema.Client, t *schema.Token) *valueset.Set {
	for _, ct := range c.Tokens {
		if ct.Token == t && ct.Header != nil {
			return ct.Header
		}
	}
	return t.Header
}

// Values is the set of values that a claim may have in a token: over every
// placement that puts it there.
func (is *Issuance) Values(t *schema.Token, claim *schema.Claim) valueset.Set {
	out := valueset.Empty()
	for ; t != nil; t = t.Mirrors {
		for _, w := range is.all[place{t, claim}] {
			if w.Placement.Presence != schema.Never {
				out = out.Union(w.Placement.Values())
			}
		}
	}
	return out
}
