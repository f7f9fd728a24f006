package valueset

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"unicode"
)

// program is a compiled regular expression with its alphabet.
type program struct {
	prog     *syntax.Prog
	alphabet *alphabet
	matches  [][]bool // by instruction and class; nil where nothing is read
	anchored bool     // it can only match at the start of the text
	word     []bool   // by class: a word character, if \b or \B occurs
	newline  []bool   // by class: a line break, if ^ or $ of lines occur
	looks    bool     // whether word and newline matter
}

// compileProgram compiles an expression as package regexp does.
func compileProgram(expr string) (*program, error) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, err
	}
	p := &program{prog: prog}
	p.anchored = prog.StartCond()&syntax.EmptyBeginText != 0
	p.divide()
	return p, nil
}

// divide computes the alphabet: characters that all instructions read alike.
func (p *program) divide() {
	starts := []rune{}
	var readers []*syntax.Inst
	type class struct {
		runes *rune // a class that is repeated is one slice
		n     int
		arg   uint32
	}
	known := map[class]bool{}
	words, lines := false, false
	for i := range p.prog.Inst {
		in := &p.prog.Inst[i]
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			k := class{&in.Rune[0], len(in.Rune), in.Arg}
			if !known[k] {
				known[k] = true
				readers = append(readers, in)
				starts = append(starts, boundaries(in)...)
			}
		case syntax.InstEmptyWidth:
			e := syntax.EmptyOp(in.Arg)
			words = words || e&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0
			lines = lines || e&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0
		}
	}
	p.looks = words || lines
	if words {
		starts = append(starts, '0', '9'+1, 'A', 'Z'+1, '_', '_'+1, 'a', 'z'+1)
	}
	if lines {
		starts = append(starts, '\n', '\n'+1)
	}
	p.alphabet = alphabetOf(starts, func(r rune) string {
		bits := make([]byte, 0, len(readers)+2)
		for _, in := range readers {
			bits = append(bits, bit(in.MatchRune(r)))
		}
		return string(append(bits, bit(words && syntax.IsWordChar(r)), bit(lines && r == '\n')))
	})
	p.tabulate()
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// boundaries are the characters at which an instruction may begin or cease to
// match.
func boundaries(in *syntax.Inst) []rune {
	switch in.Op {
	case syntax.InstRuneAnyNotNL:
		return []rune{'\n', '\n' + 1}
	case syntax.InstRuneAny:
		return nil
	}
	var out []rune
	if len(in.Rune) == 1 {
		r := in.Rune[0]
		out = append(out, r, r+1)
		if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				out = append(out, f, f+1)
			}
		}
		return out
	}
	for i := 0; i+1 < len(in.Rune); i += 2 {
		out = append(out, in.Rune[i], in.Rune[i+1]+1)
	}
	return out
}

// tabulate says for each instruction which classes it reads.
func (p *program) tabulate() {
	reps := make([]rune, p.alphabet.n)
	for i, c := range p.alphabet.of {
		if c >= 0 {
			reps[c] = p.alphabet.starts[i]
		}
	}
	p.word = make([]bool, len(reps))
	p.newline = make([]bool, len(reps))
	for c, r := range reps {
		p.word[c] = syntax.IsWordChar(r)
		p.newline[c] = r == '\n'
	}
	p.matches = make([][]bool, len(p.prog.Inst))
	for i := range p.prog.Inst {
		in := &p.prog.Inst[i]
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			p.matches[i] = make([]bool, len(reps))
			for c, r := range reps {
				p.matches[i][c] = in.MatchRune(r)
			}
		}
	}
}

// What stands before a position, as far as assertions look at it.
const (
	atStart = iota
	afterWord
	afterNewline
	afterOther
)

// regex is the deterministic automaton of a program, built state by state. A state
// is the set of instructions that wait for the next character, and what came
// before.
type regex struct {
	*program
	budget *budget
	states []regexState
	index  map[string]int
	mark   []bool // scratch: the instructions seen by the current closure
}

