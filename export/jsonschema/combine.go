package jsonschema

import (
	"maps"
	"slices"
)

// A schema is a JSON Schema: true, false, or an object of keywords.
type schema any

type keywords map[string]any

// groups are keywords of which one changes what the others mean: two schemas that
// have keywords of one group cannot be written as one object.
var groups = [][]string{
	{"prefixItems", "items"},
	{"properties", "patternProperties", "additionalProperties"},
}

// allOf joins schemas: into one object as far as their keywords do not meet.
func allOf(list ...schema) schema {
	out := keywords{}
	var apart []schema
	for _, s := range list {
		k, ok := s.(keywords)
		switch {
		case s == true:
		case s == false:
			return false
		case ok && mergeable(out, k):
			maps.Copy(out, k)
		default:
			apart = append(apart, s)
		}
	}
	if len(apart) > 0 {
		if _, taken := out["allOf"]; taken {
			return keywords{"allOf": append([]schema{out}, apart...)}
		}
		out["allOf"] = apart
	}
	if len(out) == 0 {
		return true
	}
	return out
}

func mergeable(a, b keywords) bool {
	for k := range b {
		if _, ok := a[k]; ok {
			return false
		}
	}
	has := func(s keywords) func([]string) bool {
		return func(group []string) bool {
			return slices.ContainsFunc(group, func(k string) bool { _, ok := s[k]; return ok })
		}
	}
	return !slices.ContainsFunc(groups, func(g []string) bool { return has(a)(g) && has(b)(g) })
}

func anyOf(list ...schema) schema {
	var out []schema
	for _, s := range list {
		switch s {
		case nil, false:
		case true:
			return true
		default:
			out = append(out, s)
		}
	}
	switch len(out) {
	case 0:
		return false
	case 1:
		return out[0]
	}
	return keywords{"anyOf": out}
}

func not(s schema) schema {
	switch s {
	case true:
		return false
	case false:
		return true
	}
	return keywords{"not": s}
}
