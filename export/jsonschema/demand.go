package jsonschema

import (
	"encoding/json"
	"fmt"

	"tokenctl.dev/internal/valueset"
)

// scope is where a demand stands: in which set, of which kind of values, at which
// place of a value.
type scope struct {
	set  valueset.Set
	kind valueset.Kinds
	path string
	on   side
}

// demand writes what is demanded of the values of one type.
func (e *exporter) demand(d valueset.Demand, at scope) schema {
	switch d := d.(type) {
	case valueset.All:
		return allOf(e.each(d, at)...)
	case valueset.Some:
		return anyOf(e.each(d, at)...)
	case valueset.Not:
		at.on = at.on.other()
		return not(e.demand(d.Demand, at))
	case valueset.Truths:
		return keywords{"enum": []any{d.True}}
	case valueset.Numbers:
		return numbers(d)
	case valueset.Multiples:
		return keywords{"multipleOf": json.Number(d.Of.String())}
	case valueset.Texts:
		return texts(d)
	case valueset.Match:
		return e.match(d.Expr, at)
	case valueset.Count:
		return count(d, at.kind)
	case valueset.Shape:
		return e.shape(d, at)
	case valueset.Distinct:
		return e.distinct(at)
	case valueset.Holds:
		return keywords{"contains": e.set(d.Elem, at.path+"[]", at.on)}
	case valueset.Members:
		return e.members(d, at)
	case valueset.Named:
		return e.named(d, at)
	case valueset.Between:
		return e.lost(Order, at)
	case valueset.Opaque:
		e.lose(at.path, OnlyCUE, d.Text, Wider)
		return at.on.anything()
	}
	panic(fmt.Sprintf("jsonschema: demand %T", d))
}

func (e *exporter) each(list []valueset.Demand, at scope) []schema {
	out := make([]schema, len(list))
	for i, d := range list {
		out[i] = e.demand(d, at)
	}
	return out
}

// lost gives up on a condition.
func (e *exporter) lost(what string, at scope) schema {
	e.lose(at.path, what, at.set.String(), Wider)
	return at.on.anything()
}

func (e *exporter) match(expr string, at scope) schema {
	p, ok := ecma(expr)
	if !ok {
		e.lose(at.path, Expression, expr, Wider)
		return at.on.anything()
	}
	return keywords{"pattern": p}
}

func texts(t valueset.Texts) schema {
	list := make([]any, len(t.List))
	for i, s := range t.List {
		list[i] = s
	}
	s := keywords{"enum": list}
	if t.But {
		return not(s)
	}
	return s
}

func numbers(list valueset.Numbers) schema {
	var points []any
	var apart []schema
	for _, i := range list {
		if i.Low != nil && i.High != nil && i.Low.Compare(*i.High) == 0 {
			points = append(points, json.Number(i.Low.String()))
		} else {
			apart = append(apart, interval(i))
		}
	}
	if len(points) > 0 {
		apart = append(apart, keywords{"enum": points})
	}
	return anyOf(apart...)
}

func interval(i valueset.Interval) schema {
	k := keywords{}
	set := func(limit *valueset.Number, open bool, name, openName string) {
		if open {
			name = openName
		}
		if limit != nil {
			k[name] = json.Number(limit.String())
		}
	}
	set(i.Low, i.OpenLow, "minimum", "exclusiveMinimum")
	set(i.High, i.OpenHigh, "maximum", "exclusiveMaximum")
	return k
}

// counting are the keywords for how many there are.
var counting = map[valueset.Kinds][2]string{
	valueset.StringKind: {"minLength", "maxLength"},
	valueset.ArrayKind:  {"minItems", "maxItems"},
	valueset.ObjectKind: {"minProperties", "maxProperties"},
}

func count(c valueset.Count, kind valueset.Kinds) schema {
	apart := make([]schema, len(c))
	for i, r := range c {
		k := keywords{}
		if r.Least > 0 {
			k[counting[kind][0]] = r.Least
		}
		if r.Most >= 0 {
			k[counting[kind][1]] = r.Most
		}
		apart[i] = k
	}
	return anyOf(apart...)
}

func (e *exporter) shape(d valueset.Shape, at scope) schema {
	k := keywords{}
	if n := len(d.Prefix); n > 0 {
		list := make([]schema, n)
		for i, s := range d.Prefix {
			list[i] = e.set(s, fmt.Sprintf("%s[%d]", at.path, i), at.on)
		}
		k["prefixItems"], k["minItems"] = list, n
	}
	switch {
	case d.Closed:
		k["maxItems"] = len(d.Prefix)
	case d.Rest.Key() != valueset.Any().Key():
		k["items"] = e.set(d.Rest, at.path+"[]", at.on)
	}
	if len(k) == 0 {
		return true
	}
	return k
}

// distinct loses nothing where elements are strings.
func (e *exporter) distinct(at scope) schema {
	elem := at.set.Elem().Kinds()
	if elem.Has(valueset.NumberKind) || elem&(valueset.ArrayKind|valueset.ObjectKind) != 0 {
		e.lose(at.path, WrittenNumber, "list.UniqueItems()", Either)
	}
	return keywords{"uniqueItems": true}
}

// named writes a definition that refers to itself, once for each side.
func (e *exporter) named(d valueset.Named, at scope) schema {
	key := fmt.Sprint(d.Key, at.on)
	for i, k := range e.keys {
		if k == key {
			return keywords{"$ref": "#/$defs/" + e.names[i]}
		}
	}
	name := fmt.Sprintf("recursive%d", len(e.names)+1)
	e.keys, e.names = append(e.keys, key), append(e.names, name)
	e.defs[name] = true // is being written
	e.defs[name] = e.set(d.Set(), at.path, at.on)
	return keywords{"$ref": "#/$defs/" + name}
}
