package convert

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

func quote(s string) string { return string(valueset.Text(s)) }

var identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// key writes the name of a field: quoted where CUE wants it, or would take it for
// one of its own words.
func key(s string) string {
	switch s {
	case "package", "import", "for", "in", "if", "let", "true", "false", "null", "func", "try", "else":
		return quote(s)
	}
	if identifier.MatchString(s) {
		return s
	}
	return quote(s)
}

// field writes a field: with braces only where there are several in it.
func field(name string, fields []string) string {
	if len(fields) == 1 {
		return key(name) + ": " + fields[0]
	}
	return key(name) + ": {" + strings.Join(fields, ", ") + "}"
}

func quotes(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, quote(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func compact(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func oneOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// oneLine keeps a name from breaking out of a comment.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// record collects the fields of an entry, such as one scope.
type record struct{ strings.Builder }

func (r *record) field(format string, args ...any) { fmt.Fprintf(r, "\t\t"+format+"\n", args...) }

// entry is the record under its name.
func (r *record) entry(name string) string { return "\t" + key(name) + ": {\n" + r.String() + "\t}\n" }
