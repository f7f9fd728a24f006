package verify

import (
	"testing"

	"tokenctl.dev/export/jsonschema"
	"tokenctl.dev/internal/valueset"
)

func schemaOf(t testing.TB, s valueset.Set) *Schema {
	t.Helper()
	text, _ := jsonschema.Of(s, jsonschema.Header{})
	e, err := NewSchema(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestSchemaPlaces holds that both engines find the same places, and name the same
// problems.
func TestSchemaPlaces(t *testing.T) {
	s := of(t, token)
	own, second := New(s), schemaOf(t, s)
	for payload, only := range map[string]string{
		`{"sub":"1","exp":2,"roles":[]}`:                                                     "",
		`{"sub":"x","exp":2,"roles":[]}`:                                                     "sub",
		`{"sub":"1","exp":"x","roles":[]}`:                                                   "exp",
		`{"sub":"1","exp":2,"roles":[],"act":{"sub":1}}`:                                     "act.sub",
		`{"sub":"1","exp":2,"roles":[],"address":{"a":1}}`:                                   "address.*",
		`{"sub":"1","exp":2,"roles":[],"https://bank.example/id":"four"}`:                    `["https://bank.example/id"]`,
		`{"sub":"1","exp":2,"roles":[],"https://bank.example/id":"123","act":{"sub":false}}`: "act.sub",
	} {
		a, b := own.Check([]byte(payload)), second.Check([]byte(payload))
		if len(a.Problems) != len(b.Problems) || a.OK() != (only == "") {
			t.Errorf("%s: %v and %v", payload, a.Problems, b.Problems)
			continue
		}
		for i := range a.Problems {
			if a.Problems[i].Path != only || b.Problems[i].Path != only || a.Problems[i].Rule != b.Problems[i].Rule {
				t.Errorf("%s: %v and %v", payload, a.Problems[i], b.Problems[i])
			}
		}
	}
}
