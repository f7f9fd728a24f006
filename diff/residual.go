package diff

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

var unclassifiedChange = &Kind{
	ID: "unclassified-change", Object: "contract", Aspect: "any", Action: "replace", Mirror: "unclassified-change", Order: "both", Since: "0.1.0",
	Summary: "something changed that tokenctl has no rule for",
	Why:     "What it means is not known, so nobody is said to be unaffected by it.",
}

var grantRulesChanged = &Kind{
	ID: "grant-rules-changed", Object: "issuance", Aspect: "rules", Action: "replace", Mirror: "grant-rules-changed", Order: "both", Since: "0.1.0",
	Summary: "tokens or scopes are granted by another rule",
	Why:     "Nothing that releases a claim changed, and yet clients come to get claims, or lose them.",
}

// rules are the fields that issuance goes by, all of which it knows: what their
// change means is what consumers meet afterwards.
var rules = map[string]bool{
	"Scope.Requires": true, "Scope.Conflicts": true,
	"Client.ConsentSkipped": true, "Client.Assurance": true, "Client.AuthorizationDetails": true, "Client.Requests": true, "Client.Resources": true,
	"Resource.Assurance": true,
}

// descriptive are the fields whose change means nothing to any consumer, and why.
var descriptive = map[string]string{
	"Description": "documentation",
	"Owner":       "who to ask; no token depends on it",
	"Labels":      "notes of the organisation",
	"Name":        "records are matched by it",
	"Declared":    "whether an entry is written out; what it says is compared",
	"Registered":  "the registry is the same on both sides",
	"Spec":        "how the user named the contract",
	"Files":       "where things are written",
}

// rest reports what two revisions of one record state differently and no
// comparator has handled: the leftovers. A field that a new version of the
// language brings is reported here until a kind of change claims it. The records
// are given as values, so that the fields of the record itself are compared and
// those of what it refers to are not. What is handled is named by its fields:
// Format, Source.Trust.
func (c *comparer) rest(subject string, old, new *schema.Node, oldValue, newValue any, touch func(*Change), handled ...string) {
	found := &leftovers{}
	cmp.Equal(oldValue, newValue, append(residualOptions(), cmp.Reporter(found), cmp.FilterPath(func(p cmp.Path) bool {
		fields := fieldsOf(p)
		return len(fields) > 0 && (descriptive[fields[0]] != "" || slices.Contains(handled, fields[0]) || slices.Contains(handled, strings.Join(fields, ".")))
	}, cmp.Ignore()))...)
	for _, f := range found.fields {
		ch := c.unclassified(subject, old, new, f.name, strings.Join(f.old, ", "), strings.Join(f.new, ", "))
		if rules[reflect.TypeOf(newValue).Name()+"."+f.name] {
			ch.Kind = grantRulesChanged
			ch.anywhere()
		}
		ch.Exact = [2]string{strings.Join(f.exactOld, ", "), strings.Join(f.exactNew, ", ")}
		if touch != nil {
			touch(ch)
		}
	}
}

