package opa

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/version"
)

// logOf writes what was compared, for docs.
func logOf(cells []cell) string {
	var b strings.Builder
	callers := 0
	for _, c := range cells {
		callers += len(c.Callers)
	}
	fmt.Fprintf(&b, `<!-- Generated; do not edit. TOKENCTL_UPDATE=1 go test ./... in proof/opa writes it. -->

# The fail-open table, held to a policy engine

Fourteen shapes of authorization rules, in [Rego](../../proof/opa/policies), decide on
tokens before and after a claim changes its shape. tokenctl judges the same changes
from what a consumer declares. OPA %s; %d cells, %d callers asked before and after;
%d cells open, %d shut.

A cell says what OPA does, and in parentheses the verdict of tokenctl. *Opens*: a
caller whom the rule is there to keep out, and kept out, gets in. *Shuts*: one whom it
is there to let in, and let in, is kept out. Tokens are such as the contracts allow.

`, version.Version, len(cells), callers,
		count(cells, func(c cell) bool { return c.outcome == opens }), count(cells, func(c cell) bool { return c.outcome == shuts }))
	matrix(&b, cells, func(c cell) bool { return c.Whole })
	b.WriteString("\n## Where something is left open\n\nThe same rules, declared without `onMissing` where it has no default, or by what they refuse alone.\n\n")
	matrix(&b, cells, func(c cell) bool { return !c.Whole && !c.another })
	b.WriteString(`
## Where a default says what is not so

The same rules, declared without ` + "`onMissing`" + ` where its default is not what they do. tokenctl
judges the rule that was declared, as if the default were written out, and says in the
reason that it is the default.

`)
	matrix(&b, cells, func(c cell) bool { return c.another })
	b.WriteString("\n## Where the two differ\n\n")
	differences(&b, cells)
	return b.String()
}

func matrix(b *strings.Builder, cells []cell, shown func(cell) bool) {
	columns := situations(cells)
	fmt.Fprintf(b, "| rule | declared | %s |\n|---|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	var done []string
	for _, c := range cells {
		if !shown(c) || slices.Contains(done, c.Rule+c.Declared) {
			continue
		}
		done = append(done, c.Rule+c.Declared)
		fmt.Fprintf(b, "| %s: `%s` | `%s` |", c.Rule, c.Words, strings.ReplaceAll(c.Declared, "|", `\|`))
		for _, s := range columns {
			text := "-"
			for _, d := range cells {
				if d.Rule == c.Rule && d.Declared == c.Declared && d.Situation == s {
					text = fmt.Sprintf("%s (%s)", d.outcome, d.Verdict)
				}
			}
			fmt.Fprintf(b, " %s |", text)
		}
		b.WriteByte('\n')
	}
}

// differences lists the cells where tokenctl does not say what OPA does, with why.
func differences(b *strings.Builder, cells []cell) {
	b.WriteString("Nowhere is tokenctl milder where everything is declared, nor where something is left open. Where a default says what is not so, it is milder in these cells:\n\n")
	for _, c := range cells {
		if c.another && c.milder() {
			fmt.Fprintf(b, "- %s (`%s`), %s: OPA: %s, tokenctl: %s.\n", c.Rule, c.Declared, c.Situation, c.outcome, c.Verdict)
		}
	}
	b.WriteString("\nIt is stricter in these, since the declaration stands for other rules that do open, or leaves something out:\n\n")
	for _, c := range cells {
		if c.Verdict == "breaks-open" && c.outcome != opens {
			fmt.Fprintf(b, "- %s (`%s`), %s: OPA: %s.\n", c.Rule, c.Declared, c.Situation, c.outcome)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(shutBefore)) {
		fmt.Fprintf(b, "\n%s lets nobody in before the change either: %s.\n", id, shutBefore[id])
	}
}
