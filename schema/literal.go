package schema

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// Most of a contract is literals that stand in one place. What they are is in
// their syntax already, and CUE's API, which sorts the fields of each struct that
// it is asked for, need not be asked. All else, and all that is wrong, goes the
// long way by check.go; a test holds the two to one answer.

// plainFields gives the fields of a struct that has nothing but plain fields. With
// no other constraint on it, they are the fields that CUE would give.
func plainFields(x ast.Expr) ([]*ast.Field, bool) {
	lit, ok := x.(*ast.StructLit)
	if !ok {
		return nil, false
	}
	fields := make([]*ast.Field, len(lit.Elts))
	for i, d := range lit.Elts {
		f, ok := d.(*ast.Field)
		if !ok || f.Constraint != token.ILLEGAL || f.Alias != nil || plainLabel(f) == "" {
			return nil, false
		}
		fields[i] = f
	}
	return fields, true
}

// fewFields gives the fields of a struct that is written in one place, if they are
// plain and few: CUE finds a field by going through all of them.
func (c *checker) fewFields(w *where) []*ast.Field {
	fields, ok := plainFields(w.alone)
	if !ok || c.asked || len(fields) > 32 {
		return nil
	}
	for i, f := range fields {
		if slices.ContainsFunc(fields[:i], func(g *ast.Field) bool { return plainLabel(g) == plainLabel(f) }) {
			return nil // CUE joins them
		}
	}
	return fields
}

func pathTo(label string) cue.Path {
	if strings.HasPrefix(label, "#") {
		return cue.MakePath(cue.Def(label))
	}
	return cue.MakePath(cue.Str(label))
}

// plainLabel is the label of a field that is neither hidden nor computed; "" for
// others.
func plainLabel(f *ast.Field) string {
	switch l := f.Label.(type) {
	case *ast.Ident:
		if !strings.HasPrefix(l.Name, "_") {
			return l.Name
		}
	case *ast.BasicLit:
		if s, ok := stringLit(l); ok && !strings.HasPrefix(s, "#") {
			return s
		}
	}
	return ""
}

func stringLit(x ast.Expr) (string, bool) {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING || !strings.HasPrefix(strings.TrimLeft(lit.Value, "#"), `"`) {
		return "", false // '...' are bytes
	}
	s, err := literal.Unquote(lit.Value)
	return s, err == nil
}

// literal checks a value that is literals all the way down. It gives nil where
// anything else is in it, or anything wrong.
func (c *checker) literal(x ast.Expr, s *shape, at []Range) *node {
	n := &node{at: at, shape: s}
	ok := false
	switch s.form {
	case record, table:
		ok = c.literalFields(x, n)
	case list:
		ok = c.literalElements(x, n)
	case text:
		n.text, ok = stringLit(x)
		ok = ok && s.allows(n.text)
	case number:
		if lit, isLit := x.(*ast.BasicLit); isLit && lit.Kind == token.INT {
			var err error
			n.number, err = strconv.ParseInt(lit.Value, 10, 64)
			ok = err == nil && n.number >= s.min && (!s.exact || n.number == s.min)
		}
	case boolean:
		if lit, isLit := x.(*ast.BasicLit); isLit {
			n.truth = lit.Kind == token.TRUE
			ok = n.truth || lit.Kind == token.FALSE
		}
	}
	if !ok {
		return nil
	}
	return n.summed()
}

func (c *checker) literalFields(x ast.Expr, n *node) bool {
	fields, ok := plainFields(x)
	if !ok {
		return false
	}
	n.fields = make([]member, 0, len(fields))
	for _, f := range fields {
		label, s := plainLabel(f), n.shape.elem
		if n.shape.form == record {
			known := n.shape.field(label)
			if known == nil {
				return false
			}
			s = known.shape
		} else if strings.HasPrefix(label, "#") {
			return false
		}
		fn := c.literal(f.Value, s, []Range{c.fieldRange(f)})
		if fn == nil {
			return false
		}
		n.fields = append(n.fields, member{label, fn})
	}
	slices.SortFunc(n.fields, func(a, b member) int { return strings.Compare(a.name, b.name) })
	for i, m := range n.fields {
		if i > 0 && m.name == n.fields[i-1].name {
			return false // in one struct twice: CUE joins them
		}
	}
	return n.shape.form == table || len(n.absent()) == 0
}

func (c *checker) literalElements(x ast.Expr, n *node) bool {
	lit, ok := x.(*ast.ListLit)
	if !ok {
		return false
	}
	for _, e := range lit.Elts {
		en := c.literal(e, n.shape.elem, []Range{c.rangeOf(e.Pos(), e.End())})
		if en == nil {
			return false
		}
		n.elems = append(n.elems, en)
	}
	return true
}
