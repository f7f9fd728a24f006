package valueset

import "cuelang.org/go/cue"

// source is where a set comes from, so that CUE can be asked about a value that
// the formulas have found: a constraint, or an operation on sets.
type source struct {
	how  operation
	cue  cue.Value
	s, t Set
	// elements says that the source is what the elements of cue are. CUE makes that
	// anew whenever it is asked: kept for each list, it would be much.
	elements bool
	// literal is the only list or struct in a constraint that has validators beside
	// it. CUE v0.17 forgets to close it then; by itself it is closed.
	literal *source
}

type operation uint8

const (
	made    operation = iota // from cue
	joined                   // s or t
	met                      // s and t
	without                  // s and not t
)

// withSource returns the parts of u with the operation that led to it, if there is
// anything of CUE in its operands.
func (u Set) withSource(how operation, s, t Set) *parts {
	p := *u.parts()
	if s.parts().source != nil || t.parts().source != nil {
		p.source = &source{how: how, s: s, t: t}
	}
	return &p
}

func (src *source) holds(v *value) Tri {
	switch src.how {
	case joined:
		return either(src.s.holds(v, byCUE), src.t.holds(v, byCUE))
	case met:
		return both(src.s.holds(v, byCUE), src.t.holds(v, byCUE))
	case without:
		return both(src.s.holds(v, byCUE), src.t.holds(v, byCUE).not())
	}
	of := src.cue
	if src.elements {
		of = elementsOf(of)
	}
	t := accepts(of, v)
	if t == Yes && src.literal != nil && src.literal.holds(v) == No {
		return No
	}
	return t
}

// elementsOf returns what the further elements of an open list are.
func elementsOf(list cue.Value) cue.Value { return list.LookupPath(cue.MakePath(cue.AnyIndex)) }

// refuted reports whether CUE refuses a part of the value. CUE v0.17 forgets to
// close the structs in a list that has a validator beside it, and those in the
// argument of close(): it refuses the part, and accepts the whole.
func (f *formula) refuted(v *value) bool {
	if v.kind != ArrayKind && v.kind != ObjectKind || f.op == opNever {
		return false
	}
	return f.possible(func(n *formula) Tri {
		refused := No
		switch a := n.atom.(type) {
		case *items:
			for i := range v.elems {
				refused = either(refused, a.at(i).refuses(&v.elems[i]))
			}
		case *fields:
			for i := range v.members {
				set, _, _ := a.at(v.members[i].name)
				refused = either(refused, set.refuses(&v.members[i].value))
			}
		}
		if refused == Yes {
			return No
		}
		return Unknown
	}) == No
}

func (s Set) refuses(v *value) Tri {
	return tri(s.parts().source != nil && s.holds(v, byCUE) == No)
}
