package sample

import (
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Profile is the tokens of one profile for one client, by one grant type.
type Profile struct {
	Token  *schema.Token
	Client *schema.Client
	Grant  string // issuance.Unstated where the client does not say

	is     *issuance.Issuance
	scopes issuance.ScopeSet // granted
	claims []claim           // sorted by name
}

// claim is a claim that may be in the token.
type claim struct {
	*schema.Claim
	set    valueset.Set
	always bool
}

// ProfileOf works out what is in a client's tokens when everything is granted that can
// be granted together; false if the client gets no such token.
func ProfileOf(is *issuance.Issuance, t *schema.Token, c *schema.Client) (*Profile, bool) {
	situations := is.Situations(c, t)
	if len(situations) == 0 {
		return nil, false
	}
	first := situations[0]
	p := &Profile{Token: t, Client: c, Grant: first.Grant, is: is, scopes: first.Scopes}
	var flows []issuance.Flow
	for _, cl := range is.ClaimsIn(c, t) {
		for _, f := range is.FlowsOf(c, t, cl) {
			if f.Grant == p.Grant {
				flows = append(flows, f)
				p.grant(f)
			}
		}
	}
	for _, f := range flows {
		if set, open := p.values(f); open {
			p.claims = append(p.claims, claim{f.Claim, set, f.Presence == schema.Always})
		}
	}
	return p, true
}

// grant adds the scopes that open a flow, if they can be granted with the others.
func (p *Profile) grant(f issuance.Flow) {
	for _, r := range f.Routes {
		for _, set := range r.Scopes {
			if !p.conflict(set) {
				p.scopes = union(p.scopes, set)
				break
			}
		}
	}
}

func (p *Profile) conflict(set issuance.ScopeSet) bool {
	for _, s := range p.scopes {
		for _, t := range set {
			if slices.Contains(s.Conflicts, t) || slices.Contains(t.Conflicts, s) {
				return true
			}
		}
	}
	return false
}

func union(a, b issuance.ScopeSet) issuance.ScopeSet {
	out := slices.Concat(a, b)
	slices.SortFunc(out, func(a, b *schema.Scope) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(out)
}

// values is what the claim may be by the routes that are open; false if none is.
func (p *Profile) values(f issuance.Flow) (valueset.Set, bool) {
	out := valueset.Empty()
	open := false
	for _, r := range f.Routes {
		granted := func(set issuance.ScopeSet) bool {
			return !slices.ContainsFunc(set, func(s *schema.Scope) bool { return !p.scopes.Has(s) })
		}
		if slices.ContainsFunc(r.Scopes, granted) {
			out = out.Union(r.Placement.Values())
			open = true
		}
	}
	return out, open
}

// Payload makes the claims of a token: those that are in every such token, and but
// for the shortest all others that may be there together. An example that the author
// declares for it is the first. It is false where a claim has no value that is found.
func (s Source) Payload(p *Profile) (valueset.JSON, bool) {
	if s.Length == Typical {
		if v, ok := s.oneOfPayloads(p); ok {
			return v, true
		}
	}
	members, ok := s.members(p)
	if !ok {
		return "", false
	}
	v := object(members)
	return v, p.Allows(v)
}

// oneOfPayloads chooses a declared example.
func (s Source) oneOfPayloads(p *Profile) (valueset.JSON, bool) {
	var list []valueset.JSON
	for _, e := range p.is.Contract.Examples {
		if e.Invalid != "" || e.Token != p.Token || e.Client != p.Client {
			continue
		}
		if v, ok := valueset.Compact([]byte(e.Payload)); ok && p.Allows(v) {
			list = append(list, v)
		}
	}
	if s.Seed >= uint64(len(list)) { // other seeds make others
		return "", false
	}
	return list[s.Seed], true
}

func (s Source) members(p *Profile) (map[string]valueset.JSON, bool) {
	out := map[string]valueset.JSON{}
	for _, c := range p.claims {
		if strings.HasSuffix(c.Name, "*") || s.Length == Shortest && !c.always {
			continue
		}
		about := About{Name: c.Name, Format: c.Format, Examples: p.known(s, c)}
		v, ok := s.Value(c.set, about)
		switch {
		case ok && holds(c.set, v):
			out[c.Name] = v
		case c.always:
			return nil, false
		}
	}
	return out, true
}

// Allows reports whether the payload has what every such token has, and nothing but
// what may be there.
func (p *Profile) Allows(payload valueset.JSON) bool {
	members := membersOf(payload)
	for _, c := range p.claims {
		if _, there := members[c.Name]; !there && c.always && !strings.HasSuffix(c.Name, "*") {
			return false
		}
	}
	for name, v := range members {
		c, ok := p.claim(name)
		if !ok || !holds(c.set, v) {
			return false
		}
	}
	return true
}

// claim finds the claim of that name, or the family with the longest beginning.
func (p *Profile) claim(name string) (claim, bool) {
	best, found := claim{}, false
	for _, c := range p.claims {
		prefix, family := strings.CutSuffix(c.Name, "*")
		switch {
		case c.Name == name:
			return c, true
		case family && strings.HasPrefix(name, prefix) && (!found || len(c.Name) > len(best.Name)):
			best, found = c, true
		}
	}
	return best, found
}

// WrongPayloads makes payloads that the contract rejects, each for one reason.
func (s Source) WrongPayloads(p *Profile) []Wrong {
	s.Length = Typical
	members, ok := s.members(p)
	if !ok {
		return nil
	}
	var out []Wrong
	for _, c := range p.claims {
		v, there := members[c.Name]
		if !there {
			continue
		}
		if c.always {
			out = append(out, Wrong{object(without(members, c.Name)), label(c.Name), Missing})
		}
		for _, w := range s.begin().outside(c.set, v, About{Name: c.Name, Format: c.Format}, 0) {
			changed := maps.Clone(members)
			changed[c.Name] = w.Value
			out = append(out, Wrong{object(changed), join(label(c.Name), w.Path), w.Reason})
		}
	}
	if _, known := p.claim(unexpected); !known {
		changed := maps.Clone(members)
		changed[unexpected] = `"unexpected"`
		out = append(out, Wrong{object(changed), unexpected, Unexpected})
	}
	return out
}
