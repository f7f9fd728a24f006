package issuance

import (
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Told is what somebody tells of how one token came about. What is left out may have
// been anything.
type Told struct {
	Grant  string   // empty: any
	Scopes []string // all that were granted, beside what comes along with them
	Any    bool     // Scopes are not told
	Levels []schema.Level
}

// ToldBy gives what an example tells of its token. What it says of the level, a claim may
// say too.
func (is *Issuance) ToldBy(e *schema.Example) Told {
	told := Told{Grant: e.Grant, Scopes: e.Scopes, Any: !e.States("scopes"), Levels: e.Assurance}
	p := PayloadOf(e.Payload)
	for _, scale := range is.Contract.Assurance {
		l, ok := stated(scale, p)
		if ok && !slices.ContainsFunc(told.Levels, func(t schema.Level) bool { return t.Scale == scale }) {
			told.Levels = append(told.Levels[:len(told.Levels):len(told.Levels)], l)
		}
	}
	return told
}

// stated gives the level that the payload states in the claim of the scale.
func stated(scale *schema.Scale, p Payload) (schema.Level, bool) {
	if scale.Claim == nil {
		return schema.Level{}, false
	}
	v, _ := p.Get(scale.Claim.Name)
	i := slices.IndexFunc(scale.Levels, func(l string) bool { return valueset.Text(l) == v })
	return schema.Level{Scale: scale, Rank: i}, i >= 0
}

// Told gives the smallest grants of which that can be true, none if it cannot be.
// Where the scopes are told, no others are granted; where levels are, no higher ones.
func (is *Issuance) Told(c *schema.Client, t *schema.Token, told Told) []Situation {
	v := is.views[c]
	scopes, may, ok := v.told(told.Scopes)
	if !ok {
		return nil
	}
	var out []Situation
	for _, s := range is.Situations(c, t, scopes...) {
		s.reached = told.Levels
		if told.Grant != "" && s.Grant != v.mode(told.Grant) || s.falls(s.Levels) {
			continue
		}
		s.Levels = raise(s.Levels, told.Levels)
		s.only = !told.Any && !v.cut.Load() // past the bound the sets are smaller than any that is granted
		s.may = may
		out = append(out, s)
	}
	return out
}

// told gives what the names of granted scopes stand for. Of several templates that fit
// one name, each may be granted. It is false if a name stands for nothing that the
// client may hold.
func (v *view) told(names []string) (scopes, may ScopeSet, ok bool) {
	for _, name := range names {
		var fit ScopeSet
		for _, s := range v.scopes {
			if s.Matches(name) {
				fit = fit.with(s)
			}
		}
		if i := slices.IndexFunc(fit, func(s *schema.Scope) bool { return s.Name == name }); i >= 0 {
			fit = fit[i : i+1]
		}
		switch len(fit) {
		case 0:
			return nil, nil, false
		case 1:
			scopes = scopes.union(fit)
		}
		may = may.union(fit)
	}
	return scopes, may, true
}

// mode gives the grant type of the modes that stands for this one: where the client
// does not say which it uses, one that the contract does not tell apart is Unstated.
func (v *view) mode(grant string) string {
	if len(v.client.Grants) == 0 && !slices.ContainsFunc(v.modes, func(m mode) bool { return m.grant == grant }) {
		return Unstated
	}
	return grant
}

// falls says whether the levels that were reached fall short of those demanded.
func (s Situation) falls(demanded []schema.Level) bool {
	return slices.ContainsFunc(demanded, func(d schema.Level) bool {
		return slices.ContainsFunc(s.reached, func(l schema.Level) bool { return l.Scale == d.Scale && l.Rank < d.Rank })
	})
}
