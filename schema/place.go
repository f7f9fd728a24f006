package schema

import (
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// A where is the syntax that writes one path of the contract: the fields with
// its label, in all files. CUE names one of them where there is one; where there
// are several it names none, and they are looked up in the syntax of the parent,
// which costs less than asking the evaluator (cue.md 3).
type where struct {
	fields []*ast.Field
	decls  [][]ast.Decl            // of the parent's struct literals
	index  map[string][]*ast.Field // by label, made when first asked
	at     []Range
	alone  ast.Expr // all that there is to the value; nil where more has a say in it
}

// root is the whole package; its place is the package clause of the first file.
func (c *checker) root() *where {
	w := &where{}
	for _, f := range c.author.inst.Files {
		w.decls = append(w.decls, f.Decls)
		for _, d := range f.Decls {
			if p, ok := d.(*ast.Package); ok {
				w.at = append(w.at, c.rangeOf(p.Pos(), p.End()))
			}
		}
	}
	return w
}

// child gives the syntax of a field of w's struct.
func (c *checker) child(w *where, label string, v cue.Value) *where {
	if f, ok := v.Source().(*ast.Field); ok {
		if v.IncompleteKind() == cue.BottomKind {
			return c.newWhere([]*ast.Field{f}, w)
		}
		return c.written(f, w)
	}
	if fields := w.lookup(label); len(fields) > 0 {
		return c.newWhere(fields, w)
	}
	var fields []*ast.Field
	if op, parts := v.Expr(); op == cue.AndOp {
		for _, p := range parts {
			if f, ok := p.Source().(*ast.Field); ok {
				fields = append(fields, f)
			}
		}
	}
	if len(fields) == 0 && v.Pos().IsValid() {
		return &where{at: []Range{c.author.point(v.Pos())}}
	}
	return c.newWhere(fields, w)
}

// written gives the syntax of a field that is all that is said of its value.
func (c *checker) written(f *ast.Field, parent *where) *where {
	w := c.newWhere([]*ast.Field{f}, parent)
	w.alone = f.Value
	return w
}

func (c *checker) newWhere(fields []*ast.Field, parent *where) *where {
	w := &where{fields: fields}
	for _, f := range fields {
		w.at = append(w.at, c.fieldRange(f))
	}
	if len(w.at) > 1 {
		slices.SortFunc(w.at, Range.Compare)
	}
	if len(w.at) == 0 {
		w.at = parent.at
	}
	return w
}

// element gives the syntax of an element of a list.
func (c *checker) element(w *where, v cue.Value) *where {
	if src := v.Source(); src != nil && src.Pos().IsValid() {
		if f, ok := src.(*ast.Field); ok {
			return c.newWhere([]*ast.Field{f}, w)
		}
		return &where{at: []Range{c.rangeOf(src.Pos(), src.End())}}
	}
	return &where{at: w.at}
}

// lookup gives the fields with a plain label in w's struct literals.
func (w *where) lookup(label string) []*ast.Field {
	if w.index == nil {
		w.index = map[string][]*ast.Field{}
		for _, decls := range w.decls {
			w.addDecls(decls)
		}
		for _, f := range w.fields {
			w.addExpr(f.Value)
		}
	}
	return w.index[label]
}

func (w *where) addExpr(x ast.Expr) {
	switch x := x.(type) {
	case *ast.StructLit:
		w.addDecls(x.Elts)
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			w.addExpr(x.X)
			w.addExpr(x.Y)
		}
	case *ast.ParenExpr:
		w.addExpr(x.X)
	}
}

func (w *where) addDecls(decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			if name, _, err := ast.LabelName(d.Label); err == nil {
				w.index[name] = append(w.index[name], d)
			}
		case *ast.EmbedDecl:
			w.addExpr(d.Expr)
		}
	}
}

// fieldRange is the label of a field, with its value where that is short: a
// scalar or a list on the same line.
func (c *checker) fieldRange(f *ast.Field) Range {
	r := c.rangeOf(f.Label.Pos(), f.Label.End())
	if _, isStruct := f.Value.(*ast.StructLit); !isStruct && f.Value != nil {
		if end := f.Value.End().Position(); end.Line == r.Line {
			r.EndCol = end.Column
		}
	}
	return r
}

// valueRange is the value of the first field, for what is wrong with it.
func (c *checker) valueRange(w *where) Range {
	if len(w.fields) == 1 && w.fields[0].Value != nil {
		x := w.fields[0].Value
		if lit, ok := x.(*ast.StructLit); !ok || lit.Lbrace.IsValid() {
			return c.rangeOf(x.Pos(), x.End())
		}
	}
	return w.first()
}

func (w *where) first() Range {
	if len(w.at) == 0 {
		return Range{}
	}
	return w.at[0]
}

func (c *checker) rangeOf(start, end token.Pos) Range {
	r := c.author.point(start)
	if e := end.Position(); end.IsValid() {
		r.EndLine, r.EndCol = e.Line, e.Column
	}
	return r
}
