package sample

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

// Reason is why a value is outside a set.
type Reason string

const (
	WrongType  Reason = "is of another type"
	IsNull     Reason = "is null"
	NotListed  Reason = "is none of the values"
	TooShort   Reason = "is too short"
	TooLong    Reason = "is too long"
	Malformed  Reason = "is not of the form"
	TooSmall   Reason = "is too small"
	TooLarge   Reason = "is too large"
	NotWhole   Reason = "is not a whole number"
	TooFew     Reason = "has too few elements"
	TooMany    Reason = "has too many elements"
	Repeated   Reason = "has an element twice"
	Missing    Reason = "is missing"
	Unexpected Reason = "is not expected"
)

// Wrong is a value outside a set. It is a value of the set but for one thing.
type Wrong struct {
	Value  valueset.JSON
	Path   string // of what is wrong: "" is the value itself, a.b a member, a[0] an element
	Reason Reason
}

// String says what is wrong: roles[0] is of another type.
func (w Wrong) String() string {
	if w.Path == "" {
		return "it " + string(w.Reason)
	}
	return w.Path + " " + string(w.Reason)
}

// Outside makes values outside the set, one for each reason that it finds, in a fixed
// order. Where nothing surely is outside, there are none.
func (s Source) Outside(set valueset.Set, about About) []Wrong {
	s.Length = Typical
	like, ok := s.Value(set, about)
	if !ok {
		return nil
	}
	return s.begin().outside(set, like, about, 0)
}

// outside varies a value that is in the set.
func (s work) outside(set valueset.Set, like valueset.JSON, about About, depth int) []Wrong {
	o := &wrongs{set: set}
	if *s.left--; *s.left < 0 {
		return nil
	}
	if set.Kinds()&valueset.NullKind == 0 {
		o.add("null", IsNull)
	}
	for _, v := range otherTypes {
		if valueset.Const(v).Kinds()&set.Kinds() == 0 && o.add(v, WrongType) {
			break
		}
	}
	switch valueset.Const(like).Kinds() {
	case valueset.StringKind:
		s.outsideText(o, like)
	case valueset.IntegerKind, valueset.FloatKind:
		outsideNumber(o, like)
	case valueset.ArrayKind:
		s.outsideList(o, like, about, depth)
	case valueset.ObjectKind:
		s.outsideObject(o, like, depth)
	}
	return o.list
}

// otherTypes are values of all types but null, those first that are the least like
// what issuers send.
var otherTypes = []valueset.JSON{"true", "17", `"text"`, "{}", "[]", "1.5"}

// wrongs collects values that surely are outside a set.
type wrongs struct {
	set  valueset.Set
	list []Wrong
}

func (o *wrongs) add(v valueset.JSON, why Reason) bool { return o.addAt(v, "", why) }

func (o *wrongs) addAt(v valueset.JSON, path string, why Reason) bool {
	known := slices.ContainsFunc(o.list, func(w Wrong) bool { return w.Value == v || w.Path == path && w.Reason == why })
	if known || o.set.Contains(v) != valueset.No {
		return false
	}
	o.list = append(o.list, Wrong{v, path, why})
	return true
}

var allTexts = valueset.OfKinds(valueset.StringKind)

func (s work) outsideText(o *wrongs, like valueset.JSON) {
	part := o.set.Intersect(allTexts)
	text := []rune(stringOf(like))
	if _, finite := part.Values(); finite {
		for _, v := range texts(string(text)+"-x", strings.ToUpper(string(text)), "none of them") {
			if o.add(v, NotListed) {
				break
			}
		}
		return
	}
	if least, ok := part.Some(); ok { // a shortest one
		if n := len([]rune(stringOf(least))); n > 0 {
			o.add(valueset.Text(string(text[:min(n-1, len(text))])), TooShort)
		}
	}
	if most, ok := part.LongestText(); ok {
		o.add(valueset.Text(string(text)+strings.Repeat(lastOf(text), len(most))), TooLong)
	}
	for _, v := range malformed(text) {
		if o.add(v, Malformed) {
			return
		}
	}
	if same, ok := valueset.Matching(fmt.Sprintf("^(?s:.{%d})$", min(len(text), 1000))); ok {
		if v, ok := same.Without(part).RandomText(s.random(), len(text)); ok {
			o.add(v, Malformed)
		}
	}
}

