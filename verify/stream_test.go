package verify

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func TestEach(t *testing.T) {
	long := strings.Repeat("x", MaxToken)
	for _, x := range []struct{ in, want string }{
		{"", ""},
		{"\n \n\r\n", ""},
		{"{}\n{}", "1:{} 2:{}"},
		{"{}\r\n\n  a.b.c \n", "1:{} 3:a.b.c"},
		{"{\n \"a\": 1\n}\n", "1:{\n \"a\": 1\n}"},
		{"{\n{}\n", "1:{ 2:{}"},
		{"{\"a\":1}\n{\n}\n", "1:{\"a\":1} 2:{ 3:}"},
		{"a\n" + long + "y\nb", "1:a 2:- 3:b"},
		{long + long + long, "1:-"},
		{"{" + long + "\n{}\n", "1:- 2:{}"},
	} {
		var got []string
		err := Each(iotest.OneByteReader(strings.NewReader(x.in)), func(line int, token []byte) {
			if token == nil {
				token = []byte("-")
			}
			got = append(got, fmt.Sprintf("%d:%s", line, token))
		})
		if text := strings.Join(got, " "); err != nil || text != x.want {
			t.Errorf("%.40q: %.80q, want %q (%v)", x.in, text, x.want, err)
		}
	}
	broken := errors.New("broken")
	n := 0
	if err := Each(io.MultiReader(strings.NewReader("a\nb\n"), iotest.ErrReader(broken)), func(int, []byte) { n++ }); !errors.Is(err, broken) || n != 2 {
		t.Errorf("%v after %d tokens", err, n)
	}
}

// TestSummary counts tokens and problems, each problem once for a token.
func TestSummary(t *testing.T) {
	c := &Tokens{payload: New(of(t, `{roles: [...int]}`))}
	var s Summary
	in := `{"roles":[]}
{"roles":["a","b"]}
{"x":1}
` + "\nno\n" + strings.Repeat("y", MaxToken+5) + "\n" + jwt("{}", `{"roles":["c"]}`)
	if err := Each(strings.NewReader(in), func(line int, token []byte) { s.Add(c, Place{"f", line}, token) }); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range s.Groups() {
		got = append(got, fmt.Sprintf("%s %s %d at %d", g.Rule, g.Path, g.Tokens, g.First.Line))
	}
	want := "wrong-type roles[] 2 at 2, claim-missing roles 1 at 3, claim-unexpected x 1 at 3, too-long  1 at 6, unreadable  1 at 5"
	if text := strings.Join(got, ", "); text != want || s.Checked != 6 || s.Wrong != 5 || s.JWTs != 1 {
		t.Errorf("%s, want %s; %d checked, %d wrong, %d JWTs", text, want, s.Checked, s.Wrong, s.JWTs)
	}
}

// TestManyNames holds that claims with names of their own do not fill the memory.
func TestManyNames(t *testing.T) {
	c := &Tokens{payload: New(of(t, `{a?: int}`))}
	var s Summary
	for i := range 5000 {
		s.Add(c, Place{"f", i}, []byte(fmt.Sprintf(`{"n%d":1}`, i)))
	}
	if len(s.Groups()) != maxGroups || s.Unlisted != 5000-maxGroups || s.Wrong != 5000 {
		t.Errorf("%d groups, %d unlisted, %d wrong", len(s.Groups()), s.Unlisted, s.Wrong)
	}
}

// TestFlatMemory holds that a stream takes no more memory the longer it is.
func TestFlatMemory(t *testing.T) {
	c := &Tokens{payload: New(of(t, accessToken))}
	heap := func(tokens int) uint64 {
		in, _ := newStream(tokens)
		var s Summary
		most := uint64(0)
		if err := Each(in, func(line int, token []byte) {
			s.Add(c, Place{"f", line}, token)
			if line%(tokens/4) == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}); err != nil || s.Wrong > 0 || s.Checked != tokens {
			t.Fatalf("%v, %d of %d wrong", err, s.Wrong, s.Checked)
		}
		return most
	}
	most := 50_000
	if testing.Short() {
		most = 10_000
	}
	short, long := heap(1000), heap(most)
	if long > short+8<<20 {
		t.Errorf("%d KiB for 1,000 tokens, %d KiB for %d", short>>10, long>>10, most)
	}
}
