package valueset

import (
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// TestRecursion reads definitions that refer to themselves.
func TestRecursion(t *testing.T) {
	s := of(t, `#Tree`)
	for v, want := range map[JSON]Tri{
		`{}`: Yes, `{"v":1}`: Yes, `{"v":"x"}`: No, `{"sub":[{"v":1,"sub":[]}]}`: Yes, `{"sub":[{"sub":[{"v":"x"}]}]}`: No,
	} {
		if got := s.Contains(v); got != want {
			t.Errorf("%s: %v, want %v", v, got, want)
		}
	}
	if r := Relate(s, of(t, `{v?: int, sub?: [...]}`)); r.Kind != Widened {
		t.Errorf("%+v", r)
	}
}

// recursiveDefinitions hold of values of any depth. where is the first place without
// a limit.
var recursiveDefinitions = []struct{ src, where string }{
	{`{a?: #x}`, "a"},
	{`{a?: [#x]}`, "a"},
	{`{a?: [...#x] & list.MaxItems(2)}`, "a[]"},
	{`{a: null | #x}`, "a.a"},
	{`{a: string | #x}`, "a.a"},
	{`{[string]: #x}`, "*"},
	{`{[string]: [#x]}`, "*"},
	{`{a: null} | {a: #x}`, "a.a"},
	{`null | [#x]`, "[][]"},
	{`*null | [#x]`, "[][]"},
	{`null | {a: #x}`, "a.a"},
	{`null | ([#x] & list.MaxItems(4))`, "[][]"},
	{`true | [...#x] & list.MaxItems(1)`, "[][]"},
	{`_ & (null | [#x])`, ""},
	{`null | close({a: #x})`, "a.a"},
	{`null | #y, #y: [#x] | string`, "[]"},
	{`null | #y, #y: #x | [1]`, "*"},
	{`null | #x | [1]`, "*"},
	{`matchN(1, [null, #x])`, "*"},
}

// TestRecursiveDefinitions holds sets of definitions that refer to themselves against
// CUE, and asks all questions about them.
func TestRecursiveDefinitions(t *testing.T) {
	values := []JSON{"null", "true", `"s"`, "1", "[]", "[1]", "{}", `{"a":null}`}
	for range 4 {
		for _, v := range values[len(values)-8:] {
			values = append(values, "["+v+"]", `{"a":`+v+`}`)
		}
	}
	for _, c := range recursiveDefinitions {
		v := cuecontext.New().CompileString("import \"list\"\n_list: list.Avg\n#x: " + c.src).LookupPath(cue.ParsePath("#x"))
		s := Of(v)
		for _, j := range values {
			w, _ := parse(j)
			if got, want := s.Contains(j), accepts(v, &w); got != want {
				t.Errorf("%s contains %s: %v, CUE says %v", c.src, j, got, want)
			}
		}
		if s.Size().Bounded {
			t.Errorf("%s: size %v", c.src, s.Size())
		}
		if list, ok := s.Values(); ok {
			t.Errorf("%s: values %v", c.src, list)
		}
		if where, is := s.Unbounded(); !is || where != c.where {
			t.Errorf("%s: unbounded is %q %v, want %q", c.src, where, is, c.where)
		}
		if s.IsEmpty() == Yes || s.String() == "" || Relate(s, s.Union(Empty())).Kind != Equal {
			t.Errorf("%s is %v", c.src, s)
		}
	}
}

// TestCircles reads definitions that are what they are: CUE takes them for _.
func TestCircles(t *testing.T) {
	for _, src := range []string{
		`#x`, `#y, #y: #x`, `#x & string`, `#y & string, #y: #x & =~"^a"`, `#x | #x`, `#y | "a", #y: #x | "b"`, `#x & {a?: int}`, `{#x, a?: int}`,
		`#x & #y, #y: #x | #y`, `(#x | "a") & (#y | "b"), #y: #x & (#x | #y)`,
	} {
		v := cuecontext.New().CompileString("#x: " + src).LookupPath(cue.ParsePath("#x"))
		s := Of(v)
		for _, j := range []JSON{`null`, `"a"`, `"b"`, `{}`, `{"a":1}`, `{"a":"x"}`, `[]`} {
			w, _ := parse(j)
			if got, want := s.Contains(j), accepts(v, &w); got != want && got != Unknown {
				t.Errorf("%s contains %s: %v, CUE says %v; set is %v", src, j, got, want, s)
			}
		}
		if r := Relate(s, Of(v)); r.Kind != Equal || s.Size().Min == 0 && s.IsEmpty() != Yes {
			t.Errorf("%s: %v %v %v", src, r, s.Size(), s.IsEmpty())
		}
	}
}
