package issuance

import (
	"slices"
	"sync/atomic"

	"tokenctl.dev/schema"
)

// maxAlternatives bounds the smallest scope sets that are kept apart. There are
// several only where a scope is reached through one of several that imply it.
// Past the bound a smaller set than any legal one stands for all: it can only
// make a claim that is always there look absent.
const maxAlternatives = 64

// A mode is what decides which scopes can be granted, beside the scopes: the
// grant type, and the client's party. A client that does not declare them is
// looked at in every mode that the contract tells apart.
type mode struct {
	grant string
	party string
}

// A view is what one client may be granted.
type view struct {
	client *schema.Client
	modes  []mode
	named  map[*schema.Scope]bool // what the client may name in a request
	scopes ScopeSet               // what it may name, and what comes along

	floors map[mode][]ScopeSet                   // the smallest grants of all
	needs  map[mode]map[*schema.Scope][]ScopeSet // the smallest sets that hold the scope
	inside map[*schema.Token][]Situation         // that lead to an embedded token
	cut    atomic.Bool                           // maxAlternatives was passed
}

func newView(c *schema.Client, modes []mode) *view {
	v := &view{
		client: c, modes: modes, named: map[*schema.Scope]bool{},
		floors: map[mode][]ScopeSet{}, needs: map[mode]map[*schema.Scope][]ScopeSet{},
		inside: map[*schema.Token][]Situation{},
	}
	var within ScopeSet
	for _, cs := range c.Scopes {
		v.named[cs.Scope] = true
		within = within.with(cs.Scope)
	}
	within = closed(within, func(s *schema.Scope) []*schema.Scope { return s.Implies })
	v.scopes = within
	for _, m := range v.modes {
		v.needs[m] = map[*schema.Scope][]ScopeSet{}
		for _, s := range within {
			if sets := v.need(s, m); len(sets) > 0 {
				v.needs[m][s] = sets
			}
		}
		v.floors[m] = v.newFloors(m)
	}
	return v
}

// modesOf gives the modes in which a client is looked at.
func modesOf(c *schema.Client, grants []string, parties bool) []mode {
	if len(c.Grants) > 0 {
		grants = c.Grants
	} else {
		grants = append(slices.Clone(grants), Unstated)
	}
	if len(c.Exchanges) > 0 && !slices.Contains(grants, grantTokenExchange) {
		grants = append(slices.Clone(grants), grantTokenExchange)
	}
	sides := []string{c.Party}
	if c.Party == "" && parties {
		sides = []string{"first", "third"}
	}
	var out []mode
	for _, g := range grants {
		for _, p := range sides {
			out = append(out, mode{g, p})
		}
	}
	return out
}

// newFloors gives the smallest sets of scopes that hold all of those that are in
// every grant to the client: what it always gets, unless a user may refuse it.
func (v *view) newFloors(m mode) []ScopeSet {
	var always []*schema.Scope
	for _, cs := range v.client.Scopes {
		if cs.Always && !v.refusable(cs.Scope) && len(v.needs[m][cs.Scope]) > 0 {
			always = append(always, cs.Scope)
		}
	}
	return v.join(m, []ScopeSet{nil}, always)
}

// refusable says whether a user may leave the scope out (RFC 6749, 3.3).
func (v *view) refusable(s *schema.Scope) bool { return s.Consent && !v.client.ConsentSkipped }

// eligible says whether the scope's own conditions let the client have it.
func eligible(g *schema.Grantable, m mode) bool {
	return g.Retired == nil && (g.Party == "" || g.Party == m.party) && (len(g.Grants) == 0 || slices.Contains(g.Grants, m.grant))
}

// implied gives what comes along with a scope, directly.
func implied(m mode) func(*schema.Scope) []*schema.Scope {
	return func(s *schema.Scope) []*schema.Scope {
		return slices.DeleteFunc(slices.Clone(s.Implies), func(i *schema.Scope) bool { return !eligible(&i.Grantable, m) })
	}
}

// need gives the smallest sets of scopes that are granted when this one is: with
// what it requires and implies. There is none where it cannot be granted.
func (v *view) need(s *schema.Scope, m mode) []ScopeSet {
	var out []ScopeSet
	open := v.sources(s, m)
	for n := 0; len(open) > 0; n++ {
		if n > maxAlternatives {
			v.cut.Store(true)
			return []ScopeSet{{s}}
		}
		set := closed(open[0], implied(m))
		open = open[1:]
		missing := firstMissing(set)
		if missing == nil {
			if !conflicting(set) {
				out = append(out, set)
			}
			continue
		}
		for _, source := range v.sources(missing, m) {
			open = append(open, set.union(source))
		}
	}
	return minimal(out)
}

// sources gives what a client may name to be granted a scope: the scope itself,
// or those that imply it.
func (v *view) sources(s *schema.Scope, m mode) []ScopeSet {
	if !eligible(&s.Grantable, m) {
		return nil
	}
	if v.named[s] {
		return []ScopeSet{{s}}
	}
	var out []ScopeSet
	for _, cs := range v.client.Scopes {
		if eligible(&cs.Scope.Grantable, m) && closed(ScopeSet{cs.Scope}, implied(m)).Has(s) {
			out = append(out, ScopeSet{cs.Scope})
		}
	}
	return out
}

// firstMissing gives a scope that one of the set requires and the set lacks.
func firstMissing(set ScopeSet) *schema.Scope {
	for _, s := range set {
		for _, r := range s.Requires {
			if !set.Has(r) {
				return r
			}
		}
	}
	return nil
}

// smallest gives the smallest sets of scopes that can be granted and hold these.
// There is none where they cannot be granted together.
func (v *view) smallest(m mode, wanted ...*schema.Scope) []ScopeSet {
	return v.join(m, v.floors[m], wanted)
}

// join gives the smallest sets that hold one of the given and all of the wanted.
func (v *view) join(m mode, sets []ScopeSet, wanted []*schema.Scope) []ScopeSet {
	for _, s := range wanted {
		var next []ScopeSet
		for _, set := range sets {
			for _, need := range v.needs[m][s] {
				if u := set.union(need); !conflicting(u) {
					next = append(next, u)
				}
			}
		}
		if sets = minimal(next); len(sets) > maxAlternatives {
			v.cut.Store(true)
			sets = []ScopeSet{nil}
		}
	}
	return sets
}

// levels gives the least assurance with which these scopes are granted to the
// client.
func (v *view) levels(set ScopeSet) []schema.Level {
	levels := v.client.Assurance
	for _, s := range set {
		levels = raise(levels, s.Assurance)
	}
	return levels
}
