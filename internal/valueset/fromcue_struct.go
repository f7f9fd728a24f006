package valueset

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
)

// structure describes the members of a struct: v is its evaluated form.
func (b *builder) structure(v cue.Value, c *conjuncts) Set {
	it, err := v.Fields(cue.Optional(true), cue.Patterns(true))
	if err != nil {
		return opaqueSet(v, ObjectKind)
	}
	x := shape{builder: b, v: v, c: c}
	for it.Next() {
		if sel := it.Selector(); sel.ConstraintType() == cue.PatternConstraint {
			x.addPattern(sel.Pattern(), it.Value())
		} else if sel.LabelType() == cue.StringLabel {
			x.addField(sel, it.Value())
		}
	}
	return x.set()
}

// shape collects what a struct says.
type shape struct {
	*builder
	v     cue.Value
	c     *conjuncts
	named []field
	rules []rule
	// trees is the number of patterns whose values may be lists or structs.
	trees int
	// doubt says that the shape may be larger than the struct.
	doubt bool
}

func (x *shape) addField(sel cue.Selector, v cue.Value) {
	name := sel.Unquoted()
	f := field{name: name, required: sel.ConstraintType() != cue.OptionalConstraint}
	if x.c.closes && sel.ConstraintType() != 0 && !x.admits(name) {
		f.set = Empty() // one of the definitions does not know it
	} else {
		f.set = x.builder.set(v)
	}
	x.named = append(x.named, f)
}

func (x *shape) addPattern(names, v cue.Value) {
	r := rule{names: x.builder.set(names).parts().of[iString]}
	r.set = x.within(x.v, v)
	if v.IncompleteKind()&(cue.ListKind|cue.StructKind) != 0 && v.IncompleteKind() != cue.TopKind {
		x.trees++
	}
	x.rules = append(x.rules, r)
}

// admits asks CUE whether a member of that name may be there. Value.Allows knows
// only a part of that.
func (x *shape) admits(name string) bool {
	//lint:ignore SA1019 one value, one context
	ctx := x.v.Context()
	u := x.v.Unify(ctx.CompileString("{" + quote(name) + ": _}"))
	f := u.LookupPath(cue.MakePath(cue.Str(name)))
	return !(u.Err() != nil && u.IsConcrete()) && !(f.Err() != nil && f.IsConcrete())
}

// set closes the shape if the struct is closed.
func (x *shape) set() Set {
	patterns := make([]*formula, len(x.rules))
	for i, r := range x.rules {
		patterns[i] = r.names
	}
	if x.isClosed(or(patterns...)) {
		if others := not(or(patterns...)); others != never {
			x.rules = append(x.rules, rule{others, Empty()})
		}
		// Each definition counts only its own patterns as known.
		x.doubt = x.doubt || x.c.closes && len(patterns) > 0
	}
	if x.trees > 1 { // structs that meet by patterns are closed together, not one by one
		return opaqueSet(x.v, ObjectKind)
	}
	s := onKinds(ObjectKind, lit(fieldsOf(x.named, x.rules)))
	if x.doubt {
		s = s.meet(opaqueSet(x.v, ObjectKind))
	}
	return s
}

// isClosed reports whether names that fit neither a field nor a pattern are
// refused.
func (x *shape) isClosed(patterns *formula) bool {
	if !x.v.Allows(cue.AnyString) {
		return true
	}
	if !x.c.closes {
		return false
	}
	name, found := x.fresh(patterns)
	x.doubt = x.doubt || found == Unknown
	return found == Yes && !x.admits(name)
}

// fresh looks for a name that is neither a field nor fits a pattern.
func (x *shape) fresh(patterns *formula) (string, Tri) {
	list := make([]string, len(x.named))
	for i, f := range x.named {
		list[i] = f.name
	}
	found := newSearch().text(and(not(patterns), not(lit(textsOf(list...)))))
	return found.v.text, found.ok
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
