package valueset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
}

func (o *opaque) key() string { return o.k }

func (o *opaque) holds(v *value, _ mode) Tri { return accepts(o.cue, v) }

// opaqueSet returns the values of these kinds that satisfy the constraint.
func opaqueSet(v cue.Value, k Kinds) Set {
	if k == 0 {
		return Empty()
	}
	return onKinds(k, opaqueFormula(v))
}

func opaqueFormula(v cue.Value) *formula {
	text, ok := selfContained(v)
	if !ok {
		// Without a text it must not be taken for equal to any other.
		text = fmt.Sprintf("%p", &text)
	}
	o := &opaque{name: shorten(oneLine(text), 60), cue: v}
	if len(text) > 80 {
		sum := sha256.Sum256([]byte(text))
		text = hex.EncodeToString(sum[:])
	}
	o.k = "?" + quote(text)
	if v.IsClosedRecursively() { // which the text does not tell
		o.k = "?closed" + quote(text)
	}
	return lit(o)
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

// oneLine drops imports and line breaks, for messages.
func oneLine(text string) string {
	var out []string
	inImport := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case inImport:
			inImport = line != ")"
		case line == "import (":
			inImport = true
		case line != "" && !strings.HasPrefix(line, "import "):
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}

// shorten cuts a text to n characters.
func shorten(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-3]) + "..."
	}
	return s
}
