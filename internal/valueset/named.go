package valueset

import (
	"sync"

	"cuelang.org/go/cue"
)

// named is a constraint that refers to what it stands in, such as the actor of an
// actor (RFC 8693, 4.1). Its set is made when it is asked for.
//
// A search that comes back to a set that it is searching finds nothing there: a
// value that shows that there is one would have to contain itself.
type named struct {
	k, name string
	set     func() Set
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
	n := &named{k: "@" + quote(hashed(text)), name: shorten(d.Path().String(), 60)}
	n.set = sync.OnceValue(func() Set {
		var anew builder
		if e.Err() != nil { // CUE has not looked into it
			return anew.set(d)
		}
		return anew.within(e, d)
	})
	return onKinds(jsonKinds(d.IncompleteKind()), lit(n)), true
}

// unfolded returns the formula with the definitions in the place of their names.
func unfolded(f *formula, k int) *formula {
	if !f.recursive() {
		return f
	}
	switch f.op {
	case opAtom:
		n, ok := f.atom.(*named)
		if !ok {
			return f
		}
		g := n.set().parts().of[k]
		if f.neg {
			return not(g)
		}
		return g
	case opAnd, opOr:
		args := make([]*formula, len(f.args))
		for i, a := range f.args {
			args[i] = unfolded(a, k)
		}
		return combine(f.op, args)
	}
	return f
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
