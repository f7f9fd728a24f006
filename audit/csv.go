package audit

import (
	"encoding/csv"
	"iter"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
)

var csvColumns = []string{"contract", "client", "party", "grant", "token", "kind", "format", "claim", "category", "presence", "scopes", "paths", "readers", "undecided"}

// writeCSV writes one line for each row as it comes, so that no audit is too long.
func (r *Report) writeCSV(out *printer) *tally {
	if r.Matrix != "" {
		return r.writeMatrix(out, true)
	}
	sum := newTally()
	writeCSV(out, csvColumns, func(yield func([]string) bool) {
		for _, a := range r.Audits {
			for row := range a.Rows() {
				sum.add(a, row)
				if !yield(a.csv(row)) {
					return
				}
			}
		}
	})
	return sum
}

func (a *Audit) csv(row Row) []string {
	return []string{
		a.Contract.Name, row.Client.Name, row.Client.Party, row.Grant, row.Token.Name, row.Token.Kind, issuance.FormatFor(row.Client, row.Token),
		row.Claim.Name, row.Class.Category, string(row.Presence), joinOptions(a.Options(row)), strings.Join(paths(row), " "),
		row.Audience.text, strings.Join(row.doubts(), "; "),
	}
}

func writeCSV(out *printer, header []string, lines iter.Seq[[]string]) {
	w := csv.NewWriter(out)
	w.Write(cells(slices.Clone(header)))
	for line := range lines {
		w.Write(cells(line))
	}
	w.Flush()
}

func joinOptions(options []Option) string {
	var out []string
	for _, o := range options {
		out = append(out, o.String())
	}
	return strings.Join(out, " | ")
}

// paths gives where the contract puts the claim into the token.
func paths(row Row) []string {
	var out []string
	for _, r := range row.Routes {
		out = append(out, r.Placement.Path)
	}
	return out
}

// cells makes text safe for spreadsheets, which run what looks like a formula
// (OWASP, CSV Injection), and for terminals.
func cells(texts []string) []string {
	for i, s := range texts {
		s = report.Printable(s)
		if s != "" && strings.ContainsAny(s[:1], "=+-@|%'") {
			s = "'" + s
		}
		texts[i] = s
	}
	return texts
}
