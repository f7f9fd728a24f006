package valueset

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/cuecontext"
)

func TestValues(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`"a" | "b"`, `"a" "b"`},
		{`*"a" | "b"`, `"a" "b"`},
		{`bool | null`, `null false true`},
		{`int & >=-1 & <=2`, `-1 0 1 2`},
		{`int & >=0 & <=9 & math.MultipleOf(4)`, `0 4 8`},
		{`1 | 1.5 | "x"`, `1 1.5 "x"`},
		{`=~"^(a|b)c?$"`, `"a" "ac" "b" "bc"`},
		{`=~"^[a-c]$" & !="b"`, `"a" "c"`},
		{`strings.MaxRunes(0)`, `""`},
		{`[bool]`, `[false] [true]`},
		{`[...("a" | "b")] & list.UniqueItems`, `["a","b"] ["a"] ["b","a"] ["b"] []`},
		{`{a: "x" | "y"}`, `{"a":"x"} {"a":"y"}`},
		{`{a?: true}`, `{"a":true} {}`},
		{`_|_`, ``},
		{`bytes`, ``},
	} {
		list, ok := of(t, c.src).Values()
		got := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(list), "["), "]")
		if !ok || got != c.want {
			t.Errorf("%s: %v %v, want %s", c.src, got, ok, c.want)
		}
	}
	for _, src := range []string{`string`, `_`, `[...bool]`, `int`, `{a?: 1, ...}`, `=~"a"`, `float & >=0 & <=1`, `int & >0`, `int & >=0 & <=100000`, `net.FQDN`, `{[=~"^x"]: 1}`, `!="a"`} {
		if list, ok := of(t, src).Values(); ok {
			t.Errorf("%s has the values %v", src, list)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`string`, "string"},
		{`int`, "integer"},
		{`number`, "number"},
		{`float`, "number"},
		{`>=0`, "number"},
		{`!=null`, "boolean or number or string or array or object"},
		{`string | [...string]`, "string or array"},
		{`null | {...}`, "null or object"},
		{`time.Time`, "string"},
		{`net.IP`, "string or array"},
		{`bytes`, "nothing"},
		{`_`, "null or boolean or number or string or array or object"},
	} {
		if got := of(t, c.src).Kinds().String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.src, got, c.want)
		}
	}
}

func TestString(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`_`, `_`},
		{`_|_`, `_|_`},
		{`!=null`, `!=null`},
		{`"a" | "b"`, `"a" | "b"`},
		{`"1"|"2"|"3"|"4"|"5"|"6"|"7"|"8"|"9"`, `"1" | "2" | "3" | "4" | "5" | "6" | ... 3 more`},
		{`=~"^x"`, `=~"^x"`},
		{`=~"^x" & !~"y$" & !="xa"`, `!="xa" & !~"y$" & =~"^x"`},
		{`[...string]`, `[...string]`},
		{`[string, ...("a"|"b")]`, `[string, ...("a" | "b")]`},
		{`[...] & list.MaxItems(3)`, `[...] & list.MaxItems(3)`},
		{`int & >=0`, `int & >=0`},
		{`>=0.5`, `>=0.5`},
		{`number`, `number`},
		{`1 | 2 | 3.5`, `int & >=1 & <=2 | 3.5`},
		{`!=5`, `!=5.0`},
		{`strings.MinRunes(1) & strings.MaxRunes(5)`, `strings.MinRunes(1) & strings.MaxRunes(5)`},
		{`{a: string, "b-c"?: int}`, `{a: string, "b-c"?: int}`},
		{`{a: string, ...}`, `{a: string, ...}`},
		{`{[=~"^x"]: int}`, `{[=~"^x"]: int}`},
		{`null | string`, `null | string`},
		{`>="a" & <"b"`, `>="a" & <"b"`},
		{`math.MultipleOf(5)`, `math.MultipleOf(5)`},
		{`time.Format("Jan 2")`, `time.Format("Jan 2")`},
		{`{a: {b: {c: {d: string}}}}`, `{a: {b: {c: {...}}}}`},
		{`matchN(1, [{a!: int}, {b!: int}])`, `matchN(1, [{a!: int}, {b!: int}])`},
		{`{m?: matchIf({a!: 1}, {b!: 2}, _)}`, `{m?: matchIf({a!: 1}, {b!: 2}, _)}`},
		{`string & matchN(1, [{a!: int}, {b!: int}])`, `string & matchN(1, [{a!: int}, {b!: int}])`},
		{`(string | int) & matchN(1, [{a!: int}, {b!: int}])`, `(int | string) & matchN(1, [{a!: int}, {b!: int}])`},
		{`null | matchN(1, [{a!: int}, {b!: int}])`, `null | !=null & matchN(1, [{a!: int}, {b!: int}])`},
		{`{a: int, b: a}`, `{a: int, b: a}`},
		{`=~_word`, `=~_word`},
		{`{[=~_word]: int}`, `{[=~_word]: int}`},
		{`json.Valid`, `json.Valid`},
		{`{[string]: int}`, `{[string]: int}`},
		{`{a: string, [string]: string}`, `{a: string, [string]: string}`},
		{`#Chain`, `{next?: null | #Chain, v: int}`},
		{`#Nest`, `null | [#Nest]`},
	} {
		if got := of(t, c.src).String(); got != c.want {
			t.Errorf("%s is written %s, want %s", c.src, got, c.want)
		}
	}
}

