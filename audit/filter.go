package audit

import (
	"regexp"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// A Filter says which rows are wanted: those that match one pattern of each kind
// that is given.
type Filter struct {
	Clients, Parties, Grants, Scopes, Tokens, Claims, Categories, Readers Patterns
}

// Words that stand for what has no name.
const (
	undeclared = "undeclared" // a party, a grant type
	unknown    = "unknown"    // a category
	browser    = "browser"    // a reader
	holder     = "client"     // a reader: the client that gets the claim
)

// Patterns are names in which * stands for any run of characters and ? for one.
// None at all match everything.
type Patterns []Pattern

// A Pattern is one of them.
type Pattern struct {
	Text string
	glob *regexp.Regexp // nil: the text itself
}

// Parse reads patterns as users write them.
func Parse(texts []string) Patterns {
	var out Patterns
	for _, text := range texts {
		p := Pattern{Text: text}
		if strings.ContainsAny(text, "*?") {
			glob := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(text))
			p.glob = regexp.MustCompile("^(?s:" + glob + ")$")
		}
		out = append(out, p)
	}
	return out
}

func (p Pattern) match(name string) bool {
	if p.Text == name { // also where a * is part of the name: a family of claims
		return true
	}
	return p.glob != nil && p.glob.MatchString(name)
}

func (ps Patterns) match(names ...string) bool {
	return len(ps) == 0 || slices.ContainsFunc(ps, func(p Pattern) bool { return slices.ContainsFunc(names, p.match) })
}

// matchCategory says whether a category matches: itself, or one that it is part of.
func (ps Patterns) matchCategory(category string) bool {
	return len(ps) == 0 || slices.ContainsFunc(ps, func(p Pattern) bool { return p.matchCategory(category) })
}

func (p Pattern) matchCategory(category string) bool {
	if category == "" {
		return p.Text == unknown
	}
	for ok := true; ok; {
		if p.match(category) {
			return true
		}
		i := strings.LastIndexByte(category, '.')
		if ok = i > 0; ok {
			category = category[:i]
		}
	}
	return false
}

func (f *Filter) client(c *schema.Client) bool {
	return f.Clients.match(c.Name) && (c.Party != "" && f.Parties.match(c.Party) || c.Party == "" && f.Parties.match(undeclared))
}

// claim says whether the claim is wanted. A name that has no claim of its own finds
// the family that it belongs to.
func (f *Filter) claim(c *schema.Contract, claim *schema.Claim) bool {
	return len(f.Claims) == 0 || slices.ContainsFunc(f.Claims, func(p Pattern) bool { return p.matchClaim(c, claim) })
}

func (p Pattern) matchClaim(c *schema.Contract, claim *schema.Claim) bool {
	return p.match(claim.Name) || p.glob == nil && c.Claim(p.Text) == claim
}

func (p Pattern) matchScope(s *schema.Scope) bool {
	return p.match(s.Name) || p.glob == nil && s.Matches(p.Text)
}

func (f *Filter) grant(grant string, grants []string) bool {
	return len(f.Grants) == 0 || slices.ContainsFunc(f.Grants, func(p Pattern) bool { return p.matchGrant(grant, grants) })
}

// scope says whether a flow comes through a scope that is wanted: one that is among
// the fewest for one of its routes.
func (f *Filter) scope(flow issuance.Flow) bool {
	wanted := func(s *schema.Scope) bool {
		return slices.ContainsFunc(f.Scopes, func(p Pattern) bool { return p.matchScope(s) })
	}
	return len(f.Scopes) == 0 || slices.ContainsFunc(flow.Routes, func(r issuance.Route) bool {
		return slices.ContainsFunc(r.Scopes, func(set issuance.ScopeSet) bool { return slices.ContainsFunc(set, wanted) })
	})
}

// matchGrant says whether a grant type matches. A client that does not state its
// own may use any: also one that is not among the grants that the contract names.
func (p Pattern) matchGrant(grant string, grants []string) bool {
	if grant != issuance.Unstated {
		return p.match(grant)
	}
	return p.Text == undeclared || !slices.ContainsFunc(grants, p.match)
}

func (f *Filter) reader(row Row) bool {
	return len(f.Readers) == 0 || slices.ContainsFunc(row.Audience.Readers, func(r issuance.Reader) bool {
		switch {
		case r.Consumer == nil:
			return f.Readers.match(browser)
		case r.Client != nil:
			return f.Readers.match(holder, r.Name, r.Path)
		}
		return f.Readers.match(r.Name, r.Path)
	})
}
