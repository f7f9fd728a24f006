package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"

	"tokenctl.dev/internal/valueset"
)

// A node is a checked place of the author's package, as plain data. Only what is
// of the right shape is in it: what is not is a problem.
type node struct {
	at     []Range // where it is written, first the one to show
	shape  *shape
	text   string // text; for data and objects: as JSON
	number int64
	truth  bool
	set    valueset.Set
	elems  []*node
	fields []member // by name
	sum    uint64   // of all that is said here; see Node.Same
}

type member struct {
	name string
	node *node
}

// field gives a field of a record, nil where it is not given.
func (n *node) field(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.fields { // a record has few
		if m.name == name {
			return m.node
		}
	}
	return nil
}

// checker checks the author's package against the table of the schema. It finds
// one problem for each mistake and goes on, where CUE's own errors hide one
// another (cue.md 3).
type checker struct {
	author *author
	ps     problems
	path   []string
	asked  bool // of CUE everything, also what is plain in the syntax
}

// check gives the package as data, and all that is wrong with its shape.
func check(a *author) (*node, problems) {
	c := &checker{author: a}
	n := c.record(a.value, shapes()["Contract"], c.root())
	return n, c.ps
}

// subject is the path of the place at hand.
func (c *checker) subject() string {
	var b strings.Builder
	for i, label := range c.path {
		if i > 0 && !strings.HasPrefix(label, "[") {
			b.WriteByte('.')
		}
		b.WriteString(label)
	}
	return b.String()
}

func (c *checker) problem(id string, at Range, format string, args ...any) *Problem {
	p := c.ps.add(id, at, format, args...)
	p.Subject = c.subject()
	return p
}

// value checks one place. It gives nil where there is nothing to go on with.
func (c *checker) value(get func() cue.Value, s *shape, w *where) *node {
	if w.alone != nil && !c.asked {
		if n := c.literal(w.alone, s, w.at); n != nil {
			return n
		}
	}
	v := get()
	switch s.form {
	case record:
		return c.record(v, s, w)
	case table:
		return c.table(v, s, w)
	case list:
		return c.list(v, s, w)
	case set:
		return c.set(v, s, w)
	case data, object:
		return c.data(v, s, w)
	}
	return c.scalar(v, s, w)
}

// each calls f for the regular fields of a struct and reports what CUE would
// drop in silence: hidden and optional fields. At the top, hidden fields and
// definitions are how authors share what they repeat.
func (c *checker) each(v cue.Value, w *where, f func(label string, get func() cue.Value, w *where)) bool {
	if fields := c.fewFields(w); fields != nil {
		for _, d := range fields {
			label := plainLabel(d)
			c.path = append(c.path, quoteLabel(label))
			f(label, func() cue.Value { return v.LookupPath(pathTo(label)) }, c.written(d, w))
			c.path = c.path[:len(c.path)-1]
		}
		return true
	}
	kind := v.IncompleteKind()
	iter, err := v.Fields(cue.All())
	if err != nil || kind != cue.StructKind && kind != cue.BottomKind {
		return false
	}
	if kind == cue.BottomKind && c.refused(v) {
		c.bottom(v, w) // and so is all that is in it
		return true
	}
	any := false
	for iter.Next() {
		any = true
		sel, fv := iter.Selector(), iter.Value()
		label := sel.String()
		if len(c.path) == 0 && sel.LabelType() != cue.StringLabel {
			continue
		}
		switch {
		case sel.LabelType().IsHidden():
			c.hidden(label, c.child(w, label, fv))
			continue
		case sel.ConstraintType() != 0:
			c.constraint(label, c.child(w, strings.TrimRight(label, "?!"), fv))
			continue
		case sel.LabelType() == cue.StringLabel:
			label = sel.Unquoted()
		}
		at := c.child(w, label, fv)
		c.path = append(c.path, quoteLabel(label))
		f(label, func() cue.Value { return fv }, at)
		c.path = c.path[:len(c.path)-1]
	}
	if any && kind == cue.BottomKind {
		c.bottom(v, w)
	}
	return any || kind == cue.StructKind
}

func (c *checker) record(v cue.Value, s *shape, w *where) *node {
	n := &node{at: w.at, shape: s}
	ok := c.each(v, w, func(label string, get func() cue.Value, w *where) {
		f := s.field(label)
		if f == nil {
			c.unknownField(label, s, w)
			return
		}
		if fn := c.value(get, f.shape, w); fn != nil {
			n.fields = append(n.fields, member{label, fn})
		} else {
			n.fields = append(n.fields, member{label, nil}) // given, if wrongly
		}
	})
	if !ok {
		c.wrongKind(v, s, w)
		return nil
	}
	for _, f := range n.absent() {
		c.missing(f, s, w)
	}
	n.fields = slices.DeleteFunc(n.fields, func(m member) bool { return m.node == nil })
	return n.summed()
}

