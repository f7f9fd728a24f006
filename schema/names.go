package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The functions below resolve what one record says of another. A name that leads
// nowhere is a problem at the place that says it.

// unknown reports a name that leads nowhere, once with all its uses: it is one
// mistake.
func (d *decoder) unknown(n item, hint, format string, args ...any) *Problem {
	message := fmt.Sprintf(format, args...)
	for i := range d.ps {
		if d.ps[i].Message == message {
			d.ps[i].Related = append(d.ps[i].Related, Related{n.first(), "also used here"})
			return &d.ps[i]
		}
	}
	p := d.ps.add("unknown-name", n.first(), "%s", message)
	p.Subject, p.Hint = n.path, hint
	return p
}

// nothing reports a name of some kind of thing that leads nowhere.
func (d *decoder) nothing(kind string, n item, known []string) {
	d.unknown(n, DidYouMean(n.name, known), "there is no %s %q", kind, n.name)
}

func namesOf[T named](all []T) []string {
	out := make([]string, 0, len(all))
	for _, x := range all {
		out = append(out, x.named())
	}
	return out
}

// named gives a field that holds one name as an item of that name.
func (n item) named(field string) (item, bool) {
	f := n.sub(field)
	if f.node == nil {
		return f, false
	}
	f.name = f.text
	return f, true
}

// names gives a field that holds a list of names as items of those names.
func (n item) names(field string) []item {
	f := n.sub(field)
	if f.node == nil {
		return nil
	}
	out := make([]item, 0, len(f.elems))
	for _, e := range f.elems {
		out = append(out, item{e.text, f.path, e})
	}
	return out
}

type pointer interface {
	named
	comparable
}

// one resolves a name that stands for exactly one thing. It gives nil where
// there is none.
func one[T pointer](d *decoder, all []T, kind string, n item) T {
	x := get(all, n.name)
	var none T
	if x == none {
		d.nothing(kind, n, namesOf(all))
	}
	return x
}

// maybe resolves a field that may hold one name.
func maybe[T pointer](d *decoder, n item, field string, all []T, kind string) T {
	f, ok := n.named(field)
	if !ok {
		var none T
		return none
	}
	return one(d, all, kind, f)
}

// refs resolves a list of names.
func refs[T pointer](d *decoder, n item, field string, all []T, kind string) []T {
	var out []T
	var none T
	for _, e := range n.names(field) {
		if x := one(d, all, kind, e); x != none {
			out = append(out, x)
		}
	}
	return out
}

func (d *decoder) tokenNamed(n item) *Token { return one(d, d.c.Tokens, "token", n) }

func (d *decoder) tokens(n item, field string) []*Token {
	return refs(d, n, field, d.c.Tokens, "token")
}

func (d *decoder) resources(n item, field string) []*Resource {
	return refs(d, n, field, d.c.Resources, "resource")
}

// scopes resolves a list of scopes, in which a final * stands for any ending.
func (d *decoder) scopes(n item, field string) []*Scope {
	var out []*Scope
	for _, e := range n.names(field) {
		out = append(out, d.scopesNamed(e)...)
	}
	return out
}

// scopesNamed gives the scopes that a name stands for: an exact name wins, then
// the templates that it is an instance of, then a pattern.
func (d *decoder) scopesNamed(n item) []*Scope {
	if s := d.c.Scope(n.name); s != nil {
		return []*Scope{s}
	}
	var out []*Scope
	for _, s := range d.c.Scopes {
		if s.Matches(n.name) {
			out = append(out, s)
		}
	}
	if prefix, ok := family(n.name); ok && len(out) == 0 {
		for _, s := range d.c.Scopes {
			if strings.HasPrefix(s.Name, prefix) {
				out = append(out, s)
			}
		}
	}
	if len(out) == 0 {
		d.unknown(n, d.scopeHint(n.name), "there is no scope %q", n.name)
	}
	return out
}

// scopeHint names the scope that a name may be meant for, or the template that it
// begins like.
func (d *decoder) scopeHint(name string) string {
	if hint := DidYouMean(name, namesOf(d.c.Scopes)); hint != "" {
		return hint
	}
	for _, s := range d.c.Scopes {
		if first := s.template.literals[0]; len(s.Params) > 0 && first != "" && strings.HasPrefix(name, first) {
			return "it is no instance of " + strconv.Quote(s.Name)
		}
	}
	return ""
}

// claimsNamed gives the claims that a name stands for: an exact name wins, be it
// declared or the registry's, then a family, then a pattern over those declared.
func (d *decoder) claimsNamed(n item) []*Claim {
	if c := d.claimsByName[n.name]; c != nil {
		return []*Claim{c}
	}
	if r := LookupRegistered(n.name); r != nil {
		return []*Claim{d.registered(r, n)}
	}
	if f := familyOf(d.families, n.name); f != nil {
		return []*Claim{f}
	}
	var out []*Claim
	if prefix, ok := family(n.name); ok {
		for _, c := range d.c.Claims {
			if c.Declared && strings.HasPrefix(c.Name, prefix) {
				out = append(out, c)
			}
		}
	}
	if len(out) == 0 {
		d.unknownClaim(n)
	}
	return out
}

func (d *decoder) unknownClaim(n item) {
	known := append(namesOf(d.c.Claims), sortedKeys(registry())...)
	hint := "declare it: claims: " + quoteLabel(n.name) + ": {#value: ..., description: ...}"
	if near := DidYouMean(n.name, known); near != "" {
		hint = near + " Else " + hint
	}
	d.unknown(n, hint, "claim %q is neither declared nor in the registry of claims", n.name).Claim = n.name
}

// maybeClaim resolves a field that may hold one claim.
func (d *decoder) maybeClaim(n item, field string) *Claim {
	f, ok := n.named(field)
	if !ok {
		return nil
	}
	if claims := d.claimsNamed(f); len(claims) > 0 {
		return claims[0]
	}
	return nil
}

func (d *decoder) claims(n item, field string) []*Claim {
	var out []*Claim
	for _, e := range n.names(field) {
		out = append(out, d.claimsNamed(e)...)
	}
	return out
}

// registered gives a claim that is used and not declared: the registry's.
func (d *decoder) registered(r *Registered, n item) *Claim {
	c := &Claim{Name: n.name, Registered: r, Value: r.Values(), Presence: Always, Separator: r.Separator}
	c.Path = "claims." + quoteLabel(n.name)
	c.Origins = n.at
	c.Stage, c.Semantics = "stable", 1
	d.c.Claims = append(d.c.Claims, c)
	d.claimsByName[n.name] = c
	return c
}

// levels resolves SCALE: LEVEL.
func (d *decoder) levels(of item, field string) []Level {
	var out []Level
	for _, n := range of.items(field) {
		scale := one(d, d.c.Assurance, "scale of assurance", n)
		if scale == nil {
			continue
		}
		n.name = n.text
		rank := slices.Index(scale.Levels, n.name)
		if rank < 0 {
			d.nothing("level of "+scale.Name, n, scale.Levels)
			continue
		}
		out = append(out, Level{scale, rank})
	}
	return out
}
