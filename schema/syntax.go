package schema

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// selfReferences finds comprehensions over the very field that they define: they
// see the field as it is without them, and so add nothing. CUE says nothing of it
// where the field is a list.
func (a *author) selfReferences() problems {
	var ps problems
	for _, f := range a.inst.Files {
		var around []string // labels of the fields around the node at hand
		ast.Walk(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				name, _, _ := ast.LabelName(n.Label)
				around = append(around, name)
			case *ast.ForClause:
				id, ok := n.Source.(*ast.Ident)
				if ok && len(around) > 0 && around[len(around)-1] == id.Name {
					p := ps.add("self-reference", a.point(id.Pos()), "the comprehension goes over %s while it defines %s, so it adds nothing", id.Name, id.Name)
					p.Hint = "go over a hidden field that both are made from"
				}
			}
			return true
		}, func(n ast.Node) {
			if _, ok := n.(*ast.Field); ok {
				around = around[:len(around)-1]
			}
		})
	}
	return ps
}

// defaultMark gives the first default mark in an expression, or nil.
func defaultMark(x ast.Expr) *ast.UnaryExpr {
	var found *ast.UnaryExpr
	ast.Walk(x, func(n ast.Node) bool {
		if u, ok := n.(*ast.UnaryExpr); ok && u.Op == token.MUL && found == nil {
			found = u
		}
		return found == nil
	}, nil)
	return found
}
