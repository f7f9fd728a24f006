package valueset

import (
	"flag"
	"iter"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// How many random cases the property tests go through, and from which seed on:
//
//	go test ./internal/valueset -run 'Random' -cases 1000000 -timeout 0
var (
	cases = flag.Int("cases", 2000, "random cases of each property test")
	seed  = flag.Uint64("seed", 0, "seed of the first random case")
)

// seeds are the seeds of the cases of one property; properties do not share them.
func seeds(property uint64) iter.Seq[uint64] {
	n := uint64(*cases)
	if testing.Short() {
		n /= 10
	}
	return func(yield func(uint64) bool) {
		for i := range n {
			if !yield(*seed + i + property<<40) {
				return
			}
		}
	}
}

// TestRandomMembership holds membership against CUE: no random value of a random
// constraint may be judged otherwise.
func TestRandomMembership(t *testing.T) {
	t.Parallel()
	var counts [3]int
	for seed := range seeds(0) {
		checkMembership(t, seed, &counts)
	}
	t.Logf("seeds from %d: unknown, in, out: %v", *seed, counts)
}

func checkMembership(t *testing.T, seed uint64, counts *[3]int) {
	g := newGen(seed)
	src := g.constraint(3)
	v, ok := compiled(src)
	if !ok {
		return
	}
	s := Of(v)
	values := g.near(s)
	for range 6 {
		values = append(values, g.value(3))
	}
	for _, j := range values {
		got := s.Contains(j)
		counts[got]++
		want := acceptedByCUE(t, v, s, j)
		if got != Unknown && want != Unknown && got != want {
			t.Errorf("seed %d: %s contains %s: got %v, CUE says %v; set is %v", seed, src, j, got, want, s)
		}
	}
}

// compiled reports false for constraints that CUE's compiler fails on with a panic.
func compiled(src string) (v cue.Value, ok bool) {
	defer func() { ok = recover() == nil }()
	return constraint(cuecontext.New(), src), true
}

// acceptedByCUE asks CUE. Where it accepts a whole of which it refuses a part, the
// part counts (see refuted).
func acceptedByCUE(t *testing.T, v cue.Value, s Set, j JSON) Tri {
	w, err := parse(j)
	if err != nil {
		t.Fatal(err)
	}
	got := accepts(v, &w)
	if got == Yes && s.Contains(j) == No && s.holds(&w, byCUE) == No {
		return No
	}
	return got
}

// TestRandomRelation holds the relation of random pairs against random values: no value
// may contradict what is said of the pair.
func TestRandomRelation(t *testing.T) {
	t.Parallel()
	var counts [5]int
	reasons := map[string]int{}
	for seed := range seeds(1) {
		checkRelation(t, seed, &counts, reasons)
	}
	t.Logf("seeds from %d: unknown, equal, narrowed, widened, changed: %v", *seed, counts)
	for r, n := range reasons {
		if n > 5 {
			t.Logf("%d unknown: %s", n, r)
		}
	}
}

func checkRelation(t *testing.T, seed uint64, counts *[5]int, reasons map[string]int) {
	g := newGen(seed)
	oldSrc, newSrc := g.pair(3)
	old, ok1 := compiled(oldSrc)
	new, ok2 := compiled(newSrc)
	if !ok1 || !ok2 {
		return
	}
	a, b := Of(old), Of(new)
	r := Relate(a, b)
	counts[r.Kind]++
	if r.Kind == Undecided {
		reasons[r.Reason()]++
	}
	overlap := a.Overlaps(b)
	for _, w := range []struct {
		a        Answer
		old, new Tri
	}{{r.Lost, Yes, No}, {r.Gained, No, Yes}, {overlap, Yes, Yes}} {
		if w.a.Is == Yes && (acceptedByCUE(t, old, a, w.a.Witness) != w.old || acceptedByCUE(t, new, b, w.a.Witness) != w.new) {
			t.Errorf("seed %d: %s, %s: witness %s is not one", seed, oldSrc, newSrc, w.a.Witness)
		}
	}
	values := append(g.near(a), g.near(b)...)
	for range 4 {
		values = append(values, g.value(3))
	}
	for _, j := range values {
		// What is said not to be must not be; CUE is asked about nothing else.
		x, y := Unknown, Unknown
		if r.Lost.Is == No || r.Gained.Is == No || overlap.Is == No {
			x = acceptedByCUE(t, old, a, j)
		}
		if x == Yes && (r.Lost.Is == No || overlap.Is == No) || x == No && r.Gained.Is == No {
			y = acceptedByCUE(t, new, b, j)
		}
		if r.Lost.Is == No && x == Yes && y == No || r.Gained.Is == No && x == No && y == Yes || overlap.Is == No && x == Yes && y == Yes {
			t.Errorf("seed %d: %s to %s is said to be %v (lost %v, gained %v, overlap %v), but %s is %v in old and %v in new",
				seed, oldSrc, newSrc, r.Kind, r.Lost.Is, r.Gained.Is, overlap.Is, j, x, y)
		}
	}
}

// pair writes two constraints, mostly related ones.
func (g gen) pair(depth int) (string, string) {
	a := g.constraint(depth)
	switch g.IntN(5) {
	case 0:
		return a, g.constraint(depth)
	case 1:
		return a, a + " | " + g.constraint(depth-1)
	case 2:
		return g.both("("+a+")", g.paren(depth-1)), a
	case 3:
		n := g.IntN(len(a))
		return a, a[:n] + g.pick("", "1", "?", "!") + a[min(n+1, len(a)):]
	}
	b := g.constraint(depth - 1)
	return a + " | " + b, b + " | " + a
}
