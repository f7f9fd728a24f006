package keycloak

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A value in a payload is what encoding/json makes of it with UseNumber (nil, bool,
// json.Number, string, []any, map[string]any), or one of these three.
type (
	// Unknown stands for a value of which only the type can be known: a time, an
	// identifier, what the authentication flow left behind.
	Unknown struct{ Type Type }
	// Set is a list whose order Keycloak does not define.
	Set []any
	// OneOf lists the values that are possible because Keycloak does not define in
	// which order mappers run, or which of several values comes first, or because
	// the answer depends on who asks.
	OneOf []any
)

// String says "some" and the type.
func (u Unknown) String() string { return "some " + u.Type.String() }

// Absent is the value of a claim that is not there. Payloads have it as one of the
// values of a OneOf only.
type Absent struct{}

// jsonObject is an object that came as JSON from a value. Other mappers can replace
// it but not write into it.
type jsonObject map[string]any

// jsonNull is a null that stays; a claim without a value is Absent.
type jsonNull struct{}

// crash is the value of a claim on which Keycloak fails the whole request.
type crash struct{ why string }

// convert turns one value of a source into what a claim holds, as the mapper's
// type wants it.
func convert(v any, jsonType string, ver Version) any {
	if u, ok := v.(Unknown); ok {
		return Unknown{Type{Name: convertedType(jsonType), List: u.Type.List}}
	}
	s, ok := v.(string)
	if !ok {
		return v
	}
	bad := func() any {
		if ver.lenientTypes() {
			return Absent{}
		}
		return crash{fmt.Sprintf("%q is not of type %s", s, jsonType)}
	}
	switch jsonType {
	case "boolean":
		return strings.EqualFold(s, "true")
	case "long", "int":
		bits := 64
		if jsonType == "int" {
			bits = 32
		}
		n, err := strconv.ParseInt(s, 10, bits)
		if err != nil {
			return bad()
		}
		return json.Number(strconv.FormatInt(n, 10))
	case "JSON":
		val := decodeJSON(s)
		if _, broken := val.(Absent); broken {
			return bad()
		}
		switch m := val.(type) {
		case map[string]any:
			return jsonObject(m)
		case nil:
			return jsonNull{}
		}
		return val
	}
	return s
}

// convertedType is the name of the type that convert yields.
func convertedType(jsonType string) string {
	switch jsonType {
	case "boolean":
		return "boolean"
	case "long", "int":
		return "integer"
	case "JSON":
		return "any"
	}
	return "string"
}

// decodeJSON reads the first JSON value of a text. Like Keycloak's parser it does
// not look at what follows, but to see where a number or a word ends.
func decodeJSON(s string) any {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return Absent{}
	}
	rest := s[dec.InputOffset():]
	switch v.(type) {
	case json.Number, bool, nil:
		if rest != "" && !strings.ContainsRune(" \t\r\n", rune(rest[0])) {
			return Absent{}
		}
	}
	return v
}

// typeOf is the type of a value.
func typeOf(v any) Type {
	switch v := v.(type) {
	case bool:
		return Type{Name: "boolean"}
	case string:
		return Type{Name: "string"}
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return Type{Name: "any"}
		}
		return Type{Name: "integer"}
	case map[string]any:
		return Type{Name: "object"}
	case []any:
		return listType(v)
	case Set:
		return listType(v)
	case Unknown:
		return v.Type
	}
	return Type{Name: "any"}
}

func listType(list []any) Type {
	t := Type{Name: "any", List: true}
	for i, v := range list {
		e := typeOf(v)
		if e.List || i > 0 && e.Name != t.Name {
			return Type{Name: "any", List: true}
		}
		t.Name = e.Name
	}
	return t
}

// canon is a text that is the same for equal values and different for others.
func canon(v any) string {
	switch v := v.(type) {
	case jsonObject:
		return "json" + canon(map[string]any(v))
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		var b strings.Builder
		for _, k := range keys {
			fmt.Fprintf(&b, "%q:%s,", k, canon(v[k]))
		}
		return "{" + b.String() + "}"
	case []any:
		return "[" + strings.Join(canons(v), ",") + "]"
	case Set:
		c := canons(v)
		slices.Sort(c)
		return "set[" + strings.Join(c, ",") + "]"
	case OneOf:
		c := canons(v)
		slices.Sort(c)
		return "one[" + strings.Join(c, ",") + "]"
	case string:
		return strconv.Quote(v)
	}
	return fmt.Sprintf("%T(%v)", v, v)
}

func canons(list []any) []string {
	c := make([]string, len(list))
	for i, v := range list {
		c[i] = canon(v)
	}
	return c
}

// clone copies the lists and objects of a value, so that the copy can be changed.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, e := range v {
			m[k] = clone(e)
		}
		return m
	case Set:
		return slices.Clone(v)
	case []any:
		return slices.Clone(v)
	}
	return v
}

// Match says whether an actual value, decoded with UseNumber, is as predicted:
// equal, but for what the three types of this package leave open.
func Match(predicted, actual any) bool {
	switch p := predicted.(type) {
	case Unknown:
		return p.Type.admits(actual)
	case ScopeText:
		return p.match(actual)
	case OneOf:
		return slices.ContainsFunc(p, func(v any) bool { return Match(v, actual) })
	case Set:
		a, ok := actual.([]any)
		return ok && matchSet(p, slices.Clone(a))
	case []any:
		a, ok := actual.([]any)
		return ok && slices.EqualFunc(p, a, Match)
	case map[string]any:
		a, ok := actual.(map[string]any)
		if !ok || len(a) != len(p) {
			return false
		}
		for k, v := range p {
			if got, there := a[k]; !there || !Match(v, got) {
				return false
			}
		}
		return true
	}
	return predicted == actual
}

// matchSet pairs each predicted value with an actual one. The certain ones come
// first, so that an open one does not take what a certain one needs.
func matchSet(predicted Set, actual []any) bool {
	if len(predicted) != len(actual) {
		return false
	}
	open := func(v any) bool {
		switch v.(type) {
		case Unknown, OneOf:
			return true
		}
		return false
	}
	for _, wantOpen := range []bool{false, true} {
		for _, p := range predicted {
			if open(p) != wantOpen {
				continue
			}
			i := slices.IndexFunc(actual, func(a any) bool { return Match(p, a) })
			if i < 0 {
				return false
			}
			actual = slices.Delete(actual, i, i+1)
		}
	}
	return true
}

// admits says whether a value is of the type.
func (t Type) admits(v any) bool {
	if t.List {
		list, ok := v.([]any)
		elem := Type{Name: t.Name}
		return ok && !slices.ContainsFunc(list, func(e any) bool { return !elem.admits(e) })
	}
	return t.Name == "any" || typeOf(v) == t
}
