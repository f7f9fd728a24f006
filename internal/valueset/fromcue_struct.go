package valueset

import "cuelang.org/go/cue"

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
	if !x.top.Exists() {
		x.top = newContext().CompileString("_")
	}
	path := cue.MakePath(cue.Str(name))
	u := x.v.FillPath(path, x.top)
	f := u.LookupPath(path)
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
