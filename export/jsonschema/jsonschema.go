// Package jsonschema writes sets of values as JSON Schema, draft 2020-12.
//
// A schema accepts every value of its set. Where it accepts more, or where it can
// only tell values apart by what JSON Schema does not know, a Loss says so: nothing
// is widened in silence. The one thing that is lost almost everywhere is how a
// number is written, see WrittenNumber.
package jsonschema

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"tokenctl.dev/internal/valueset"
)

// Dialect is the version of JSON Schema.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Header is what a schema says of itself. Empty fields are left out.
type Header struct{ ID, Title, Description string }

// Of writes the schema of a set, indented and with sorted keywords, and lists what
// it could not express.
func Of(s valueset.Set, h Header) ([]byte, []Loss) {
	e := &exporter{defs: map[string]schema{}}
	root := e.set(s, "", wide)
	k, ok := root.(keywords)
	if !ok { // true or false
		if k = (keywords{}); root == false {
			k["not"] = keywords{}
		}
	}
	k = maps.Clone(k)
	k["$schema"] = Dialect
	for name, text := range map[string]string{"$id": h.ID, "title": h.Title, "description": h.Description} {
		if text != "" {
			k[name] = text
		}
	}
	if len(e.defs) > 0 {
		k["$defs"] = e.defs
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(k); err != nil {
		panic(err) // there is nothing in it that JSON does not have
	}
	return b.Bytes(), sortLosses(e.losses)
}

// side says on which side of a set its schema errs. Within a "not" that is the
// other one.
type side int

const (
	wide side = iota
	narrow
)

func (s side) other() side { return 1 - s }

// anything is what stands for a condition that cannot be written.
func (s side) anything() schema { return s == wide }

type exporter struct {
	losses []Loss
	defs   map[string]schema
	names  []string // of $defs, by the keys of the sets
	keys   []string
}

func (e *exporter) lose(path, what, text string, effect Effect) {
	e.losses = append(e.losses, Loss{path, what, text, effect})
}

// typeNames are the kinds of values that JSON Schema tells apart.
var typeNames = []struct {
	kind valueset.Kinds
	name string
}{
	{valueset.NullKind, "null"}, {valueset.BooleanKind, "boolean"}, {valueset.StringKind, "string"},
	{valueset.ArrayKind, "array"}, {valueset.ObjectKind, "object"},
}

// set writes a set.
func (e *exporter) set(s valueset.Set, path string, on side) schema {
	if s.Key() == valueset.Any().Key() {
		return true
	}
	c := &choice{}
	for _, t := range typeNames {
		if d := s.Demand(t.kind); !isNever(d) {
			c.add(t.name, e.demand(d, scope{s, t.kind, path, on}))
		}
	}
	e.numbers(s, path, on, c)
	return c.schema()
}

// numbers writes what a set says of numbers.
func (e *exporter) numbers(s valueset.Set, path string, on side, c *choice) {
	whole, other := s.Demand(valueset.IntegerKind), s.Demand(valueset.FloatKind)
	if s.SameNumbers() {
		c.add("number", e.demand(other, scope{s, valueset.FloatKind, path, on}))
		return
	}
	if isNever(whole) && isNever(other) {
		return
	}
	text := s.Intersect(valueset.OfKinds(valueset.NumberKind)).String()
	e.lose(path, WrittenNumber, text, Either)
	if !isNever(whole) {
		c.add("integer", e.demand(whole, scope{s, valueset.IntegerKind, path, on}))
	}
	if !isNever(other) {
		c.add("number", e.demand(other, scope{s, valueset.FloatKind, path, on}))
	}
}

func isNever(d valueset.Demand) bool {
	some, ok := d.(valueset.Some)
	return ok && len(some) == 0
}

// choice collects the schemas of a set by the type they are about.
type choice struct {
	types   []string
	schemas []schema
}

func (c *choice) add(name string, s schema) {
	if s != false {
		c.types = append(c.types, name)
		c.schemas = append(c.schemas, s)
	}
}

// schema joins what was collected. Most keywords are about one type only, so those
// of several types can stand beside one another; what lists values, or refers to
// another schema, cannot.
func (c *choice) schema() schema {
	if values, ok := c.values(); ok {
		return values
	}
	simple := len(c.types) == 1 || !slices.Contains(c.types, "integer") || !slices.Contains(c.types, "number")
	for _, s := range c.schemas {
		if k, ok := s.(keywords); ok && len(c.types) > 1 {
			simple = simple && ofOneType(k)
		}
	}
	if simple && len(c.types) > 0 {
		return allOf(append([]schema{keywords{"type": c.typeKeyword()}}, c.schemas...)...)
	}
	apart := make([]schema, len(c.types))
	for i, s := range c.schemas {
		apart[i] = allOf(keywords{"type": c.types[i]}, s)
	}
	return anyOf(apart...)
}

func (c *choice) typeKeyword() any {
	if len(c.types) == 1 {
		return c.types[0]
	}
	return c.types
}

// ofOneType reports whether the keywords hold of all values of other types.
func ofOneType(k keywords) bool {
	for name := range k {
		switch name {
		case "enum", "const", "not", "anyOf", "allOf", "$ref":
			return false
		}
	}
	return true
}

// values lists the values of a set that is nothing but some values.
func (c *choice) values() (schema, bool) {
	var out []any
	for i, s := range c.schemas {
		k, _ := s.(keywords)
		switch list, ok := k["enum"].([]any); {
		case c.types[i] == "null" && s == true:
			out = append(out, nil)
		case ok && len(k) == 1:
			out = append(out, list...)
		default:
			return nil, false
		}
	}
	switch {
	case len(out) == 0 || len(out) == 1 && out[0] == nil:
		return nil, false
	case len(out) == 1:
		return keywords{"const": out[0]}, true
	}
	return keywords{"enum": out}, true
}
