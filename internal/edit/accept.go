package edit

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"

	"tokenctl.dev/schema"
)

// waiverFile is where waivers go if nothing says another place: a file of their
// own, so that it can have owners of its own.
const waiverFile = "waivers.cue"

// Accept writes a waiver into a contract. Files are those of the contract's own
// directory, by name. It gives the one file that changes, or is new, and its
// content: what was there, byte by byte, with some lines more. A file that was as
// cue fmt has it stays so.
func Accept(files map[string][]byte, w schema.Waiver) (name string, content []byte, err error) {
	entry, err := waiverEntry(w)
	if err != nil {
		return "", nil, err
	}
	parsed := map[string]*ast.File{}
	pkg := ""
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := parser.ParseFile(name, files[name], parser.ParseComments)
		if err != nil || strings.HasPrefix(name, "_") || f.PackageName() == "" || pkg != "" && f.PackageName() != pkg {
			continue
		}
		parsed[name], pkg = f, f.PackageName()
	}
	if pkg == "" {
		return "", nil, errors.New("no file of the contract can be read")
	}
	name = waiverFile
	for _, n := range slices.Sorted(maps.Keys(parsed)) {
		if waiversOf(parsed[n]) != nil && (waiversOf(parsed[name]) == nil || n == waiverFile) {
			name = n
		}
	}
	src, there := files[name]
	if !there {
		return name, fmt.Appendf(nil, "package %s\n\nwaivers: {\n%s}\n", pkg, indented(entry, "\t")), nil
	}
	if parsed[name] == nil {
		return "", nil, fmt.Errorf("%s is no file of package %s: waivers would go there", name, pkg)
	}
	return name, insert(src, waiversOf(parsed[name]), entry), nil
}

// waiverEntry writes a waiver as an entry of the table, as cue fmt has it.
func waiverEntry(w schema.Waiver) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: {\n", literal.String.Quote(w.Name))
	for _, f := range []struct{ name, value string }{
		{"rule", w.Rule}, {"subject", w.Subject}, {"consumer", w.Consumer}, {"fingerprint", w.Fingerprint}, {"reason", w.Reason},
		{"approvedBy", w.ApprovedBy}, {"ticket", w.Ticket}, {"until", w.Until},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "\t%s: %s\n", f.name, literal.String.Quote(f.value))
		}
	}
	if w.AcceptsBypass {
		b.WriteString("\tacceptsBypass: true\n")
	}
	b.WriteString("}\n")
	text, err := format.Source([]byte(b.String()))
	return string(text), err
}

// waiversOf gives the table of waivers that a file states at its top, the last of
// several; nil where there is none.
func waiversOf(f *ast.File) *ast.Field {
	var out *ast.Field
	if f == nil {
		return nil
	}
	for _, d := range f.Decls {
		if field, ok := d.(*ast.Field); ok {
			if name, _, err := ast.LabelName(field.Label); err == nil && name == "waivers" {
				out = field
			}
		}
	}
	return out
}

// insert adds the entry: into the table where that has lines of its own, else as a
// further part of the table, at the end of the file.
func insert(src []byte, table *ast.Field, entry string) []byte {
	at, text := len(src), "\nwaivers: "+entry
	if len(src) > 0 && src[len(src)-1] != '\n' {
		text = "\n" + text
	}
	if table != nil {
		if braces, ok := table.Value.(*ast.StructLit); ok && braces.Rbrace.IsValid() {
			end := braces.Rbrace.Offset()
			start := bytes.LastIndexByte(src[:end], '\n') + 1
			if start > braces.Lbrace.Offset() && len(bytes.TrimSpace(src[start:end])) == 0 {
				at, text = start, indented(entry, string(src[start:end])+"\t")
			}
		}
	}
	if bytes.Contains(src, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return slices.Concat(src[:at], []byte(text), src[at:])
}

func indented(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(by + line)
	}
	return b.String()
}
