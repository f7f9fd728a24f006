package valueset

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

func runeCount(s string) int { return utf8.RuneCountInString(s) }

// texts is a finite set of strings, or all strings but those.
type texts struct {
	list []string // sorted
	but  bool
}

func textsOf(list ...string) texts {
	list = slices.Clone(list)
	slices.Sort(list)
	return texts{list: slices.Compact(list)}
}

func (t texts) key() string {
	var b strings.Builder
	if t.but {
		b.WriteByte('!')
	}
	b.WriteByte('{')
	for i, s := range t.list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(s))
	}
	b.WriteByte('}')
	return b.String()
}

func (t texts) has(s string) bool {
	_, ok := slices.BinarySearch(t.list, s)
	return ok != t.but
}

func (t texts) holds(v *value, _ mode) Tri { return tri(t.has(v.text)) }

func (t texts) family() family     { return familyStrings }
func (t texts) complement() region { return texts{t.list, !t.but} }
func (t texts) empty() bool        { return len(t.list) == 0 && !t.but }
func (t texts) full() bool         { return len(t.list) == 0 && t.but }

func (t texts) meet(r region) region {
	u := r.(texts)
	switch {
	case t.but && u.but:
		return texts{unionOf(t.list, u.list), true}
	case t.but:
		return texts{minus(u.list, t.list), false}
	case u.but:
		return texts{minus(t.list, u.list), false}
	}
	return texts{minus(t.list, minus(t.list, u.list)), false}
}

func (t texts) join(r region) region {
	return t.complement().meet(r.complement()).complement()
}

func unionOf(a, b []string) []string {
	out := make([]string, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		c := cmp.Compare(a[0], b[0])
		if c <= 0 {
			out = append(out, a[0])
			a = a[1:]
		} else {
			out = append(out, b[0])
		}
		if c >= 0 {
			b = b[1:]
		}
	}
	return append(append(out, a...), b...)
}

func minus(a, b []string) []string {
	var out []string
	for _, s := range a {
		for len(b) > 0 && b[0] < s {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != s {
			out = append(out, s)
		}
	}
	return out
}

// text orders strings by their bytes, as CUE does; for valid UTF-8 this is the
// order by code points.
type text string

func (t text) compare(u text) int { return cmp.Compare(t, u) }

func (t text) quoted() string { return quote(string(t)) }

// order holds of the strings in a range, such as >"a".
type order struct{ in spans[text] }

func (o order) key() string { return "order" + o.in.key(text.quoted) }

func (o order) holds(v *value, _ mode) Tri { return tri(o.in.has(text(v.text))) }

func (o order) family() family     { return familyOrder }
func (o order) complement() region { return order{o.in.complement()} }
func (o order) empty() bool        { return len(o.in) == 0 }
func (o order) full() bool         { return o.in.all() }

func (o order) meet(r region) region { return order{o.in.intersect(r.(order).in)} }
func (o order) join(r region) region { return order{o.in.union(r.(order).in)} }

// pattern holds of the strings in which a regular expression matches somewhere.
type pattern struct {
	expr string
	re   *lazyRegexp
}

// lazyRegexp compiles on first use: most constraints are only ever compared with
// their equals.
type lazyRegexp struct {
	match   func() (*regexp.Regexp, error)
	program func() (*program, error)
}

func patternOf(expr string) pattern {
	return pattern{expr, &lazyRegexp{
		match:   sync.OnceValues(func() (*regexp.Regexp, error) { return regexp.Compile(expr) }),
		program: sync.OnceValues(func() (*program, error) { return compileProgram(expr) }),
	}}
}

// validPattern reports whether expr is a regular expression at all.
func validPattern(expr string) bool {
	_, err := syntax.Parse(expr, syntax.Perl)
	return err == nil
}

func (p pattern) key() string { return "~" + quote(p.expr) }

func (p pattern) holds(v *value, _ mode) Tri {
	re, err := p.re.match()
	if err != nil {
		return Unknown
	}
	return tri(re.MatchString(v.text))
}

// escaped returns an expression for the literal s, also across lines.
func escaped(s string) string { return regexp.QuoteMeta(s) }
