package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"tokenctl.dev/internal/valueset"
)

// The words of shape problems. Each says what is wrong in terms of the language
// and what would be right.

func (c *checker) unknownField(label string, s *shape, w *where) {
	p := c.problem("unknown-field", w.first(), "%s has no field %q", s.called(), label)
	var names []string
	for _, f := range s.fields {
		names = append(names, f.name)
	}
	p.Hint = DidYouMean(label, names)
	if p.Hint == "" && len(c.path) == 1 {
		p.Hint = "what several entries share goes into a hidden field, whose name begins with _"
	}
}

func (c *checker) hidden(label string, w *where) {
	p := c.problem("hidden-field", w.first(), "%s is a hidden field here, which CUE drops without a word", label)
	p.Hint = `put its name in quotes: "` + label + `"`
}

func (c *checker) constraint(label string, w *where) {
	name := strings.TrimRight(label, "?!")
	if strings.HasSuffix(label, "!") {
		c.problem("incomplete", w.first(), "%s demands a value, and nothing gives one", label)
		return
	}
	p := c.problem("optional-field", w.first(), "%s is a constraint on what somebody else may write and holds nothing itself", label)
	p.Hint = "write " + name + ":"
}

func (c *checker) missing(f *field, s *shape, w *where) {
	p := c.problem("missing-field", w.first(), "%s must have the field %s", s.called(), f.name)
	if f.shape.rule != "" {
		p.Hint = f.name + " " + f.shape.rule
	}
}

func (c *checker) wrongKind(v cue.Value, s *shape, w *where) {
	switch {
	case v.IncompleteKind() == cue.BottomKind:
		c.bottom(v, w)
		return
	case c.author.repaired && v.IncompleteKind() == cue.TopKind:
		return // what stood here has been reported
	}
	c.problem("wrong-value", c.valueRange(w), "%s must be %s; it is %s", c.label(), s.demand(), describe(v))
}

func (c *checker) wrongText(got string, s *shape, w *where) {
	p := c.problem("wrong-value", c.valueRange(w), "%s %s; it is %q", c.label(), s.rule, got)
	p.Hint = DidYouMean(got, s.words)
}

// incomplete reports a value that does not say what it is, with the place inside
// it that does not.
func (c *checker) incomplete(v cue.Value, w *where) {
	if c.author.repaired && v.IncompleteKind() == cue.TopKind {
		return // what stood here has been reported
	}
	at, what := c.valueRange(w), fmt.Sprint(v)
	for _, err := range errors.Errors(v.Validate(cue.Concrete(true))) {
		if path := err.Path(); len(path) > len(c.path) {
			what = "open at " + path[len(path)-1]
			if pos := err.Position(); pos.IsValid() {
				at = c.author.point(pos)
			}
			break
		}
	}
	c.problem("incomplete", at, "%s must be one value; it is %s", c.label(), what)
}

// defaulted reports a default mark in a set: a set has no preferred value, and CUE
// treats one that has as two things at once (cue.md 4).
func (c *checker) defaulted(set valueset.Set, w *where) {
	at, marked := c.valueRange(w), false
	for _, f := range w.fields {
		if mark := defaultMark(f.Value); mark != nil && !marked {
			at, marked = c.rangeOf(mark.Pos(), mark.End()), true
		}
	}
	if _, ok := set.Default(); ok || marked {
		p := c.problem("default-mark", at, "a set of values has no default")
		p.Hint = "say what the issuer puts when there is no value in source: default:"
	}
}

// label is the last label of the path that is a name.
func (c *checker) label() string {
	for i := len(c.path) - 1; i >= 0; i-- {
		if !strings.HasPrefix(c.path[i], "[") {
			if i < len(c.path)-1 {
				return "an element of " + c.path[i]
			}
			return c.path[i]
		}
	}
	return "the contract"
}

// bottom reports what CUE says of a value that is in error: a conflict between
// the author's own fields, an operation that fails. Errors of its fields are
// reported where they are.
func (c *checker) bottom(v cue.Value, w *where) {
	for _, err := range errors.Errors(v.Err()) {
		if len(err.Path()) == len(c.path) {
			c.cueError(err, w)
		}
	}
}

// refused reports whether a closed definition does not know the field at hand.
func (c *checker) refused(v cue.Value) bool {
	return slices.ContainsFunc(errors.Errors(v.Err()), func(err errors.Error) bool {
		format, _ := err.Msg()
		return format == notAllowed && len(err.Path()) == len(c.path)
	})
}

const notAllowed = "field not allowed" // in CUE's words

func (c *checker) cueError(err errors.Error, w *where) {
	format, args := err.Msg()
	if strings.HasSuffix(format, "not allowed as field set was already referenced") {
		return // syntaxProblems says it better
	}
	for i, arg := range args {
		if s := fmt.Sprint(arg); len(s) > 60 { // a whole object
			args[i] = s[:57] + "..."
		}
	}
	var places []Range
	for _, pos := range errors.Positions(err) {
		if pos.IsValid() {
			places = append(places, c.author.point(pos))
		}
	}
	at := w.first()
	if len(places) > 0 {
		at = places[0]
	}
	message := fmt.Sprintf(format, args...)
	if inner, ok := errors.Unwrap(err).(errors.Error); ok {
		format, args := inner.Msg()
		message += ": " + fmt.Sprintf(format, args...)
	}
	p := c.problem("conflict", at, "%s", inPackage.ReplaceAllString(message, ""))
	switch {
	case strings.HasPrefix(format, "undefined field"):
		p.ID = "reference"
		p.Hint = DidYouMean(fmt.Sprint(args...), definitionNames())
	case format == notAllowed:
		p.Hint = "a definition is closed: to add to it, embed it in braces, {#Definition}"
	}
	for _, r := range places[min(1, len(places)):] {
		if r != at {
			p.Related = append(p.Related, Related{At: r, Message: "and here"})
		}
	}
}

// inPackage is how CUE writes the package of a hidden field: _x(example.com/m@v0:c).
var inPackage = regexp.MustCompile(`\([^() ]+@v[0-9]+:[^() ]+\)`)

func definitionNames() []string {
	var names []string
	for name := range shapes() {
		names = append(names, "#"+name)
	}
	slices.Sort(names)
	return names
}

// called is the name of a record with its article: "a client scope".
func (s *shape) called() string {
	if s.name == "" {
		return "this object"
	}
	var b strings.Builder
	for i, r := range s.name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return article(b.String())
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// demand says what a place must hold.
func (s *shape) demand() string {
	switch s.form {
	case record, object:
		return "an object"
	case table:
		return "an object with names of your own"
	case list:
		if len(s.elem.words) > 0 {
			return `a list such as ["` + s.elem.words[0] + `"]`
		}
		return "a list"
	case number:
		if s.exact {
			return describeInt(s.min)
		}
		return "an integer of at least " + describeInt(s.min)
	case boolean:
		return "true or false"
	}
	return "a string"
}
