package schema

import (
	"regexp/syntax"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// syntaxProblems finds what CUE accepts and what cannot be meant: it shows in the
// author's syntax only.
//
// A comprehension over the very field that it defines sees the field as it is
// without it, and so adds nothing; CUE says nothing of it where the field is a
// list. A regular expression that does not compile is an error to CUE only when
// it meets a string.
func (a *author) syntaxProblems() problems {
	var ps problems
	for _, f := range a.inst.Files {
		var around []string // labels of the fields around the node at hand
		ast.Walk(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				name, _, _ := ast.LabelName(n.Label)
				around = append(around, name)
			case *ast.UnaryExpr:
				a.regularExpression(n, &ps)
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

func (a *author) regularExpression(n *ast.UnaryExpr, ps *problems) {
	lit, ok := n.X.(*ast.BasicLit)
	if !ok || n.Op != token.MAT && n.Op != token.NMAT {
		return
	}
	expr, err := literal.Unquote(lit.Value)
	if err != nil {
		return // the parser has seen to it
	}
	if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
		p := ps.add("regular-expression", a.point(lit.Pos()), "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		p.Hint = "regular expressions are those of RE2, which has no lookahead and no backreferences"
	}
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
