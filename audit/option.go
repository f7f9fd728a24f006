package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// An Option is one way to come by a claim: what must be granted, and what must be
// so beside it.
type Option struct {
	Scopes []string
	Needs  []string
}

// Options gives the ways of a row that do not hold another one of them, the
// shortest first.
func (a *Audit) Options(row Row) []Option {
	var all []Option
	for _, r := range row.Routes {
		for _, set := range r.Scopes {
			all = append(all, Option{set.Names(), a.needs(row.Client, r, set)})
		}
	}
	slices.SortStableFunc(all, func(x, y Option) int {
		return cmp.Or(cmp.Compare(len(x.Scopes)+len(x.Needs), len(y.Scopes)+len(y.Needs)), slices.Compare(x.Scopes, y.Scopes), slices.Compare(x.Needs, y.Needs))
	})
	var out []Option
	for _, o := range all {
		if !slices.ContainsFunc(out, func(p Option) bool { return within(p.Scopes, o.Scopes) && within(p.Needs, o.Needs) }) {
			out = append(out, o)
		}
	}
	return out
}

func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// needs gives what a route asks for beside scopes.
func (a *Audit) needs(c *schema.Client, r issuance.Route, set issuance.ScopeSet) []string {
	var out []string
	for _, l := range a.LevelsFor(c, set, r.Placement) {
		if !slices.Contains(c.Assurance, l) {
			out = append(out, l.String())
		}
	}
	switch {
	case r.Detail != nil:
		out = append(out, "authorization detail "+r.Detail.Name)
	case r.Resource != nil:
		out = append(out, "a token for "+r.Resource.Name)
	case r.Requested:
		out = append(out, "requested")
	}
	if r.Placement.When != "" {
		out = append(out, "when "+r.Placement.When)
	}
	if r.Party != "" {
		out = append(out, "if it is a "+r.Party+" party")
	}
	if r.AtLeast {
		out = append(out, "at least")
	}
	return out
}

func (o Option) String() string {
	out := strings.Join(o.Scopes, " ")
	if len(o.Scopes) == 0 {
		out = "-"
	}
	if len(o.Needs) > 0 {
		out += " (" + strings.Join(o.Needs, ", ") + ")"
	}
	return out
}

// doubts gives why things about a row are not decided.
func (row Row) doubts() []string {
	out := row.Audience.doubts
	add := func(doubt string) {
		if !slices.Contains(out, doubt) {
			out = append(slices.Clip(out), doubt)
		}
	}
	for _, r := range row.Routes {
		if r.Party != "" {
			add("whether the client is a first or a third party is not in the contract")
		}
		if r.AtLeast {
			add("the contract leaves more choices of scopes than are followed: more may be needed")
		}
	}
	return out
}

// some lists the first of many.
func some(names []string, most int, separator string) string {
	if len(names) <= most+1 {
		return strings.Join(names, separator)
	}
	return fmt.Sprintf("%s%sand %d more", strings.Join(names[:most], separator), separator, len(names)-most)
}
