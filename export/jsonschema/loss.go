package jsonschema

import (
	"cmp"
	"slices"
	"strings"
)

// Effect says how a schema differs from the set it was made from.
type Effect string

// The effects.
const (
	Wider  Effect = "wider"  // it accepts values that are not in the set
	Either Effect = "either" // it may also refuse values of the set
)

// What a schema cannot express.
const (
	// WrittenNumber: in CUE 1 and 1.0 are two values, an integer and a float. In
	// JSON Schema they are one (Core, 4.2.2).
	WrittenNumber = "written-number"
	// Expression: a regular expression that ECMA-262 does not share.
	Expression = "regular-expression"
	// Order: strings in a range.
	Order = "string-order"
	// Names: members with names of a form that patternProperties cannot tell.
	Names = "member-names"
	// OnlyCUE: what only CUE can decide.
	OnlyCUE = "only-cue"
)

// Loss is something that the schema could not express.
type Loss struct {
	Path   string // where in a value: "" is the value itself, "a.b[]" the elements of b in a
	What   string
	Text   string // the constraint that got lost, much as its author wrote it
	Effect Effect
}

// String says it in a few words.
func (l Loss) String() string {
	if l.What == WrittenNumber {
		return l.Path + ": how numbers are written"
	}
	return l.Path + ": " + l.Text
}

// sortLosses sorts and drops those that are there twice.
func sortLosses(list []Loss) []Loss {
	slices.SortFunc(list, func(a, b Loss) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.What, b.What), strings.Compare(a.Text, b.Text), strings.Compare(string(a.Effect), string(b.Effect)))
	})
	return slices.Compact(list)
}
