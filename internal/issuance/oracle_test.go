package issuance

import (
	"slices"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// The oracle enumerates what issuance never does: every choice of scopes, levels,
// authorization details and resources, and reads off each token what it contains.

// A world is one complete choice.
type world struct {
	mode    mode
	scopes  ScopeSet
	levels  []int // by scale, as in the contract; -1: none
	details []*schema.DetailType
	target  []*schema.Resource // that the token is for
}

type oracle struct {
	c    *schema.Contract
	t    *testing.T
	is   *Issuance
	seen map[obtained][]world
	took map[headers]bool
}

type obtained struct {
	client *schema.Client
	token  *schema.Token
}

// headers are those that somebody takes, and those that tokens have.
type headers struct{ takes, has *valueset.Set }

func newOracle(c *schema.Contract, t *testing.T) oracle {
	return oracle{c, t, Of(c), map[obtained][]world{}, map[headers]bool{}}
}

// worlds gives every choice in which the client obtains the token.
func (o oracle) worlds(cl *schema.Client, t *schema.Token) []world {
	if out, ok := o.seen[obtained{cl, t}]; ok {
		return out
	}
	if t.Kind == schema.KindEmbedded {
		o.seen[obtained{cl, t}] = o.inside(cl, t, nil)
		return o.seen[obtained{cl, t}]
	}
	is := o.is
	var out []world
	for _, m := range is.views[cl].modes {
		if !is.gets(is.views[cl], t, m.grant) {
			continue
		}
		for _, set := range o.scopeSets(cl, m) {
			if !set.includes(scopeSet(requires(t))) {
				continue
			}
			for _, levels := range o.levels(cl, set) {
				for _, details := range o.details(cl, m) {
					for _, target := range subsets(o.targets(is, cl, set)) {
						out = append(out, world{mode: m, scopes: set, levels: levels, details: details, target: target})
					}
				}
			}
		}
	}
	o.seen[obtained{cl, t}] = out
	return out
}

// inside gives every choice in which the client obtains a token with a claim that
// embeds this one. A circle of embedded tokens leads nowhere.
func (o oracle) inside(cl *schema.Client, e *schema.Token, circle []*schema.Token) []world {
	var out []world
	for _, t := range o.c.Tokens {
		if t == e || slices.Contains(circle, t) {
			continue
		}
		for _, claim := range o.c.Claims {
			if claim.Embeds != e {
				continue
			}
			worlds := o.worlds
			if t.Kind == schema.KindEmbedded {
				worlds = func(cl *schema.Client, t *schema.Token) []world {
					return o.inside(cl, t, append(slices.Clone(circle), e))
				}
			}
			for _, w := range worlds(cl, t) {
				may, _ := o.has(w, cl, t, claim)
				if may && w.scopes.includes(scopeSet(e.Requires)) && (len(e.Grants) == 0 || slices.Contains(e.Grants, w.mode.grant)) {
					out = append(out, w)
				}
			}
		}
	}
	return out
}

func scopeSet(scopes []*schema.Scope) ScopeSet {
	var out ScopeSet
	for _, s := range scopes {
		out = out.with(s)
	}
	return out
}

// scopeSets gives every legal S: what the client names, closed under implies.
func (o oracle) scopeSets(cl *schema.Client, m mode) []ScopeSet {
	var all []ScopeSet
	for bits := range 1 << len(cl.Scopes) {
		var set ScopeSet
		legal := true
		for i, cs := range cl.Scopes {
			if bits>>i&1 == 1 {
				legal = legal && eligible(&cs.Scope.Grantable, m)
				set = set.with(cs.Scope)
			}
		}
		for grown := true; grown; {
			grown = false
			for _, s := range set {
				for _, i := range s.Implies {
					if eligible(&i.Grantable, m) && !set.Has(i) {
						set, grown = set.with(i), true
					}
				}
			}
		}
		if legal && firstMissing(set) == nil && !conflicting(set) {
			all = append(all, set)
		}
	}
	// What is always granted is in every set, if it is in any.
	possible := func(s *schema.Scope) bool {
		return slices.ContainsFunc(all, func(set ScopeSet) bool { return set.Has(s) })
	}
	return slices.DeleteFunc(slices.Clone(all), func(set ScopeSet) bool {
		return slices.ContainsFunc(cl.Scopes, func(cs *schema.ClientScope) bool {
			refusable := cs.Scope.Consent && !cl.ConsentSkipped
			return cs.Always && !refusable && possible(cs.Scope) && !set.Has(cs.Scope)
		})
	})
}

// levels gives every assignment of levels at or above those demanded.
func (o oracle) levels(cl *schema.Client, set ScopeSet) [][]int {
	least := make([]int, len(o.c.Assurance))
	for i := range least {
		least[i] = -1
	}
	demand := func(levels []schema.Level) {
		for _, l := range levels {
			i := slices.Index(o.c.Assurance, l.Scale)
			least[i] = max(least[i], l.Rank)
		}
	}
	demand(cl.Assurance)
	for _, s := range set {
		demand(s.Assurance)
	}
	out := [][]int{nil}
	for i, scale := range o.c.Assurance {
		var next [][]int
		for _, prefix := range out {
			for rank := least[i]; rank < len(scale.Levels); rank++ {
				next = append(next, append(slices.Clone(prefix), rank))
			}
		}
		out = next
	}
	return out
}

func (o oracle) details(cl *schema.Client, m mode) [][]*schema.DetailType {
	return subsets(slices.DeleteFunc(slices.Clone(cl.AuthorizationDetails), func(d *schema.DetailType) bool { return !eligible(&d.Grantable, m) }))
}

func subsets[T any](all []T) [][]T {
	out := [][]T{nil}
	for _, x := range all {
		for _, some := range slices.Clone(out) {
			out = append(out, append(slices.Clone(some), x))
		}
	}
	return out
}

// targets gives the resources that a token with these scopes may be for: it is
// for any choice of them, since a client may ask for one (RFC 8707).
func (o oracle) targets(is *Issuance, cl *schema.Client, set ScopeSet) []*schema.Resource {
	var out []*schema.Resource
	for _, r := range o.c.Resources {
		aimed := slices.ContainsFunc(set, func(s *schema.Scope) bool { return slices.Contains(s.Resources, r) })
		if aimed || slices.Contains(cl.Resources, r) || !is.aims {
			out = append(out, r)
		}
	}
	return out
}

func (o oracle) reached(w world, demanded []schema.Level) bool {
	for _, l := range demanded {
		if w.levels[slices.Index(o.c.Assurance, l.Scale)] < l.Rank {
			return false
		}
	}
	return true
}

// has says whether a token of this world has the claim, and whether it always
// has.
func (o oracle) has(w world, cl *schema.Client, t *schema.Token, claim *schema.Claim) (may, must bool) {
	o.open(w, cl, t, claim, func(p *schema.Placement) {
		may = true
		must = must || p.Presence == schema.Always
	})
	return may, must
}

// open gives the placements that put the claim into a token of this world.
func (o oracle) open(w world, cl *schema.Client, t *schema.Token, claim *schema.Claim, yield func(*schema.Placement)) {
	promised := false
	look := func(ps []*schema.Placement) {
		for _, p := range ps {
			if p.Token != t || p.Claim.Name != claim.Name || len(p.Grants) > 0 && !slices.Contains(p.Grants, w.mode.grant) || !o.reached(w, p.Assurance) {
				continue
			}
			if promised = promised || p.Presence == schema.Never; p.Presence != schema.Never {
				yield(p)
			}
		}
	}
	look(t.Claims)
	for _, s := range w.scopes {
		look(s.Releases)
	}
	for _, d := range w.details {
		look(d.Releases)
	}
	look(cl.Releases)
	for _, r := range cl.Requests {
		if r.Token == t && r.Claim.Name == claim.Name {
			look(slices.DeleteFunc(slices.Clone(t.Requestable), func(p *schema.Placement) bool { return p.Claim != r.Claim }))
		}
	}
	for _, r := range w.target {
		look(r.Releases)
	}
	if t.Mirrors != nil && !promised {
		o.open(w, cl, t.Mirrors, claim, yield)
	}
}
func TestOracleOnContracts(t *testing.T) {
	for _, c := range given.Project(t) {
		newOracle(c, t).all(c.Name)
	}
}

// Random contracts: TOKENCTL_CASES says how many, TOKENCTL_SEED repeats a run.
func TestOracleOnRandomContracts(t *testing.T) {
	for c := range given.Random(t, given.Seed(t), given.Cases(2000, 200)) {
		newOracle(c, t).all(c.Name)
	}
}

func (o oracle) all(name string) {
	o.check(name)
	o.flows(name)
	o.together(name)
	o.readers(name)
}
