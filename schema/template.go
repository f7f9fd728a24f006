package schema

import (
	"strings"
)

// A template is the name of a family of scopes, cut at its {parameters}:
// "statements:{account}" is one literal, one parameter and an empty literal.
type template struct {
	literals []string // one more than params
	params   []Param
}

// parseTemplate cuts a scope's name. Without parameters it has one literal.
func parseTemplate(name string) (t template, names []string) {
	for {
		head, rest, found := strings.Cut(name, "{")
		param, tail, closed := strings.Cut(rest, "}")
		if !found || !closed {
			t.literals = append(t.literals, name)
			return t, names
		}
		t.literals = append(t.literals, head)
		names = append(names, param)
		name = tail
	}
}

// Matches says whether a scope string is an instance of this scope's template. A
// scope without parameters matches its own name only.
func (s *Scope) Matches(name string) bool {
	if len(s.Params) == 0 {
		return s.Name == name
	}
	return s.template.matches(name)
}

func (t template) matches(name string) bool {
	rest, ok := strings.CutPrefix(name, t.literals[0])
	if !ok {
		return false
	}
	if len(t.params) == 0 {
		return rest == ""
	}
	next := t.literals[1]
	tail := template{literals: t.literals[1:], params: t.params[1:]}
	for i := 1; i <= len(rest); i++ { // a parameter is not empty
		if strings.HasPrefix(rest[i:], next) && t.params[0].admits(rest[:i]) && tail.matches(rest[i:]) {
			return true
		}
	}
	return false
}
