package audit

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
)

func write(t *testing.T, r *Report, format string) (out, notes string) {
	t.Helper()
	var o, n bytes.Buffer
	if err := r.Write(&o, &n, format); err != nil {
		t.Fatal(err)
	}
	return o.String(), n.String()
}

// All formats say the same.
func TestFormatsAgree(t *testing.T) {
	for _, c := range given.Project(t) {
		r := &Report{Audits: []*Audit{New(issuance.Of(c), &Filter{})}}
		var rows []string
		for row := range r.Audits[0].Rows() {
			rows = append(rows, key(row.Client.Name, row.Token.Name, row.Claim.Name, row.Grant, string(row.Presence), fmt.Sprint(len(row.Audience.Readers))))
		}
		text, _ := write(t, r, "csv")
		lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var fromCSV []string
		for _, l := range lines[1:] {
			readers := 0
			if l[12] != "" {
				readers = len(strings.Split(l[12], ", "))
			}
			fromCSV = append(fromCSV, key(l[1], l[4], l[7], l[3], l[9], fmt.Sprint(readers)))
		}
		if !slices.Equal(fromCSV, rows) {
			t.Errorf("%s: csv says otherwise", c.Name)
		}
		text, _ = write(t, r, "json")
		var parsed struct {
			Tokens  []jsonTokens
			Summary jsonSummary
		}
		if err := json.Unmarshal([]byte(text), &parsed); err != nil {
			t.Fatal(err)
		}
		var fromJSON []string
		for _, tok := range parsed.Tokens {
			for _, f := range tok.Flows {
				fromJSON = append(fromJSON, key(tok.Client, tok.Token, f.Claim, f.Grant, f.Presence, fmt.Sprint(len(tok.Audiences[f.Audience]))))
			}
		}
		if !slices.Equal(fromJSON, rows) || parsed.Summary.Flows != len(rows) {
			t.Errorf("%s: json says otherwise", c.Name)
		}
	}
}

// A spreadsheet runs what begins like a formula, and a terminal obeys escapes.
func TestHostileNames(t *testing.T) {
	c := given.Text(t, `
claims: {"=HYPERLINK(\"http://x\")": {}, "+1": {}, "-1": {}, "@SUM(A1)": {}, "\u001b[2J\u202e": {}, "\ttab": {}}
tokens: access_token: {kind: "access", claims: {"=HYPERLINK(\"http://x\")": {}, "+1": {}, "-1": {}, "@SUM(A1)": {}, "\u001b[2J\u202e": when: "\u001b]0;x\u0007", "\ttab": {}}}
clients: "=cmd|' /C calc'!A0": grants: ["authorization_code"]
`)
	for _, matrix := range []string{"", "tokens", "clients"} {
		r := &Report{Audits: []*Audit{New(issuance.Of(c), &Filter{})}, Matrix: matrix}
		text, notes := write(t, r, "csv")
		lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(lines) < 6 {
			t.Fatalf("%d lines: %v", len(lines), err)
		}
		for _, cell := range slices.Concat(lines...) {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n|%") {
				t.Errorf("a spreadsheet may run %q", cell)
			}
		}
		table, _ := write(t, r, "text")
		if i := strings.IndexFunc(text+notes+table, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x202e || r == 0x7f }); i >= 0 {
			t.Errorf("matrix %q: the output acts on a terminal", matrix)
		}
	}
}

// What writes stops where the reader has gone.
func TestWriteFails(t *testing.T) {
	c := given.Text(t, "tokens: access_token: {kind: \"access\", claims: sub: {}}\nclients: web: {}\n")
	for _, format := range Formats() {
		r := &Report{Audits: []*Audit{New(issuance.Of(c), &Filter{})}}
		if err := r.Write(closed{}, io.Discard, format); err != io.ErrClosedPipe {
			t.Errorf("%s: %v", format, err)
		}
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
