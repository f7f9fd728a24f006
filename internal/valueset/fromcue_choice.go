package valueset

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/token"
)

// alternatives describes a choice as it is written. CUE's evaluated form would not
// do: it merges alternatives that differ in the elements of lists or in patterns
// only. Nor would the references of a choice: they lose what closes them.
func (b *builder) alternatives(e, r cue.Value, args []cue.Value) Set {
	sets := make([]Set, 0, len(args))
	for _, a := range args {
		sets = append(sets, b.within(e, a)) // Expr takes it out of what closes it
	}
	for _, x := range lostAlternatives(r, args) {
		sets = append(sets, b.rebuilt(e, x))
	}
	return unionAll(sets)
}

// droppedDefaults reports whether Expr has left out alternatives of a choice and
// only one remains.
func droppedDefaults(v cue.Value, args []cue.Value) bool {
	return len(args) == 1 && len(written(v)) > 1
}

// written returns the alternatives of a choice as they are written, if v is one.
func written(v cue.Value) []ast.Expr {
	x, ok := expression(v.Source()).(*ast.BinaryExpr)
	if !ok || x.Op != token.OR {
		return nil
	}
	return operands(nil, x)
}

func operands(list []ast.Expr, x ast.Expr) []ast.Expr {
	switch y := x.(type) {
	case *ast.BinaryExpr:
		if y.Op == token.OR {
			return operands(operands(list, y.X), y.Y)
		}
	case *ast.UnaryExpr:
		if y.Op == token.MUL {
			return operands(list, y.X)
		}
	}
	return append(list, x)
}

// lostAlternatives returns the alternatives that Expr leaves out: defaults that it
// takes for covered by another alternative, sometimes wrongly.
func lostAlternatives(v cue.Value, args []cue.Value) []ast.Expr {
	var lost []ast.Expr
	for _, x := range written(v) {
		found := false
		for _, a := range args {
			found = found || sameNode(a.Source(), x)
		}
		if !found {
			lost = append(lost, x)
		}
	}
	return lost
}

// sameNode compares what two values were written as, by place.
func sameNode(a ast.Node, x ast.Expr) bool {
	y := expression(a)
	x = expression(x)
	return y != nil && x != nil && (y == x || y.Pos() == x.Pos() && y.End() == x.End())
}

// rebuilt describes an alternative that there is no value for. One that uses
// nothing but CUE's own words can be evaluated anew.
func (b *builder) rebuilt(e cue.Value, x ast.Expr) Set {
	plain := true
	ast.Walk(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Node != nil {
			plain = false
		}
		return true
	}, nil)
	text, err := format.Node(x)
	if !plain || err != nil {
		return opaqueSet(e, AnyKind)
	}
	return b.within(e, newContext().CompileString("x: "+string(text)).LookupPath(cue.ParsePath("x")))
}

// maxCases bounds the ways to choose from several choices.
const maxCases = 64

// distributed describes a choice that meets other constraints, or that is referred
// to. CUE's evaluated form has the alternatives, closed as they should be; what is
// written tells whether it has merged any, and which validators belong to them.
func (b *builder) distributed(e, r cue.Value) Set {
	cases, ok := casesOf(r, 0)
	if !ok {
		return unknown(e, r)
	}
	alternatives := []cue.Value{e}
	if op, args := e.Eval().Expr(); op == cue.OrOp {
		alternatives = args
	}
	var live []conjuncts
	for _, c := range cases {
		if c.kinds() != cue.BottomKind {
			live = append(live, c)
		}
	}
	if len(live) != len(alternatives) {
		return unknown(e, r)
	}
	sets := make([]Set, len(live))
	for i, a := range alternatives {
		c, ok := b.caseFor(a, live)
		if !ok {
			return unknown(e, r)
		}
		if a.IncompleteKind()&(cue.ListKind|cue.StructKind) == 0 {
			sets[i] = b.evaluated(a.Eval())
			continue
		}
		sets[i] = b.single(a, c)
	}
	return unionAll(sets)
}

// caseFor finds the written case that an evaluated alternative stands for. Which
// one it is of several does not matter if their validators are the same.
func (b *builder) caseFor(a cue.Value, cases []conjuncts) (*conjuncts, bool) {
	var found *conjuncts
	var key string
	for i := range cases {
		if cases[i].kinds()&a.IncompleteKind() == 0 {
			continue
		}
		s := Any()
		for _, l := range cases[i].leaves {
			s = s.meet(b.leaf(l))
		}
		// The kinds differ by what the leaves are; the validators must not.
		k := s.meet(OfKinds(jsonKinds(a.IncompleteKind()))).Key()
		if found != nil && k != key {
			return nil, false
		}
		found, key = &cases[i], k
	}
	return found, found != nil
}

// kinds are the kinds that all leaves allow.
func (c *conjuncts) kinds() cue.Kind {
	k := cue.TopKind
	for _, l := range c.leaves {
		k &= l.IncompleteKind()
	}
	return k
}

// casesOf writes a constraint as a choice between conjunctions; false if there are
// too many, or something in it cannot be looked into.
func casesOf(v cue.Value, depth int) ([]conjuncts, bool) {
	if depth > maxDepth { // it refers to itself
		return nil, false
	}
	op, args := v.Expr()
	switch op {
	case cue.OrOp:
		if len(lostAlternatives(v, args)) > 0 {
			return nil, false
		}
		var all []conjuncts
		for _, a := range args {
			cs, ok := casesOf(a, depth+1)
			if all = append(all, cs...); !ok || len(all) > maxCases {
				return nil, false
			}
		}
		return all, true
	case cue.AndOp:
		all := []conjuncts{{closes: true}}
		for _, a := range args {
			cs, ok := casesOf(a, depth+1)
			if !ok || len(all)*len(cs) > maxCases {
				return nil, false
			}
			all = crossed(all, cs)
		}
		return all, true
	case cue.SelectorOp, cue.IndexOp, cue.NoOp:
		if d := cue.Dereference(v); d != v && d.Err() == nil {
			return casesOf(d, depth+1)
		}
	}
	var c conjuncts
	c.add(v)
	c.closes = true
	return []conjuncts{c}, !c.choice && !c.blind && !c.circle
}

func crossed(as, bs []conjuncts) []conjuncts {
	var out []conjuncts
	for _, a := range as {
		for _, b := range bs {
			c := conjuncts{closes: true}
			c.leaves = append(append(c.leaves, a.leaves...), b.leaves...)
			c.refs = append(append(c.refs, a.refs...), b.refs...)
			out = append(out, c)
		}
	}
	return out
}
