package valueset

import (
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
)

// conjuncts is a constraint taken apart at its "&": each leaf is a literal, a
// validator, a type. CUE's evaluated form of a list or struct has its elements and
// fields, but not the validators, so both are needed.
type conjuncts struct {
	leaves []conjunct
	refs   []string // the references that were followed
	way    []string // those that lead to what is being taken apart
	circle bool     // it is what it is: #a: #b, #b: #a
	choice bool     // there is an "|" that is not resolved
	blind  bool     // there is something that cannot be looked into
	again  bool     // it refers to what it stands in
	bound  bool     // there are members that are bound to one another
	closes bool     // several structs meet, or close() is called: names may be refused
}

// A conjunct is a part of a conjunction, with what its evaluated form is: asking CUE for
// that is dear.
type conjunct struct {
	cue.Value
	evaluated cue.Value
	op        cue.Op
	args      []cue.Value
}

func conjunctOf(v cue.Value) conjunct {
	e := v.Eval()
	op, args := e.Expr()
	return conjunct{v, e, op, args}
}

// literal reports whether the conjunct is a list or struct by itself.
func (l conjunct) literal() bool {
	k := l.IncompleteKind()
	return l.op == cue.NoOp && (k == cue.ListKind || k == cue.StructKind)
}

// compound describes a constraint that may hold of lists or structs.
func (b *builder) compound(e, r cue.Value) Set {
	op, args := r.Expr()
	if !coupled(r) && (op == cue.OrOp || op == cue.NoOp && droppedDefaults(r, args)) {
		return b.alternatives(e, r, args)
	}
	c := b.conjuncts(r)
	if c.again {
		if s, ok := b.namedSet(e, r); ok {
			return s
		}
	}
	if c.circle {
		return opaqueSet(e, AnyKind)
	}
	if c.blind || c.again {
		return unknown(e, r)
	}
	if c.bound {
		hint := Any()
		if !c.choice {
			hint = b.joined(e, r, c)
		}
		return hinted(unknown(e, r), hint)
	}
	return b.joined(e, r, c)
}

// conjuncts takes a constraint apart.
func (b *builder) conjuncts(r cue.Value) *conjuncts {
	var c conjuncts
	c.add(r)
	for _, ref := range c.refs {
		c.again = c.again || b.active[ref]
	}
	c.closes = c.closes || len(c.literals()) > 1
	c.bound = coupled(r) || slices.ContainsFunc(c.leaves, func(l conjunct) bool { return coupled(l.Value) })
	return &c
}

// incomplete describes a constraint that CUE cannot evaluate before there is a
// value. Validators of the least number of elements or members are of that sort:
// the list or struct beside them is described without them.
func (b *builder) incomplete(e, r cue.Value, k Kinds) Set {
	c := b.conjuncts(r)
	if c.circle || c.blind || c.again || c.bound || c.choice {
		return opaqueSet(e, k)
	}
	failed := func(l conjunct) bool { return l.Err() != nil }
	literals := c.literals()
	if len(literals) > 1 || slices.ContainsFunc(c.leaves, failed) { // several are closed together, not one by one
		return opaqueSet(e, k)
	}
	s := OfKinds(k)
	for _, l := range c.leaves {
		s = s.meet(b.leaf(l))
	}
	if len(literals) == 1 {
		s = s.meet(b.within(e, literals[0]))
		s.p.source = &source{cue: b.closedLike(e, literals[0])}
	}
	return s
}

// joined describes a constraint that has been taken apart.
func (b *builder) joined(e, r cue.Value, c *conjuncts) Set {
	defer b.follow(c.refs)()
	if !c.choice {
		return b.single(e, c)
	}
	if d, ok := referent(r); ok {
		return b.within(e, d)
	}
	return b.distributed(e, r)
}

// referent follows v as long as it is nothing but a reference.
func referent(v cue.Value) (cue.Value, bool) {
	for n := range maxDepth {
		d := cue.Dereference(v)
		if d == v || d.Err() != nil {
			return v, n > 0
		}
		v = d
	}
	return v, true
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
	c.blind = c.blind || embedsMore(v)
	op, args := v.Expr()
	switch op {
	case cue.AndOp:
		for _, a := range args {
			c.add(a)
		}
		return
	case cue.OrOp:
		c.choice = true
		return
	case cue.SelectorOp, cue.IndexOp, cue.NoOp:
		if d := target(v, op, args); d != v && d.Err() == nil {
			ref := d.Path().String() + " " + d.Pos().String()
			if c.circle = c.circle || slices.Contains(c.way, ref); c.circle {
				return
			}
			c.refs = append(c.refs, ref)
			c.way = append(c.way, ref)
			c.add(d)
			c.way = c.way[:len(c.way)-1]
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
	c.leaves = append(c.leaves, conjunctOf(v))
}

// embedsMore reports whether v is written as a struct, but what is embedded there may
// also be something else: {_, a?: int} holds of all but some objects.
func embedsMore(v cue.Value) bool {
	src := v.Source()
	if f, ok := src.(*ast.Field); ok {
		src = f.Value
	}
	_, ok := src.(*ast.StructLit)
	k := v.IncompleteKind()
	return ok && k&cue.StructKind != 0 && k != cue.StructKind
}

// target returns what v refers to, or v itself. An embedded reference is not one to
// CUE, but Expr tells where it leads.
func target(v cue.Value, op cue.Op, args []cue.Value) cue.Value {
	if d := cue.Dereference(v); d != v || op != cue.SelectorOp {
		return d
	}
	name, err := args[1].String()
	it, err2 := cue.Dereference(args[0]).Fields(cue.All())
	if err != nil || err2 != nil {
		return v
	}
	for it.Next() {
		if it.Selector().String() == name {
			return it.Value()
		}
	}
	return v
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
	for _, l := range c.leaves {
		s = s.meet(b.leaf(l))
	}
	if literals := c.literals(); len(literals) == 1 && len(c.leaves) > 1 {
		s.p.source = &source{cue: b.closedLike(v, literals[0])}
	}
	return s
}

// literals are the leaves that are lists or structs by themselves.
func (c *conjuncts) literals() []cue.Value {
	var out []cue.Value
	for _, l := range c.leaves {
		if l.literal() {
			out = append(out, l.Value)
		}
	}
	return out
}

// leaf describes what a leaf demands beyond its elements or fields.
func (b *builder) leaf(l conjunct) Set {
	switch {
	case l.op == cue.CallOp:
		s, _ := b.validator(l.Value, l.args)
		return s
	case l.evaluated.IncompleteKind() == cue.StructKind && l.op == cue.NoOp:
		return OfKinds(ObjectKind)
	case l.evaluated.IncompleteKind() == cue.ListKind && l.op == cue.NoOp:
		return OfKinds(ArrayKind)
	}
	return b.evaluated(l.evaluated)
}

// list describes the elements of a list.
func (b *builder) list(v cue.Value, c *conjuncts) Set {
	if len(c.literals()) == 0 { // validators alone: no list says what the elements are
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
	rest := elementsOf(v)
	if !rest.Exists() && rest.Err() == nil {
		return opaqueSet(v, ArrayKind)
	}
	elems := b.set(rest)
	elems.p.source.cue, elems.p.source.elements = v, true
	return onKinds(ArrayKind, lit(itemsOf(prefix, elems, false)))
}
