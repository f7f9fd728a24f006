package pairs

import (
	"slices"

	"tokenctl.dev/internal/valueset"
)

// common are values that constraints may tell apart.
var common = []valueset.JSON{
	`null`, `true`, `false`,
	`0`, `1`, `1.0`, `-1`, `-0`, `1.5`, `2`, `3.0`, `100`, `1e2`, `1E-3`, `9007199254740993`, `123456789012345678901234567890`,
	`""`, `"a"`, `"b"`, `"ab"`, `"aa\n"`, `"é"`, `"\u0061"`, `"\u212a"`, `"\u0000"`, `"https://example.com/a?b"`, `"2026-11-21T10:00:00Z"`,
	`[]`, `[null]`, `["a"]`, `["a","a"]`, `["a","\u0061"]`, `["a","b",1]`, `[1,1.0]`, `[1.0,1e0]`, `[[1],[1.0]]`, `[{"a":1,"b":2},{"b":2,"a":1}]`,
	`{}`, `{"a":"x"}`, `{"a":1}`, `{"\u0061":1}`, `{"a":1.0,"b":2}`, `{"x":1}`, `{"x_a":"s","zz":null}`, `{"a":"","b":1,"c":true}`, `{"m":{"a":1}}`, `{"a":{"b":"c"}}`,
	`{"v":1,"sub":[{"v":2,"sub":[]}]}`, `{"v":1,"next":{"v":2.0}}`, `{"sub":"s","act":{"sub":"t","act":{}}}`,
}

// Samples are values that may or may not be in the set: those of the table, and some
// of the set's own, from inside and just outside.
func (t *Table) Samples(s valueset.Set) []valueset.JSON {
	out := slices.Clone(common)
	for _, v := range t.Values {
		out = append(out, valueset.JSON(v))
	}
	for _, side := range []valueset.Set{s, valueset.Any().Without(s)} {
		for _, k := range []valueset.Kinds{valueset.NumberKind, valueset.StringKind, valueset.ArrayKind, valueset.ObjectKind} {
			rest := side.Intersect(valueset.OfKinds(k))
			for range 3 {
				v, ok := rest.Some()
				if !ok {
					break
				}
				out = append(out, v)
				rest = rest.Without(valueset.Const(v))
			}
		}
	}
	return out
}
