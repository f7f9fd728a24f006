// Package docs holds the pages of the documentation that the program shows itself.
package docs

import "embed"

//go:embed rules/*.md changes/*.md
var pages embed.FS

// Rule gives the page of a lint rule, as Markdown, or nil.
func Rule(id string) []byte { return page("rules/" + id + ".md") }

// Kind gives the page of a kind of change, as Markdown, or nil.
func Kind(id string) []byte { return page("changes/" + id + ".md") }

func page(name string) []byte {
	b, err := pages.ReadFile(name)
	if err != nil {
		return nil
	}
	return b
}
