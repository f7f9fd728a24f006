package valueset

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
)

// conjuncts is a constraint taken apart at its "&": each leaf is a literal, a
// validator, a type. CUE's evaluated form of a list or struct has its elements and
// fields, but not the validators, so both are needed.
type conjuncts struct {
	leaves []cue.Value
	refs   []string // the references that were followed
	choice bool     // there is an "|" that is not resolved
	blind  bool     // there is something that cannot be looked into
	closes bool     // a definition, close() or the like may close the struct
}

// compound describes a constraint that may hold of lists or structs.
func (b *builder) compound(e, r cue.Value) Set {
	if coupled(r) {
		return opaqueSet(e, jsonKinds(e.IncompleteKind()))
	}
	op, args := r.Expr()
	if op == cue.OrOp || op == cue.NoOp && droppedDefaults(r, args) {
		return b.alternatives(e, r, args)
	}
	var c conjuncts
	c.add(r)
	for _, ref := range c.refs {
		c.blind = c.blind || b.active[ref] // recursion
	}
	for _, leaf := range c.leaves {
		c.blind = c.blind || coupled(leaf)
	}
	if c.blind {
		return opaqueSet(e, jsonKinds(e.IncompleteKind()))
	}
	defer b.follow(c.refs)()
	if !c.choice {
		return b.single(e, &c)
	}
	if d, ok := referent(r); ok {
		return b.within(e, d)
	}
	return b.distributed(e, r)
}

// referent follows v as long as it is nothing but a reference.
func referent(v cue.Value) (cue.Value, bool) {
	for n := 0; ; n++ {
		d := cue.Dereference(v)
		if d == v || d.Err() != nil {
			return v, n > 0
		}
		v = d
	}
}

// follow marks references as being followed until the result is called.
func (b *builder) follow(refs []string) func() {
	if b.active == nil {
		b.active = map[string]bool{}
	}
	for _, r := range refs {
		b.active[r] = true
	}
	return func() {
		for _, r := range refs {
			delete(b.active, r)
		}
	}
}

// add takes v apart.
func (c *conjuncts) add(v cue.Value) {
	op, args := v.Expr()
	switch op {
	case cue.AndOp:
		for _, a := range args {
			c.add(a)
		}
		if !isBinary(v) {
			c.closes = true // an embedding or a pattern
		}
		return
	case cue.OrOp:
		c.choice = true
		return
	case cue.SelectorOp, cue.IndexOp, cue.NoOp:
		if d := cue.Dereference(v); d != v && d.Err() == nil {
			c.closes = true
			c.refs = append(c.refs, d.Path().String()+" "+d.Pos().String())
			c.add(d)
			return
		}
		c.blind = c.blind || op != cue.NoOp
		if op == cue.NoOp && droppedDefaults(v, args) {
			c.choice = true
			return
		}
	case cue.CallOp:
		if len(args) == 2 && isClose(v) {
			c.closes = true
			c.add(args[1])
			return
		}
	}
	c.leaves = append(c.leaves, v)
}

// isBinary reports whether v is written as x & y.
func isBinary(v cue.Value) bool {
	_, ok := expression(v.Source()).(*ast.BinaryExpr)
	return ok
}

func isClose(v cue.Value) bool {
	call, ok := expression(v.Source()).(*ast.CallExpr)
	if !ok {
		return false
	}
	f, ok := call.Fun.(*ast.Ident)
	return ok && f.Name == "close" && f.Node == nil
}

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

// single describes a constraint without unresolved choice: v is its evaluated
// form, c its parts.
func (b *builder) single(v cue.Value, c *conjuncts) Set {
	var s Set
	switch v.IncompleteKind() {
	case cue.StructKind:
		s = b.structure(v, c)
	case cue.ListKind:
		s = b.list(v, c)
	default:
		s = Any()
	}
	for _, leaf := range c.leaves {
		s = s.meet(b.leaf(leaf))
	}
	return s
}

// leaf describes what a leaf demands beyond its elements or fields.
func (b *builder) leaf(v cue.Value) Set {
	e := v.Eval()
	op, args := e.Expr()
	switch {
	case op == cue.CallOp:
		return b.validator(v, args)
	case e.IncompleteKind() == cue.StructKind && op == cue.NoOp:
		return OfKinds(ObjectKind)
	case e.IncompleteKind() == cue.ListKind && op == cue.NoOp:
		return OfKinds(ArrayKind)
	}
	return b.evaluated(e)
}

// list describes the elements of a list.
func (b *builder) list(v cue.Value, c *conjuncts) Set {
	literal := false
	for _, leaf := range c.leaves {
		op, _ := leaf.Eval().Expr()
		literal = literal || op == cue.NoOp
	}
	if !literal { // validators alone: no list says what the elements are
		return OfKinds(ArrayKind)
	}
	it, err := v.List()
	if err != nil {
		return opaqueSet(v, ArrayKind)
	}
	var prefix []Set
	for it.Next() {
		prefix = append(prefix, b.set(it.Value()))
	}
	if v.Len().IsConcrete() {
		return onKinds(ArrayKind, lit(itemsOf(prefix, Empty(), true)))
	}
	rest := v.LookupPath(cue.MakePath(cue.AnyIndex))
	if !rest.Exists() && rest.Err() == nil {
		return opaqueSet(v, ArrayKind)
	}
	return onKinds(ArrayKind, lit(itemsOf(prefix, b.set(rest), false)))
}
