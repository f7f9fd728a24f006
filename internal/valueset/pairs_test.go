package valueset

import (
	"os"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
)

// pair is a line of testdata/pairs.txt.
type pair struct {
	line     int
	relation string
	old, new string
	reasons  []string
}

// readPairs reads the table.
func readPairs(t testing.TB) []pair {
	t.Helper()
	var out []pair
	for i, line := range strings.Split(readFile(t, "testdata/pairs.txt"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, " => ")
		if len(parts) != 4 {
			t.Fatalf("pairs.txt:%d: %d parts, want relation => old => new => reasons", i+1, len(parts))
		}
		for _, src := range parts[1:3] {
			if strings.HasPrefix(src, "{") || strings.HasPrefix(src, "#") {
				continue // may be declarations
			}
			if _, err := parser.ParseExpr("pairs.txt", src); err != nil {
				t.Fatalf("pairs.txt:%d: %s: %v", i+1, src, err)
			}
		}
		p := pair{i + 1, strings.TrimSpace(parts[0]), parts[1], parts[2], strings.Split(parts[3], "; ")}
		out = append(out, p)
	}
	return out
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestPairs checks the table: each answer is the one set by hand, in both
// directions, and CUE agrees with the values that the table gives as reasons.
func TestPairs(t *testing.T) {
	pairs := readPairs(t)
	if len(pairs) < 150 {
		t.Errorf("only %d pairs", len(pairs))
	}
	unknown := 0
	for _, p := range pairs {
		old, new := constraint(cuecontext.New(), p.old), constraint(cuecontext.New(), p.new)
		p.checkReasons(t, old, new)
		there, back := Relate(Of(old), Of(new)), Relate(Of(new), Of(old))
		if got := there.Kind.String(); got != p.relation {
			t.Errorf("pairs.txt:%d: %s to %s is %s, want %s (lost %v, gained %v)", p.line, p.old, p.new, got, p.relation, there.Lost, there.Gained)
		}
		if back.Kind != mirror(there.Kind) || back.Lost.Is != there.Gained.Is || back.Gained.Is != there.Lost.Is {
			t.Errorf("pairs.txt:%d: %v there and %v back", p.line, there.Kind, back.Kind)
		}
		if there.Kind == Undecided {
			unknown++
			if there.Reason() == "" {
				t.Errorf("pairs.txt:%d: unknown without a reason", p.line)
			}
		}
	}
	t.Logf("%d pairs, %d unknown", len(pairs), unknown)
}

func mirror(k RelationKind) RelationKind {
	switch k {
	case Narrowed:
		return Widened
	case Widened:
		return Narrowed
	}
	return k
}

// checkReasons demands a reason for each direction and holds the values against CUE.
func (p pair) checkReasons(t *testing.T, old, new cue.Value) {
	t.Helper()
	lost, gained := false, false
	for _, r := range p.reasons {
		word, rest, _ := strings.Cut(r, " ")
		switch word {
		case "lost":
			lost = true
			p.checkValue(t, rest, old, new)
		case "gained":
			gained = true
			p.checkValue(t, rest, new, old)
		case "never":
			lost = lost || strings.HasPrefix(rest, "lost: ")
			gained = gained || strings.HasPrefix(rest, "gained: ")
		case "unknown:":
			if p.relation != "unknown" {
				t.Errorf("pairs.txt:%d: a reason to be unknown, and is not", p.line)
			}
			lost, gained = true, true
		default:
			t.Errorf("pairs.txt:%d: reason %q", p.line, r)
		}
	}
	if !lost || !gained {
		t.Errorf("pairs.txt:%d: a direction has no reason", p.line)
	}
}

func (p pair) checkValue(t *testing.T, text string, in, notIn cue.Value) {
	t.Helper()
	j, ok := Compact([]byte(text))
	if !ok {
		t.Errorf("pairs.txt:%d: %s is not JSON", p.line, text)
		return
	}
	if acceptedByCUE(t, in, Of(in), j) != Yes || acceptedByCUE(t, notIn, Of(notIn), j) != No {
		t.Errorf("pairs.txt:%d: CUE does not agree with %s", p.line, j)
	}
}
