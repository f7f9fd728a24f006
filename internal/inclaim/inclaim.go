// Package inclaim puts a constraint on values where contracts have theirs, so that
// all tests of sets evaluate it alike.
package inclaim

import (
	"fmt"
	"path"
	"strings"
)

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
	"_word: string",
	"_number: int",
	"_flag: bool",
	"#Nest: null | [#Nest]",
	"#Cons: {v: bool, next: null | #Cons}",
	"#Left: null | #Left | [1]",
	"#Met: _ & (null | [#Met])",
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
