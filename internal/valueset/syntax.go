package valueset

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
)

// expression returns the expression that a value was written as, or nil.
func expression(n ast.Node) ast.Expr {
	switch x := n.(type) {
	case *ast.Field:
		return expression(x.Value)
	case *ast.EmbedDecl:
		return expression(x.Expr)
	case *ast.ParenExpr:
		return expression(x.X)
	case *ast.Alias:
		return expression(x.Expr)
	case *ast.StructLit:
		if len(x.Elts) == 1 {
			if e, ok := x.Elts[0].(*ast.EmbedDecl); ok {
				return expression(e)
			}
		}
		return x
	case ast.Expr:
		return x
	}
	return nil
}

// isClose reports whether v is written as a call of close.
func isClose(v cue.Value) bool {
	call, ok := expression(v.Source()).(*ast.CallExpr)
	if !ok {
		return false
	}
	f, ok := call.Fun.(*ast.Ident)
	return ok && f.Name == "close" && f.Node == nil
}

// words are the identifiers that CUE defines itself.
var words = []string{
	"_", "and", "bool", "bytes", "close", "div", "error", "float", "float32", "float64", "int", "int128", "int16", "int32",
	"int64", "int8", "len", "matchIf", "matchN", "mod", "number", "or", "quo", "rem", "rune", "string", "uint", "uint128",
	"uint16", "uint32", "uint64", "uint8",
}

// looksInto reports whether a constraint is written with lists, structs or references
// other than to CUE's own packages. CUE's evaluated form leaves out alternatives that
// refer to what they stand in, and those with a validator that refuses the empty list
// or struct. So what is written has to be followed.
func looksInto(v cue.Value) bool {
	if v.Source() == nil { // it is stated in several places
		if op, args := v.Expr(); op == cue.AndOp {
			return slices.ContainsFunc(args, looksInto)
		}
	}
	return hasNode(v, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ListLit, *ast.StructLit:
			return true
		case *ast.Ident:
			return !isWord(x)
		}
		return false
	})
}

// computed reports whether a constraint is written with calls or references.
func computed(v cue.Value) bool {
	return hasNode(v, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			return true
		case *ast.Ident:
			return !isWord(x)
		}
		return false
	})
}

// hasNode looks for a node in what a constraint is written as. Labels and the names
// that selectors select do not count. What has no source may have any node.
func hasNode(v cue.Value, is func(ast.Node) bool) bool {
	x := expression(v.Source())
	if x == nil {
		return true
	}
	found := false
	var visit func(ast.Node) bool
	visit = func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.SelectorExpr:
			ast.Walk(x.X, visit, nil)
			return false
		case *ast.Field:
			if _, plain := x.Label.(*ast.Ident); plain {
				ast.Walk(x.Value, visit, nil)
				return false
			}
		}
		found = found || is(n)
		return !found
	}
	ast.Walk(x, visit, nil)
	return found
}

// isWord reports whether an identifier is CUE's own, or one of its packages.
func isWord(id *ast.Ident) bool {
	if spec, ok := id.Node.(*ast.ImportSpec); ok {
		first, _, _ := strings.Cut(strings.Trim(spec.Path.Value, `"`), "/")
		return !strings.Contains(first, ".") // others begin with a domain
	}
	_, found := slices.BinarySearch(words, id.Name)
	return id.Node == nil && found
}

// coupled reports whether what is written refers to its own members, so that the
// value of one depends on another. CUE evaluates such a reference to what is known
// of the member so far, and thereby forgets that the two are bound to one another.
func coupled(v cue.Value) bool {
	src := v.Source()
	if src == nil {
		return false
	}
	found := false
	inside := map[ast.Node]bool{}
	ast.Walk(src, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.Ident:
			found = found || bindsMember(x, inside)
		case *ast.StructLit, *ast.Field, *ast.ForClause, *ast.LetClause:
			inside[n] = true // what an identifier may be declared in
		}
		return !found
	}, nil)
	return found
}

// bindsMember reports whether the identifier stands for a member, or part of one,
// of the literal whose nodes are given. Definitions, hidden fields and the
// variables of comprehensions are no members: what they stand for is looked at
// where it is written. A member with a literal value depends on nothing.
func bindsMember(id *ast.Ident, inside map[ast.Node]bool) bool {
	if id.Node == nil || id.Scope == nil || !inside[id.Scope] {
		return false
	}
	switch id.Scope.(type) {
	case *ast.ForClause, *ast.LetClause:
		return false
	case *ast.StructLit:
		switch id.Node.(type) {
		case *ast.BasicLit, *ast.LetClause:
			return false
		}
		return id.Name[0] != '_' && id.Name[0] != '#'
	}
	return true
}
