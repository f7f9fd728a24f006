// Package catalogue lists what tokenctl can report: lint rules, kinds of change, and
// what it says of waivers and of whole contracts.
package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"tokenctl.dev/diff"
	"tokenctl.dev/docs"
	"tokenctl.dev/lint"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// The kinds of entries.
const (
	Rule   = "rule"   // of lint
	Change = "change" // a kind of change, of diff
	Other  = "other"
)

// An Entry is one thing that can be reported.
type Entry struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Severity string `json:"severity"` // of a change: that of the verdicts, so empty
	Group    string `json:"group"`    // a rule's category, or what a change is of
	Summary  string `json:"summary"`
	Since    string `json:"since"`

	page []byte
}

// others are reported by no rule and no comparison.
var others = []Entry{
	{ID: "contract-gone", Severity: "error", Group: "contract", Summary: "a contract that was in the old revision is gone: nothing says any more who reads its tokens"},
	{ID: "contract-new", Severity: "note", Group: "contract", Summary: "a contract is new: there is nothing to compare it with"},
	{ID: "waiver-expired", Severity: "error", Group: "waiver", Summary: "a waiver has expired, and what it accepted is there: it counts again"},
	{ID: "waiver-expiring", Severity: "note", Group: "waiver", Summary: "a waiver ends soon"},
	{ID: "waiver-incomplete", Severity: "error", Group: "waiver", Summary: "a waiver does not count, since it lacks what the policy demands"},
	{ID: "waiver-unused", Severity: "warning", Group: "waiver", Summary: "a waiver accepts nothing that is there"},
}

// All gives every entry: rules, kinds of change, the others, each by name.
func All() []Entry {
	var rules, changes, rest []Entry
	for _, r := range lint.Rules() {
		rules = append(rules, Entry{r.ID, Rule, r.Severity.String(), r.Category, r.Summary, r.Since, docs.Rule(r.ID)})
	}
	for _, k := range diff.Kinds() {
		changes = append(changes, Entry{k.ID, Change, "", k.Object, k.Summary, k.Since, docs.Kind(k.ID)})
	}
	for _, e := range others {
		e.Kind, e.Since = Other, "0.1.0"
		e.page = fmt.Appendf(nil, "# %s\n\n%s.\n\nSeverity: %s · Since: %s\n", e.ID, strings.ToUpper(e.Summary[:1])+e.Summary[1:], e.Severity, e.Since)
		rest = append(rest, e)
	}
	for _, some := range [][]Entry{rules, changes, rest} {
		slices.SortFunc(some, func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
	}
	return slices.Concat(rules, changes, rest)
}

// Find gives the entry of that name, or what it is likely to stand for.
func Find(id string) (e Entry, hint string, ok bool) {
	var ids []string
	for _, e := range All() {
		if e.ID == id {
			return e, "", true
		}
		ids = append(ids, e.ID)
	}
	return Entry{}, schema.DidYouMean(id, ids), false
}

// Page is what there is to say of the entry, as Markdown.
func (e Entry) Page() []byte {
	if comment, rest, ok := bytes.Cut(e.page, []byte("-->\n\n")); ok && bytes.HasPrefix(comment, []byte("<!-- Generated")) {
		return rest
	}
	return e.page
}

// WriteText writes the list for people.
func WriteText(w io.Writer) error {
	var b strings.Builder
	heading := map[string]string{
		Rule: "What lint looks for", Change: "What diff finds; how bad it is depends on who reads what", Other: "What is said of waivers and whole contracts",
	}
	all, width := All(), 0
	for _, e := range all {
		width = max(width, len(e.ID))
	}
	for i, e := range all {
		if i == 0 || all[i-1].Kind != e.Kind {
			fmt.Fprintf(&b, "%s%s\n", map[bool]string{false: "\n"}[i == 0], heading[e.Kind])
		}
		fmt.Fprintf(&b, "  %-*s  ", width, e.ID)
		if e.Severity != "" {
			fmt.Fprintf(&b, "%-7s  ", e.Severity)
		}
		fmt.Fprintln(&b, e.Summary)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteJSON writes entries for programs, with the page of each.
func WriteJSON(w io.Writer, version string, entries []Entry) error {
	type wire struct {
		Entry
		Page string `json:"page"`
	}
	out := struct {
		Schema string `json:"schema"`
		Tool   any    `json:"tool"`
		Rules  []wire `json:"rules"`
	}{report.JSONSchema, report.WireTool(version, "rules"), nil}
	for _, e := range entries {
		out.Rules = append(out.Rules, wire{e, string(e.Page())})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