// lastOf is the last character of a string, or a letter.
func lastOf(text []rune) string {
	if len(text) == 0 {
		return "a"
	}
	return string(text[len(text)-1:])
}

// malformed varies a string without making it longer or shorter.
func malformed(text []rune) []valueset.JSON {
	var out []valueset.JSON
	for _, r := range []rune{'!', ' ', 'x', '0', '\n', 'é'} {
		for _, i := range []int{len(text) - 1, 0, len(text) / 2} {
			if i >= 0 && i < len(text) {
				changed := slices.Clone(text)
				changed[i] = r
				out = append(out, valueset.Text(string(changed)))
			}
		}
	}
	return out
}

func outsideNumber(o *wrongs, like valueset.JSON) {
	ends := o.set.Intersect(valueset.OfKinds(valueset.NumberKind)).Ends()
	if len(ends) > 0 {
		o.add(plus(slices.MinFunc(ends, compare), -1), TooSmall)
		o.add(plus(slices.MaxFunc(ends, compare), 1), TooLarge)
	}
	if o.set.Kinds()&valueset.FloatKind == 0 {
		o.add(like+".5", NotWhole)
	}
	if _, finite := o.set.Values(); finite {
		for _, v := range numbers {
			if o.add(v, NotListed) {
				return
			}
		}
	}
}

func (s work) outsideList(o *wrongs, like valueset.JSON, about About, depth int) {
	elems := elementsOf(like)
	lists := o.set.Intersect(valueset.OfKinds(valueset.ArrayKind))
	least, most := lists.Items()
	if least > 0 && len(elems) >= least {
		o.add(array(elems[:least-1]), TooFew)
	}
	if most >= 0 && most < maxListed {
		more := s.elements(lists, about, most, depth)
		o.add(array(append(more, elems[:min(1, len(elems))]...)), TooMany)
	}
	if n := max(least, 2); most < 0 || n <= most {
		distinct := s.elements(lists, about, n, depth)
		if len(distinct) == n && holds(o.set, array(distinct)) && holds(lists.At(n-1), distinct[0]) {
			distinct[n-1] = distinct[0]
			o.add(array(distinct), Repeated)
		}
	}
	if depth >= maxDepth || len(elems) == 0 {
		return
	}
	for _, w := range s.outside(lists.At(0), elems[0], About{Name: singular(about.Name)}, depth+1) {
		changed := slices.Clone(elems)
		changed[0] = w.Value
		o.addAt(array(changed), "[0]"+w.Path, w.Reason)
	}
}

func (s work) outsideObject(o *wrongs, like valueset.JSON, depth int) {
	members := membersOf(like)
	named, rest := o.set.Intersect(valueset.OfKinds(valueset.ObjectKind)).Members()
	with := func(name string, v valueset.JSON) valueset.JSON {
		changed := without(members, name)
		changed[name] = v
		return object(changed)
	}
	for _, f := range named {
		v, there := members[f.Name]
		if !there {
			continue
		}
		if f.Presence == valueset.Always {
			o.addAt(object(without(members, f.Name)), label(f.Name), Missing)
		}
		if depth >= maxDepth {
			continue
		}
		for _, w := range s.outside(f.Set, v, About{Name: f.Name}, depth+1) {
			o.addAt(with(f.Name, w.Value), join(label(f.Name), w.Path), w.Reason)
		}
	}
	for _, v := range []valueset.JSON{`"unexpected"`, "0", "null"} {
		if rest.Key() != valueset.Any().Key() && o.addAt(with(unexpected, v), unexpected, Unexpected) {
			return
		}
	}
}

func without(members map[string]valueset.JSON, name string) map[string]valueset.JSON {
	out := maps.Clone(members)
	delete(out, name)
	return out
}

// unexpected is a name that no contract gives to anything.
const unexpected = "unexpected_member"

// label is a name as a part of a path.
func label(name string) string {
	if strings.ContainsAny(name, ".[]\" ") || name == "" {
		return fmt.Sprintf("%q", name)
	}
	return name
}

func join(a, b string) string {
	if b == "" || b[0] == '[' {
		return a + b
	}
	return a + "." + b
}
