package valueset

import (
	"slices"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
)

// named is a constraint that refers to what it stands in, such as the actor of an
// actor (RFC 8693, 4.1). Its set is made when it is asked for.
//
// A search that comes back to a set that it is searching finds nothing there: a
// value that shows that there is one would have to contain itself.
type named struct {
	k, name string
	of      cue.Value
	// written is the set as it is written, which may be a choice that the name itself
	// is part of. set is the same without names on the top.
	written, set func() Set
}

func (n *named) key() string { return n.k }

func (n *named) holds(v *value, m mode) Tri { return n.set().holds(v, m) }

// namedSet returns the set of a definition that is being described already; false if
// what is written is more than a reference to it.
func (b *builder) namedSet(e, r cue.Value) (Set, bool) {
	d, ok := referent(r)
	if !ok || d.Err() != nil || e.Err() != nil && !d.IsClosedRecursively() {
		return Set{}, false
	}
	text, ok := selfContained(d)
	if !ok {
		return Set{}, false
	}
	if e.IsClosedRecursively() || e.Err() != nil {
		text = "closed " + text
	}
	n := &named{k: "@" + quote(hashed(text)), name: shorten(d.Path().String(), 60), of: d}
	n.written = sync.OnceValue(func() Set {
		var anew builder
		if e.Err() != nil { // CUE has not looked into it
			return anew.set(d)
		}
		return anew.within(e, d)
	})
	n.set = sync.OnceValue(n.spelledOut)
	return onKinds(jsonKinds(writtenKinds(d)), lit(n)), true
}

// unknown describes a constraint that is not modelled: it is written as r, and e is
// what CUE makes of it.
func unknown(e, r cue.Value) Set {
	k := e.IncompleteKind()
	if k == cue.BottomKind { // no value contains itself
		return Empty()
	}
	return opaqueSet(e, jsonKinds(k|writtenKinds(r)))
}

// writtenKinds returns the kinds of a constraint as it is written. CUE leaves out an
// alternative that refers to what it stands in, although data may be in it.
func writtenKinds(v cue.Value) cue.Kind {
	fuel := maxDepth
	return kindsOf(v, map[cue.Value]bool{}, &fuel)
}

// kindsOf is writtenKinds on the way through some references, with fuel for so many
// more.
func kindsOf(v cue.Value, onTheWay map[cue.Value]bool, fuel *int) cue.Kind {
	op, args := v.Expr()
	switch op {
	case cue.OrOp:
		k := cue.BottomKind
		for _, a := range args {
			k |= kindsOf(a, onTheWay, fuel)
		}
		for _, x := range lostAlternatives(v, args) {
			k |= literalKind(x)
		}
		return k
	case cue.AndOp:
		k := cue.TopKind
		for _, a := range args {
			k &= kindsOf(a, onTheWay, fuel)
		}
		return k
	}
	if d, ok := referent(v); ok {
		if *fuel--; *fuel < 0 || onTheWay[d] { // what leads back to itself is no constraint
			return cue.TopKind
		}
		onTheWay[d] = true
		defer delete(onTheWay, d)
		return kindsOf(d, onTheWay, fuel)
	}
	if k := v.IncompleteKind(); k != cue.BottomKind {
		return k
	}
	return literalKind(v.Source())
}

// literalKind returns the kind of what is written as a list or a struct, and else all.
func literalKind(n ast.Node) cue.Kind {
	switch expression(n).(type) {
	case *ast.ListLit:
		return cue.ListKind
	case *ast.StructLit:
		return cue.StructKind
	}
	return cue.TopKind
}

// spelledOut returns the set without names on the top.
func (n *named) spelledOut() Set {
	p := *n.written().parts()
	for k, f := range p.of {
		p.of[k] = n.inPlace(f, k, []string{n.k})
	}
	return newSet(p.of, p.source)
}

// inPlace puts what is written in the place of the names in a formula. A name that
// leads back to itself, as in #a: #b | 1 and #b: #a | 2, is left to CUE.
func (n *named) inPlace(f *formula, k int, within []string) *formula {
	return f.withNames(func(m *named) *formula {
		if slices.Contains(within, m.k) {
			return opaqueFormula(m.of)
		}
		return n.inPlace(m.written().parts().of[k], k, append(within[:len(within):len(within)], m.k))
	})
}

// unfolded returns the formula with the definitions in the place of their names.
func unfolded(f *formula, k int) *formula {
	return f.withNames(func(n *named) *formula { return n.set().parts().of[k] })
}

// withNames replaces the names in the formula itself, not in its elements and members.
func (f *formula) withNames(by func(*named) *formula) *formula {
	if !f.recursive() {
		return f
	}
	if f.op == opAtom {
		g := by(f.atom.(*named))
		if f.neg {
			return not(g)
		}
		return g
	}
	args := make([]*formula, len(f.args))
	for i, a := range f.args {
		args[i] = a.withNames(by)
	}
	return combine(f.op, args)
}

// recursive reports whether there are names in the formula itself, not in its
// elements and members.
func (f *formula) recursive() bool {
	found := false
	f.each(func(n *formula) {
		_, ok := n.atom.(*named)
		found = found || ok
	})
	return found
}

// names returns the keys of the names in the formulas of a set.
func (s Set) names() []string {
	var out []string
	for _, f := range s.parts().of {
		f.each(func(n *formula) {
			if a, ok := n.atom.(*named); ok {
				out = append(out, a.k)
			}
		})
	}
	return out
}
