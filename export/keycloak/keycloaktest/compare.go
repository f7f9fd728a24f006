package keycloaktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"tokenctl.dev/export/keycloak"
)

// Compare lists how an answer differs from the payload that was predicted for it,
// one line for each claim, sorted. Nothing means that they agree.
func Compare(want keycloak.Payload, got map[string]any) []string {
	var diffs []string
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, there := want.Claims[name]; !there {
			diffs = append(diffs, fmt.Sprintf("%s: not predicted, is %s", name, text(got[name])))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.Claims)) {
		predicted := want.Claims[name]
		actual, there := got[name]
		switch {
		case !there && !optional(predicted):
			diffs = append(diffs, fmt.Sprintf("%s: predicted %v, is absent", name, predicted))
		case there && !keycloak.Match(predicted, actual):
			diffs = append(diffs, fmt.Sprintf("%s: predicted %v, is %s", name, predicted, text(actual)))
		}
	}
	slices.Sort(diffs)
	return diffs
}

// optional says whether absence is one of the values that were predicted.
func optional(v any) bool {
	list, ok := v.(keycloak.OneOf)
	return ok && slices.Contains(list, any(keycloak.Absent{}))
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// Sets returns the scope parameters that a client is asked with: openid alone, with
// each optional scope, with each pair of them, with all, and nothing at all.
func Sets(c *keycloak.Client) [][]string {
	optional := slices.Sorted(slices.Values(c.OptionalScopes))
	sets := [][]string{nil, {"openid"}}
	for i, a := range optional {
		sets = append(sets, []string{"openid", a})
		for _, b := range optional[i+1:] {
			sets = append(sets, []string{"openid", a, b})
		}
	}
	if len(optional) > 2 {
		sets = append(sets, append([]string{"openid"}, optional...))
	}
	return sets
}
