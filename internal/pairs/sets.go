package pairs

import (
	"iter"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"tokenctl.dev/internal/inclaim"
	"tokenctl.dev/internal/valueset"
)

// Of is the set of a constraint; false if it is none.
func Of(constraint string) (valueset.Set, bool) {
	v := cuecontext.New().CompileString(inclaim.File(constraint)).LookupPath(cue.ParsePath(inclaim.Path))
	return valueset.Of(v), v.Exists()
}

// Sets gives the set of every step-th constraint, by its text, and what becomes of it
// and another one: together, without one another. These hold what CUE does not write:
// objects that are not of a shape, strings that do not match.
func (t *Table) Sets(step int) iter.Seq2[string, valueset.Set] {
	return func(yield func(string, valueset.Set) bool) {
		for i := 0; i < len(t.Constraints); i += step {
			a, b := t.Constraints[i], t.Constraints[(i*31+17)%len(t.Constraints)]
			s, ok := Of(a)
			u, ok2 := Of(b)
			if !ok || !ok2 {
				continue
			}
			if !yield(a, s) || !yield("("+a+") or ("+b+")", s.Union(u)) || !yield("("+a+") and ("+b+")", s.Intersect(u)) ||
				!yield("("+a+") and not ("+b+")", s.Without(u)) || !yield("("+b+") and not ("+a+")", u.Without(s)) {
				return
			}
		}
	}
}
