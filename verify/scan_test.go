package verify

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// TestScan says what is JSON: exactly what encoding/json takes, in UTF-8.
func TestScan(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{}`, ` { } `, `[]`, `[1,2]`, `[1,]`, `[,1]`, `[1 2]`, `{"a":1}`, `{"a":1,}`, `{"a"}`, `{a:1}`, `{"a":1 "b":2}`, `{,}`,
		`0`, `-0`, `01`, `-`, `1.`, `.5`, `1.5`, `1e5`, `1e`, `1e+`, `1E-5`, `+1`, `0x1`, `1_0`,
		`true`, `tru`, `truee`, `nul`, `null`, `false`, `True`,
		`"a"`, `"`, `"a`, `"\`, `"\"`, `"\n"`, `"\x"`, `"\u00e9"`, `"\u00e"`, `"\uD83D\uDE00"`, `"\uD83D"`, `"\uD83Dx"`, `"\uD83D\u0041"`, `"\uDE00"`, "\"\n\"", "\"\t\"", "\"\x7f\"",
		`"é"`, `"\/"`, `'a'`, `{"a":1}{}`, `{"a":1} x`, `[[[]]]`, `[[[]]`, `]`, `{"a":{"b":[1,{"c":null}]}}`, "\ufeff{}", `"\b\f\r\t\\"`, "[1]\x00", "\v1",
	} {
		var tp tape
		err := tp.scan([]byte(text))
		if (err == nil) != json.Valid([]byte(text)) {
			t.Errorf("%q: %v, encoding/json: %v", text, err, json.Valid([]byte(text)))
		}
	}
}

func TestScanErrors(t *testing.T) {
	for text, want := range map[string]error{
		"":                        errNoPayload,
		"{":                       errNotJSON,
		"{} {}":                   errTrailing,
		"\"\xff\"":                errNotUTF8,
		"\"\\n\xff\"":             errNotUTF8,
		strings.Repeat("[", 1000): errTooDeep,
		strings.Repeat("1", 3000): errNumber,
	} {
		var tp tape
		if err := tp.scan([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", text, err, want)
		}
	}
}

// TestScanText says what strings hold.
func TestScanText(t *testing.T) {
	for _, text := range []string{`"a"`, `"\n"`, `"a\u00e9b"`, `"\uD83D\uDE00!"`, `"\uD83Dx"`, `"\uD83D\uD83D\uDE00"`, `"é\"é"`, `"\uDE00\\"`, `""`, `"\u0000"`} {
		var tp tape
		var want string
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if err := tp.scan([]byte(text)); err != nil || string(tp.bytes(&tp.nodes[0])) != want {
			t.Errorf("%s: %q, want %q (%v)", text, tp.bytes(&tp.nodes[0]), want, err)
		}
	}
}

func TestDuplicates(t *testing.T) {
	many := `{"z":0`
	for i := range 50 {
		many += `,"n` + strings.Repeat("x", i) + `":0`
	}
	for text, want := range map[string]bool{
		`{"a":1,"a":2}`:               true,
		`{"a":1,"b":2}`:               false,
		`{"a":1,"\u0061":2}`:          true,
		`{"a":{"b":1},"b":{"b":1}}`:   false,
		`{"x":[{"b":1,"c":2,"b":3}]}`: true,
		`{"abcXdef":1,"abcYdef":1}`:   false,
		many + `}`:                    false,
		many + `,"n":1}`:              true,
	} {
		var tp tape
		if err := tp.scan([]byte(text)); err != nil || (tp.duplicates >= 0) != want {
			t.Errorf("%.40s: a name twice: %v, want %v (%v)", text, tp.duplicates >= 0, want, err)
		}
	}
}
