package valueset

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cuelang.org/go/cue/cuecontext"
)

// BenchmarkOf reads constraints of the sorts that contracts are full of.
func BenchmarkOf(b *testing.B) {
	for _, c := range []struct{ name, src string }{
		{"kind", `string`},
		{"enum", `"a" | "b" | "c" | "d"`},
		{"regexp", `=~"^[0-9a-f-]{36}$"`},
		{"bounds", `int & >=0 & <=10`},
		{"length", `strings.MaxRunes(64)`},
		{"list", `[...string]`},
		{"enums", `[...("reader" | "payer" | "admin")]`},
		{"choice", `string | [...string]`},
		{"object", `{typ: "at+jwt", alg: "ES256", kid: string}`},
		{"open", `{a: string, b?: int, ...}`},
		{"definition", `#Closed`},
	} {
		b.Run(c.name, func(b *testing.B) {
			v := constraint(cuecontext.New(), c.src)
			b.ReportAllocs()
			for b.Loop() {
				_ = Of(v)
			}
		})
	}
}

// BenchmarkRelate goes through the table of pairs. The slowest pair is reported.
func BenchmarkRelate(b *testing.B) {
	type sets struct{ old, new Set }
	var list []sets
	var lines []int
	for _, p := range readPairs(b) {
		list = append(list, sets{of(b, p.old), of(b, p.new)})
		lines = append(lines, p.line)
	}
	var worst time.Duration
	var where int
	n := 0
	for b.Loop() {
		for i, s := range list {
			start := time.Now()
			Relate(s.old, s.new)
			if d := time.Since(start); d > worst {
				worst, where = d, lines[i]
			}
		}
		n += len(list)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "pairs/s")
	b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
	b.Logf("the slowest pair is in line %d", where)
}

// BenchmarkHard compares expressions whose automata are large.
func BenchmarkHard(b *testing.B) {
	for _, c := range []struct{ name, old, new string }{
		{"letters", `^\pL+$`, `^[\pL\pN]+$`},
		{"email", `^[a-z0-9.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$`, `^[^@ ]+@[^@ ]+$`},
		{"uuid", `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, `^[0-9a-fA-F-]{36}$`},
		{"adversary", `^(a|b)*a(a|b){13}$`, `^(a|b)*b(a|b){13}$`},
		{"hopeless", `(a|b)*a(a|b){40}$`, `(a|b)*b(a|b){40}c`},
		{"long", `^(x{30}){1,33}$`, `^x*$`},
	} {
		b.Run(c.name, func(b *testing.B) {
			var kind RelationKind
			for b.Loop() {
				old, _ := Matching(c.old)
				new, _ := Matching(c.new)
				kind = Relate(old, new).Kind
			}
			b.Log(kind)
		})
	}
}

// BenchmarkTrees compares objects and lists with many alternatives or members.
func BenchmarkTrees(b *testing.B) {
	many := func(n int, sep string, f func(int) string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = f(i)
		}
		return strings.Join(parts, sep)
	}
	variant := func(i int) string { return fmt.Sprintf(`{kind: "k%d", a?: int, b: string, c%d?: bool}`, i, i%7) }
	lists := func(i int) string { return fmt.Sprintf(`[...("a" | "b%d")]`, i) }
	claim := func(i int) string { return fmt.Sprintf(`c%d?: string | [...string]`, i) }
	for _, c := range []struct{ name, old, new string }{
		{"variants", many(40, " | ", variant), many(41, " | ", variant)},
		{"lists", many(20, " | ", lists), many(21, " | ", lists)},
		{"limits", many(12, " | ", func(i int) string { return fmt.Sprintf("([...%d] & list.MaxItems(%d))", i, i+1) }),
			many(12, " | ", func(i int) string { return fmt.Sprintf("([...%d] & list.MaxItems(%d))", i, i+2) })},
		{"claims", "{" + many(60, ", ", claim) + "}", "{" + many(61, ", ", claim) + "}"},
		{"nested", "{v: [...(" + many(20, " | ", variant) + ")]}", "{v: [...(" + many(21, " | ", variant) + ")]}"},
		{"overlapping", many(14, " | ", func(i int) string { return fmt.Sprintf(`{a%d: int, ...}`, i) }), "{...}"},
		{"patterns", "{" + many(9, ", ", func(i int) string { return fmt.Sprintf(`[=~"^%c"]: string`, 'a'+i) }) + "}",
			"{" + many(9, ", ", func(i int) string { return fmt.Sprintf(`[=~"^%c"]: string`, 'b'+i) }) + "}"},
	} {
		b.Run(c.name, func(b *testing.B) {
			old, new := of(b, c.old), of(b, c.new)
			var r Relation
			for b.Loop() {
				r = Relate(old, new)
			}
			b.Log(r.Kind, r.Lost.Witness, r.Gained.Witness, r.Reason())
		})
	}
}

// BenchmarkEnumerations compares long enumerations.
func BenchmarkEnumerations(b *testing.B) {
	list := make([]JSON, 10_000)
	for i := range list {
		list[i] = JSON(fmt.Sprintf("%q", fmt.Sprintf("value-%d", i)))
	}
	for b.Loop() {
		if r := Relate(OneOf(list[1:]...), OneOf(list[:9_999]...)); r.Kind != Changed {
			b.Fatal(r)
		}
	}
}
