package docgen

import (
	"fmt"

	"tokenctl.dev/export"
)

// Target is the page of an export target.
func Target(t *export.Target) []byte {
	b := page("tokenctl export " + t.Name)
	fmt.Fprintf(b, "%s\n\n## What it expresses\n\n| what a contract says | expressed | how | losses |\n|---|---|---|---|\n", t.Summary)
	for _, c := range t.Capabilities {
		lost := ""
		if c.Support != export.Full {
			lost = "`" + c.ID + "`"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", c.What, c.Support, c.How, lost)
	}
	b.WriteString("\nWhat is not expressed, or only in part, is listed on stderr under the name in the last column, and in the file of `--losses`.\n")
	return []byte(b.String())
}
