package verify

import (
	"slices"
	"unicode/utf8"

	"tokenctl.dev/internal/valueset"
)

const (
	yes     = valueset.Yes
	no      = valueset.No
	unknown = valueset.Unknown
)

// run is the check of one payload.
type run struct {
	tape
	seen  []bool // by field, for objects that are being looked at
	steps int    // that are left
}

// holds decides whether the value at i is in the set.
func (s *set) holds(r *run, i int32) valueset.Tri {
	if r.steps--; r.steps < 0 {
		return unknown
	}
	c := s.of[kindIndex(r.nodes[i].kind)]
	if c == nil {
		return no
	}
	return c.holds(r, i)
}

func tri(b bool) valueset.Tri {
	if b {
		return yes
	}
	return no
}

func (a all) holds(r *run, i int32) valueset.Tri  { return settled(a, r, i, no, yes) }
func (s some) holds(r *run, i int32) valueset.Tri { return settled(s, r, i, yes, no) }

// settled is what one condition settles for all, or what holds if none does.
func settled(cs []condition, r *run, i int32, by, otherwise valueset.Tri) valueset.Tri {
	out := otherwise
	for _, c := range cs {
		switch holds(c, r, i) {
		case by:
			return by
		case unknown:
			out = unknown
		}
	}
	return out
}

func holds(c condition, r *run, i int32) valueset.Tri {
	if c == nil {
		return no
	}
	return c.holds(r, i)
}

func (n not) holds(r *run, i int32) valueset.Tri {
	switch holds(n.condition, r, i) {
	case yes:
		return no
	case no:
		return yes
	}
	return unknown
}

func (t truths) holds(r *run, i int32) valueset.Tri {
	isTrue := r.src[r.nodes[i].start] == 't'
	return tri(isTrue && t.yes || !isTrue && t.no)
}

func (n integers) holds(r *run, i int32) valueset.Tri {
	v, ok := smallInt(r.bytes(&r.nodes[i]))
	if !ok {
		return n.numbers.holds(r, i)
	}
	for _, s := range n.small {
		if v >= s.low && v <= s.high {
			return yes
		}
	}
	return no
}

// smallInt reads an integer of at most 18 digits.
func smallInt(text []byte) (int64, bool) {
	negative := text[0] == '-'
	if negative {
		text = text[1:]
	}
	if len(text) > 18 {
		return 0, false
	}
	var v int64
	for _, c := range text {
		v = v*10 + int64(c-'0')
	}
	if negative {
		return -v, true
	}
	return v, true
}

func (n numbers) holds(r *run, i int32) valueset.Tri {
	v, ok := valueset.ParseNumber(string(r.bytes(&r.nodes[i])))
	if !ok {
		return unknown
	}
	return tri(slices.ContainsFunc(n.exact, func(i valueset.Interval) bool { return within(v, i) }))
}

func within(v valueset.Number, i valueset.Interval) bool {
	if i.Low != nil {
		if c := v.Compare(*i.Low); c < 0 || c == 0 && i.OpenLow {
			return false
		}
	}
	if i.High != nil {
		if c := v.Compare(*i.High); c > 0 || c == 0 && i.OpenHigh {
			return false
		}
	}
	return true
}

func (m multiples) holds(r *run, i int32) valueset.Tri {
	v, ok := valueset.ParseNumber(string(r.bytes(&r.nodes[i])))
	if !ok {
		return unknown
	}
	return tri(v.MultipleOf(m.of))
}

func (t texts) holds(r *run, i int32) valueset.Tri {
	return tri(t.in[string(r.bytes(&r.nodes[i]))] != t.but)
}

func (b between) holds(r *run, i int32) valueset.Tri {
	text := string(r.bytes(&r.nodes[i]))
	for _, s := range b {
		above := s.Low == nil || text > *s.Low || !s.OpenLow && text == *s.Low
		below := s.High == nil || text < *s.High || !s.OpenHigh && text == *s.High
		if above && below {
			return yes
		}
	}
	return no
}

