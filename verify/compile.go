package verify

import (
	"regexp"
	"slices"
	"sync"

	"tokenctl.dev/internal/valueset"
)

// set is a valueset.Set, compiled.
type set struct {
	of   [7]condition // by the kind of the value; nil for a kind that is not in the set
	from valueset.Set // for messages
	want [7]sync.Once // guards text
	text [7]string    // what is expected of the values of a kind
}

// condition is what a set demands of the values of one kind.
type condition interface {
	// holds decides it for a value that stands at i on the tape.
	holds(r *run, i int32) valueset.Tri
}

type (
	all  []condition
	some []condition
	not  struct{ condition }

	truths   struct{ yes, no bool }
	numbers  struct{ exact valueset.Numbers }
	integers struct {
		numbers
		small []smallRange
	} // those within 64 bits
	multiples struct{ of valueset.Number }
	texts     struct {
		in  map[string]bool
		but bool
	}
	between valueset.Between
	match   struct {
		re    *regexp.Regexp
		table *dfa // nil: re alone
	}
	count struct {
		valueset.Count
		kind valueset.Kinds
	}
	shape struct {
		prefix []*set
		rest   *set // nil: closed
	}
	distinct struct{}
	contains struct{ elem *set }
	members  struct {
		at       map[string]int32
		fields   []member
		required int
		rules    []rule
	}
	opaque struct{}
)

type member struct {
	name     string
	set      *set
	required bool
}

type rule struct {
	names condition
	set   *set
}

type smallRange struct{ low, high int64 }

// compiler turns sets into what is run. Sets with equal keys are compiled once, so
// definitions that refer to themselves come to an end.
type compiler struct {
	sets      map[string]*set
	names     map[string]*reference
	unchecked []string // what only CUE can decide
}

func (c *compiler) set(s valueset.Set) *set {
	if done, ok := c.sets[s.Key()]; ok {
		return done
	}
	out := &set{from: s}
	c.sets[s.Key()] = out
	for i := range out.of {
		out.of[i] = c.demand(s.Demand(1<<i), 1<<i)
	}
	return out
}

// demand gives nil for what nothing can meet.
func (c *compiler) demand(d valueset.Demand, kind valueset.Kinds) condition {
	switch d := d.(type) {
	case valueset.All:
		return all(c.each(d, kind))
	case valueset.Some:
		if len(d) == 0 {
			return nil
		}
		return some(c.each(d, kind))
	case valueset.Not:
		return not{c.demand(d.Demand, kind)}
	case valueset.Truths:
		return truths{d.True, d.False}
	case valueset.Numbers:
		return numbersOf(d, kind)
	case valueset.Multiples:
		return multiples{d.Of}
	case valueset.Texts:
		return textsOf(d)
	case valueset.Between:
		return between(d)
	case valueset.Match:
		return matchOf(d.Expr)
	case valueset.Count:
		return count{d, kind}
	case valueset.Shape:
		return c.shape(d)
	case valueset.Distinct:
		return distinct{}
	case valueset.Holds:
		return contains{c.set(d.Elem)}
	case valueset.Members:
		return c.members(d)
	case valueset.Named:
		return c.named(d)
	case valueset.Opaque:
		if !slices.Contains(c.unchecked, d.Text) {
			c.unchecked = append(c.unchecked, d.Text)
		}
	}
	return opaque{}
}

func (c *compiler) each(list []valueset.Demand, kind valueset.Kinds) []condition {
	out := make([]condition, len(list))
	for i, d := range list {
		out[i] = c.demand(d, kind)
	}
	return out
}

func numbersOf(d valueset.Numbers, kind valueset.Kinds) condition {
	n := numbers{d}
	if kind != valueset.IntegerKind {
		return n
	}
	out := integers{numbers: n}
	for _, i := range d {
		if r, ok := smallOf(i); ok {
			out.small = append(out.small, r)
		}
	}
	return out
}

// smallOf gives the part of an interval that lies within 64 bits.
func smallOf(i valueset.Interval) (smallRange, bool) {
	r := smallRange{minInt, maxInt}
	low, _ := valueset.ParseNumber("-9223372036854775808")
	high, _ := valueset.ParseNumber("9223372036854775807")
	if i.Low != nil {
		if n, ok := i.Low.Int64(); ok {
			r.low = n
		} else if i.Low.Compare(high) > 0 {
			return r, false
		}
	}
	if i.High != nil {
		if n, ok := i.High.Int64(); ok {
			r.high = n
		} else if i.High.Compare(low) < 0 {
			return r, false
		}
	}
	return r, true
}

const (
	maxInt = 1<<63 - 1
	minInt = -1 << 63
)

func textsOf(d valueset.Texts) condition {
	t := texts{make(map[string]bool, len(d.List)), d.But}
	for _, s := range d.List {
		t.in[s] = true
	}
	return t
}

func matchOf(expr string) condition {
	re, err := regexp.Compile(expr)
	if err != nil {
		return opaque{}
	}
	return match{re, newDFA(expr)}
}

func (c *compiler) shape(d valueset.Shape) condition {
	var out shape
	for _, p := range d.Prefix {
		out.prefix = append(out.prefix, c.set(p))
	}
	if !d.Closed {
		out.rest = c.set(d.Rest)
	}
	return out
}

func (c *compiler) members(d valueset.Members) condition {
	out := &members{at: make(map[string]int32, len(d.Fields))}
	for i, f := range d.Fields {
		required := f.Presence == valueset.Always
		if required {
			out.required++
		}
		out.at[f.Name] = int32(i)
		out.fields = append(out.fields, member{f.Name, c.set(f.Set), required})
	}
	for _, r := range d.Rules {
		out.rules = append(out.rules, rule{c.demand(r.Names, valueset.StringKind), c.set(r.Set)})
	}
	return out
}

// named is compiled once for each name, and the name is known before what it means.
func (c *compiler) named(d valueset.Named) condition {
	if r, ok := c.names[d.Key]; ok {
		return r
	}
	r := &reference{}
	c.names[d.Key] = r
	r.set = c.set(d.Set())
	return r
}

// reference is a condition that is another set's.
type reference struct{ set *set }
