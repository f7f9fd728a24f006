package issuance

import (
	"slices"

	"tokenctl.dev/schema"
)

// A token of kind embedded comes inside another one, as the value of a claim: a
// client gets it whenever it gets that claim. So it is obtained in the smallest
// grants that lead to any of the claims that embed it.

// embed works out which embedded tokens the client gets. One may come inside
// another, so it goes on until nothing new comes; a circle adds nothing, since what
// leads round it needs all that led into it.
func (is *Issuance) embed(v *view) {
	for range is.embedding {
		for _, t := range is.Contract.Tokens {
			if len(is.embedding[t]) > 0 {
				v.inside[t] = is.inside(v, t)
			}
		}
	}
}

// inside gives the smallest grants by which the client gets a token that carries
// an embedded one, as far as is known.
func (is *Issuance) inside(v *view, e *schema.Token) []Situation {
	var out, bare []Situation
	if e.Retired != nil {
		return nil
	}
	for _, t := range is.Contract.Tokens {
		for _, claim := range is.embedding[e] {
			ways := is.Ways(v.client, t, claim)
			for _, w := range ways {
				out = append(out, is.carrying(v, t, w)...)
			}
			if len(ways) > 0 {
				bare = append(bare, is.Situations(v.client, t)...)
			}
		}
	}
	byGrant := func(s Situation) bool { return len(e.Grants) > 0 && !slices.Contains(e.Grants, s.Grant) }
	if out = smallestOf(slices.DeleteFunc(out, byGrant), e); len(out) > maxAlternatives {
		v.cut.Store(true)
		out = smallestOf(slices.DeleteFunc(bare, byGrant), e)
	}
	return out
}

// carrying gives the smallest grants by which the token has what the way brings.
func (is *Issuance) carrying(v *view, t *schema.Token, w Way) []Situation {
	var wanted []*schema.Scope
	if w.Scope != nil {
		wanted = []*schema.Scope{w.Scope}
	}
	var out []Situation
	for _, entry := range is.entries(v.client, w.Resource) {
		for _, s := range is.Situations(v.client, t, slices.Concat(wanted, entry)...) {
			if is.way(s, w) == no {
				continue
			}
			s.Levels = raise(s.Levels, w.Placement.Assurance)
			if w.Resource != nil {
				s.targets = with(s.targets, w.Resource)
			}
			if w.Detail != nil {
				s.details = with(s.details, w.Detail)
			}
			out = append(out, s)
		}
	}
	return out
}

func with[T comparable](some []T, x T) []T {
	if slices.Contains(some, x) {
		return some
	}
	return append(slices.Clone(some), x)
}

// smallestOf drops what is no smaller than something else, and makes the rest
// situations of the token.
func smallestOf(all []Situation, t *schema.Token) []Situation {
	var out []Situation
	for i, s := range all {
		s.Token = t
		if !containsIndexed(all, func(j int, o Situation) bool { return i != j && o.within(s) && (j < i || !s.within(o)) }) {
			out = append(out, s)
		}
	}
	return out
}

// within says whether all that the situation needs is in the other one too.
func (s Situation) within(o Situation) bool {
	return s.mode == o.mode && o.Scopes.includes(s.Scopes) && atLeast(o.Levels, s.Levels) &&
		(s.Resource == nil || s.Resource == o.Resource) && containsAll(o.targets, s.targets) && containsAll(o.details, s.details)
}

func containsAll[T comparable](all, some []T) bool {
	return !slices.ContainsFunc(some, func(x T) bool { return !slices.Contains(all, x) })
}

// joined gives the smallest grants that hold one of the situations and these
// scopes.
func (v *view) joined(situations []Situation, wanted []*schema.Scope) []Situation {
	var out []Situation
	for _, s := range situations {
		for _, set := range v.join(s.mode, []ScopeSet{s.Scopes}, wanted) {
			o := s
			o.Scopes, o.Levels = set, raise(s.Levels, v.levels(set))
			out = append(out, o)
		}
	}
	return out
}
