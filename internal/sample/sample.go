// Package sample makes example values and payloads: some that a contract allows, and
// some that it rejects, each for one reason.
//
// Samples are deterministic: equal sources make equal samples, on every machine.
// What the author declares goes first. Personal data is made of what is reserved
// for examples, so that no sample belongs to anybody. Each value is confirmed by the
// set it is made for: what is not surely in it, or not surely outside, is not shown.
package sample

import (
	"math/rand/v2"
	"slices"

	"tokenctl.dev/internal/valueset"
)

// Length says which of the values to make.
type Length uint8

const (
	Typical  Length = iota // as one would write it in documentation
	Shortest               // as JSON
	Longest                // as JSON; where there is no limit, a long one
)

// Source makes samples. The zero Source makes the ones to show first; other seeds
// make others, as far as there are any.
type Source struct {
	Seed   uint64
	Length Length
}

// About is what is known of a value beside the set it is in.
type About struct {
	Name     string          // of the claim or the member
	Format   string          // such as "email"
	Examples []valueset.JSON // declared ones; those in the set are taken first
}

// Limits of what is made where the set has none.
const (
	longText  = 64  // characters
	longList  = 5   // elements
	maxDepth  = 8   // of nesting
	maxListed = 20  // values to choose from
	maxParts  = 400 // of one value
)

// Value makes a value of the set; false if it finds none.
func (s Source) Value(set valueset.Set, about About) (valueset.JSON, bool) {
	return s.begin().value(set, about, 0)
}

// work is a source with how many more parts it may make.
type work struct {
	Source
	left *int
}

func (s Source) begin() work {
	left := maxParts
	return work{s, &left}
}

func (s work) value(set valueset.Set, about About, depth int) (valueset.JSON, bool) {
	if *s.left--; depth > maxDepth || *s.left < 0 {
		return set.Some()
	}
	if depth > 0 && set.Key() == valueset.Any().Key() {
		set = valueset.OfKinds(valueset.StringKind) // or it goes on for ever
	}
	if s.Length != Typical {
		return s.extreme(set, about, depth)
	}
	if v, ok := s.declared(set, about); ok {
		return v, true
	}
	for _, k := range preferred {
		part := set.Intersect(valueset.OfKinds(k))
		if part.Kinds() == 0 {
			continue
		}
		if v, ok := s.ofKind(k, part, about, depth); ok && holds(set, v) {
			return v, true
		}
	}
	return set.Some()
}

// preferred are the kinds in the order in which they are tried.
var preferred = []valueset.Kinds{
	valueset.StringKind, valueset.ObjectKind, valueset.ArrayKind, valueset.IntegerKind, valueset.FloatKind,
	valueset.BooleanKind, valueset.NullKind,
}

func holds(set valueset.Set, v valueset.JSON) bool { return set.Contains(v) == valueset.Yes }

// declared chooses from what the author declares, what is reserved for values of that
// name or format, and the values of a set that has few.
func (s work) declared(set valueset.Set, about About) (valueset.JSON, bool) {
	if v, ok := s.oneOf(set, about.Examples); ok {
		return v, true
	}
	if v, ok := s.oneOf(set, reservedFor(about)); ok {
		return v, true
	}
	if v, ok := set.Default(); ok && holds(set, v) {
		return v, true
	}
	if set.Kinds()&(valueset.ArrayKind|valueset.ObjectKind) != 0 { // their parts say more
		return "", false
	}
	if set.Kinds() == valueset.BooleanKind {
		return s.oneOf(set, booleans)
	}
	list, ok := set.Values()
	if !ok || len(list) == 0 {
		return "", false
	}
	if list[0] == "null" && len(list) > 1 {
		list = list[1:] // null says little
	}
	return s.oneOf(set, list)
}

// oneOf chooses by the seed one of those that are in the set.
func (s work) oneOf(set valueset.Set, list []valueset.JSON) (valueset.JSON, bool) {
	for i := range list {
		v, ok := valueset.Compact([]byte(list[(s.Seed+uint64(i))%uint64(len(list))]))
		if ok && holds(set, v) {
			return v, true
		}
	}
	return "", false
}

func (s work) random() *rand.Rand { return rand.New(rand.NewPCG(s.Seed, 1)) }

// next is a source for the i-th part of a value.
func (s work) next(i int) work {
	s.Seed += uint64(i)
	return s
}

// ofKind makes a value of one kind; set has only values of that kind.
func (s work) ofKind(k valueset.Kinds, set valueset.Set, about About, depth int) (valueset.JSON, bool) {
	switch k {
	case valueset.StringKind:
		return s.text(set)
	case valueset.IntegerKind, valueset.FloatKind:
		return s.number(set)
	case valueset.ArrayKind:
		return s.list(set, about, depth)
	case valueset.ObjectKind:
		return s.object(set, depth)
	}
	return s.oneOf(set, booleans)
}

var booleans = []valueset.JSON{"true", "false", "null"}

// text makes a string: a word, a value of a common format, or one that is drawn.
func (s work) text(set valueset.Set) (valueset.JSON, bool) {
	if v, ok := s.oneOf(set, words); ok {
		return v, true
	}
	for _, list := range formats {
		if v, ok := s.oneOf(set, list.values); ok {
			return v, true
		}
	}
	return set.RandomText(s.random(), 8)
}

func (s work) number(set valueset.Set) (valueset.JSON, bool) {
	if v, ok := s.oneOf(set, numbers); ok {
		return v, true
	}
	list := set.Sample(maxListed)
	if len(list) == 0 {
		return "", false
	}
	return list[s.Seed%uint64(len(list))], true
}

// extreme makes the shortest or the longest value.
func (s work) extreme(set valueset.Set, about About, depth int) (valueset.JSON, bool) {
	best, found := set.Some()
	consider := func(v valueset.JSON) {
		better := len(v) < len(best)
		if s.Length == Longest {
			better = len(v) > len(best)
		}
		if (!found || better) && holds(set, v) {
			best, found = v, true
		}
	}
	if list, ok := set.Values(); ok {
		for _, v := range list {
			consider(v)
		}
		return best, found
	}
	for _, k := range preferred {
		part := set.Intersect(valueset.OfKinds(k))
		if part.Kinds() == 0 {
			continue
		}
		for _, v := range slices.Concat(part.Sample(maxListed), s.extremesOf(k, part, about, depth)) {
			consider(v)
		}
	}
	if !found { // only what is known of it helps
		s.Length = Typical
		return s.value(set, about, depth+1)
	}
	return best, found
}

// extremesOf gives values of one kind among which the shortest or longest may be.
func (s work) extremesOf(k valueset.Kinds, set valueset.Set, about About, depth int) []valueset.JSON {
	var v valueset.JSON
	var ok bool
	switch k {
	case valueset.StringKind:
		if s.Length == Longest {
			if v, ok = set.LongestText(); !ok {
				v, ok = set.RandomText(s.random(), longText)
			}
		}
	case valueset.IntegerKind, valueset.FloatKind:
		return append(set.Ends(), long...)
	case valueset.ArrayKind:
		v, ok = s.list(set, about, depth)
	case valueset.ObjectKind:
		v, ok = s.object(set, depth)
	}
	if !ok {
		return nil
	}
	return []valueset.JSON{v}
}

// long are numbers with as many digits as all software reads exactly (RFC 8259, 6).
var long = []valueset.JSON{"-9007199254740991", "9007199254740991", "-0.12345678901234567"}