func TestDefault(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`*"a" | "b"`, `"a"`}, {`*"a" | string`, `"a"`}, {`*1 | int`, `1`}, {`*{a: 1} | {b: 2}`, `{"a":1}`}, {`*["a"] | [...string]`, `["a"]`},
		{`string`, ``}, {`"a"`, ``}, {`[...string]`, ``}, {`{a: *1 | int}`, ``}, {`"a" | "b"`, ``},
	} {
		if got, _ := of(t, c.src).Default(); string(got) != c.want {
			t.Errorf("%s: default %s, want %s", c.src, got, c.want)
		}
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`null`, `4 4`},
		{`bool`, `4 5`},
		{`true`, `4 4`},
		{`"a" | "bcd"`, `3 5`},
		{`"\""`, `4 4`},
		{`"é"`, `4 4`},
		{`int`, `1 24`},
		{`int & >=100 & <=9999`, `3 4`},
		{`int & >=-100 & <=9`, `1 4`},
		{`1.5 | 10.25`, `3 5`},
		{`string`, `2 -`},
		{`strings.MaxRunes(3) & =~"^[a-z]*$"`, `2 5`},
		{`=~"^[0-9a-f]{8}$"`, `10 10`},
		{`=~"^.?$"`, `2 8`},
		{`=~"^\\pL{2}$"`, `4 10`},
		{`=~"^a+$"`, `3 -`},
		{`[]`, `2 2`},
		{`[...bool]`, `2 -`},
		{`[bool, bool]`, `11 13`},
		{`[...bool] & list.MaxItems(3)`, `2 19`},
		{`[...("a" | "b")] & list.UniqueItems`, `2 9`},
		{`[null, ...true] & list.MaxItems(2)`, `6 11`},
		{`{}`, `2 2`},
		{`{a: null}`, `10 10`},
		{`{a: null, b?: true}`, `10 19`},
		{`{a: null, ...}`, `10 -`},
		{`{[=~"^x$"]: null}`, `2 10`},
		{`null | "abcdef"`, `4 8`},
	} {
		z := of(t, c.src).Size()
		got := fmt.Sprint(z.Min, " ", z.Max)
		if !z.Bounded {
			got = fmt.Sprint(z.Min, " -")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.src, got, c.want)
		}
	}
}

func TestUnbounded(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`string`, `""`}, {`[...bool]`, `""`}, {`{a: bool, b: {c: string}}`, `"b.c"`}, {`{r: [...string] & list.MaxItems(9)}`, `"r[]"`},
		{`{a: true, ...}`, `"*"`}, {`"a" | "b"`, `none`}, {`{a: int, b?: bool}`, `none`}, {`[...{n: string}] & list.MaxItems(2)`, `"[].n"`},
	} {
		path, is := of(t, c.src).Unbounded()
		got := "none"
		if is {
			got = fmt.Sprintf("%q", path)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.src, got, c.want)
		}
	}
}

func TestMembers(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`{a: string, b?: int, c!: bool}`, `a always string; b sometimes int; c always bool; rest _|_`},
		{`{a: "x", ...}`, `a always "x"; rest _`},
		{`{a: 1} | {b: 2}`, `a sometimes 1; b sometimes 2; rest _|_`},
		{`{a: 1, b: 1} | {a: 2}`, `a always int & >=1 & <=2; b sometimes 1; rest _|_`},
		{`{a?: _|_, b: 1}`, `a never _|_; b always 1; rest _|_`},
		{`{[=~"^x"]: int}`, `rest int`},
		{`{[string]: int, a: >5}`, `a always int & >=6; rest int`},
		{`string`, `rest _|_`},
		{`string | {a: null}`, `a always null; rest _|_`},
	} {
		named, rest := of(t, c.src).Members()
		var out []string
		for _, f := range named {
			out = append(out, fmt.Sprintf("%s %s %s", f.Name, f.Presence, f.Set))
		}
		if got := strings.Join(append(out, "rest "+rest.String()), "; "); got != c.want {
			t.Errorf("%s: %s, want %s", c.src, got, c.want)
		}
	}
	if set, p := of(t, `{a: {b?: [...string]}}`).Member("a"); p != Always {
		t.Errorf("a is %v", p)
	} else if set, p = set.Member("b"); p != Sometimes || set.Elem().String() != "string" {
		t.Errorf("a.b is %v %v", p, set)
	}
	if _, p := of(t, `{a: 1}`).Member("z"); p != Never {
		t.Errorf("z is %v", p)
	}
}

