package keycloak

import (
	"slices"
	"strings"
)

// finish turns the ends of one top-level claim into its possible values.
func finish(ends []root, name string, s Surface) (values []any, crash string) {
	seen := map[string]bool{}
	for _, end := range ends {
		if end.crash != "" {
			crash = end.crash
			continue
		}
		v := end.other
		fieldWins := s == UserInfo && (name == "realm_access" || name == "resource_access")
		if v == nil || fieldWins && end.field != nil {
			v = end.field
		}
		if v = shown(v, name, s); !seen[canon(v)] {
			seen[canon(v)] = true
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		values = []any{Absent{}}
	}
	return values, crash
}

// shown is a finished value as it is written: a lone audience is no list, but in
// userinfo.
func shown(v any, name string, s Surface) any {
	switch v := v.(type) {
	case nil:
		return Absent{}
	case jsonObject:
		return map[string]any(v)
	case jsonNull:
		return nil
	case Set:
		if name == "aud" && s != UserInfo && len(v) == 1 {
			return v[0]
		}
		out := make(Set, len(v))
		for i := range v {
			out[i] = shown(v[i], "", s)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = shown(v[k], "", s)
		}
		return out
	}
	return v
}

// brokenAddress says why userinfo fails on an address: it reads the claim as an
// address once more, whatever mapper wrote it.
func brokenAddress(values []any) string {
	for _, v := range values {
		members, ok := v.(map[string]any)
		if _, open := v.(Unknown); !ok && !open && v != (Absent{}) {
			return "it is no object"
		}
		for name, m := range members {
			switch m.(type) {
			case map[string]any, []any, Set:
				if slices.Contains(append(addressParts(), "street_address"), name) {
					return name + " is no text"
				}
			}
		}
	}
	return ""
}

// scopeText is the claim scope: the names of the granted scopes that show, with
// openid if it was asked for.
func (i *issue) scopeText() any {
	var names []string
	if i.openid {
		names = append(names, "openid")
	}
	for _, src := range i.granted {
		if src.scope != nil && src.scope.InToken() {
			names = append(names, src.scope.Name)
		}
	}
	return ScopeText(names)
}

// ScopeText is the value of a claim scope: names in any order, with blanks between.
type ScopeText []string

func (t ScopeText) match(v any) bool {
	s, ok := v.(string)
	if !ok {
		return false
	}
	have, want := strings.Fields(s), slices.Clone(t)
	slices.Sort(have)
	slices.Sort(want)
	return slices.Equal(have, want)
}
