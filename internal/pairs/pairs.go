// Package pairs reads the table of constraints that internal/valueset is held to,
// so that what is made from sets can be held to the same constraints.
package pairs

import (
	"os"
	"slices"
	"strings"
)

// Table is what the table holds.
type Table struct {
	Constraints []string // in their order, each once
	Values      []string // JSON texts that are in one set of some pair and not in the other
}

// Read reads the table.
func Read(file string) (*Table, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t := &Table{}
	for line := range strings.Lines(string(text)) {
		if parts := strings.Split(strings.TrimSpace(line), " => "); len(parts) == 4 {
			t.add(parts)
		}
	}
	return t, nil
}

func (t *Table) add(parts []string) {
	for _, c := range parts[1:3] {
		if !slices.Contains(t.Constraints, c) {
			t.Constraints = append(t.Constraints, c)
		}
	}
	for reason := range strings.SplitSeq(parts[3], "; ") {
		word, value, _ := strings.Cut(reason, " ")
		if (word == "lost" || word == "gained") && !slices.Contains(t.Values, value) {
			t.Values = append(t.Values, value)
		}
	}
}
