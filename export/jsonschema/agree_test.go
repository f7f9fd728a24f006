package jsonschema

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	validator "github.com/santhosh-tekuri/jsonschema/v5"

	"tokenctl.dev/internal/pairs"
	"tokenctl.dev/internal/valueset"
)

// TestAgreement holds the schema of every constraint of the table against its set:
// where they answer differently, what is lost explains it.
func TestAgreement(t *testing.T) {
	table, err := pairs.Read("../../internal/valueset/testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var asked, differ, undecided int
	step, sets := 2, 0
	if testing.Short() {
		step = 12
	}
	for src, s := range table.Sets(step) {
		sets++
		text, losses := Of(s, Header{})
		again, _ := Of(s, Header{})
		if string(text) != string(again) {
			t.Errorf("%s is written in two ways", src)
		}
		check := compile(t, text)
		for _, value := range table.Samples(s) {
			asked++
			value, _ := valueset.Compact([]byte(value)) // which has no exponents
			want := s.Contains(value)
			switch accepts := valid(t, check, value); {
			case want == valueset.Unknown:
				undecided++
			case accepts != (want == valueset.Yes):
				differ++
				if !explained(s, losses, value, accepts) {
					t.Errorf("%s: %s is in the set: %v, schema accepts: %v, losses %v\n%s", src, value, want, accepts, losses, text)
				}
			}
		}
	}
	t.Logf("%d sets, %d values, %d differ for a listed reason, %d undecided", sets, asked, differ, undecided)
	if asked < 5_000 || differ == 0 {
		t.Errorf("%d values asked, %d differ: too few to show anything", asked, differ)
	}
}

func compile(t testing.TB, text []byte) *validator.Schema {
	t.Helper()
	s, err := validator.CompileString("set.json", string(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s
}

func valid(t testing.TB, s *validator.Schema, value valueset.JSON) bool {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(value)))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		t.Fatal(err)
	}
	return s.Validate(x) == nil
}

// explained reports whether a difference follows from what is lost. A loss that is
// about how numbers are written explains it only if the same value with its numbers
// written otherwise gets the other answer.
func explained(s valueset.Set, losses []Loss, value valueset.JSON, accepts bool) bool {
	if accepts && slices.ContainsFunc(losses, func(l Loss) bool { return l.What != WrittenNumber && l.Effect == Wider }) {
		return true
	}
	if !slices.ContainsFunc(losses, func(l Loss) bool { return l.What == WrittenNumber }) {
		return false
	}
	places := number.FindAllStringIndex(string(value), -1)
	if len(places) > 8 {
		return false
	}
	for bits := range 1 << len(places) {
		if (s.Contains(rewritten(value, places, bits)) == valueset.Yes) == accepts {
			return true
		}
	}
	return false
}

// number finds numbers without exponent. The values have none in their strings that
// would matter here.
var number = regexp.MustCompile(`-?\b[0-9]+(\.[0-9]+)?\b`)

// rewritten writes some of the whole numbers the other way: 1 as 1.0.
func rewritten(value valueset.JSON, places [][]int, bits int) valueset.JSON {
	out, last := "", 0
	for i, p := range places {
		text := string(value[p[0]:p[1]])
		if bits>>i&1 == 1 {
			if whole, ok := strings.CutSuffix(text, ".0"); ok {
				text = whole
			} else if !strings.Contains(text, ".") {
				text += ".0"
			}
		}
		out, last = out+string(value[last:p[0]])+text, p[1]
	}
	return valueset.JSON(out + string(value[last:]))
}

func ExampleOf() {
	s := valueset.Object([]valueset.Field{
		{Name: "sub", Set: valueset.OfKinds(valueset.StringKind), Presence: valueset.Always},
		{Name: "exp", Set: valueset.OfKinds(valueset.IntegerKind), Presence: valueset.Always},
	}, valueset.Empty())
	text, losses := Of(s, Header{Title: "A token"})
	fmt.Printf("%s%v\n", text, losses)
	// Output:
	// {
	//   "$schema": "https://json-schema.org/draft/2020-12/schema",
	//   "additionalProperties": false,
	//   "properties": {
	//     "exp": {
	//       "type": "integer"
	//     },
	//     "sub": {
	//       "type": "string"
	//     }
	//   },
	//   "required": [
	//     "exp",
	//     "sub"
	//   ],
	//   "title": "A token",
	//   "type": "object"
	// }
	// [exp: how numbers are written]
}
