package audit

import (
	"encoding/json"
	"io"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
)

type jsonExplanation struct {
	Schema   string        `json:"schema"`
	Tool     any           `json:"tool"`
	Contract string        `json:"contract"`
	Client   string        `json:"client"`
	Party    string        `json:"party"`
	Claim    string        `json:"claim"`
	Category string        `json:"category"`
	Tokens   []jsonInToken `json:"tokens"`
	Coverage any           `json:"coverage"`
}

type jsonInToken struct {
	Token    string         `json:"token"`
	Kind     string         `json:"kind"`
	Format   string         `json:"format"`
	Presence string         `json:"presence"`
	Flows    []jsonReason   `json:"flows"`
	Absent   *jsonAbsence   `json:"absent"`
	Releases [][]jsonChange `json:"releases"`
	Blocks   []string       `json:"blocks"`
}

type jsonReason struct {
	Grant    string       `json:"grant"`
	Presence string       `json:"presence"`
	Routes   []jsonRoute  `json:"routes"`
	Readers  []jsonReader `json:"readers"`
}

type jsonAbsence struct {
	Grant  string   `json:"grant"`
	Scopes []string `json:"scopes"`
}

type jsonChange struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// WriteJSON writes the explanation for programs.
func (e *Explanation) WriteJSON(w io.Writer, cov report.Coverage, version string) error {
	out := jsonExplanation{
		Schema: report.JSONSchema, Tool: report.WireTool(version, "explain"), Contract: e.audit.Contract.Name,
		Client: e.Client.Name, Party: e.Client.Party, Claim: e.Claim.Name, Category: e.audit.classes[e.Claim].Category,
		Tokens: []jsonInToken{}, Coverage: cov.Wire(),
	}
	for _, in := range e.Tokens {
		out.Tokens = append(out.Tokens, e.wire(in))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func (e *Explanation) wire(in InToken) jsonInToken {
	out := jsonInToken{
		Token: in.Token.Name, Kind: in.Token.Kind, Format: issuance.FormatFor(e.Client, in.Token), Presence: string(in.Presence),
		Flows: []jsonReason{}, Releases: [][]jsonChange{}, Blocks: append([]string{}, in.Blocks...),
	}
	for _, row := range in.Rows {
		reason := jsonReason{Grant: row.Grant, Presence: string(row.Presence), Routes: []jsonRoute{}, Readers: row.Audience.wire()}
		for _, r := range row.Routes {
			reason.Routes = append(reason.Routes, e.audit.wireRoute(e.Client, r))
		}
		out.Flows = append(out.Flows, reason)
	}
	if in.Absent != nil {
		out.Absent = &jsonAbsence{in.Absent.Grant, in.Absent.Scopes.Names()}
	}
	for _, r := range in.Releases {
		var changes []jsonChange
		for _, a := range r {
			changes = append(changes, jsonChange(a))
		}
		out.Releases = append(out.Releases, changes)
	}
	return out
}
