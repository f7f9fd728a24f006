package schema

import (
	"reflect"
	"testing"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
)

// The place of every node, whatever CUE idiom wrote it.
func TestPlaces(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/places/*.txtar") {
		for _, c := range f.Cases {
			t.Run(c.Name, func(t *testing.T) {
				trees, err := Contracts(source.Files(c.Name, ".", c.Files))
				if err != nil || len(trees) != 1 {
					t.Fatalf("%d contracts: %v", len(trees), err)
				}
				contract, err := Load(trees[0])
				if err != nil {
					t.Fatal(err)
				}
				at := places(contract)
				for _, w := range c.Wants() {
					if got := at[w.Text]; got.File != w.File || got.Line != w.Line {
						t.Errorf("%s is at %v, want %s:%d", w.Text, got, w.File, w.Line)
					}
				}
				for path, r := range at {
					if r.Line == 0 || r.Col == 0 || r.EndLine < r.Line || r.EndLine == r.Line && r.EndCol <= r.Col {
						t.Errorf("%s has no range: %+v", path, r)
					}
				}
			})
		}
	}
}

// places gives the place of every record and of every field that is given.
func places(c *Contract) map[string]Range {
	out := map[string]Range{}
	eachNode(reflect.ValueOf(c), map[any]bool{}, func(n *Node) {
		path := n.Path
		if path == "" {
			path = "contract"
		}
		out[path] = n.At()
		for _, f := range n.Fields() {
			if _, isRecord := out[path+"."+f]; !isRecord {
				out[path+"."+f] = n.FieldAt(f)
			}
		}
	})
	return out
}

// eachNode visits every Node of the model once, but for those of entries that
// nobody wrote (Policy where there is none).
func eachNode(v reflect.Value, seen map[any]bool, visit func(*Node)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Interface()] {
			return
		}
		seen[v.Interface()] = true
		eachNode(v.Elem(), seen, visit)
	case reflect.Slice:
		for i := range v.Len() {
			eachNode(v.Index(i), seen, visit)
		}
	case reflect.Struct:
		if n, ok := v.Interface().(Node); ok {
			if len(n.Origins) > 0 || n.Path != "policy" && n.Path != "policy.notice" && n.Path != "policy.waivers" && n.Path != "" {
				visit(&n)
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachNode(v.Field(i), seen, visit)
			}
		}
	}
}
