// Package pairs reads the table of constraints that internal/valueset is held to,
// so that what is made from sets can be held to the same constraints.
package pairs

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
)

// Table is what the table holds.
type Table struct {
	Constraints []string // in their order, each once
	Values      []string // JSON texts that are in one set of some pair and not in the other
}

// vocabulary is what the constraints may refer to.
var vocabulary = []string{
	"_open: {a?: int, ...}",
	"_regular: {a: string}",
	"_lists: [...string] | [...int]",
	"_structs: {a: string} | {b: int}",
	"#Closed: {a: string, b?: int}",
	"#Open: {a: string, ...}",
	"#Nested: {m: {a?: int}}",
	`#Text: =~"^[a-c]+$"`,
	"#Lists: [...string] | [...int]",
	"#Short: [...string] & list.MaxItems(2)",
	"#Tree: {v?: int, sub?: [...#Tree]}",
	"#Chain: {v: int, next?: null | #Chain}",
	"#Actor: {sub: string, act?: #Actor}",
	"#Agent: {sub: string, iss?: string, act?: #Agent}",
	"#Endless: {n!: #Endless}",
	"#Odd: {odd?: #Even}",
	"#Even: {even?: #Odd, v: string}",
}

var packages = []string{"strings", "list", "struct", "time", "net", "uuid", "math", "regexp", "encoding/json"}

// File is a CUE file in which the constraint stands at Path, as the #value of a
// claim, with what it refers to.
func File(constraint string) string {
	body := "\nclaims: x: #value: " + constraint + "\n"
	for _, v := range vocabulary {
		if name, _, _ := strings.Cut(v, ":"); strings.Contains(body, name) {
			body += v + "\n"
		}
	}
	head := ""
	for _, p := range packages {
		if strings.Contains(body, path.Base(p)+".") {
			head += fmt.Sprintf("import %q\n", p)
		}
	}
	return head + body
}

// Path is the place of the constraint in its File.
const Path = "claims.x.#value"

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
