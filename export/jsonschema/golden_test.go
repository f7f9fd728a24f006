package jsonschema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"tokenctl.dev/internal/pairs"
	"tokenctl.dev/internal/want"
)

// shown are constraints of each sort; testdata/schemas.golden has their schemas and
// what is lost.
var shown = []string{
	`_`, `_|_`, `null`, `bool`, `true | null`, `string`, `number`, `int`, `float & >0 & <=1.5`, `>=1 & <10`, `1 | 2 | "a"`, `int & !=5`, `*"a" | "b"`,
	`math.MultipleOf(3) & int`, `strings.MinRunes(1) & strings.MaxRunes(8)`, `=~"^[0-9]{11}$"`, `=~"^a" & !~"b"`, `=~"(?m)^a$"`, `!="a" & !="b"`, `>="a" & <"b"`,
	`time.Format("2006-01-02")`, `time.Format("Jan 2")`, `net.AbsURL`,
	`[...string]`, `[string, ...int]`, `[string, int]`, `[...string] & list.MinItems(1) & list.UniqueItems`, `[...number] & list.UniqueItems`, `list.Contains("a")`, `string | [...string]`,
	`{a: string, b?: int}`, `{a: string, ...}`, `{[=~"^x_"]: string}`, `{a: "x", [=~"^x_"]: string, ...}`, `{[string]: bool}`, `{[strings.MinRunes(3)]: int}`, `{a?: 1, b?: 1} & struct.MinFields(1)`,
	`{kind: "a", x: string} | {kind: "b", y: bool}`, `#Tree`, `{a: string, b: a}`, `matchN(0, ["a"]) & string`,
}

func TestSchemas(t *testing.T) {
	var b bytes.Buffer
	for _, src := range shown {
		s, _ := pairs.Of(src)
		text, losses := Of(s, Header{})
		var line bytes.Buffer
		if err := json.Compact(&line, text); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n  %s\n", src, bytes.Replace(line.Bytes(), []byte(`"$schema":"`+Dialect+`"`), []byte("..."), 1))
		for _, l := range losses {
			fmt.Fprintf(&b, "  lost at %q: %s: %s (%s)\n", l.Path, l.What, l.Text, l.Effect)
		}
	}
	want.Golden(t, "testdata/schemas.golden", b.Bytes())
}
