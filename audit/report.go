package audit

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// A Report is the audit of one or more contracts, to be written.
type Report struct {
	Version  string // of tokenctl
	Audits   []*Audit
	Coverage report.Coverage
	// Matrix is what the columns of a matrix of claims are: tokens, clients, or
	// empty for a table of rows.
	Matrix string
}

// Formats gives the names of the formats, first the default.
func Formats() []string { return []string{"text", "json", "csv"} }

// Matrices gives what a matrix can have as columns.
func Matrices() []string { return []string{"tokens", "clients"} }

// Write writes the report. What a format cannot hold goes to notes: what was
// judged, and what was not decided.
func (r *Report) Write(w, notes io.Writer, format string) error {
	buffer := bufio.NewWriterSize(w, 1<<16)
	out := &printer{w: buffer}
	switch {
	case format == "json" && r.Matrix != "":
		r.writeMatrixJSON(out)
	case format == "json":
		r.writeJSON(out)
	case format == "csv":
		sum := r.writeCSV(out)
		fmt.Fprint(notes, r.footer(sum))
	default:
		sum := r.writeText(out)
		out.print(r.footer(sum))
	}
	return cmp.Or(out.err, buffer.Flush())
}

// A printer writes and remembers the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(b)
	p.err = err
	return n, err
}

func (p *printer) print(s string) { io.WriteString(p, s) }

// A tally counts what was written.
type tally struct {
	rows, undecided         int
	clients, claims, tokens map[string]bool
	doubts                  []string
}

func newTally() *tally {
	return &tally{clients: map[string]bool{}, claims: map[string]bool{}, tokens: map[string]bool{}}
}

func (t *tally) add(a *Audit, row Row) {
	t.rows++
	t.clients[a.Contract.Name+"\x00"+row.Client.Name] = true
	t.tokens[a.Contract.Name+"\x00"+row.Token.Name] = true
	t.claims[row.Claim.Name] = true
	doubts := row.doubts()
	if len(doubts) > 0 {
		t.undecided++
	}
	for _, d := range doubts {
		if !slices.Contains(t.doubts, d) {
			t.doubts = append(t.doubts, d)
		}
	}
}

// footer says below a table what it holds, what is not decided and what it was
// judged against.
func (r *Report) footer(t *tally) string {
	var b strings.Builder
	if t.rows == 0 {
		b.WriteString("nothing matches: nobody gets such a claim\n")
	} else {
		fmt.Fprintf(&b, "%s of %s in %s\n", gets(len(t.clients), "client"), count(len(t.claims), "claim"), count(len(t.tokens), "token"))
	}
	slices.Sort(t.doubts)
	for _, d := range t.doubts {
		fmt.Fprintf(&b, "?: %s\n", d)
	}
	for _, a := range r.Audits {
		b.WriteString(a.Undecided().String())
	}
	cov := r.Coverage
	cov.Unknown += t.undecided
	fmt.Fprintln(&b, report.Printable(cov.String()))
	return b.String()
}

// maxLeftOut is how many names of what is left out are listed.
const maxLeftOut = 6

func (u Undecided) String() string {
	out := ""
	if len(u.Clients) > 0 {
		out += fmt.Sprintf("left out: %s with no party declared (%s)\n", count(len(u.Clients), "client"), report.Printable(some(namesOf(u.Clients), maxLeftOut, ", ")))
	}
	if len(u.Claims) > 0 {
		out += fmt.Sprintf("left out: %s without a category (%s)\n", count(len(u.Claims), "claim"), report.Printable(some(namesOf(u.Claims), maxLeftOut, ", ")))
	}
	return out
}

func gets(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " gets some"
	}
	return fmt.Sprintf("%d %ss get some", n, noun)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// party says whose a client is.
func party(c *schema.Client) string {
	if c.Party == "" {
		return "?"
	}
	return c.Party
}
