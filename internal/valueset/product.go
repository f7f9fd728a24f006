package valueset

import (
	"encoding/binary"
)

// budget limits the work for one question.
type budget struct {
	left int
	asks int    // how often CUE may still be asked
	why  string // what was too much, once the budget is spent
}

// maxAsks bounds how often CUE is asked about a value while one is looked for.
const maxAsks = 150

// maxWork is the number of steps spent on one question: some tenths of a second.
const maxWork = 4_000_000

// spend takes n steps off and reports whether there are any left.
func (b *budget) spend(n int) bool {
	if b.left -= n; b.left < 0 && b.why == "" {
		b.why = "comparing them takes more steps than tokenctl allows itself"
	}
	return b.left >= 0
}

// decide decides the formula for a value, or gives up if CUE was asked too often.
func (b *budget) decide(f *formula, v *value) Tri {
	if f.asks {
		if b.asks--; b.asks < 0 {
			return Unknown
		}
	}
	return f.holds(v, byModel)
}

// product runs the machines of all atoms of a formula on strings side by side.
type product struct {
	*budget
	formula  *formula
	machines []machine
	index    map[*formula]int // machine by the node of its atom
	letters  []letter
}

// productOf builds the machines. Atoms that have none are left to the formula, as
// unknown.
func productOf(f *formula, b *budget, extra ...*alphabet) *product {
	p := &product{budget: b, formula: f, index: map[*formula]int{}}
	known := map[string]int{}
	f.each(func(n *formula) {
		i, ok := known[n.atomKey()]
		if !ok {
			m := machineOf(n.atom, b)
			if m == nil {
				return
			}
			i = len(p.machines)
			known[n.atomKey()] = i
			p.machines = append(p.machines, m)
		}
		p.index[n] = i
	})
	as := make([]*alphabet, 0, len(p.machines)+len(extra))
	for _, m := range p.machines {
		as = append(as, m.letters())
	}
	p.letters = letters(append(as, extra...))
	return p
}

func machineOf(a atom, b *budget) machine {
	switch a := a.(type) {
	case texts:
		if a.but {
			return complementOf{newTrie(a.list)}
		}
		return newTrie(a.list)
	case counts:
		if l, ok := newLengths(a); ok {
			return l
		}
	case order:
		return newRanks(a)
	case pattern:
		if p, err := a.re.program(); err == nil {
			return newRegex(p, b)
		}
	}
	return nil
}

// complementOf accepts what its machine does not.
type complementOf struct{ machine }

func (c complementOf) accepts(state int) bool { return !c.machine.accepts(state) }
func (c complementOf) settled(state int) Tri  { return c.machine.settled(state).not() }

// state is a state of each machine.
type state []int

func (s state) key() string {
	b := make([]byte, 0, 2*len(s))
	for _, n := range s {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return string(b)
}

func (p *product) start() state {
	s := make(state, len(p.machines))
	for i, m := range p.machines {
		s[i] = m.start()
	}
	return s
}

func (p *product) next(s state, l *letter) state {
	t := make(state, len(s))
	for i, m := range p.machines {
		t[i] = m.next(s[i], l.class[i])
	}
	return t
}

// accepts decides the formula for the string read so far.
func (p *product) accepts(s state) Tri {
	return p.formula.possible(func(n *formula) Tri {
		if i, ok := p.index[n]; ok {
			return tri(p.machines[i].accepts(s[i]))
		}
		return Unknown
	})
}

// settled decides the formula for all continuations at once, where it can.
func (p *product) settled(s state) Tri {
	return p.formula.possible(func(n *formula) Tri {
		if i, ok := p.index[n]; ok {
			return p.machines[i].settled(s[i])
		}
		return Unknown
	})
}
