package audit

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// A matrix says in one word for each claim and column whether the claim is there.
type matrix struct {
	columns []string
	claims  []*schema.Claim
	cells   map[cell]schema.Presence // none: never
}

type cell struct {
	claim  *schema.Claim
	column string
}

// matrixOf folds the rows. By tokens, a claim is always there if every client that
// gets the token always gets it with the claim; by clients, if the client always
// gets it in some token. Only what the filter lets through counts.
func (r *Report) matrixOf(a *Audit, sum *tally) matrix {
	m := matrix{cells: map[cell]schema.Presence{}}
	obtained, always := map[string]int{}, map[cell]int{} // clients and grant types
	for p := range a.portions() {
		column := p.client.Name
		if r.Matrix == "tokens" {
			column = p.token.Name
			obtained[column] += len(p.grants)
		} else {
			obtained[column], always = len(p.grants), map[cell]int{} // a token is as good as the other
		}
		for _, row := range p.rows {
			sum.add(a, row)
			at := cell{row.Claim, column}
			if m.cells[at] == "" {
				m.cells[at] = schema.Sometimes
			}
			if row.Presence == schema.Always {
				always[at]++
			}
		}
		if r.Matrix != "tokens" {
			m.raise(always, obtained)
		}
	}
	m.raise(always, obtained)
	for at := range m.cells {
		m.columns = append(m.columns, at.column)
		m.claims = append(m.claims, at.claim)
	}
	slices.Sort(m.columns)
	m.columns = slices.Compact(m.columns)
	slices.SortFunc(m.claims, func(x, y *schema.Claim) int { return strings.Compare(x.Name, y.Name) })
	m.claims = slices.Compact(m.claims)
	return m
}

// raise marks the cells whose claim is there as often as the token is obtained.
func (m matrix) raise(always map[cell]int, obtained map[string]int) {
	for at, n := range always {
		if n == obtained[at.column] {
			m.cells[at] = schema.Always
		}
	}
}

// lines gives the matrix as cells, what is not there as given.
func (m matrix) lines(a *Audit, none string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, claim := range m.claims {
			line := []string{claim.Name, cmp.Or(a.classes[claim].Category, none)}
			for _, column := range m.columns {
				line = append(line, cmp.Or(string(m.cells[cell{claim, column}]), none))
			}
			if !yield(line) {
				return
			}
		}
	}
}

func (r *Report) writeMatrix(out *printer, csv bool) *tally {
	sum := newTally()
	for _, a := range r.Audits {
		m := r.matrixOf(a, sum)
		header := append([]string{"claim", "category"}, m.columns...)
		switch {
		case csv:
			writeCSV(out, header, m.lines(a, ""))
		case len(m.claims) > 0:
			writeTable(out, header, m.lines(a, "-"))
		}
	}
	return sum
}

type jsonMatrix struct {
	Contract string    `json:"contract"`
	Columns  []string  `json:"columns"`
	Rows     []jsonRow `json:"rows"`
}

type jsonRow struct {
	Claim    string            `json:"claim"`
	Category string            `json:"category"`
	Cells    map[string]string `json:"cells"`
}

func (r *Report) writeMatrixJSON(out *printer) {
	sum := newTally()
	matrices := []jsonMatrix{}
	for _, a := range r.Audits {
		m := r.matrixOf(a, sum)
		jm := jsonMatrix{a.Contract.Name, append([]string{}, m.columns...), []jsonRow{}}
		for _, claim := range m.claims {
			row := jsonRow{claim.Name, a.classes[claim].Category, map[string]string{}}
			for _, column := range m.columns {
				row.Cells[column] = string(cmp.Or(m.cells[cell{claim, column}], schema.Never))
			}
			jm.Rows = append(jm.Rows, row)
		}
		matrices = append(matrices, jm)
	}
	out.print("{\n  \"schema\": " + inJSON(report.JSONSchema) + ",\n  \"tool\": " + inJSON(report.WireTool(r.Version, "audit")) + ",\n  \"matrices\": " + inJSON(matrices) + ",\n")
	r.writeEnd(out, sum)
}
