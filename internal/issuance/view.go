package issuance

import (
	"slices"

	"tokenctl.dev/schema"
)

// maxAlternatives bounds the smallest scope sets that are kept apart. There are
// several only where a scope is reached through one of several that imply it.
// Past the bound a smaller set than any legal one stands for all: it can only
// make a claim that is always there look absent.
const maxAlternatives = 64

// A view is what one client may be granted.
type view struct {
	client *schema.Client
	grants []string
	named  map[*schema.Scope]bool // what the client may name in a request

	floor map[string]ScopeSet                     // by grant: the scopes of every grant
	needs map[string]map[*schema.Scope][]ScopeSet // by grant: the smallest sets that hold the scope
}

func newView(c *schema.Client) *view {
	v := &view{
		client: c, grants: c.Grants, named: map[*schema.Scope]bool{},
		floor: map[string]ScopeSet{}, needs: map[string]map[*schema.Scope][]ScopeSet{},
	}
	if len(v.grants) == 0 {
		v.grants = []string{Unstated}
	}
	if len(c.Exchanges) > 0 && !slices.Contains(v.grants, grantTokenExchange) {
		v.grants = append(slices.Clone(v.grants), grantTokenExchange)
	}
	var within ScopeSet
	for _, cs := range c.Scopes {
		v.named[cs.Scope] = true
		within = within.with(cs.Scope)
	}
	within = closed(within, func(s *schema.Scope) []*schema.Scope { return s.Implies })
	for _, g := range v.grants {
		v.needs[g] = map[*schema.Scope][]ScopeSet{}
		for _, s := range within {
			if sets := v.need(s, g); len(sets) > 0 {
				v.needs[g][s] = sets
			}
		}
		v.floor[g] = v.newFloor(g)
	}
	return v
}

// newFloor gives the scopes that are in every grant to the client: those that it
// always gets, unless a user may refuse them.
func (v *view) newFloor(grant string) ScopeSet {
	var floor ScopeSet
	for _, cs := range v.client.Scopes {
		if cs.Always && !v.refusable(cs.Scope) && v.eligible(cs.Scope, grant) == surely {
			if sets := v.needs[grant][cs.Scope]; len(sets) == 1 {
				floor = floor.union(sets[0])
			}
		}
	}
	return floor
}

// refusable says whether a user may leave the scope out (RFC 6749, 3.3).
func (v *view) refusable(s *schema.Scope) bool { return s.Consent && !v.client.ConsentSkipped }

type certainty int

const (
	no certainty = iota
	perhaps
	surely
)

// eligible says whether the scope's own conditions let the client have it.
func (v *view) eligible(s *schema.Scope, grant string) certainty {
	out := surely
	if s.Retired != nil {
		return no
	}
	if s.Party != "" && s.Party != v.client.Party {
		if v.client.Party != "" {
			return no
		}
		out = perhaps
	}
	if len(s.Grants) > 0 && !slices.Contains(s.Grants, grant) {
		if grant != Unstated {
			return no
		}
		out = perhaps
	}
	return out
}

// need gives the smallest sets of scopes that are granted when this one is: with
// what it requires and implies. There is none where it cannot be granted.
func (v *view) need(s *schema.Scope, grant string) []ScopeSet {
	var out []ScopeSet
	open := v.sources(s, grant)
	for n := 0; len(open) > 0; n++ {
		if n > maxAlternatives {
			return []ScopeSet{{s}}
		}
		set := v.implications(open[0], grant)
		open = open[1:]
		missing := firstMissing(set)
		if missing == nil {
			if !conflicting(set) {
				out = append(out, set)
			}
			continue
		}
		for _, source := range v.sources(missing, grant) {
			open = append(open, set.union(source))
		}
	}
	return minimal(out)
}

// sources gives what a client may name to be granted a scope: the scope itself,
// or else those that imply it.
func (v *view) sources(s *schema.Scope, grant string) []ScopeSet {
	switch {
	case v.eligible(s, grant) == no:
		return nil
	case v.named[s]:
		return []ScopeSet{{s}}
	}
	var out []ScopeSet
	for _, cs := range v.client.Scopes {
		implied := closed(ScopeSet{cs.Scope}, func(s *schema.Scope) []*schema.Scope {
			return slices.DeleteFunc(slices.Clone(s.Implies), func(i *schema.Scope) bool { return v.eligible(i, grant) == no })
		})
		if v.eligible(cs.Scope, grant) != no && implied.Has(s) {
			out = append(out, ScopeSet{cs.Scope}.with(s))
		}
	}
	return out
}

// implications adds what a set surely brings along.
func (v *view) implications(set ScopeSet, grant string) ScopeSet {
	return closed(set, func(s *schema.Scope) []*schema.Scope {
		return slices.DeleteFunc(slices.Clone(s.Implies), func(i *schema.Scope) bool { return v.eligible(i, grant) != surely })
	})
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
func (v *view) smallest(grant string, wanted ...*schema.Scope) []ScopeSet {
	sets := []ScopeSet{v.floor[grant]}
	for _, s := range wanted {
		var next []ScopeSet
		for _, set := range sets {
			for _, need := range v.needs[grant][s] {
				next = append(next, set.union(need))
			}
		}
		if sets = minimal(next); len(sets) > maxAlternatives {
			sets = []ScopeSet{v.floor[grant]}
		}
	}
	return slices.DeleteFunc(sets, conflicting)
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
