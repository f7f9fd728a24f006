package verify

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
)

// dfa is a regular expression as a table, for strings in ASCII: one look for each
// byte. Expressions that look at the start or end of a line or at words are not made
// into one, nor are those that need too many states; package regexp runs them.
type dfa struct {
	next [][128]uint16 // by state; the state 0 is the first
	ends []bool        // by state: the string may end here
}

// Two states lead nowhere else.
const (
	matched = 0xFFFF
	failed  = 0xFFFE
)

// maxStates bounds a table to 50 KiB.
const maxStates = 200

// match runs the table. It cannot tell for a string that is not in ASCII.
func (d *dfa) match(text []byte) (is, ok bool) {
	state := uint16(0)
	for _, c := range text {
		if c >= 128 {
			return false, false
		}
		switch state = d.next[state][c]; state {
		case matched:
			return true, true
		case failed:
			return false, true
		}
	}
	return d.ends[state], true
}

// newDFA gives nil for an expression that cannot be made into a table.
func newDFA(expr string) *dfa {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil
	}
	const unknown = syntax.EmptyBeginLine | syntax.EmptyEndLine | syntax.EmptyWordBoundary | syntax.EmptyNoWordBoundary
	for _, in := range prog.Inst {
		if in.Op == syntax.InstEmptyWidth && syntax.EmptyOp(in.Arg)&unknown != 0 {
			return nil
		}
	}
	b := &tableBuilder{prog: prog, states: map[string]uint16{}, seen: make([]int, len(prog.Inst))}
	return b.build()
}

// tableBuilder makes the table by running the program on all strings at once. A
// state is a set of instructions that wait for a character, or for the end.
type tableBuilder struct {
	prog   *syntax.Prog
	states map[string]uint16
	open   [][]uint32
	anew   []uint32 // what waits where a match begins behind the start
	always bool     // nothing: it has matched
	out    dfa

	seen  []int // by instruction: the closure that was there last
	round int
}

// changes gives the characters at which some instruction matches and did not, or the
// other way: between two of them all characters lead to the same state.
func (b *tableBuilder) changes() []rune {
	out := []rune{0}
	for c := rune(1); c < 128; c++ {
		for i := range b.prog.Inst {
			in := &b.prog.Inst[i]
			if waits(in) && in.MatchRune(c) != in.MatchRune(c-1) {
				out = append(out, c)
				break
			}
		}
	}
	return append(out, 128)
}

// waits reports whether an instruction waits for a character.
func waits(in *syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

func (b *tableBuilder) build() *dfa {
	first, is := b.closure(nil, uint32(b.prog.Start), syntax.EmptyBeginText)
	if is { // it matches at the start of every string
		b.out.next = append(b.out.next, [128]uint16{})
		for c := range b.out.next[0] {
			b.out.next[0][c] = matched
		}
		b.out.ends = append(b.out.ends, true)
		return &b.out
	}
	b.anew, b.always = b.closure(nil, uint32(b.prog.Start), 0)
	changes := b.changes()
	b.open = append(b.open, first) // under no key: it is the only one at the start
	b.out.ends = append(b.out.ends, b.endsIn(first, syntax.EmptyBeginText|syntax.EmptyEndText))
	for i := 0; i < len(b.open); i++ {
		var row [128]uint16
		for j, from := range changes[:len(changes)-1] {
			state := b.step(b.open[i], from)
			for c := from; c < changes[j+1]; c++ {
				row[c] = state
			}
		}
		b.out.next = append(b.out.next, row)
		if len(b.open) > maxStates {
			return nil
		}
	}
	return &b.out
}

// step gives the state after one more character.
func (b *tableBuilder) step(set []uint32, c rune) uint16 {
	next, is := slices.Clone(b.anew), b.always // a match may begin anywhere
	for _, pc := range set {
		if in := &b.prog.Inst[pc]; !is && waits(in) && in.MatchRune(c) {
			next, is = b.closure(next, in.Out, 0)
		}
	}
	switch {
	case is:
		return matched
	case len(next) == 0:
		return failed
	}
	slices.Sort(next)
	var key []byte
	for _, pc := range next {
		key = binary.AppendUvarint(key, uint64(pc))
	}
	if state, ok := b.states[string(key)]; ok {
		return state
	}
	state := uint16(len(b.open))
	b.states[string(key)] = state
	b.open = append(b.open, next)
	b.out.ends = append(b.out.ends, b.endsIn(next, syntax.EmptyEndText))
	return state
}

// closure adds the instructions that are reached from one without a character. It
// reports whether a match is among them.
func (b *tableBuilder) closure(set []uint32, pc uint32, at syntax.EmptyOp) ([]uint32, bool) {
	b.round++
	is := false
	var visit func(uint32)
	visit = func(pc uint32) {
		if b.seen[pc] == b.round {
			return
		}
		b.seen[pc] = b.round
		switch in := &b.prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			visit(in.Out)
			visit(in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			visit(in.Out)
		case syntax.InstMatch:
			is = true
		case syntax.InstFail:
		case syntax.InstEmptyWidth:
			switch want := syntax.EmptyOp(in.Arg); {
			case want&^at == 0:
				visit(in.Out)
			case want == syntax.EmptyEndText && !slices.Contains(set, pc):
				set = append(set, pc) // if this is the end, which will show
			}
		default:
			if !slices.Contains(set, pc) {
				set = append(set, pc)
			}
		}
	}
	visit(pc)
	return set, is
}

// endsIn reports whether the string matches if it ends here.
func (b *tableBuilder) endsIn(set []uint32, at syntax.EmptyOp) bool {
	return slices.ContainsFunc(set, func(pc uint32) bool {
		in := &b.prog.Inst[pc]
		if in.Op != syntax.InstEmptyWidth {
			return false
		}
		_, is := b.closure(nil, in.Out, at)
		return is
	})
}
