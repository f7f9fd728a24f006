package valueset

import (
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// TestForgottenClosing shows what CUE v0.17 does to structs that a definition
// closes: beside some validators, and in the argument of close(), it forgets to. Here
// they are closed, as without the validator, and CUE's word on the part counts. Once
// this test fails, CUE remembers, and source.literal and refuted can go.
func TestForgottenClosing(t *testing.T) {
	for _, c := range []struct{ src, value string }{
		{`[...{a: int}] & list.MaxItems(1)`, `[{"a":1,"z":1}]`},
		{`[...{a: int}] & list.MinItems(1)`, `[{"a":1,"z":1}]`},
		{`list.UniqueItems() & [...{a: int}]`, `[{"a":1,"z":1}]`},
		{`[{a: {b: int}}] & list.MaxItems(1)`, `[{"a":{"b":1,"z":1}}]`},
		{`{m: [...{a: int}] & list.MaxItems(1)}`, `{"m":[{"a":1,"z":1}]}`},
		{`!=null & {a: int}`, `{"a":1,"z":1}`},
		{`matchN(1, [_]) & {a: int}`, `{"a":1,"z":1}`},
		{`close({m: {a: int}})`, `{"m":{"a":1,"z":1}}`},
	} {
		v := constraint(cuecontext.New(), c.src)
		s := Of(v)
		w, err := parse(JSON(c.value))
		if err != nil {
			t.Fatal(err)
		}
		if accepts(v, &w) != Yes {
			t.Errorf("%s: CUE refuses %s", c.src, c.value)
		}
		if s.Contains(JSON(c.value)) != No || s.holds(&w, byCUE) != No {
			t.Errorf("%s: %s is in the set", c.src, c.value)
		}
	}
}

// TestAccepts shows what it means that a value is in a constraint.
func TestAccepts(t *testing.T) {
	for _, c := range []struct {
		src, value string
		want       Tri
	}{
		{`{typ: "at+jwt"}`, `{}`, No}, {`{typ: "at+jwt"}`, `{"typ":"at+jwt"}`, Yes}, {`{a: *1 | int}`, `{}`, No}, {`{a: *1 | int}`, `{"a":2}`, Yes},
		{`{a: {b: 1}}`, `{"a":{}}`, No}, {`{a: int}`, `{}`, No}, {`{a!: int}`, `{}`, No}, {`{a?: 1}`, `{}`, Yes}, {`{a: _}`, `{}`, No},
		{`*{a: 1} | {b: 2}`, `{}`, No}, {`*{a: 1, ...} | {...}`, `{}`, Yes}, {`[{a: 1}]`, `[{}]`, No}, {`{_h: 1, #d: 2}`, `{}`, Yes},
		{`1`, `1.0`, No}, {`1.0`, `1`, No}, {`1e2`, `100.0`, Yes}, {`number`, `1e2`, Yes}, {`int`, `1e2`, No}, {`bytes`, `"YQ=="`, No},
		{`=~_word`, `"a"`, Unknown}, {`{a: =~_word}`, `{"a":"x"}`, Unknown}, {`{a: =~_word}`, `{}`, No}, {`[...=~_word]`, `["a"]`, Unknown},
		{`[...=~_word]`, `[]`, Yes}, {`{if _flag {a: int}}`, `{"a":1}`, Unknown}, {`strings.MinRunes(_number)`, `"a"`, Unknown},
		{`{x: string & int}`, `{"x":"a"}`, No}, {`{x?: string & int}`, `{}`, Yes}, {`struct.MinFields(2)`, `{"a":1}`, No},
		{`[...]`, `[]`, Yes}, {`[_, ...]`, `[]`, No}, {`"é"`, `"\u00e9"`, Yes}, {`!=null`, `null`, No}, {`_structs`, `{"a":"x"}`, Yes},
	} {
		v := constraint(cuecontext.New(), c.src)
		w, err := parse(JSON(c.value))
		if err != nil {
			t.Fatal(err)
		}
		if got := accepts(v, &w); got != c.want {
			t.Errorf("%s accepts %s: %v, want %v", c.src, c.value, got, c.want)
		}
		if got := Of(v).Contains(JSON(c.value)); got != c.want {
			t.Errorf("%s contains %s: %v, want %v", c.src, c.value, got, c.want)
		}
	}
}

// TestIncomplete compares constraints that depend on what has no value yet. CUE refuses
// what it cannot evaluate, but that shows nothing.
func TestIncomplete(t *testing.T) {
	for _, c := range []struct {
		old, new     string
		lost, gained Tri
	}{
		{`[...=~_word]`, `[...string]`, Unknown, Unknown},
		{`=~_word`, `string`, Unknown, Unknown},
		{`=~_word`, `string | int`, Unknown, Unknown},
		{`{a: =~_word}`, `{a: string}`, Unknown, Unknown},
		{`{a: =~_word}`, `{a?: string}`, Unknown, Yes},
		{`{a: "\(_word)"}`, `{a: string}`, Unknown, Unknown},
		{`strings.MinRunes(_number)`, `string`, No, Unknown},
		{`[...string] & list.MaxItems(_number)`, `[...string]`, No, Unknown},
		{`{if _flag {a: int}}`, `{a?: int}`, Unknown, Unknown},
		{`{(_word): int}`, `{...}`, No, Unknown},
		{`{x: string & int}`, `{x: string}`, No, Yes},
		{`{x?: string & int}`, `{x?: string}`, No, Yes},
		{`[...string & int]`, `[]`, No, No},
		{`{not CUE`, `_|_`, No, No},
	} {
		r := Relate(of(t, c.old), of(t, c.new))
		if r.Lost.Is != c.lost || r.Gained.Is != c.gained {
			t.Errorf("%s to %s: lost %+v, want %v; gained %+v, want %v", c.old, c.new, r.Lost, c.lost, r.Gained, c.gained)
		}
	}
}

// TestContainsText asks about text that is no JSON, and about numbers that CUE cannot
// read.
func TestContainsText(t *testing.T) {
	for text, want := range map[JSON]Tri{
		``: No, `{`: No, `1 2`: No, `nul`: No, `'a'`: No, ` {"a": [1, 2]} `: Yes, `1e999999999`: Unknown, `[1e-999999999]`: Unknown,
	} {
		if got := Any().Contains(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for _, src := range []string{`"a" | "b"`, `=~"^a"`, `!="a"`, `int`, `strings.MinRunes(2)`, `>"a"`, `"\"" | "é"`} {
		s := of(t, src)
		for _, text := range []string{"", "a", "b", "ab", `"`, "é", "a\n"} {
			if got, want := s.ContainsText(text), s.Contains(Text(text)); got != want {
				t.Errorf("%s, %q: %v, want %v", src, text, got, want)
			}
		}
	}
}

// TestClosedKeys demands that an open and a closed struct are not taken for one, also
// if nothing else is known of them.
func TestClosedKeys(t *testing.T) {
	for _, src := range []string{`{a: int, b: a}`, `{a?: int}`, `[...{a: int, b: a}]`} {
		v := cuecontext.New().CompileString("#x: " + src + "\nx: " + src)
		closed, open := Of(v.LookupPath(cue.ParsePath("#x"))), Of(v.LookupPath(cue.ParsePath("x")))
		if closed.Key() == open.Key() {
			t.Errorf("%s: open and closed have one key", src)
		}
	}
}

// TestEmbedded reads literals that are structs by their braces only: what is embedded
// there may be no struct. Random ones would not do, as CUE v0.17 overflows its stack
// on some of them.
func TestEmbedded(t *testing.T) {
	for _, src := range []string{
		`{_, a?: int}`, `{_, a: int}`, `{_open | string, b?: int}`, `{string}`, `{_}`, `{number | {b: 1}}`, `{_, ...}`, `{string, #a: 1}`,
		`{[...string], #a: 1}`, `{!=null, a?: int}`, `{!=null}`, `{_lists, #a: 1}`, `{int | string, _h: 2}`, `{matchN(1, [_])}`,
		`{matchN(1, [_]), a?: int}`, `{_structs | string, a?: string}`, `[...{_, a?: int}]`, `{m: {!=null, a?: int}}`,
	} {
		v := constraint(cuecontext.New(), src)
		s := Of(v)
		for _, j := range []JSON{`null`, `"a"`, `1`, `{}`, `{"a":1}`, `{"a":"x"}`, `{"b":1}`, `[]`} {
			for _, text := range []JSON{j, "[" + j + "]", `{"m":` + j + `}`} {
				w, _ := parse(text)
				if got, want := s.Contains(text), accepts(v, &w); got != want {
					t.Errorf("%s contains %s: %v, CUE says %v; set is %v", src, text, got, want, s)
				}
			}
		}
	}
}

// TestUnconfirmed asks about a value of which CUE thinks otherwise than this
// package: it rounds quotients to 34 digits. A No that CUE does not confirm is none.
func TestUnconfirmed(t *testing.T) {
	even := of(t, `int & math.MultipleOf(2)`)
	odd := of(t, `10000000000000000000000000000000000000001`)
	if a := even.Includes(odd); a.Is != Unknown || a.Reason == "" {
		t.Errorf("includes: %+v", a)
	}
	if a := even.Includes(of(t, `3`)); a.Is != No || a.Witness != "3" {
		t.Errorf("includes 3: %+v", a)
	}
}

// TestSourcesOfParts demands that CUE is also asked about sets that are taken out of
// others, or put together from them.
func TestSourcesOfParts(t *testing.T) {
	even := of(t, `{a: int & math.MultipleOf(2)}`)
	odd := of(t, `{a: 10000000000000000000000000000000000000001}`)
	x, _ := even.Member("a")
	y, _ := odd.Member("a")
	z := Const("10000000000000000000000000000000000000001")
	closed := func(s Set) Set { return Object([]Field{{"m", s, Always}}, Empty()) }
	for name, a := range map[string]Answer{
		"members":      x.Includes(y),
		"union":        x.Union(of(t, `null`)).Includes(y),
		"intersection": x.Intersect(of(t, `int`)).Includes(y),
		"difference":   of(t, `int`).Without(y).Includes(z),
		"object":       closed(x).Includes(closed(z)),
		"list":         ListOf(x).Includes(ListOf(z)),
	} {
		if name == "difference" {
			if a.Is != No {
				t.Errorf("%s: %+v", name, a)
			}
			continue
		}
		if a.Is != Unknown {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// TestBound reads members that are bound to one another: what CUE knows of them one
// by one must not be taken for all.
func TestBound(t *testing.T) {
	for _, src := range []string{
		`{a: int, b: a}`, `{a: int, b: >a}`, `{a: *5 | int, b: >a}`, `{a: int, let y = a, b: y}`, `{a: string, b: "\(a)"}`,
		`{a: int, b: a + 1}`, `{a?: int, if a != _|_ {b: int}}`, `{a: int, if a > 3 {b: string}}`, `X={a: int, b: X.a}`,
		`{[N=string]: {n: N}}`, `{_h: a, a: int, b: _h}`, `{a: {b: int}, c: a.b}`, `{a: int, b: [a]}`, `{n: {a: int, b: a}}`, `[...{a: int, b: a}]`,
	} {
		a := of(t, src)
		if r := Relate(a, of(t, src)); r.Kind != Equal {
			t.Errorf("%s is not equal to itself: %+v", src, r)
		}
		for _, other := range []string{`{...}`, `_`, `[...]`} {
			if r := Relate(a, of(t, other)); r.Kind == Equal || r.Lost.Is == Yes && other == "_" {
				t.Errorf("%s and %s are %v", src, other, r.Kind)
			}
		}
		changed := strings.Replace(src, "int", "number", 1)
		if changed == src {
			changed = strings.Replace(src, "string", "=~\"a\"", 1)
		}
		if r := Relate(a, of(t, changed)); r.Kind == Equal {
			t.Errorf("%s and %s are equal", src, changed)
		}
	}
}
