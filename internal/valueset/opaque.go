package valueset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
)

// opaque is a constraint that is not modelled. Nothing is known of it but what CUE
// says of single values; it is equal only to an opaque constraint of equal text.
type opaque struct {
	k, name string
	cue     cue.Value
	// hint is where to look for values that CUE accepts. It proves nothing.
	hint Set
}

func (o *opaque) key() string { return o.k }

func (o *opaque) holds(v *value, _ mode) Tri { return accepts(o.cue, v) }

// asks reports whether deciding the atom may mean to ask CUE.
func asks(a atom) bool {
	switch a := a.(type) {
	case *opaque:
		return true
	case *items:
		return slices.ContainsFunc(a.prefix, Set.asks) || a.rest.asks()
	case contains:
		return a.elem.asks()
	case *fields:
		return slices.ContainsFunc(a.named, func(f field) bool { return f.set.asks() }) ||
			slices.ContainsFunc(a.rules, func(r rule) bool { return r.names.asks || r.set.asks() })
	}
	return false
}

func (s Set) asks() bool {
	return slices.ContainsFunc(s.parts().of[:], func(f *formula) bool { return f.asks })
}

// opaqueSet returns the values of these kinds that satisfy the constraint.
func opaqueSet(v cue.Value, k Kinds) Set {
	if k == 0 {
		return Empty()
	}
	return onKinds(k, opaqueFormula(v))
}

// hinted gives a set of one opaque atom a hint.
func hinted(s, hint Set) Set {
	for _, f := range s.parts().of {
		if o, ok := f.atom.(*opaque); ok {
			o.hint = hint
		}
	}
	return s
}

func opaqueFormula(v cue.Value) *formula {
	text, ok := selfContained(v)
	if !ok {
		// Without a text it must not be taken for equal to any other.
		text = fmt.Sprintf("%p", &text)
	}
	o := &opaque{name: shorten(sourceText(v, text), 60), cue: v}
	if !ok && strings.HasPrefix(o.name, "0x") {
		o.name = "a part of the constraint"
	}
	if v.IsClosedRecursively() { // which the text does not tell
		text = "closed " + text
	}
	o.k = "?" + quote(hashed(text))
	return lit(o)
}

// hashed returns the text, or its hash if it is long.
func hashed(text string) string {
	if len(text) <= 80 {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// selfContained writes the constraint with everything that it refers to, so that
// equal texts mean equal constraints, also in two revisions.
func selfContained(v cue.Value) (text string, ok bool) {
	defer func() {
		if recover() != nil { // CUE fails on it
			text, ok = "", false
		}
	}()
	node := v.Syntax(cue.Definitions(true), cue.Hidden(true), cue.Optional(true),
		cue.Attributes(false), cue.InlineImports(true), cue.ErrorsAsValues(true))
	if node == nil {
		return "", false
	}
	ok = true
	ast.Walk(node, func(n ast.Node) bool {
		if _, bad := n.(*ast.BadExpr); bad {
			ok = false
		}
		return ok
	}, nil)
	b, err := format.Node(node)
	return string(b), ok && err == nil
}

// sourceText writes a constraint as its author did, in one line, for messages; as CUE
// writes it if there is no such text.
func sourceText(v cue.Value, text string) string {
	if x := expression(v.Source()); x != nil {
		if b, err := format.Node(x); err == nil {
			text = string(b)
		}
	}
	return strings.TrimPrefix(oneLine(text), "_#def _#def: ") // how CUE writes a closed struct by itself
}

// oneLine drops imports, comments and line breaks.
func oneLine(text string) string {
	var b strings.Builder
	inImport := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case inImport:
			inImport = line != ")"
			continue
		case line == "import (":
			inImport = true
			continue
		case line == "" || strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "//"):
			continue
		}
		before := b.String()
		if before != "" && !strings.ContainsAny(before[len(before)-1:], "{[(,") && !strings.ContainsAny(line[:1], "}])") {
			b.WriteString(", ")
		} else if strings.HasSuffix(before, ",") {
			b.WriteString(" ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// shorten cuts a text to n characters.
func shorten(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-3]) + "..."
	}
	return s
}
