package valueset

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// JSON is one JSON value as text. What this package returns is compact: no space,
// members sorted by name, no escapes but those that JSON demands. What it takes
// may be any JSON text; text that is not JSON is in no set.
type JSON string

// value is a JSON value, decoded.
type value struct {
	kind    Kinds // one bit
	text    string
	num     decimal
	isTrue  bool
	elems   []value
	members []member // sorted by name, which is unique
}

type member struct {
	name  string
	value value
}

var (
	errNotJSON  = errors.New("not a JSON value")
	errTooLarge = errors.New("a number with too large an exponent")
)

// parse reads JSON text. Where an object names a member twice, the last counts,
// as in encoding/json.
func parse(text JSON) (value, error) {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		return value{}, err
	}
	if _, err := d.Token(); err != io.EOF {
		return value{}, errNotJSON
	}
	return valueOf(x)
}

func valueOf(x any) (value, error) {
	switch x := x.(type) {
	case nil:
		return value{kind: NullKind}, nil
	case bool:
		return value{kind: BooleanKind, isTrue: x}, nil
	case string:
		return stringValue(x), nil
	case json.Number:
		return numberValue(string(x))
	case []any:
		return arrayValue(x)
	case map[string]any:
		return objectValue(x)
	}
	return value{}, errNotJSON
}

func stringValue(s string) value { return value{kind: StringKind, text: s} }

func boolValue(b bool) value { return value{kind: BooleanKind, isTrue: b} }

func numberValue(text string) (value, error) {
	d, ok := parseDecimal(text)
	if !ok {
		return value{}, errTooLarge
	}
	kind := IntegerKind
	if strings.ContainsAny(text, ".eE") {
		kind = FloatKind
	}
	return value{kind: kind, num: d}, nil
}

func arrayValue(x []any) (value, error) {
	v := value{kind: ArrayKind, elems: make([]value, len(x))}
	for i, e := range x {
		var err error
		if v.elems[i], err = valueOf(e); err != nil {
			return value{}, err
		}
	}
	return v, nil
}

func objectValue(x map[string]any) (value, error) {
	v := value{kind: ObjectKind, members: make([]member, 0, len(x))}
	for name, e := range x {
		w, err := valueOf(e)
		if err != nil {
			return value{}, err
		}
		v.members = append(v.members, member{name, w})
	}
	v.sort()
	return v, nil
}

func (v *value) sort() {
	slices.SortFunc(v.members, func(a, b member) int { return cmp.Compare(a.name, b.name) })
}

// get returns the member of that name.
func (v *value) get(name string) (*value, bool) {
	i, ok := slices.BinarySearchFunc(v.members, name, func(m member, name string) int { return cmp.Compare(m.name, name) })
	if !ok {
		return nil, false
	}
	return &v.members[i].value, true
}

// json writes the value. Equal values are written alike, so the text can serve as
// a key: numbers are written by their value.
func (v *value) json() JSON { return JSON(v.append(nil)) }

func (v *value) append(b []byte) []byte {
	switch v.kind {
	case NullKind:
		return append(b, "null"...)
	case BooleanKind:
		if v.isTrue {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case IntegerKind:
		return append(b, v.num.integerText()...)
	case FloatKind:
		return append(b, v.num.floatText()...)
	case StringKind:
		return appendString(b, v.text)
	case ArrayKind:
		b = append(b, '[')
		for i := range v.elems {
			if i > 0 {
				b = append(b, ',')
			}
			b = v.elems[i].append(b)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i := range v.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, v.members[i].name)
		b = append(b, ':')
		b = v.members[i].value.append(b)
	}
	return append(b, '}')
}

// appendString writes a string with the escapes that JSON demands (RFC 8259, 7).
// They are also escapes of CUE.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ':
			b = append(b, `\u00`...)
			b = append(b, hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// runeSize is the number of bytes that appendString takes for r.
func runeSize(r rune) int {
	switch {
	case r == '"' || r == '\\' || r == '\n' || r == '\r' || r == '\t':
		return 2
	case r < ' ':
		return 6
	}
	return utf8.RuneLen(r)
}

// quote returns s as a JSON string.
func quote(s string) string { return string(appendString(nil, s)) }

// Compact returns the text as this package writes values; false if it is not JSON.
func Compact(text []byte) (JSON, bool) {
	v, err := parse(JSON(bytes.TrimSpace(text)))
	if err != nil {
		return "", false
	}
	return v.json(), true
}
