package schema

import "testing"

func TestShapes(t *testing.T) {
	table, err := readShapes(Files())
	if err != nil {
		t.Fatal(err)
	}
	c := table["Claim"]
	for _, f := range c.fields { t.Log(f.name, f.required, f.shape.form, f.shape.words, f.shape.rule) }
}