func (c *comparer) unclassified(subject string, old, new *schema.Node, field, was, is string) *Change {
	label := schemaName(new, old, field)
	ch := c.add(unclassifiedChange, subject+"."+label, "%s of %s changed from %s to %s", label, subject, orNothing(was), orNothing(is))
	if subject == "" {
		ch.Subject = label
		ch.Message = fmt.Sprintf("%s of the contract changed from %s to %s", label, orNothing(was), orNothing(is))
	}
	ch.field = label
	return ch.between(old.FieldAt(label), new.FieldAt(label)).values(was, is)
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// schemaName gives the name under which the author knows a field of the model.
func schemaName(new, old *schema.Node, field string) string {
	for _, n := range []*schema.Node{new, old} {
		for _, name := range n.Fields() {
			if strings.EqualFold(strings.TrimPrefix(name, "#"), field) {
				return name
			}
		}
	}
	return strings.ToLower(field[:1]) + field[1:]
}

// fieldsOf are the fields that a path leads through, from the record inwards;
// embedded structs are part of the record.
func fieldsOf(p cmp.Path) []string {
	var out []string
	for _, step := range p {
		if f, ok := step.(cmp.StructField); ok && (!embedded[f.Name()] || f.Type().Kind() != reflect.Struct) {
			out = append(out, f.Name())
		}
	}
	return out
}

var embedded = map[string]bool{"Entry": true, "Lifecycle": true, "Treatment": true, "Consumer": true, "Grantable": true, "Node": true}

func residualOptions() []cmp.Option {
	return []cmp.Option{
		cmpopts.IgnoreTypes(schema.Node{}),
		cmpopts.IgnoreUnexported(schema.Scope{}),
		cmp.Comparer(func(a, b schema.Duration) bool { return a == b }),
		cmp.Comparer(func(a, b valueset.Set) bool {
			return a.Key() == b.Key() || valueset.Relate(a, b).Kind == valueset.Equal
		}),
		sameName(func(t *schema.Token) string { return t.Name }),
		sameName(func(c *schema.Claim) string { return c.Name }),
		sameName(func(s *schema.Scope) string { return s.Name }),
		sameName(func(c *schema.Client) string { return c.Name }),
		sameName(func(r *schema.Resource) string { return r.Name }),
		sameName(func(s *schema.Source) string { return s.Name }),
		sameName(func(s *schema.Scale) string { return s.Name }),
		sameName(func(d *schema.DetailType) string { return d.Name }),
	}
}

// sameName makes references to records equal if they refer to the same name.
func sameName[T any](name func(*T) string) cmp.Option {
	return cmp.Comparer(func(a, b *T) bool {
		if a == nil || b == nil {
			return a == b
		}
		return name(a) == name(b)
	})
}

// leftovers collects what differs, by field. go-cmp's own text is not stable from
// one version to the next, so none of it is used.
type leftovers struct {
	path   cmp.Path
	fields []leftover
}

type leftover struct {
	name               string
	old, new           []string
	exactOld, exactNew []string
}

// PushStep implements the reporter of go-cmp.
func (l *leftovers) PushStep(s cmp.PathStep) { l.path = append(l.path, s) }

// PopStep implements the reporter of go-cmp.
func (l *leftovers) PopStep() { l.path = l.path[:len(l.path)-1] }

// Report implements the reporter of go-cmp.
func (l *leftovers) Report(r cmp.Result) {
	if r.Equal() || r.ByIgnore() {
		return
	}
	name := ""
	if fields := fieldsOf(l.path); len(fields) > 0 {
		name = fields[0]
	}
	i := slices.IndexFunc(l.fields, func(f leftover) bool { return f.name == name })
	if i < 0 {
		i = len(l.fields)
		l.fields = append(l.fields, leftover{name: name})
	}
	old, new := l.path.Last().Values()
	if old.IsValid() {
		l.fields[i].old = append(l.fields[i].old, render(old, valueset.Set.String))
		l.fields[i].exactOld = append(l.fields[i].exactOld, render(old, valueset.Set.Key))
	}
	if new.IsValid() {
		l.fields[i].new = append(l.fields[i].new, render(new, valueset.Set.String))
		l.fields[i].exactNew = append(l.fields[i].exactNew, render(new, valueset.Set.Key))
	}
}

// render writes a value of the model: an entry by its name, a list by its elements,
// a set as text gives it.
func render(v reflect.Value, text func(valueset.Set) string) string {
	switch x := v.Interface().(type) {
	case valueset.Set:
		return text(x)
	case *valueset.Set:
		if x == nil {
			return ""
		}
		return text(*x)
	case schema.Flag:
		return [...]string{"", "false", "true"}[x]
	case fmt.Stringer:
		if v.Kind() != reflect.Pointer || !v.IsNil() {
			return x.String()
		}
		return ""
	}
	switch v.Kind() {
	case reflect.Slice:
		var out []string
		for i := range v.Len() {
			out = append(out, render(v.Index(i), text))
		}
		return strings.Join(out, ", ")
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return "an entry"
	}
	return fmt.Sprint(v.Interface())
}
