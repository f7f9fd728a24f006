package jsonschema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

// members writes the shape of an object.
func (e *exporter) members(d valueset.Members, at scope) schema {
	o := &object{exporter: e, at: at, shape: d, properties: keywords{}, patterns: keywords{}}
	var required []string
	for _, f := range d.Fields {
		o.properties[f.Name] = e.set(f.Set, join(at.path, f.Name), at.on)
		if f.Presence == valueset.Always {
			required = append(required, f.Name)
		}
	}
	for _, r := range d.Rules {
		o.rule(r.Names, r.Set)
	}
	main := keywords{}
	if len(o.properties) > 0 {
		main["properties"] = o.properties
	}
	if len(o.patterns) > 0 {
		main["patternProperties"] = o.patterns
	}
	if len(required) > 0 {
		main["required"] = required
	}
	for i, other := range o.others {
		if o.isMain(other.patterns) {
			main["additionalProperties"] = other.schema
			o.others = slices.Delete(o.others, i, i+1)
			break
		}
	}
	list := []schema{main}
	for _, other := range o.others {
		list = append(list, o.apart(other))
	}
	return allOf(append(list, o.also...)...)
}

// object is the shape of an object while it is being written.
type object struct {
	*exporter
	at         scope
	shape      valueset.Members
	properties keywords
	patterns   keywords
	others     []others
	also       []schema
}

// others says what holds of the members that are neither named nor fit a pattern.
type others struct {
	patterns []string
	schema   schema
}

// rule writes what holds of the members with certain names.
func (o *object) rule(names valueset.Demand, s valueset.Set) {
	if some, ok := names.(valueset.Some); ok { // each of these is a rule
		for _, n := range some {
			o.rule(n, s)
		}
		return
	}
	value := o.set(s, join(o.at.path, "*"), o.at.on)
	if expr, ok := expression(names); ok && o.fits(names, s) {
		if p, ok := ecma(expr); ok {
			o.pattern(p, value)
			return
		}
	}
	if patterns, ok := o.complement(names); ok {
		o.others = append(o.others, others{patterns, value})
		return
	}
	if value == false {
		at := o.at
		at.path, at.kind, at.on = join(at.path, "*"), valueset.StringKind, at.on.other()
		fits := o.demand(names, at)
		o.also = append(o.also, keywords{"propertyNames": anyOf(o.names(), not(fits))})
		return
	}
	o.lose(join(o.at.path, "*"), Names, o.at.set.String(), Wider)
	if o.at.on == narrow {
		o.also = append(o.also, false)
	}
}

func (o *object) pattern(p string, value schema) {
	if _, taken := o.patterns[p]; taken {
		o.also = append(o.also, keywords{"patternProperties": keywords{p: value}})
		return
	}
	o.patterns[p] = value
}

// expression gives a regular expression for names, if that is all they are.
func expression(names valueset.Demand) (string, bool) {
	switch n := names.(type) {
	case valueset.Match:
		return n.Expr, true
	case valueset.Texts:
		quoted := make([]string, len(n.List))
		for i, s := range n.List {
			quoted[i] = regexp.QuoteMeta(s)
		}
		return "^(?:" + strings.Join(quoted, "|") + ")$", !n.But
	}
	return "", false
}

// fits reports whether a rule may be written as a pattern, which holds of named
// members as well: it demands no more of them than they do themselves.
func (o *object) fits(names valueset.Demand, s valueset.Set) bool {
	expr, _ := expression(names)
	re, err := regexp.Compile(expr)
	if err != nil {
		return false
	}
	for _, f := range o.shape.Fields {
		if re.MatchString(f.Name) && s.Includes(f.Set).Is != valueset.Yes {
			return false
		}
	}
	return true
}

// complement gives the patterns of which names fit none; true if that is what the
// names are.
func (o *object) complement(names valueset.Demand) ([]string, bool) {
	switch n := names.(type) {
	case valueset.All:
		var out []string
		for _, d := range n {
			p, ok := o.complement(d)
			if !ok {
				return nil, false
			}
			out = append(out, p...)
		}
		return out, true
	case valueset.Not:
		if m, ok := n.Demand.(valueset.Match); ok {
			p, ok := ecma(m.Expr)
			return []string{p}, ok
		}
	case valueset.Texts:
		if n.But {
			n.But = false
			expr, _ := expression(n)
			p, ok := ecma(expr)
			return []string{p}, ok
		}
	}
	return nil, false
}

// isMain reports whether these are the patterns of the object itself.
func (o *object) isMain(patterns []string) bool {
	return len(patterns) == len(o.patterns) && !slices.ContainsFunc(patterns, func(p string) bool {
		_, ok := o.patterns[p]
		return !ok
	})
}

// apart writes a schema for the members that are neither named nor fit a pattern.
func (o *object) apart(other others) schema {
	k := keywords{"additionalProperties": other.schema}
	free := func(names []string) keywords {
		out := keywords{}
		for _, n := range names {
			out[n] = true
		}
		return out
	}
	if len(o.shape.Fields) > 0 {
		k["properties"] = free(o.fieldNames())
	}
	if len(other.patterns) > 0 {
		k["patternProperties"] = free(other.patterns)
	}
	return k
}

func (o *object) fieldNames() []string {
	out := make([]string, len(o.shape.Fields))
	for i, f := range o.shape.Fields {
		out[i] = f.Name
	}
	return out
}

// names is the schema of the names of the fields.
func (o *object) names() schema {
	if len(o.shape.Fields) == 0 {
		return false
	}
	out := make([]any, len(o.shape.Fields))
	for i, n := range o.fieldNames() {
		out[i] = n
	}
	return keywords{"enum": out}
}

// join names a member; names that are no words are quoted.
func join(path, name string) string {
	if name != "*" && !word.MatchString(name) {
		return path + fmt.Sprintf("[%q]", name)
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

var word = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)
