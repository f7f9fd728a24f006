package random

import (
	"bytes"
	"iter"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"tokenctl.dev/schema"
)

// A Field is one field of a contract's source, and what else it could say.
type Field struct {
	Path []string
	Line int

	src        []byte
	start      int // of the label
	value, end int
	variants   []string
}

// Fields gives the fields of a contract whose value can be another, in their
// order.
func Fields(src []byte) ([]Field, error) {
	f, err := parser.ParseFile("contract.cue", src)
	if err != nil {
		return nil, err
	}
	var out []Field
	var path []string
	ast.Walk(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		name, _, _ := ast.LabelName(field.Label)
		path = append(path, name)
		out = append(out, Field{
			Path: slices.Clone(path), Line: field.Pos().Line(), src: src, variants: variants(name, field.Value),
			start: field.Label.Pos().Offset(), value: field.Value.Pos().Offset(), end: field.Value.End().Offset(),
		})
		return true
	}, func(n ast.Node) {
		if _, ok := n.(*ast.Field); ok {
			path = path[:len(path)-1]
		}
	})
	return out, nil
}

// Changeable says whether the field has a value of its own that can be another.
func (f Field) Changeable() bool { return len(f.variants) > 0 }

// Edits gives the source with another value of the field, and without the field
// where that stands on one line. Not every one is a contract.
func (f Field) Edits() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, v := range f.variants {
			if v == longer {
				v = strings.TrimSuffix(string(f.src[f.value:f.end]), "]") + `, "other"]`
			}
			if !yield(slices.Concat(f.src[:f.value], []byte(v), f.src[f.end:])) {
				return
			}
		}
		if bytes.ContainsRune(f.src[f.start:f.end], '\n') {
			return
		}
		rest := f.src[f.end:]
		if bytes.HasPrefix(rest, []byte(", ")) {
			rest = rest[2:]
		}
		yield(slices.Concat(f.src[:f.start], rest))
	}
}

// longer stands for the list with another element.
const longer = "[longer]"

// variants are other values that a field may have. Names and words of the
// language are among them; what does not fit does not load.
func variants(field string, x ast.Expr) []string {
	switch x := x.(type) {
	case *ast.BasicLit:
		switch x.Kind {
		case token.STRING:
			text, _ := strconv.Unquote(x.Value)
			var out []string
			for _, w := range slices.Concat(wordsOf[field], []string{text + "x"}, otherNames) {
				if w != text {
					out = append(out, strconv.Quote(w))
				}
			}
			return out
		case token.TRUE:
			return []string{"false"}
		case token.FALSE:
			return []string{"true"}
		case token.INT:
			return []string{x.Value + "1"}
		}
	case *ast.ListLit:
		return []string{"[]", `["other"]`, longer}
	case *ast.Ident, *ast.UnaryExpr, *ast.BinaryExpr, *ast.ParenExpr:
		return []string{`"other"`, "int"}
	}
	return nil
}

// wordsOf are the words that a field may hold, by its name in any record.
var wordsOf = func() map[string][]string {
	out := map[string][]string{}
	for _, d := range schema.Reference() {
		for _, f := range d.Fields {
			if strings.Contains(f.Type, `\|`) {
				out[f.Name] = append(out[f.Name], strings.Split(f.Type, ` \| `)...)
			}
		}
	}
	return out
}()

// otherNames are other names and values that the contract knows.
var otherNames = []string{"uuid", "3h", "2029-01-01", "9.9.9", "client_credentials", "sub", "tid", "openid", "lean", "userinfo", "plain_token", "aal2", "high", "edge"}
