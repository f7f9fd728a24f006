package valueset

import (
	"fmt"
	"strings"
)

// Limits of what String writes.
const (
	maxShown = 6 // alternatives, elements, members
	maxLevel = 3 // of nesting
)

// String writes the set much as CUE would, short enough for a message: long
// enumerations are cut, with the number of what is left out.
func (s Set) String() string { return s.text(0) }

func (s Set) text(level int) string {
	p := s.parts()
	switch p.key {
	case Any().Key():
		return "_"
	case OfKinds(AnyKind &^ NullKind).Key():
		return "!=null"
	}
	var out []string
	for i, f := range p.of {
		switch {
		case f == never || i == iFloat && sameNumbers(p):
		case isOpaque(f):
			if text, first := p.opaqueText(i); first {
				out = append(out, text)
			}
		default:
			out = append(out, kindText(i, f, p, level))
		}
	}
	if len(out) == 0 {
		return "_|_"
	}
	return strings.Join(out, " | ")
}

// isOpaque reports whether nothing is known of a formula.
func isOpaque(f *formula) bool {
	switch f.atom.(type) {
	case *opaque, *named:
		return true
	}
	return false
}

// opaqueText writes what is said of the i-th kind and of others alike; first reports
// whether it is the first of them. The kinds are named if they are fewer than those
// that the constraint is about.
func (p *parts) opaqueText(i int) (text string, first bool) {
	f := p.of[i]
	var here Kinds
	for j, g := range p.of {
		if g.key == f.key {
			here |= 1 << j
		}
	}
	text = atomText(f.atom, f.neg, 0, true)
	var all Kinds
	switch a := f.atom.(type) {
	case *opaque:
		all = jsonKinds(a.cue.IncompleteKind())
	case *named:
		all = jsonKinds(writtenKinds(a.of))
	}
	if f.neg || !here.Has(all) {
		kinds := OfKinds(here).String()
		if strings.Contains(kinds, " | ") {
			kinds = "(" + kinds + ")"
		}
		text = kinds + " & " + text
	}
	return text, index(here) == i
}

// sameNumbers reports whether the integers and the floats of a set are described
// alike, as by "number" and by bounds.
func sameNumbers(p *parts) bool {
	f, g := p.of[iInteger], p.of[iFloat]
	return f == always && g == always || f != never && f.key == toIntegers(g).key
}

// toIntegers returns what a formula on floats says of integers.
func toIntegers(f *formula) *formula {
	switch f.op {
	case opAtom:
		g := lit(f.atom)
		if n, ok := f.atom.(numbers); ok {
			g = lit(numbersIn(n.in, true))
		}
		if f.neg {
			g = not(g)
		}
		return g
	case opAnd, opOr:
		args := make([]*formula, len(f.args))
		for i, a := range f.args {
			args[i] = toIntegers(a)
		}
		return combine(f.op, args)
	}
	return f
}

func kindText(i int, f *formula, p *parts, level int) string {
	name := [kinds]string{"null", "bool", "int", "float", "string", "[...]", "{...}"}[i]
	both := i == iInteger && sameNumbers(p)
	if both {
		name, f = "number", p.of[iFloat]
	}
	if f == always {
		return name
	}
	text := formulaText(f, level, false)
	if (i == iInteger && !both || i == iFloat) && !isPoint(f) {
		return name + " & " + text
	}
	return text
}

// isPoint reports whether the formula lists numbers.
func isPoint(f *formula) bool {
	n, ok := f.atom.(numbers)
	if !ok {
		return false
	}
	for _, sp := range n.in {
		if sp.lo.inf || sp.hi.inf || sp.lo.v.compare(sp.hi.v) != 0 {
			return false
		}
	}
	return true
}

func formulaText(f *formula, level int, nested bool) string {
	switch f.op {
	case opNever:
		return "_|_"
	case opAlways:
		return "_"
	case opAtom:
		return atomText(f.atom, f.neg, level, nested)
	}
	sep := " & "
	if f.op == opOr {
		sep = " | "
	}
	var out []string
	for i, a := range f.args {
		if i == maxShown {
			out = append(out, fmt.Sprintf("... %d more", len(f.args)-i))
			break
		}
		out = append(out, formulaText(a, level, true))
	}
	if text := strings.Join(out, sep); f.op == opAnd || !nested {
		return text
	} else {
		return "(" + text + ")"
	}
}

func atomText(a atom, neg bool, level int, nested bool) string {
	switch a := a.(type) {
	case booleans:
		return a.key()
	case numbers:
		return spansText(a.in, func(d decimal) string { return numberText(d, a.integer) }, nested)
	case texts:
		return a.text(nested)
	case order:
		return spansText(a.in, text.quoted, nested)
	case counts:
		return a.text()
	case pattern:
		if neg {
			return "!~" + quote(a.expr)
		}
		return "=~" + quote(a.expr)
	}
	s := ""
	switch a := a.(type) {
	case multiple:
		s = "math.MultipleOf(" + numberText(a.of, a.of.isInteger()) + ")"
	case *items:
		s = a.text(level)
	case *fields:
		s = a.text(level)
	case distinct:
		s = "list.UniqueItems()"
	case contains:
		s = "list.MatchN(>=1, " + a.elem.text(level+1) + ")"
	case *opaque:
		s = a.name
	case *named:
		s = a.name
	}
	if neg {
		return "matchN(0, [" + s + "])"
	}
	return s
}

func numberText(d decimal, integer bool) string {
	if integer && d.isInteger() {
		return d.integerText()
	}
	return d.floatText()
}

// spansText writes ranges as bounds.
func spansText[T ordered[T]](s spans[T], text func(T) string, nested bool) string {
	if c := s.complement(); len(s) > 1 && len(c) == 1 && isSingle(c[0]) {
		return "!=" + text(c[0].lo.v)
	}
	var out []string
	for i, sp := range s {
		if i == maxShown {
			out = append(out, fmt.Sprintf("... %d more", len(s)-i))
			break
		}
		out = append(out, spanText(sp, text))
	}
	if len(out) > 1 && nested {
		return "(" + strings.Join(out, " | ") + ")"
	}
	return strings.Join(out, " | ")
}

func isSingle[T ordered[T]](s span[T]) bool {
	return !s.lo.inf && !s.hi.inf && s.lo.v.compare(s.hi.v) == 0
}

func spanText[T ordered[T]](s span[T], text func(T) string) string {
	if isSingle(s) {
		return text(s.lo.v)
	}
	var out []string
	if !s.lo.inf {
		op := ">="
		if s.lo.open {
			op = ">"
		}
		out = append(out, op+text(s.lo.v))
	}
	if !s.hi.inf {
		op := "<="
		if s.hi.open {
			op = "<"
		}
		out = append(out, op+text(s.hi.v))
	}
	return strings.Join(out, " & ")
}

func (t texts) text(nested bool) string {
	op, sep := "", " | "
	if t.but {
		op, sep = "!=", " & "
	}
	var out []string
	for i, s := range t.list {
		if i == maxShown && len(t.list) > maxShown+1 {
			out = append(out, fmt.Sprintf("... %d more", len(t.list)-i))
			break
		}
		out = append(out, op+quote(s))
	}
	if s := strings.Join(out, sep); len(out) < 2 || t.but || !nested {
		return s
	} else {
		return "(" + s + ")"
	}
}
