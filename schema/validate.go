package schema

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/valueset"
)

// validate finds what the shape cannot say: entries that contradict one another.
func validate(c *Contract) problems {
	v := validator{c: c}
	for _, s := range c.Assurance {
		for i, level := range s.Levels {
			if s.Claim != nil && !occurs(s.Claim.Value, level, s.Claim.Separator) {
				v.at("contradiction", s.FieldAt("levels"), fmt.Sprintf("%s.levels[%d]", s.Path, i), "level %q is not among the values of claim %q, which states it", level, s.Claim.Name)
			}
		}
	}
	for _, cl := range c.Claims {
		v.replaced(&cl.Lifecycle, "claim", func(name string) bool { return c.Claim(name) != nil || LookupRegistered(name) != nil })
		for _, r := range cl.Ranking {
			if cl.Value.Contains(valueset.JSON(r)) == valueset.No && cl.Value.Elem().Contains(valueset.JSON(r)) == valueset.No {
				v.at("contradiction", cl.FieldAt("ranking"), cl.Path, "%s is ranked and not among the claim's values", r)
			}
		}
		v.values(cl.Values, cl.Value, cl.Separator)
		v.members(cl.Members, cl.Value)
	}
	for _, t := range c.Tokens {
		v.replaced(&t.Lifecycle, "token", func(name string) bool { return c.Token(name) != nil })
		v.header(&t.Node, t.Header, t.Path)
		v.placed(t.Claims)
		v.placed(t.Requestable)
		v.placed(t.Outer)
		if cycle(t, len(c.Tokens), func(t *Token) *Token { return t.Mirrors }) {
			v.at("contradiction", t.FieldAt("mirrors"), t.Path, "token %q mirrors itself", t.Name)
		}
	}
	for _, s := range c.Scopes {
		v.replaced(&s.Lifecycle, "scope", func(name string) bool { return c.Scope(name) != nil })
		v.placed(s.Releases)
	}
	for _, e := range c.Examples {
		for _, name := range e.Scopes {
			if !slices.ContainsFunc(c.Scopes, func(s *Scope) bool { return s.Name == name || s.Matches(name) }) {
				v.at("unknown-name", e.FieldAt("scopes"), e.Path, "there is no scope %q", name)
			}
		}
	}
	for _, d := range c.AuthorizationDetails {
		v.placed(d.Releases)
	}
	for _, cl := range c.Clients {
		v.placed(cl.Releases)
		v.consumer(&cl.Consumer)
		for _, t := range cl.Tokens {
			v.header(&t.Node, t.Header, t.Path)
		}
		for _, s := range cl.Scopes {
			if s.Scope.Retired != nil && cl.Retired == nil {
				v.at("contradiction", s.At(), s.Path, "scope %q is retired and still granted to client %q", s.Scope.Name, cl.Name)
			}
		}
	}
	for _, r := range c.Resources {
		v.placed(r.Releases)
		v.consumer(&r.Consumer)
		if cycle(r, len(c.Resources), func(r *Resource) *Resource { return r.Behind }) {
			v.at("contradiction", r.FieldAt("behind"), r.Path, "resource %q is behind itself", r.Name)
		}
	}
	return v.ps
}

type validator struct {
	c  *Contract
	ps problems
}

func (v *validator) at(id string, at Range, subject, format string, args ...any) {
	v.ps.add(id, at, format, args...).Subject = subject
}

// header sees to it that a set of headers is one: every JWT has an alg (RFC 7515,
// 4.1.1), so a set that admits none can never be met.
func (v *validator) header(n *Node, header *valueset.Set, path string) {
	if header == nil {
		return
	}
	if k := header.Kinds(); k != valueset.ObjectKind {
		v.at("contradiction", n.FieldAt("#header"), path, "#header must be a set of objects; it holds %s", k)
		return
	}
	if _, there := header.Member("alg"); there == valueset.Never {
		v.at("contradiction", n.FieldAt("#header"), path, "#header admits no alg, which every token has (RFC 7515, 4.1.1)")
	}
}

func (v *validator) consumer(c *Consumer) {
	for _, a := range c.Accepts {
		v.header(&a.Node, a.Header, a.Path)
	}
}

// replaced sees to it that what is said to come in the place of something is
// there.
func (v *validator) replaced(l *Lifecycle, kind string, known func(name string) bool) {
	check := func(n *Node, by []string) {
		for _, name := range by {
			if !known(name) {
				v.at("unknown-name", n.FieldAt("replacedBy"), n.Path, "there is no %s %q to replace it", kind, name)
			}
		}
	}
	if l.Deprecated != nil {
		check(&l.Deprecated.Node, l.Deprecated.ReplacedBy)
	}
	if l.Retired != nil {
		check(&l.Retired.Node, l.Retired.ReplacedBy)
	}
}

// placed sees to it that what is retired is placed nowhere, and that a narrower
// set leaves some of the claim's values.
func (v *validator) placed(ps []*Placement) {
	for _, p := range ps {
		if p.Value != nil && p.Claim.Value.Overlaps(*p.Value).Is == valueset.No {
			v.at("contradiction", p.FieldAt("#value"), p.Path, "no value of claim %q is in this set", p.Claim.Name)
		}
		if r := p.Claim.Retired; r != nil && p.Presence != Never {
			v.at("contradiction", p.At(), p.Path, "claim %q is retired and still in %q", p.Claim.Name, p.Token.Name)
			v.ps[len(v.ps)-1].Related = []Related{{r.At(), "retired here"}}
		}
	}
}

// values sees to it that what is said of single values is said of values that
// can occur, unless they are retired.
func (v *validator) values(values []*Value, set valueset.Set, separator string) {
	for _, val := range values {
		if val.Retired == nil && !occurs(set, val.Name, separator) {
			v.at("contradiction", val.At(), val.Path, "%q is not among the claim's values", val.Name)
		}
	}
}

// occurs says whether a value of that text can be in the claim: by itself, as an
// element of a list, or as a part of a string that is a list.
func occurs(set valueset.Set, text, separator string) bool {
	for _, s := range []valueset.Set{set, set.Elem()} {
		for _, json := range []valueset.JSON{valueset.Text(text), valueset.JSON(text)} {
			if s.Contains(json) != valueset.No {
				return true
			}
		}
	}
	return separator != "" && set.Kinds()&valueset.StringKind != 0
}

func (v *validator) members(members []*Member, set valueset.Set) {
	for _, m := range members {
		if _, isPattern := family(m.Name); isPattern {
			continue
		}
		inner, there := memberOf(set, m.Name)
		if there == valueset.Never {
			v.at("contradiction", m.At(), m.Path, "the claim's #value has no member %q", m.Name)
			continue
		}
		v.values(m.Values, inner, "")
		v.members(m.Members, inner)
	}
}

// memberOf gives a member of the objects in the set, or of the objects in its
// lists.
func memberOf(set valueset.Set, name string) (valueset.Set, valueset.Presence) {
	if set.Kinds()&valueset.ObjectKind == 0 {
		set = set.Elem()
	}
	return set.Member(name)
}

// cycle says whether following next from x comes back to x, within n steps.
func cycle[T any](x *T, n int, next func(*T) *T) bool {
	for y := next(x); y != nil && n > 0; y, n = next(y), n-1 {
		if y == x {
			return true
		}
	}
	return false
}
