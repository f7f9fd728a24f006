package audit

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/lint/classify"
	"tokenctl.dev/schema"
)

// A NoMatchError says that there is nothing to look at, such as no name that a
// pattern matches: the answer would be empty for the wrong reason.
type NoMatchError struct{ Message, Hint string }

func (e *NoMatchError) Error() string { return e.Message }

// Check sees to it that there is something to look at: clients, and for each
// pattern a name that it matches, in one of the contracts.
func (f *Filter) Check(contracts ...*schema.Contract) error {
	if !slices.ContainsFunc(contracts, func(c *schema.Contract) bool { return len(c.Clients) > 0 }) {
		return &NoMatchError{"the contract declares no client: nobody gets anything", "write the clients down, or one with many: true that stands for all"}
	}
	for _, k := range f.kinds() {
		for _, p := range k.patterns {
			var names []string
			matches := slices.ContainsFunc(contracts, func(c *schema.Contract) bool {
				these, found := k.names(c, p)
				names = append(names, these...)
				return found
			})
			if !matches {
				return noMatch(k, p, names)
			}
		}
	}
	return nil
}

// A kind is one kind of pattern: its noun, which is its flag's name, and the names that it is held
// against, with whether the pattern finds one.
type kind struct {
	noun     string
	patterns Patterns
	names    func(*schema.Contract, Pattern) (names []string, found bool)
}

func (f *Filter) kinds() []kind {
	return []kind{
		{"client", f.Clients, plain(func(c *schema.Contract) []string { return namesOf(c.Clients) })},
		{"party", f.Parties, plain(func(*schema.Contract) []string { return []string{"first", "third", undeclared} })},
		{"grant", f.Grants, matchedGrants},
		{"scope", f.Scopes, func(c *schema.Contract, p Pattern) ([]string, bool) {
			return namesOf(c.Scopes), slices.ContainsFunc(c.Scopes, p.matchScope)
		}},
		{"token", f.Tokens, plain(func(c *schema.Contract) []string { return namesOf(c.Tokens) })},
		{"claim", f.Claims, func(c *schema.Contract, p Pattern) ([]string, bool) {
			return namesOf(c.Claims), slices.ContainsFunc(c.Claims, func(claim *schema.Claim) bool { return p.matchClaim(c, claim) })
		}},
		{"category", f.Categories, func(c *schema.Contract, p Pattern) ([]string, bool) {
			names := categoriesOf(c)
			return names, p.Text == unknown || slices.ContainsFunc(names, p.matchCategory)
		}},
		{"reader", f.Readers, plain(func(c *schema.Contract) []string {
			names := []string{holder, browser}
			for consumer := range c.Consumers() {
				names = append(names, consumer.Name, consumer.Path)
			}
			return names
		})},
	}
}

func plain(names func(*schema.Contract) []string) func(*schema.Contract, Pattern) ([]string, bool) {
	return func(c *schema.Contract, p Pattern) ([]string, bool) {
		all := names(c)
		return all, slices.ContainsFunc(all, p.match)
	}
}

func namesOf[T fmt.Stringer](all []T) []string {
	var out []string
	for _, x := range all {
		out = append(out, x.String())
	}
	return out
}

// grantsOf gives the grant types that the contract names.
func grantsOf(c *schema.Contract) []string {
	var out []string
	add := func(some []string) { out = append(out, some...) }
	for p := range c.Placements() {
		add(p.Grants)
	}
	for _, t := range c.Tokens {
		add(t.Grants)
	}
	for _, s := range c.Scopes {
		add(s.Grants)
	}
	for _, d := range c.AuthorizationDetails {
		add(d.Grants)
	}
	for _, cl := range c.Clients {
		add(cl.Grants)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// matchedGrants finds every grant type if a client does not state its own.
func matchedGrants(c *schema.Contract, p Pattern) ([]string, bool) {
	names := append(grantsOf(c), undeclared)
	free := slices.ContainsFunc(c.Clients, func(cl *schema.Client) bool { return len(cl.Grants) == 0 })
	return names, free || slices.ContainsFunc(names, p.match)
}

func categoriesOf(c *schema.Contract) []string {
	var out []string
	for _, claim := range c.Claims {
		if category := classify.Of(c, claim).Category; category != "" {
			out = append(out, category)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxNames is how many names a hint lists.
const maxNames = 12

func noMatch(k kind, p Pattern, names []string) *NoMatchError {
	e := &NoMatchError{Message: fmt.Sprintf("--%s %q matches no name in the contract", k.noun, p.Text)}
	slices.Sort(names)
	names = slices.Compact(names)
	e.Hint = schema.DidYouMean(p.Text, names)
	switch {
	case e.Hint != "":
	case len(names) == 0:
		e.Hint = "the contract has no " + k.noun
	case len(names) <= maxNames:
		e.Hint = "it has " + strings.Join(names, ", ")
	default:
		e.Hint = fmt.Sprintf("it has %s and %d more", strings.Join(names[:maxNames], ", "), len(names)-maxNames)
	}
	return e
}