func (m match) holds(r *run, i int32) valueset.Tri {
	text := r.bytes(&r.nodes[i])
	if m.table != nil {
		if is, ok := m.table.match(text); ok {
			return tri(is)
		}
	}
	return tri(m.re.Match(text))
}

func (c count) holds(r *run, i int32) valueset.Tri {
	n := int(r.nodes[i].count)
	if c.kind == valueset.StringKind {
		n = utf8.RuneCount(r.bytes(&r.nodes[i]))
	}
	for _, s := range c.Count {
		if n >= s.Least && (s.Most < 0 || n <= s.Most) {
			return yes
		}
	}
	return no
}

// at is the set of the element at an index; nil if there may be none.
func (s *shape) at(index int) *set {
	if index < len(s.prefix) {
		return s.prefix[index]
	}
	return s.rest
}

func (s shape) holds(r *run, i int32) valueset.Tri {
	n := &r.nodes[i]
	if int(n.count) < len(s.prefix) || s.rest == nil && int(n.count) > len(s.prefix) {
		return no
	}
	out := yes
	for index, j := 0, i+1; j < n.next; index, j = index+1, r.nodes[j].next {
		switch s.at(index).holds(r, j) {
		case no:
			return no
		case unknown:
			out = unknown
		}
	}
	return out
}

func (c contains) holds(r *run, i int32) valueset.Tri {
	out := no
	for j := i + 1; j < r.nodes[i].next; j = r.nodes[j].next {
		switch c.elem.holds(r, j) {
		case yes:
			return yes
		case unknown:
			out = unknown
		}
	}
	return out
}

// distinct compares strings as they are, and all else as package valueset writes
// values.
func (distinct) holds(r *run, i int32) valueset.Tri {
	n := &r.nodes[i]
	if n.count < 2 {
		return yes
	}
	seen := make(map[valueset.JSON]bool, n.count)
	for j := i + 1; j < n.next; j = r.nodes[j].next {
		v, ok := r.canonical(j)
		if !ok {
			return unknown
		}
		if seen[v] {
			return no
		}
		seen[v] = true
	}
	return yes
}

func (r *run) canonical(i int32) (valueset.JSON, bool) {
	n := &r.nodes[i]
	switch {
	case n.kind != valueset.StringKind:
		return valueset.Compact(r.src[n.start:n.end])
	case n.unescaped:
		return valueset.Text(string(r.bytes(n))), true
	}
	return valueset.JSON(r.src[n.start-1 : n.end+1]), true
}

func (opaque) holds(*run, int32) valueset.Tri { return unknown }

func (f *reference) holds(r *run, i int32) valueset.Tri { return f.set.holds(r, i) }

func (m *members) holds(r *run, i int32) valueset.Tri {
	out, required := yes, 0
	base := len(r.seen)
	for range m.fields {
		r.seen = append(r.seen, false)
	}
	defer func() { r.seen = r.seen[:base] }()
	for j := i + 1; j < r.nodes[i].next; {
		value := j + 1
		var t valueset.Tri
		if k, ok := m.at[string(r.bytes(&r.nodes[j]))]; ok {
			if f := &m.fields[k]; f.required && !r.seen[base+int(k)] {
				required++
			}
			r.seen[base+int(k)] = true
			t = m.fields[k].set.holds(r, value)
		} else {
			t = m.others(r, j)
		}
		switch t {
		case no:
			return no
		case unknown:
			out = unknown
		}
		j = r.nodes[value].next
	}
	if required < m.required {
		return no
	}
	return out
}

// others decides about a member that is not named: every rule whose names fit.
func (m *members) others(r *run, name int32) valueset.Tri {
	out := yes
	for _, rule := range m.rules {
		fits := holds(rule.names, r, name)
		if fits == no {
			continue
		}
		switch t := rule.set.holds(r, name+1); {
		case t == no && fits == yes:
			return no
		case t != yes:
			out = unknown
		}
	}
	return out
}
