package schema

import (
	"strings"
)

// A Definition is one record of the language, for its documentation.
type Definition struct {
	Name   string
	Text   string // what it is
	Source string // the standard that it comes from, if any
	Fields []Field
}

// A Field is one field of a record, for its documentation.
type Field struct {
	Name     string
	Type     string // in words: "list of text", "map of Claim"
	Required bool
	Text     string
	Default  string // in words; empty: there is none, and rules that need it stay silent
	Source   string
}

// Reference gives the records of the language, the contract itself first and
// each after the one that first names it.
func Reference() []Definition {
	var out []Definition
	seen := map[*shape]bool{}
	var visit func(s *shape)
	visit = func(s *shape) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		if s.form == record && s.name != "" {
			out = append(out, definitionOf(s))
		}
		for _, f := range s.fields {
			visit(f.shape)
		}
		visit(s.elem)
	}
	visit(shapes()["Contract"])
	return out
}

func definitionOf(s *shape) Definition {
	text, parts := splitDoc(s.doc)
	d := Definition{Name: s.name, Text: text, Source: parts["Source"]}
	for _, f := range s.fields {
		text, parts := splitDoc(f.doc)
		d.Fields = append(d.Fields, Field{
			Name: f.name, Type: f.shape.inWords(), Required: f.required,
			Text: text, Default: parts["Default"], Source: parts["Source"],
		})
	}
	return d
}

// splitDoc cuts a comment into its text and the lines that begin with Default: or
// Source:, which may go on over several lines.
func splitDoc(doc string) (text string, parts map[string]string) {
	parts = map[string]string{}
	var lines []string
	part := ""
	for line := range strings.Lines(doc) {
		line = strings.TrimSpace(line)
		for _, name := range []string{"Default", "Source"} {
			if rest, ok := strings.CutPrefix(line, name+": "); ok {
				part, line = name, rest
				parts[name] = ""
			}
		}
		if part == "" {
			lines = append(lines, line)
			continue
		}
		parts[part] = strings.TrimSpace(parts[part] + " " + strings.TrimSuffix(line, "."))
	}
	return strings.Join(lines, " "), parts
}

// inWords says in words what a place may hold.
func (s *shape) inWords() string {
	switch s.form {
	case record:
		return s.name
	case table:
		return "map of " + s.elem.inWords()
	case list:
		return "list of " + s.elem.inWords()
	case number:
		if s.exact {
			return describeInt(s.min)
		}
		return "int, at least " + describeInt(s.min)
	case boolean:
		return "bool"
	case data:
		return "any value"
	case object:
		return "object"
	case set:
		return "set of values"
	}
	switch {
	case len(s.words) > 0 && len(s.patterns) == 0 && len(s.words) <= 12:
		return strings.Join(s.words, " \\| ")
	case s.name != "":
		return strings.ToLower(s.name)
	}
	return "text"
}
