// Package report holds what tokenctl has to say, and writes it.
//
// Lint and diff give findings and changes as plain data; a Report puts them
// together with what they were judged against; Write renders it in one of the
// formats. All output is the same bytes whatever the order of files, the
// machine, the locale or the time zone.
package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

// Severity says how bad a finding or change is. Higher is worse.
type Severity int

// The severities. Off is that of rules that do not run.
const (
	Off Severity = iota
	Note
	Warning
	Error
)

func (s Severity) String() string {
	return [...]string{"off", "note", "warning", "error"}[s]
}

// ParseSeverity reads a severity by its name.
func ParseSeverity(name string) (Severity, bool) {
	i := slices.Index([]string{"off", "note", "warning", "error"}, name)
	return Severity(max(i, 0)), i >= 0
}

// A Finding is one thing that is wrong, at one place.
type Finding struct {
	Rule     string
	Severity Severity
	Contract string // its name
	Subject  string // a path in the contract
	At       schema.Range
	Was      schema.Range // the place in the old revision, if any
	Message  string       // what is true of the contract
	Related  []schema.Related
	Hint     string // what to do
	// Count is how often it was seen, where that was counted.
	Count int
	// Key tells findings of one rule and subject apart: a client, a value. It is
	// part of the fingerprint, so it holds no wording.
	Key string
	Acceptance
}

// Fingerprint identifies the finding across revisions: neither places nor
// wording are part of it.
func (f Finding) Fingerprint() string {
	return fingerprint(f.Rule, f.Subject, f.Key)
}

// Verdict says what a change means for one consumer.
type Verdict string

// The verdicts, from worst to best.
const (
	BreaksOpen Verdict = "breaks-open" // a rule it declares would let the wrong caller in
	Breaks     Verdict = "breaks"      // it can no longer do what it declares
	Exposes    Verdict = "exposes"     // personal data newly reaches it, a browser or a log
	MayBreak   Verdict = "may-break"   // what is declared does not decide it
	Unaffected Verdict = "unaffected"
)

// Effect is the verdict in one word for those who do not know the others.
func (v Verdict) Effect() string {
	return map[Verdict]string{BreaksOpen: "bypass", Breaks: "outage", Exposes: "exposure", MayBreak: "undecided", Unaffected: "none"}[v]
}

// Rank orders verdicts: higher is worse.
func (v Verdict) Rank() int {
	return len(verdicts) - slices.Index(verdicts, v)
}

var verdicts = []Verdict{BreaksOpen, Breaks, Exposes, MayBreak, Unaffected}

// A Judgement is the verdict of one change for one consumer.
type Judgement struct {
	Consumer string // a path: clients.web
	// Anonymous says that Consumer stands for readers that nobody declares.
	Anonymous bool
	Verdict   Verdict
	Severity  Severity
	Reason    string
	Witness   string // what shows it: a payload, a request, two values
	Acceptance
}

// A Change is one difference between two revisions, with what it means.
type Change struct {
	Kind       string
	Contract   string   // its name
	Severity   Severity // of its worst judgement
	Subject    string
	Old, New   string    // in CUE, JSON or words, cut where they are long; empty where there is none
	Exact      [2]string // the same in full, where Old and New may be cut
	At         schema.Range
	Was        schema.Range
	Message    string
	Hint       string
	Judgements []Judgement
	// Leads puts the change before all others: it says what is let through.
	Leads bool
}

// Fingerprint identifies the change: what became of what.
func (c Change) Fingerprint() string { return c.FingerprintOf(Judgement{}) }

// FingerprintOf identifies what the change means for one consumer. The verdict is
// part of it: whoever accepts that something may break has not accepted that it
// breaks open.
func (c Change) FingerprintOf(j Judgement) string {
	return fingerprint(c.Kind, c.Subject, c.Old, c.New, c.Exact[0], c.Exact[1], j.Consumer, string(j.Verdict))
}

// Worst is the worst verdict of the change.
func (c Change) Worst() Verdict {
	worst := Unaffected
	for _, j := range c.Judgements {
		if j.Verdict.Rank() > worst.Rank() {
			worst = j.Verdict
		}
	}
	return worst
}

func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:8]) // 64 bits: nobody makes a change to fit one
}

// Coverage says what a report was judged against.
type Coverage struct {
	Contracts []string // what was looked at, as its user names it
	Unloaded  []string // what does not load: nothing in it was checked
	Consumers int
	Reads     int
	Complete  []string // tokens whose readers are all declared
	Partial   []string // the other tokens
	Unknown   int      // relations that could not be decided
}

// Add takes in what another contract was judged against.
func (c *Coverage) Add(d Coverage) {
	c.Contracts = append(c.Contracts, d.Contracts...)
	c.Unloaded = append(c.Unloaded, d.Unloaded...)
	c.Consumers += d.Consumers
	c.Reads += d.Reads
	c.Complete = append(c.Complete, d.Complete...)
	c.Partial = append(c.Partial, d.Partial...)
	c.Unknown += d.Unknown
}

// A Report is the result of one run.
type Report struct {
	Version  string // of tokenctl
	Command  string // lint, diff or verify
	Coverage Coverage
	Tokens   *Tokens // what verify looked at; nil for other commands
	Findings []Finding
	Changes  []Change
	Flows    []Flow // what consumers can read that they could not, and the other way round
	// Source gives the text of a file by the name that places use; nil where it
	// is not at hand.
	Source func(file string) []byte
}

// Sort puts the worst first, then by place.
func (r *Report) Sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Counts(), a.Counts()), cmp.Compare(b.Severity, a.Severity), a.At.Compare(b.At), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Subject, b.Subject), strings.Compare(a.Key, b.Key), strings.Compare(a.Message, b.Message))
	})
	slices.SortStableFunc(r.Changes, func(a, b Change) int {
		return cmp.Or(before(a.Leads, b.Leads), cmp.Compare(b.Counts(), a.Counts()), cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Worst().Rank(), a.Worst().Rank()), a.At.Compare(b.At), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Subject, b.Subject), strings.Compare(a.Old+a.New, b.Old+b.New))
	})
}

func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Worst is the worst severity that counts in the report; Off for an empty one.
func (r *Report) Worst() Severity {
	worst := Off
	for _, f := range r.Findings {
		worst = max(worst, f.Counts())
	}
	for _, c := range r.Changes {
		worst = max(worst, c.Counts())
	}
	return worst
}
