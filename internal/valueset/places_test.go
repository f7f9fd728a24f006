package valueset

import (
	"fmt"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// TestSeveralPlaces demands that a constraint which several places state together is
// known as well as one that is written in one place: contracts complete what
// packages and definitions begin.
func TestSeveralPlaces(t *testing.T) {
	for _, src := range []string{
		"x: \"a\" | \"b\"\nx: string",
		"x: \"a\" | \"b\"\nx: \"a\" | \"b\" | \"c\"",
		"#C: x: string\ny: #C\ny: x: \"a\" | \"b\"\nx: y.x",
		"#C: x: string\ny: #C & {x: \"a\" | \"b\"}\nx: y.x",
		"x: \"b\" | \"a\" | null\nx: string",
		"x: string\nx: =~\"^[ab]$\"",
	} {
		v := Of(cuecontext.New().CompileString(src).LookupPath(cue.ParsePath("x")))
		values, finite := v.Values()
		if !finite || fmt.Sprint(values) != `["a" "b"]` {
			t.Errorf("%s\n%s has %v, finite: %v", src, v, values, finite)
		}
		if some, ok := v.Some(); !ok || some != `"a"` {
			t.Errorf("%s: some value: %s, %v", src, some, ok)
		}
	}
}
