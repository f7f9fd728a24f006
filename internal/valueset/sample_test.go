package valueset

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
)

// TestRandomText draws strings of random expressions, and of some that contracts have.
func TestRandomText(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`=~"^[0-9a-f]{8}$"`, `^[0-9a-f]{8}$`}, {`=~"^[a-z]+:[a-z]+$"`, `^[a-z]{2,}:[a-z]+$|^[a-z]:[a-z]{2,}$`}, {`string`, `^[A-Za-z0-9._-]{6,}$`},
		{`=~"^\\pL+$"`, `^[A-Za-z]+$`}, {`=~"@"`, `@`}, {`strings.MaxRunes(3)`, `^\w{3}$`}, {`"x" | "y"`, `^[xy]$`},
		{`time.Time`, `^\d{4}-\d\d-\d\dT`}, {`!="abc" & =~"^[a-c]*$"`, `^[a-c]{8}$`}, {`=~"^\u00e9+$"`, "^\u00e9{8}$"},
	} {
		s := of(t, c.src)
		seen := map[JSON]bool{}
		for seed := range uint64(20) {
			draw := func() JSON {
				j, ok := s.RandomText(rand.New(rand.NewPCG(seed, 0)), 8)
				if !ok {
					t.Fatalf("%s: nothing found", c.src)
				}
				return j
			}
			j := draw()
			v, _ := parse(j)
			if s.Contains(j) != Yes || !regexp.MustCompile(c.want).MatchString(v.text) {
				t.Errorf("%s: %s", c.src, j)
			}
			if again := draw(); again != j {
				t.Errorf("%s: %s, then %s", c.src, j, again)
			}
			seen[j] = true
		}
		if c.src != `=~"^\u00e9+$"` && len(seen) < 2 {
			t.Errorf("%s: the seed does not matter: %v", c.src, seen)
		}
	}
	if j, ok := of(t, `int`).RandomText(rand.New(rand.NewPCG(1, 1)), 3); ok {
		t.Errorf("int has the text %s", j)
	}
}

func TestLongestText(t *testing.T) {
	for _, c := range []struct {
		src  string
		size int // -1: there is no longest
	}{
		{`"a" | "abc"`, 5}, {`=~"^[a-c]{2,7}$"`, 9}, {`strings.MaxRunes(3) & =~"^[a-z]*$"`, 5}, {`=~"^.?$"`, 8}, {`string`, -1}, {`=~"^a+$"`, -1}, {`int`, -1},
	} {
		s := of(t, c.src)
		j, ok := s.LongestText()
		if !ok {
			j = ""
		}
		if ok != (c.size >= 0) || ok && (len(j) != c.size || len(j) != s.Size().Max || s.Contains(j) != Yes) {
			t.Errorf("%s: %s %v, want %d bytes", c.src, j, ok, c.size)
		}
	}
}

func TestEnds(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []JSON
	}{
		{`int & >=3 & <100`, []JSON{"3", "99"}}, {`>0.5 & <=2`, []JSON{"1", "2", "2.0"}}, {`int`, nil}, {`"a"`, nil}, {`1 | 5`, []JSON{"1", "5"}},
	} {
		if got := of(t, c.src).Ends(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.src, got, c.want)
		}
	}
}

func TestSample(t *testing.T) {
	for _, src := range []string{`string`, `int`, `float`, `_`, `[...string]`, `{a?: int, ...}`, `null`, `_|_`, `net.FQDN`, `#Chain`, `{a: int, b: a}`} {
		s := of(t, src)
		list := s.Sample(5)
		slices.Sort(list)
		if len(slices.Compact(list)) != len(list) || len(list) > 5 || len(list) == 0 && s.IsEmpty() == No {
			t.Errorf("%s: %v", src, list)
		}
		for _, j := range list {
			if s.Contains(j) != Yes {
				t.Errorf("%s: %s is not in it", src, j)
			}
		}
	}
}
