// Package docgen writes the documentation that follows from the code: a page for
// each rule and kind of change, the language, the commands. Each document is one
// function that gives its bytes; a test writes them, or compares them with what
// is there. Examples are fixtures, so none is there that nobody runs.
package docgen

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tokenctl.dev/diff"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/lint"
	"tokenctl.dev/schema"
)

// generated heads every document that a test writes.
const generated = "<!-- Generated; do not edit. TOKENCTL_UPDATE=1 go test ./... writes it. -->\n\n"

// Rule is the page of a lint rule.
func Rule(r *lint.Rule, f want.Fixture) []byte {
	b := page(r.ID)
	fmt.Fprintf(b, "%s.\n\n", upper(r.Summary))
	fmt.Fprintf(b, "Severity: %s · Category: %s · Since: %s\n\n", r.Severity, r.Category, r.Since)
	fmt.Fprintf(b, "## Why it matters\n\n%s\n\n", r.Why)
	fmt.Fprintf(b, "Seen in the field: %s\n\n", oneLine(f.Comment))
	fmt.Fprintf(b, "## Avoid\n\n%s\n", example(f, "avoid", ""))
	fmt.Fprintf(b, "## Prefer\n\n%s\n", example(f, "prefer", ""))
	fmt.Fprintf(b, "## When it is fine\n\n%s\n", r.Waive)
	if len(r.YieldsTo) > 0 {
		fmt.Fprintf(b, "\nIt is silent where one of these finds the same: %s.\n", links(r.YieldsTo, ""))
	}
	b.WriteString("\n## References\n\n")
	for _, ref := range r.Refs {
		fmt.Fprintf(b, "- %s\n", ref)
	}
	return []byte(b.String())
}

// Rules is the list of lint rules.
func Rules() []byte {
	b := page("Lint rules")
	b.WriteString("| rule | severity | what is wrong |\n|---|---|---|\n")
	for _, r := range lint.Rules() {
		fmt.Fprintf(b, "| [%s](%s.md) | %s | %s |\n", r.ID, r.ID, r.Severity, r.Summary)
	}
	return []byte(b.String())
}

// Kind is the page of a kind of change.
func Kind(k *diff.Kind, f want.Fixture) []byte {
	b := page(k.ID)
	fmt.Fprintf(b, "%s.\n\n", upper(k.Summary))
	fmt.Fprintf(b, "What: %s · In what: %s · How: %s · Who moves first: %s · Since: %s\n\n", k.Object, k.Aspect, k.Action, k.Order, k.Since)
	fmt.Fprintf(b, "## Why it matters\n\n%s\n\n", k.Why)
	fmt.Fprintf(b, "Seen in the field: %s\n\n", oneLine(f.Comment))
	fmt.Fprintf(b, "## Example\n\nBefore:\n\n%s\nAfter, with what tokenctl says of it:\n\n%s", example(f, "example", "old/"), example(f, "example", "new/"))
	if k.Mirror != k.ID {
		fmt.Fprintf(b, "\nThe other way round: [%s](%s.md).\n", k.Mirror, k.Mirror)
	}
	if len(k.Swallows) > 0 {
		fmt.Fprintf(b, "\nIt stands for these, which are not reported beside it: %s.\n", links(k.Swallows, ""))
	}
	return []byte(b.String())
}

// Kinds is the list of kinds of change.
func Kinds() []byte {
	b := page("Kinds of change")
	b.WriteString("What each means for a consumer is told in [how tokenctl decides](../how-tokenctl-decides.md).\n\n")
	b.WriteString("| kind | what happened | who moves first |\n|---|---|---|\n")
	for _, k := range slices.SortedFunc(slices.Values(diff.Kinds()), func(a, b *diff.Kind) int { return strings.Compare(a.ID, b.ID) }) {
		fmt.Fprintf(b, "| [%s](%s.md) | %s | %s |\n", k.ID, k.ID, k.Summary, k.Order)
	}
	return []byte(b.String())
}

// Language is the reference of the contract language.
func Language() []byte {
	b := page("The contract language")
	b.WriteString("Every field of a contract, from the comments in `schema/*.cue`. A field without a default is not assumed to have any value: rules that need it stay silent. `!` marks what must be given. A field whose name begins with `#` holds a set of values and takes any CUE constraint.\n")
	for _, d := range schema.Reference() {
		fmt.Fprintf(b, "\n## %s\n\n%s", d.Name, d.Text)
		if d.Source != "" {
			fmt.Fprintf(b, " (%s)", d.Source)
		}
		b.WriteString("\n\n| field | holds | meaning | default | source |\n|---|---|---|---|---|\n")
		for _, f := range d.Fields {
			name := "`" + f.Name + "`"
			if f.Required {
				name += " !"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", name, f.Type, cell(f.Text), cell(f.Default), cell(f.Source))
		}
	}
	return []byte(b.String())
}

func page(title string) *strings.Builder {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s# %s\n\n", generated, title)
	return b
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func links(ids []string, dir string) string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprintf("[%s](%s%s.md)", id, dir, id))
	}
	return strings.Join(out, ", ")
}

// example is a case of a fixture as a code block, without what every contract
// has. What is expected on a line becomes a comment above it.
func example(f want.Fixture, name, dir string) string {
	i := slices.IndexFunc(f.Cases, func(c want.Case) bool { return c.Name == name })
	if i < 0 {
		return ""
	}
	var b strings.Builder
	for _, file := range slices.Sorted(maps.Keys(f.Cases[i].Files)) {
		if !strings.HasPrefix(file, dir) {
			continue
		}
		text := strings.TrimPrefix(string(f.Cases[i].Files[file]), "package example\n\n")
		fmt.Fprintf(&b, "```cue\n%s```\n", expectations(text))
	}
	return b.String()
}

var (
	expectation = regexp.MustCompile(`(?m)^([ \t]*)(.*?) *// (want|was)((?: "(?:[^"\\]|\\.)*")+)[ \t]*$`)
	quoted      = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// expectations moves what is expected on a line above it, one comment for each.
func expectations(text string) string {
	return expectation.ReplaceAllStringFunc(text, func(line string) string {
		m := expectation.FindStringSubmatch(line)
		var b strings.Builder
		if m[3] == "want" {
			for _, q := range quoted.FindAllString(m[4], -1) {
				words, err := strconv.Unquote(q)
				if err != nil {
					words = q // not in a fixture that the tests read
				}
				fmt.Fprintf(&b, "%s// %s\n", m[1], words)
			}
		}
		return b.String() + m[1] + m[2]
	})
}
