package issuance

import (
	"cmp"
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

// A ScopeSet is scopes granted together, sorted by name.
type ScopeSet []*schema.Scope

func byName(a, b *schema.Scope) int { return strings.Compare(a.Name, b.Name) }

// Has says whether the scope is granted.
func (s ScopeSet) Has(scope *schema.Scope) bool {
	_, ok := slices.BinarySearchFunc(s, scope, byName)
	return ok
}

// includes says whether all of t is granted.
func (s ScopeSet) includes(t ScopeSet) bool {
	for _, scope := range t {
		if !s.Has(scope) {
			return false
		}
	}
	return true
}

func (s ScopeSet) with(scope *schema.Scope) ScopeSet {
	i, ok := slices.BinarySearchFunc(s, scope, byName)
	if ok {
		return s
	}
	return slices.Insert(slices.Clone(s), i, scope)
}

func (s ScopeSet) union(t ScopeSet) ScopeSet {
	for _, scope := range t {
		s = s.with(scope)
	}
	return s
}

// Names gives the scopes as a client would request them.
func (s ScopeSet) Names() []string {
	out := make([]string, 0, len(s))
	for _, scope := range s {
		out = append(out, scope.Name)
	}
	return out
}

// minimal drops the sets that hold another one of them.
func minimal(sets []ScopeSet) []ScopeSet {
	slices.SortStableFunc(sets, func(a, b ScopeSet) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), slices.CompareFunc(a, b, byName))
	})
	var out []ScopeSet
	for _, s := range sets {
		if !slices.ContainsFunc(out, s.includes) {
			out = append(out, s)
		}
	}
	return out
}

// closed adds what next leads to until nothing new comes.
func closed(set ScopeSet, next func(*schema.Scope) []*schema.Scope) ScopeSet {
	queue := slices.Clone(set)
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		for _, n := range next(s) {
			if !set.Has(n) {
				set = set.with(n)
				queue = append(queue, n)
			}
		}
	}
	return set
}

func conflicting(set ScopeSet) bool {
	for _, s := range set {
		for _, c := range s.Conflicts {
			if set.Has(c) {
				return true
			}
		}
	}
	return false
}
