package verify

import (
	"math/bits"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"tokenctl.dev/internal/valueset"
)

func kindIndex(k valueset.Kinds) int { return bits.TrailingZeros8(uint8(k)) }

// explanation collects what is wrong with a payload that is known to be wrong.
type explanation struct {
	*run
	path     []segment
	problems []Problem
}

// segment is a step into a value: a member, or the element at an index.
type segment struct {
	name  string
	index int // -1 for a member
}

func (e *explanation) add(rule, expected, found string) {
	if len(e.problems) >= maxProblems {
		return
	}
	p := Problem{Rule: rule, Path: pathText(e.path), Expected: expected, Found: found}
	if len(e.path) > 0 && e.path[0].index < 0 {
		p.Claim = e.path[0].name
	}
	e.problems = append(e.problems, p)
}

// within calls f for a part of the value.
func (e *explanation) within(s segment, f func()) {
	e.path = append(e.path, s)
	f()
	e.path = e.path[:len(e.path)-1]
}

// set says why the value at i is not in a set.
func (e *explanation) set(s *set, i int32) {
	if len(e.problems) >= maxProblems {
		return
	}
	if s.holds(e.run, i) != no {
		return
	}
	k := e.nodes[i].kind
	c := s.of[kindIndex(k)]
	if c == nil {
		e.add(WrongType, s.from.Kinds().String(), k.String())
		return
	}
	before := len(e.problems)
	e.condition(c, i)
	if len(e.problems) == before {
		e.add(WrongValue, s.expected(k), k.String())
	}
}

// expected says what is expected of the values of a kind. Only what is expected of
// that kind helps its author: the type is right.
func (s *set) expected(k valueset.Kinds) string {
	i := kindIndex(k)
	s.want[i].Do(func() {
		if k&valueset.NumberKind != 0 {
			k = valueset.NumberKind
		}
		s.text[i] = s.from.Intersect(valueset.OfKinds(k)).String()
	})
	return s.text[i]
}

// condition looks for the part of the value that is wrong. It adds nothing where
// that is the value itself.
func (e *explanation) condition(c condition, i int32) {
	switch c := c.(type) {
	case all:
		for _, arg := range c {
			e.condition(arg, i)
		}
	case some:
		if len(c) == 1 {
			e.condition(c[0], i)
		}
	case shape:
		e.elements(c, i)
	case *members:
		e.members(c, i)
	case *reference:
		e.condition(c.set.of[kindIndex(e.nodes[i].kind)], i)
	}
}

func (e *explanation) elements(s shape, i int32) {
	n := e.nodes[i]
	if int(n.count) < len(s.prefix) || s.rest == nil && int(n.count) > len(s.prefix) {
		return
	}
	for index, j := 0, i+1; j < n.next; index, j = index+1, e.nodes[j].next {
		e.within(segment{index: index}, func() { e.set(s.at(index), j) })
	}
}

func (e *explanation) members(m *members, i int32) {
	found := make([]bool, len(m.fields))
	for j := i + 1; j < e.nodes[i].next; j = e.nodes[j+1].next {
		name := string(e.bytes(&e.nodes[j]))
		k, named := m.at[name]
		if named {
			found[k] = true
			e.within(segment{name, -1}, func() { e.named(m.fields[k].set, j+1) })
			continue
		}
		e.within(e.unnamed(name), func() { e.other(m, j) })
	}
	for k, f := range m.fields {
		if f.required && !found[k] {
			rule := ClaimMissing
			if len(e.path) > 0 {
				rule = MemberMissing
			}
			e.within(segment{f.name, -1}, func() { e.add(rule, f.set.from.Kinds().String(), "") })
		}
	}
}

// unnamed is the step to a member that the set does not name.
func (e *explanation) unnamed(name string) segment {
	if len(e.path) > 0 {
		name = "*"
	} else if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "") + "..."
	}
	return segment{name, -1}
}

// maxName bounds the names that a payload can bring into a report.
const maxName = 80

func (e *explanation) named(s *set, i int32) {
	if s.from.Kinds() == 0 {
		e.unexpected(i)
		return
	}
	e.set(s, i)
}

func (e *explanation) unexpected(i int32) {
	rule := ClaimUnexpected
	if len(e.path) > 1 {
		rule = MemberUnexpected
	}
	e.add(rule, "", e.nodes[i].kind.String())
}

// other says why a member that is not named is wrong.
func (e *explanation) other(m *members, name int32) {
	for _, r := range m.rules {
		if holds(r.names, e.run, name) == yes && r.set.holds(e.run, name+1) == no {
			e.named(r.set, name+1)
			return
		}
	}
}

// duplicate says which name comes twice.
func (e *explanation) duplicate() {
	name := string(e.bytes(&e.nodes[e.duplicates]))
	top := false
	for j := int32(1); j < e.nodes[0].next && e.nodes[0].kind == valueset.ObjectKind; j = e.nodes[j+1].next {
		top = top || j == e.duplicates
	}
	if !top { // names within the payload may be personal
		e.add(NameTwice, "members with names of their own", "")
		return
	}
	e.within(e.unnamed(name), func() { e.add(NameTwice, "claims with names of their own", "") })
}

func pathText(path []segment) string {
	var b strings.Builder
	for _, s := range path {
		switch {
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case s.name != "*" && !word.MatchString(s.name):
			b.WriteString("[" + quoted(s.name) + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.name)
		}
	}
	return b.String()
}

var word = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// quoted is a name as JSON, which no name can end early.
func quoted(name string) string {
	if !utf8.ValidString(name) {
		name = strings.ToValidUTF8(name, "\uFFFD")
	}
	return string(valueset.Text(name))
}
