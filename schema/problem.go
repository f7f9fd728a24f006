package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Range is a place in a file of the contract, 1-based; columns count bytes.
// The zero Range means unknown.
type Range struct {
	File            string
	Line, Col       int
	EndLine, EndCol int
}

func (r Range) String() string {
	if r.Line == 0 {
		return r.File
	}
	return fmt.Sprintf("%s:%d:%d", r.File, r.Line, r.Col)
}

// Compare orders ranges by file, line and column.
func (r Range) Compare(s Range) int {
	return cmp.Or(strings.Compare(r.File, s.File), cmp.Compare(r.Line, s.Line), cmp.Compare(r.Col, s.Col))
}

// A Problem is one mistake that keeps a contract from loading.
type Problem struct {
	// ID names the kind of mistake, such as "unknown-field".
	ID string
	// At is where the author wrote it.
	At Range
	// Subject is the path in the contract, where there is one.
	Subject string
	Message string
	// Hint says what to do; it may be empty.
	Hint string
	// Related are other places that have to do with it.
	Related []Related
	// Claim is the name of a claim that there is none of.
	Claim string
}

// Related is a further place, and what it has to do with the matter.
type Related struct {
	At      Range
	Message string
}

// A LoadError is why a contract does not load: all mistakes that were found, by
// place. It holds at least one.
type LoadError struct {
	Name     string // of the contract, as its user names it
	Problems []Problem
}

func (e *LoadError) Error() string {
	p := e.Problems[0]
	more := ""
	if n := len(e.Problems) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	return fmt.Sprintf("%s: %s%s", p.At, p.Message, more)
}

// problems collects mistakes.
type problems []Problem

func (ps *problems) add(id string, at Range, format string, args ...any) *Problem {
	*ps = append(*ps, Problem{ID: id, At: at, Message: fmt.Sprintf(format, args...)})
	return &(*ps)[len(*ps)-1]
}

// sorted gives the problems by place, each once.
func (ps problems) sorted() []Problem {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(ps, func(a, b Problem) bool { return a.At == b.At && a.Message == b.Message })
}
