package valueset

// text looks for a string, a short one.
func (s *search) text(f *formula) result {
	if list, ok := finite(f); ok {
		values := make([]value, len(list))
		for i, t := range list {
			values[i] = stringValue(t)
		}
		return s.among(f, values)
	}
	w := &walk{product: productOf(f, s.budget), seen: map[string]bool{}}
	return w.search()
}

// finite returns the strings that a formula chooses from, if it lists them.
func finite(f *formula) ([]string, bool) {
	args := f.args
	if f.op == opAtom {
		args = []*formula{f}
	} else if f.op != opAnd {
		return nil, false
	}
	for _, a := range args {
		if t, ok := a.atom.(texts); ok && a.op == opAtom && !t.but {
			return t.list, true
		}
	}
	return nil, false
}

// walk is a breadth-first search through a product, so what it finds is shortest.
type walk struct {
	*product
	nodes []node
	seen  map[string]bool
	tries int // of strings that only the atoms without a machine can decide
	doubt bool
}

// node is a state and the way there.
type node struct {
	state  state
	parent int
	letter int
}

// maxTries bounds the strings that are shown to atoms without a machine: CUE has
// to be asked.
const maxTries = 40

// maxStates bounds the memory of a walk.
const maxStates = 100_000

func (w *walk) search() result {
	w.add(node{state: w.start(), parent: -1})
	for i := 0; i < len(w.nodes); i++ {
		if v, ok := w.visit(i); ok {
			return found(v)
		}
		if w.settled(w.nodes[i].state) == No {
			continue
		}
		for l := range w.letters {
			w.add(node{w.next(w.nodes[i].state, &w.letters[l]), i, l})
		}
		if !w.spend(len(w.letters)*len(w.machines) + 1) {
			return undecided(w.why)
		}
		if len(w.nodes) > maxStates {
			return undecided("comparing the patterns takes too much memory")
		}
	}
	if !w.doubt {
		return nothing
	}
	if v, ok := w.guess(); ok {
		return found(v)
	}
	return undecided(doubts(w.formula))
}

func (w *walk) add(n node) {
	if k := n.state.key(); !w.seen[k] {
		w.seen[k] = true
		w.nodes = append(w.nodes, n)
	}
}

// visit decides about the string that leads to a node.
func (w *walk) visit(i int) (value, bool) {
	switch w.accepts(w.nodes[i].state) {
	case Yes:
		return stringValue(w.spell(i)), true
	case Unknown:
		w.doubt = true
		return w.try(w.spell(i))
	}
	return value{}, false
}

// try shows a string to the formula, atoms without a machine included.
func (w *walk) try(text string) (value, bool) {
	if w.tries >= maxTries {
		return value{}, false
	}
	w.tries++
	v := stringValue(text)
	return v, w.decide(w.formula, &v) == Yes
}

// spell returns the string that leads to a node.
func (w *walk) spell(i int) string {
	var runes []rune
	for ; w.nodes[i].parent >= 0; i = w.nodes[i].parent {
		runes = append(runes, w.letters[w.nodes[i].letter].rune)
	}
	for a, b := 0, len(runes)-1; a < b; a, b = a+1, b-1 {
		runes[a], runes[b] = runes[b], runes[a]
	}
	return string(runes)
}

// samples are strings that validators tend to accept or to refuse.
var samples = [...]string{
	"", "a", "0", "a b", "A", "-", "/", "2026-11-21", "2026-11-21T10:00:00Z", "10:00", "1h", "192.0.2.1", "2001:db8::1",
	"example.com", "https://example.com/", "urn:a:b", "00000000-0000-4000-8000-000000000000", "a@example.com", "true",
	"null", "{}", "[]", `"a"`, "+15550100", "de-DE", "Europe/Berlin", "a,b", "YQ==", "(", "%zz", "://",
}

// guess tries strings that the automata cannot tell apart from those tried.
func (w *walk) guess() (value, bool) {
	w.tries = 0
	for _, s := range samples {
		if v, ok := w.try(s); ok {
			return v, true
		}
	}
	return value{}, false
}