// absent gives the fields that a record must have and does not.
func (n *node) absent() []*field {
	var out []*field
	for _, f := range n.shape.fields {
		if f.required && !slices.ContainsFunc(n.fields, func(m member) bool { return m.name == f.name }) {
			out = append(out, f)
		}
	}
	return out
}

func (c *checker) table(v cue.Value, s *shape, w *where) *node {
	n := &node{at: w.at, shape: s}
	ok := c.each(v, w, func(label string, get func() cue.Value, w *where) {
		if strings.HasPrefix(c.path[len(c.path)-1], "#") {
			c.unknownField(label, s, w)
			return
		}
		if fn := c.value(get, s.elem, w); fn != nil {
			n.fields = append(n.fields, member{label, fn})
		}
	})
	if !ok {
		c.wrongKind(v, s, w)
		return nil
	}
	slices.SortFunc(n.fields, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return n.summed()
}

func (c *checker) list(v cue.Value, s *shape, w *where) *node {
	iter, err := v.List()
	if v.IncompleteKind() != cue.ListKind || err != nil {
		c.wrongKind(v, s, w)
		return nil
	}
	n := &node{at: w.at, shape: s}
	for i := 0; iter.Next(); i++ {
		c.path = append(c.path, "["+strconv.Itoa(i)+"]")
		v := iter.Value()
		if e := c.value(func() cue.Value { return v }, s.elem, c.element(w, v)); e != nil {
			n.elems = append(n.elems, e)
		}
		c.path = c.path[:len(c.path)-1]
	}
	return n.summed()
}

// set takes any CUE constraint. What it holds is for package valueset.
func (c *checker) set(v cue.Value, s *shape, w *where) *node {
	if v.IncompleteKind() == cue.BottomKind {
		c.bottom(v, w)
		return nil
	}
	n := &node{at: w.at, shape: s, set: valueset.Of(v)}
	c.defaulted(n.set, w)
	return n.summed()
}

// data takes any concrete value.
func (c *checker) data(v cue.Value, s *shape, w *where) *node {
	switch {
	case v.IncompleteKind() == cue.BottomKind:
		c.bottom(v, w)
		return nil
	case s.form == object && v.IncompleteKind() != cue.StructKind:
		c.wrongKind(v, s, w)
		return nil
	case v.Validate(cue.Concrete(true)) != nil:
		c.incomplete(v, w)
		return nil
	}
	n := &node{at: w.at, shape: s, text: jsonOf(v)}
	return n.summed()
}

func jsonOf(v cue.Value) string {
	b, err := v.MarshalJSON()
	if err != nil {
		return "" // it is concrete, so this cannot be
	}
	return string(b)
}

func (c *checker) scalar(v cue.Value, s *shape, w *where) *node {
	n := &node{at: w.at, shape: s}
	want := map[form]cue.Kind{text: cue.StringKind, number: cue.IntKind, boolean: cue.BoolKind}[s.form]
	kind := v.IncompleteKind()
	switch {
	case kind == cue.BottomKind:
		c.bottom(v, w)
		return nil
	case kind&want == 0:
		c.wrongKind(v, s, w)
		return nil
	case v.Kind() != want:
		c.incomplete(v, w)
		return nil
	}
	switch s.form {
	case text:
		n.text, _ = v.String()
		if !s.allows(n.text) {
			c.wrongText(n.text, s, w)
			return nil
		}
	case number:
		i, err := v.Int64()
		if err != nil || i < s.min || s.exact && i != s.min {
			c.wrongKind(v, s, w)
			return nil
		}
		n.number = i
	case boolean:
		n.truth, _ = v.Bool()
	}
	return n.summed()
}

// allows says whether a text is one of the words or matches a pattern.
func (s *shape) allows(t string) bool {
	if len(s.words) == 0 && len(s.patterns) == 0 {
		return true
	}
	if slices.Contains(s.words, t) {
		return true
	}
	for _, re := range s.patterns {
		if re.MatchString(t) {
			return true
		}
	}
	return false
}

// quoteLabel gives a label as CUE writes it in a path.
func quoteLabel(label string) string {
	for i, r := range label {
		switch {
		case r == '_' || r == '$' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		case r == '#' && i == 0:
		case '0' <= r && r <= '9' && i > 0:
		default:
			return strconv.Quote(label)
		}
	}
	if label == "" {
		return `""`
	}
	return label
}

func describe(v cue.Value) string {
	switch v.IncompleteKind() {
	case cue.StructKind:
		return "an object"
	case cue.ListKind:
		return "a list"
	case cue.NullKind:
		return "null"
	}
	if v.IsConcrete() {
		if s := fmt.Sprint(v); len(s) <= 60 {
			return s
		}
	}
	switch v.IncompleteKind() {
	case cue.StringKind:
		return "a string"
	case cue.IntKind, cue.FloatKind, cue.NumberKind:
		return "a number"
	case cue.BoolKind:
		return "a boolean"
	}
	return "not one value"
}
