package schema

import (
	"iter"
	"slices"
	"strings"
)

// Claim gives the claim of that name, or nil. A name that has no claim of its
// own may belong to a family.
func (c *Contract) Claim(name string) *Claim {
	if i, ok := find(c.Claims, name); ok {
		return c.Claims[i]
	}
	return familyOf(c.Claims, name)
}

// familyOf gives the family that a name belongs to: the one with the longest
// beginning.
func familyOf(claims []*Claim, name string) *Claim {
	var best *Claim
	for _, f := range claims {
		prefix, ok := family(f.Name)
		if ok && strings.HasPrefix(name, prefix) && (best == nil || len(f.Name) > len(best.Name)) {
			best = f
		}
	}
	return best
}

// Token gives the token profile of that name, or nil.
func (c *Contract) Token(name string) *Token { return get(c.Tokens, name) }

// Scope gives the scope of that name, or nil.
func (c *Contract) Scope(name string) *Scope { return get(c.Scopes, name) }

// Client gives the client of that name, or nil.
func (c *Contract) Client(name string) *Client { return get(c.Clients, name) }

// Resource gives the resource of that name, or nil.
func (c *Contract) Resource(name string) *Resource { return get(c.Resources, name) }

type named interface{ named() string }

func (s *Scale) named() string      { return s.Name }
func (c *Claim) named() string      { return c.Name }
func (t *Token) named() string      { return t.Name }
func (s *Scope) named() string      { return s.Name }
func (d *DetailType) named() string { return d.Name }
func (c *Client) named() string     { return c.Name }
func (r *Resource) named() string   { return r.Name }
func (s *Source) named() string     { return s.Name }

// String gives the name, as reports write it.

func (s *Scale) String() string       { return s.Name }
func (c *Claim) String() string       { return c.Name }
func (v *Value) String() string       { return v.Name }
func (m *Member) String() string      { return m.Name }
func (t *Token) String() string       { return t.Name }
func (g *Grantable) String() string   { return g.Name }
func (c *Consumer) String() string    { return c.Name }
func (s *Source) String() string      { return s.Name }
func (s *ClientScope) String() string { return s.Name }

func find[T named](sorted []T, name string) (int, bool) {
	return slices.BinarySearchFunc(sorted, name, func(x T, name string) int { return strings.Compare(x.named(), name) })
}

func get[T named](sorted []T, name string) T {
	if i, ok := find(sorted, name); ok {
		return sorted[i]
	}
	var none T
	return none
}

// family gives what a name with a final * begins with.
func family(name string) (prefix string, ok bool) {
	return strings.CutSuffix(name, "*")
}

// Placements gives every placement of the contract: of tokens, scopes,
// authorization details, clients and resources.
func (c *Contract) Placements() iter.Seq[*Placement] {
	return func(yield func(*Placement) bool) {
		all := func(ps []*Placement) bool {
			for _, p := range ps {
				if !yield(p) {
					return false
				}
			}
			return true
		}
		for _, t := range c.Tokens {
			if !all(t.Claims) || !all(t.Requestable) || !all(t.Outer) {
				return
			}
		}
		for _, s := range c.Scopes {
			if !all(s.Releases) {
				return
			}
		}
		for _, d := range c.AuthorizationDetails {
			if !all(d.Releases) {
				return
			}
		}
		for _, cl := range c.Clients {
			if !all(cl.Releases) {
				return
			}
		}
		for _, r := range c.Resources {
			if !all(r.Releases) {
				return
			}
		}
	}
}

// Consumers gives the clients and then the resources, as readers of tokens.
func (c *Contract) Consumers() iter.Seq[*Consumer] {
	return func(yield func(*Consumer) bool) {
		for _, cl := range c.Clients {
			if !yield(&cl.Consumer) {
				return
			}
		}
		for _, r := range c.Resources {
			if !yield(&r.Consumer) {
				return
			}
		}
	}
}
