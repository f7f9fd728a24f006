package valueset

import (
	"fmt"
	"strings"
)

func (c counts) text() string {
	names := map[family][2]string{
		familyRunes:   {"strings.MinRunes", "strings.MaxRunes"},
		familyItems:   {"list.MinItems", "list.MaxItems"},
		familyMembers: {"struct.MinFields", "struct.MaxFields"},
	}[c.of]
	var out []string
	for _, sp := range c.in {
		var limits []string
		if sp.lo.v.sign() > 0 {
			limits = append(limits, names[0]+"("+sp.lo.v.integerText()+")")
		}
		if !sp.hi.inf {
			limits = append(limits, names[1]+"("+sp.hi.v.integerText()+")")
		}
		out = append(out, strings.Join(limits, " & "))
	}
	return strings.Join(out, " | ")
}

func (t *items) text(level int) string {
	if level >= maxLevel {
		return "[...]"
	}
	var out []string
	for i, p := range t.prefix {
		if i == maxShown {
			out = append(out, fmt.Sprintf("... %d more", len(t.prefix)-i))
			break
		}
		out = append(out, p.text(level+1))
	}
	switch rest := t.rest.text(level + 1); {
	case t.closed:
	case rest == "_":
		out = append(out, "...")
	case strings.Contains(rest, " "):
		out = append(out, "...("+rest+")")
	default:
		out = append(out, "..."+rest)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (s *fields) text(level int) string {
	if level >= maxLevel {
		return "{...}"
	}
	var out []string
	for i, f := range s.named {
		if i == maxShown {
			out = append(out, fmt.Sprintf("... %d more", len(s.named)-i))
			break
		}
		mark := ""
		if !f.required {
			mark = "?"
		}
		out = append(out, labelText(f.name)+mark+": "+f.set.text(level+1))
	}
	closed := false
	for _, r := range s.rules {
		closed = closed || r.names == always
		if r.set.Key() == Empty().Key() {
			closed = true // to all that fits none of the patterns
			continue
		}
		names := "string"
		if r.names != always {
			names = formulaText(r.names, level+1, false)
		}
		out = append(out, "["+names+"]: "+r.set.text(level+1))
	}
	if !closed {
		out = append(out, "...")
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// labelText quotes a member's name where CUE demands it.
func labelText(name string) string {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '$' || r == '_' && i > 0
		if !letter && (i == 0 || r < '0' || r > '9') {
			return quote(name)
		}
	}
	if name == "" {
		return quote(name)
	}
	return name
}
