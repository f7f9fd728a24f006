package report

import (
	"cmp"
	"encoding/json"
	"io"

	"tokenctl.dev/schema"
)

// JSONSchema names the version of the JSON output.
const JSONSchema = "tokenctl/v1"

// The types below are the JSON output, apart from the types that the program
// works with: either can change without the other.

type jsonReport struct {
	Schema   string        `json:"schema"`
	Tool     jsonTool      `json:"tool"`
	Coverage jsonCoverage  `json:"coverage"`
	Tokens   *jsonTokens   `json:"tokens,omitempty"`
	Findings []jsonFinding `json:"findings"`
	Changes  []jsonChange  `json:"changes"`
	Flows    []jsonFlow    `json:"flows"`
	Summary  jsonSummary   `json:"summary"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Command string `json:"command"`
}

type jsonCoverage struct {
	Contracts []string `json:"contracts"`
	Unloaded  []string `json:"unloaded"`
	Consumers int      `json:"consumers"`
	Reads     int      `json:"reads"`
	Complete  []string `json:"complete"`
	Partial   []string `json:"partial"`
	Unknown   int      `json:"unknown"`
}

type jsonTokens struct {
	Profile    string   `json:"profile"`
	Client     string   `json:"client"`
	Engine     string   `json:"engine"`
	Checked    int      `json:"checked"`
	Wrong      int      `json:"wrong"`
	Undecided  int      `json:"undecided"`
	JWTs       int      `json:"jwts"`
	Signatures string   `json:"signatures"`
	Headers    int      `json:"headers"`
	Unlisted   int      `json:"unlisted"`
	Unchecked  []string `json:"unchecked"`
}

type jsonFinding struct {
	Rule        string        `json:"rule"`
	Severity    string        `json:"severity"`
	Contract    string        `json:"contract"`
	Subject     string        `json:"subject"`
	At          *jsonPlace    `json:"at"`
	Was         *jsonPlace    `json:"was"`
	Message     string        `json:"message"`
	Count       int           `json:"count,omitempty"`
	Related     []jsonRelated `json:"related"`
	Hint        string        `json:"hint"`
	Fingerprint string        `json:"fingerprint"`
	jsonAcceptance
}

// jsonAcceptance is part of findings and of verdicts.
type jsonAcceptance struct {
	Waived    bool        `json:"waived"`
	Waiver    *jsonWaiver `json:"waiver"`
	NotWaived string      `json:"notWaived"`
}

type jsonWaiver struct {
	Path       string `json:"path"`
	Reason     string `json:"reason"`
	ApprovedBy string `json:"approvedBy"`
	Ticket     string `json:"ticket"`
	Until      string `json:"until"`
}

type jsonRelated struct {
	At      *jsonPlace `json:"at"`
	Message string     `json:"message"`
}

type jsonChange struct {
	Kind        string        `json:"kind"`
	Severity    string        `json:"severity"`
	Contract    string        `json:"contract"`
	Subject     string        `json:"subject"`
	Old         string        `json:"old"`
	New         string        `json:"new"`
	At          *jsonPlace    `json:"at"`
	Was         *jsonPlace    `json:"was"`
	Message     string        `json:"message"`
	Hint        string        `json:"hint"`
	Verdicts    []jsonVerdict `json:"verdicts"`
	Fingerprint string        `json:"fingerprint"`
	Waived      bool          `json:"waived"`
}

type jsonVerdict struct {
	Consumer    string `json:"consumer"`
	Verdict     string `json:"verdict"`
	Effect      string `json:"effect"`
	Severity    string `json:"severity"`
	Reason      string `json:"reason"`
	Witness     string `json:"witness"`
	Fingerprint string `json:"fingerprint"`
	jsonAcceptance
}

type jsonFlow struct {
	Contract string `json:"contract"`
	Consumer string `json:"consumer"`
	Party    string `json:"party"`
	Public   bool   `json:"public"`
	Token    string `json:"token"`
	Claim    string `json:"claim"`
	Category string `json:"category"`
	Gained   bool   `json:"gained"`
	Witness  string `json:"witness"`
}

type jsonPlace struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

type jsonSummary struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Notes    int `json:"notes"`
	Waived   int `json:"waived"`
}

func writeJSON(w io.Writer, r *Report) error {
	out := jsonReport{
		Schema: JSONSchema, Tool: wireTool(r.Version, r.Command), Coverage: r.Coverage.wire(),
		Tokens: tokens(r.Tokens), Findings: []jsonFinding{}, Changes: []jsonChange{}, Flows: []jsonFlow{},
	}
	for _, f := range r.Findings {
		out.Summary.count(f.Counts())
		jf := jsonFinding{
			Rule: f.Rule, Severity: f.Severity.String(), Contract: f.Contract, Subject: f.Subject, At: place(f.At), Was: place(f.Was),
			Message: f.Message, Count: f.Count, Related: []jsonRelated{}, Hint: f.Hint, Fingerprint: f.Fingerprint(),
			jsonAcceptance: acceptance(f.Acceptance),
		}
		for _, rel := range f.Related {
			jf.Related = append(jf.Related, jsonRelated{place(rel.At), rel.Message})
		}
		out.Findings = append(out.Findings, jf)
	}
	for _, c := range r.Changes {
		out.Summary.count(c.Counts())
		jc := jsonChange{
			Kind: c.Kind, Severity: c.Severity.String(), Contract: c.Contract, Subject: c.Subject, Old: c.Old, New: c.New, At: place(c.At), Was: place(c.Was),
			Message: c.Message, Hint: c.Hint, Verdicts: []jsonVerdict{}, Fingerprint: c.Fingerprint(), Waived: c.Waived(),
		}
		if !c.Waived() { // what is waived is as bad as it was
			jc.Severity = c.Counts().String()
		}
		for _, j := range c.Judgements {
			jc.Verdicts = append(jc.Verdicts, jsonVerdict{j.Consumer, string(j.Verdict), j.Verdict.Effect(), j.Severity.String(), j.Reason, j.Witness, c.FingerprintOf(j), acceptance(j.Acceptance)})
		}
		out.Changes = append(out.Changes, jc)
	}
	for _, f := range r.Flows {
		out.Flows = append(out.Flows, jsonFlow(f))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func tokens(t *Tokens) *jsonTokens {
	if t == nil {
		return nil
	}
	return &jsonTokens{
		Profile: t.Profile, Client: t.Client, Engine: cmp.Or(t.Engine, "tokenctl"), Checked: t.Checked, Wrong: t.Wrong, Undecided: t.Undecided,
		JWTs: t.JWTs, Signatures: "not checked", Headers: t.Headers, Unlisted: t.Unlisted, Unchecked: some(t.Unchecked),
	}
}

// Wire is the coverage as every JSON output has it.
func (c Coverage) Wire() any { return c.wire() }

func (c Coverage) wire() jsonCoverage {
	return jsonCoverage{
		Contracts: some(c.Contracts), Unloaded: some(c.Unloaded), Consumers: c.Consumers, Reads: c.Reads,
		Complete: some(c.Complete), Partial: some(c.Partial), Unknown: c.Unknown,
	}
}

// WireTool says in every JSON output what wrote it.
func WireTool(version, command string) any { return wireTool(version, command) }

func wireTool(version, command string) jsonTool { return jsonTool{"tokenctl", version, command} }

// WirePlace is a place as every JSON output has it.
func WirePlace(r schema.Range) any { return place(r) }

func (s *jsonSummary) count(sev Severity) {
	switch sev {
	case Error:
		s.Errors++
	case Warning:
		s.Warnings++
	case Note:
		s.Notes++
	case Off:
		s.Waived++
	}
}

func acceptance(a Acceptance) jsonAcceptance {
	out := jsonAcceptance{Waived: a.Waived != nil, NotWaived: a.NotWaived}
	if w := a.Waived; w != nil {
		out.Waiver = &jsonWaiver{w.Path, w.Reason, w.ApprovedBy, w.Ticket, w.Until}
	}
	return out
}

// some gives a list that is never null.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func place(r schema.Range) *jsonPlace {
	if r.File == "" {
		return nil
	}
	return &jsonPlace{r.File, r.Line, r.Col, r.EndLine, r.EndCol}
}
