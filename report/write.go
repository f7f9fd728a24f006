package report

import (
	"fmt"
	"io"
)

// Formats are the names of the formats, first the default.
var formats = []string{"text", "json"}

// Formats gives the names of the formats, first the default.
func Formats() []string { return append([]string(nil), formats...) }

// Write writes the report in the format. Colour is for text on a terminal.
func Write(w io.Writer, r *Report, format string, colour bool) error {
	switch format {
	case "text":
		return writeText(w, r, colour)
	case "json":
		return writeJSON(w, r)
	}
	return fmt.Errorf("unknown format %q", format)
}