type regexState struct {
	waiting []uint32 // sorted; before assertions are looked at
	before  int
	next    []int // by class; -1 where not yet built
	final   Tri   // whether it matches if the text ends here; Unknown: not yet built
}

const (
	deadState    = 0 // it cannot match any more
	matchedState = 1 // it has matched
)

func newRegex(p *program, b *budget) *regex {
	m := &regex{program: p, budget: b, index: map[string]int{}, mark: make([]bool, len(p.prog.Inst))}
	m.states = []regexState{{final: No}, {final: Yes}}
	return m
}

func (m *regex) letters() *alphabet { return m.alphabet }

func (m *regex) start() int {
	return m.state([]uint32{uint32(m.prog.Start)}, atStart)
}

// state returns the state for a set of instructions.
func (m *regex) state(waiting []uint32, before int) int {
	if !m.looks && before > atStart {
		before = afterOther
	}
	if len(waiting) == 0 && m.anchored {
		return deadState
	}
	slices.Sort(waiting)
	waiting = slices.Compact(waiting)
	key := []byte{byte(before)}
	for _, pc := range waiting {
		key = binary.AppendUvarint(key, uint64(pc))
	}
	if s, ok := m.index[string(key)]; ok {
		return s
	}
	next := make([]int, m.alphabet.n)
	for i := range next {
		next[i] = -1
	}
	m.states = append(m.states, regexState{waiting: waiting, before: before, next: next})
	m.index[string(key)] = len(m.states) - 1
	return len(m.states) - 1
}

func (m *regex) settled(s int) Tri {
	switch s {
	case deadState:
		return No
	case matchedState:
		return Yes
	}
	return Unknown
}

func (m *regex) accepts(s int) bool {
	if m.states[s].final == Unknown {
		_, matched := m.closure(s, -1)
		m.states[s].final = tri(matched)
	}
	return m.states[s].final == Yes
}

func (m *regex) next(s, class int) int {
	if s == deadState || s == matchedState {
		return s
	}
	if n := m.states[s].next[class]; n >= 0 {
		return n
	}
	n := m.step(s, class)
	m.states[s].next[class] = n
	return n
}

func (m *regex) step(s, class int) int {
	ready, matched := m.closure(s, class)
	if matched {
		return matchedState
	}
	var waiting []uint32
	for _, pc := range ready {
		if m.matches[pc][class] {
			waiting = append(waiting, m.prog.Inst[pc].Out)
		}
	}
	if !m.anchored { // it may also begin to match after this character
		waiting = append(waiting, uint32(m.prog.Start))
	}
	before := afterOther
	switch {
	case m.newline[class]:
		before = afterNewline
	case m.word[class]:
		before = afterWord
	}
	return m.state(waiting, before)
}

// closure follows the instructions that read nothing, given the class of the next
// character, or -1 at the end. It returns those that read, and whether a match was
// found.
func (m *regex) closure(s, class int) (ready []uint32, matched bool) {
	holds := m.assertions(m.states[s].before, class)
	stack := slices.Clone(m.states[s].waiting)
	var seen []uint32
	defer func() {
		for _, pc := range seen {
			m.mark[pc] = false
		}
	}()
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if m.mark[pc] {
			continue
		}
		m.mark[pc] = true
		seen = append(seen, pc)
		m.budget.spend(1)
		in := &m.prog.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^holds == 0 {
				stack = append(stack, in.Out)
			}
		case syntax.InstMatch:
			return nil, true
		case syntax.InstFail:
		default:
			ready = append(ready, pc)
		}
	}
	return ready, false
}

// assertions returns the assertions that hold between what came before and what
// comes next.
func (m *regex) assertions(before, class int) syntax.EmptyOp {
	prev, next := rune('!'), rune('!')
	switch before {
	case atStart:
		prev = -1
	case afterWord:
		prev = 'a'
	case afterNewline:
		prev = '\n'
	}
	switch {
	case class < 0:
		next = -1
	case m.newline[class]:
		next = '\n'
	case m.word[class]:
		next = 'a'
	}
	return syntax.EmptyOpContext(prev, next)
}