func TestItems(t *testing.T) {
	for _, c := range []struct {
		src         string
		least, most int
		elem        string
	}{
		{`[...string]`, 0, -1, "string"},
		{`[string, int]`, 2, 2, "int | string"},
		{`[string, ...int]`, 1, -1, "int | string"},
		{`[...bool] & list.MinItems(2) & list.MaxItems(4)`, 2, 4, "bool"},
		{`[...string] | [1]`, 0, -1, "1 | string"},
		{`[]`, 0, 0, "_|_"},
		{`string`, 0, 0, "_|_"},
		{`[...{a: 1}]`, 0, -1, "{a: 1}"},
	} {
		s := of(t, c.src)
		least, most := s.Items()
		if least != c.least || most != c.most || s.Elem().String() != c.elem {
			t.Errorf("%s: %d to %d of %s, want %d to %d of %s", c.src, least, most, s.Elem(), c.least, c.most, c.elem)
		}
	}
}

func TestAt(t *testing.T) {
	s := of(t, `[string, bool] | [null, int, ...("x" | "y")]`)
	for i, want := range []string{"null | string", "bool | int", `"x" | "y"`, `"x" | "y"`} {
		if got := s.At(i).String(); got != want {
			t.Errorf("element %d is %s, want %s", i, got, want)
		}
	}
	if got := of(t, `[string]`).At(1).String(); got != "_|_" {
		t.Errorf("beyond the end there is %s", got)
	}
}

// TestRandomParts holds what is said of the parts of a set against its values.
func TestRandomParts(t *testing.T) {
	t.Parallel()
	for seed := range seeds(3) {
		g := newGen(seed)
		src := g.constraint(3)
		v, ok := compiled(src)
		if !ok {
			continue
		}
		s := Of(v)
		var all *answers
		for _, j := range g.near(s) {
			if w, _ := parse(j); s.Contains(j) == Yes {
				if all == nil {
					all = answersOf(s)
				}
				if problem := all.contradiction(w); problem != "" {
					t.Errorf("seed %d: %s contains %s, but %s", seed, src, j, problem)
				}
			}
		}
	}
}

// answers are the answers to all questions about the parts of a set.
type answers struct {
	set         Set
	kinds       Kinds
	empty       Tri
	size        Size
	values      []JSON
	finite      bool
	least, most int
	elem        Set
	named       []Field
	rest        Set
}

func answersOf(s Set) *answers {
	a := &answers{set: s, kinds: s.Kinds(), empty: s.IsEmpty(), size: s.Size(), elem: s.Elem()}
	a.values, a.finite = s.Values()
	a.least, a.most = s.Items()
	a.named, a.rest = s.Members()
	return a
}

// contradiction says what is wrong about the answers if the set has this value.
func (a *answers) contradiction(v value) string {
	n := len(v.json())
	switch {
	case !a.kinds.Has(v.kind):
		return fmt.Sprintf("its kinds are %v", a.kinds)
	case a.empty == Yes:
		return "it is empty"
	case n < a.size.Min || a.size.Bounded && n > a.size.Max:
		return fmt.Sprintf("its size is %v", a.size)
	case a.finite && !slices.Contains(a.values, v.json()):
		return fmt.Sprintf("its values are %v", a.values)
	case v.kind == ArrayKind:
		return a.ofElements(v)
	case v.kind == ObjectKind:
		return a.ofMembers(v)
	}
	return ""
}

func (a *answers) ofElements(v value) string {
	if len(v.elems) < a.least || a.most >= 0 && len(v.elems) > a.most {
		return fmt.Sprintf("its arrays have %d to %d elements", a.least, a.most)
	}
	for i := range v.elems {
		if a.elem.holds(&v.elems[i], byModel) == No {
			return fmt.Sprintf("its elements are %v", a.elem)
		}
		if at := a.set.At(i); at.holds(&v.elems[i], byModel) == No {
			return fmt.Sprintf("element %d is %v", i, at)
		}
	}
	return ""
}

func (a *answers) ofMembers(v value) string {
	for _, f := range a.named {
		w, there := v.get(f.Name)
		if there && (f.Presence == Never || f.Set.holds(w, byModel) == No) || !there && f.Presence == Always {
			return fmt.Sprintf("%s is %v %v", f.Name, f.Presence, f.Set)
		}
	}
	for i, m := range v.members {
		known := slices.ContainsFunc(a.named, func(f Field) bool { return f.Name == m.name })
		if !known && a.rest.holds(&v.members[i].value, byModel) == No {
			return fmt.Sprintf("other members are %v", a.rest)
		}
	}
	return ""
}

// TestKeys demands that keys depend on nothing but the constraint, and that sets
// with equal keys are equal.
func TestKeys(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		g := newGen(seed)
		src := g.constraint(3)
		v, ok := compiled(src)
		if !ok {
			continue
		}
		if a, b := Of(v).Key(), of(t, src).Key(); a != b {
			t.Errorf("%s: %s, then %s", src, a, b)
		}
	}
	keys := map[string]string{}
	for _, p := range readPairs(t) {
		for _, src := range []string{p.old, p.new} {
			key := of(t, src).Key()
			if other, ok := keys[key]; ok && Relate(Of(constraint(cuecontext.New(), other)), of(t, src)).Kind != Equal {
				t.Errorf("%s and %s have one key", other, src)
			}
			keys[key] = src
		}
	}
}
