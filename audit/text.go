package audit

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
)

// How much of a list fits into a cell.
const (
	maxOptions = 2
	maxReaders = 4
	maxWidth   = 48 // of a column; a longer cell pushes the next ones
)

var columns = []string{"client", "party", "token", "claim", "is there", "by grant", "with scopes", "read by"}

// writeText writes a table for people. The first run measures, the second writes:
// nothing is kept.
func (r *Report) writeText(out *printer) *tally {
	if r.Matrix != "" {
		return r.writeMatrix(out, false)
	}
	sum := newTally()
	return r.table(out, sum)
}

func (r *Report) table(out *printer, sum *tally) *tally {
	header := columns
	if len(r.Audits) > 1 {
		header = append([]string{"contract"}, header...)
	}
	lines := func(sum *tally) iter.Seq[[]string] {
		return func(yield func([]string) bool) {
			for _, a := range r.Audits {
				for line := range a.lines(sum) {
					if len(r.Audits) > 1 {
						line = append([]string{a.Contract.Name}, line...)
					}
					if !yield(line) {
						return
					}
				}
			}
		}
	}
	widths := measure(header, lines(sum))
	if sum.rows > 0 {
		writeLines(out, widths, header, lines(newTally()))
	}
	return sum
}

func writeTable(out *printer, header []string, lines iter.Seq[[]string]) {
	writeLines(out, measure(header, lines), header, lines)
}

func writeLines(out *printer, widths []int, header []string, lines iter.Seq[[]string]) {
	writeLine(out, widths, header)
	for line := range lines {
		writeLine(out, widths, line)
	}
	out.print("\n")
}

// lines gives the rows as cells: one for the grant types by which a claim comes
// alike.
func (a *Audit) lines(sum *tally) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		var group []textRow
		flush := func() bool {
			for _, row := range joined(group) {
				if !yield(row.cells) {
					return false
				}
			}
			group = group[:0]
			return true
		}
		for row := range a.Rows() {
			sum.add(a, row)
			t := a.textRow(row)
			if len(group) > 0 && !group[0].same(t) && !flush() {
				return
			}
			group = append(group, t)
		}
		flush()
	}
}

type textRow struct {
	issuance.Flow
	cells  []string
	grants []string
}

func (a *Audit) textRow(row Row) textRow {
	var options []string
	for _, o := range a.Options(row) {
		options = append(options, o.String())
	}
	readers := some(row.Audience.names, maxReaders, ", ")
	if readers == "" {
		readers = "nobody"
		if !row.Token.ReadersComplete {
			readers = "nobody declared"
		}
	}
	return textRow{row.Flow, []string{
		row.Client.Name, party(row.Client), row.Token.Name, row.Claim.Name, string(row.Presence), "", some(options, maxOptions, " | "), readers,
	}, []string{row.Grant}}
}

// same says whether two rows differ in the grant type only.
func (t textRow) same(o textRow) bool {
	return t.Client == o.Client && t.Token == o.Token && t.Claim == o.Claim
}

// joined makes one line of the rows of one claim that come alike by several grant
// types.
func joined(group []textRow) []textRow {
	var out []textRow
	for _, t := range group {
		i := slices.IndexFunc(out, func(o textRow) bool { return slices.Equal(o.cells, t.cells) })
		if i < 0 {
			out = append(out, t)
			continue
		}
		out[i].grants = append(out[i].grants, t.grants...)
	}
	for i, t := range out {
		out[i].cells[5] = grantCell(t, len(out) == 1)
	}
	return out
}

// grantCell lists grant types. Those of a client that states none are all in
// question.
func grantCell(t textRow, all bool) string {
	if len(t.Client.Grants) > 0 || !slices.Contains(t.grants, issuance.Unstated) && len(t.Client.Exchanges) > 0 {
		return strings.Join(t.grants, ", ")
	}
	if all {
		return "?"
	}
	var out []string
	for _, g := range t.grants {
		out = append(out, cmp.Or(g, "any other")+"?")
	}
	return strings.Join(out, ", ")
}

func measure(header []string, lines iter.Seq[[]string]) []int {
	widths := make([]int, len(header))
	widen := func(cells []string) {
		for i, c := range cells {
			widths[i] = min(max(widths[i], width(c)), maxWidth)
		}
	}
	widen(header)
	for line := range lines {
		widen(line)
	}
	return widths
}

func width(s string) int { return utf8.RuneCountInString(report.Printable(s)) }

func writeLine(out *printer, widths []int, cells []string) {
	var b strings.Builder
	for i, c := range cells {
		b.WriteString(report.Printable(c))
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-width(c))+2))
		}
	}
	b.WriteByte('\n')
	out.print(b.String())
}
