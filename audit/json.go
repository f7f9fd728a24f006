package audit

import (
	"bytes"
	"encoding/json"
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// The types below are the JSON output, apart from the types that the program
// works with: either can change without the other.

// jsonTokens are what one client gets of one token. Flows that the same readers
// can read name their audience by its number: it may be long.
type jsonTokens struct {
	Contract  string         `json:"contract"`
	Client    string         `json:"client"`
	Party     string         `json:"party"`
	Token     string         `json:"token"`
	Kind      string         `json:"kind"`
	Format    string         `json:"format"`
	Audiences [][]jsonReader `json:"audiences"`
	Flows     []jsonFlow     `json:"flows"`
}

type jsonFlow struct {
	Claim    string      `json:"claim"`
	Category string      `json:"category"`
	Grant    string      `json:"grant"`
	Presence string      `json:"presence"`
	Routes   []jsonRoute `json:"routes"`
	Audience int         `json:"audience"`
}

type jsonRoute struct {
	Path    string       `json:"path"`
	At      any          `json:"at"`
	By      string       `json:"by"`   // token, scope, authorizationDetail, client, request, resource
	Name    string       `json:"name"` // of the scope, detail or resource
	Always  bool         `json:"always"`
	When    string       `json:"when"`
	Party   string       `json:"party"`
	AtLeast bool         `json:"atLeast"`
	Choices []jsonChoice `json:"choices"`
}

type jsonChoice struct {
	Scopes []string          `json:"scopes"`
	Levels map[string]string `json:"levels"`
}

type jsonReader struct {
	Kind  string `json:"kind"` // client, browser, resource
	Name  string `json:"name"`
	Doubt string `json:"doubt"`
}

type jsonSummary struct {
	Flows   int `json:"flows"`
	Clients int `json:"clients"`
	Claims  int `json:"claims"`
	Tokens  int `json:"tokens"`
}

type jsonLeftOut struct {
	Clients []string `json:"clients"`
	Claims  []string `json:"claims"`
}

// writeJSON writes one token of one client on each line as it comes, so that no
// audit is too long; what is known only then stands at the end.
func (r *Report) writeJSON(out *printer) {
	out.print("{\n  \"schema\": " + inJSON(report.JSONSchema) + ",\n  \"tool\": " + inJSON(report.WireTool(r.Version, "audit")) + ",\n  \"tokens\": [")
	sum := newTally()
	for _, a := range r.Audits {
		for p := range a.portions() {
			if len(p.rows) == 0 {
				continue
			}
			if sum.rows > 0 {
				out.print(",")
			}
			for _, row := range p.rows {
				sum.add(a, row)
			}
			out.print("\n    " + inJSON(a.wire(p)))
		}
	}
	if sum.rows > 0 {
		out.print("\n  ")
	}
	out.print("],\n")
	r.writeEnd(out, sum)
}

// writeEnd writes what every JSON output of the audit ends with.
func (r *Report) writeEnd(out *printer, sum *tally) {
	cov := r.Coverage
	cov.Unknown += sum.undecided
	leftOut := jsonLeftOut{[]string{}, []string{}}
	for _, a := range r.Audits {
		u := a.Undecided()
		leftOut.Clients = append(leftOut.Clients, namesOf(u.Clients)...)
		leftOut.Claims = append(leftOut.Claims, namesOf(u.Claims)...)
	}
	out.print("  \"leftOut\": " + inJSON(leftOut) + ",\n  \"coverage\": " + inJSON(cov.Wire()) + ",\n  \"summary\": " +
		inJSON(jsonSummary{sum.rows, len(sum.clients), len(sum.claims), len(sum.tokens)}) + "\n}\n")
}

func (a *Audit) wire(p portion) jsonTokens {
	out := jsonTokens{
		Contract: a.Contract.Name, Client: p.client.Name, Party: p.client.Party, Token: p.token.Name, Kind: p.token.Kind,
		Format: issuance.FormatFor(p.client, p.token),
	}
	var seen []*Audience
	for _, row := range p.rows {
		f := jsonFlow{
			Claim: row.Claim.Name, Category: row.Class.Category, Grant: row.Grant, Presence: string(row.Presence),
			Routes: []jsonRoute{}, Audience: slices.Index(seen, row.Audience),
		}
		if f.Audience < 0 {
			f.Audience = len(seen)
			seen = append(seen, row.Audience)
			out.Audiences = append(out.Audiences, row.Audience.wire())
		}
		for _, r := range row.Routes {
			f.Routes = append(f.Routes, a.wireRoute(row.Client, r))
		}
		out.Flows = append(out.Flows, f)
	}
	return out
}

func (a *Audience) wire() []jsonReader {
	out := []jsonReader{}
	for _, r := range a.Readers {
		jr := jsonReader{Kind: browser, Doubt: r.Doubt}
		if r.Consumer != nil {
			jr.Kind, jr.Name = "resource", r.Name
			if r.Client != nil {
				jr.Kind = holder
			}
		}
		out = append(out, jr)
	}
	return out
}

func (a *Audit) wireRoute(c *schema.Client, r issuance.Route) jsonRoute {
	by, name := carrier(r.Way)
	out := jsonRoute{
		Path: r.Placement.Path, At: report.WirePlace(r.Placement.At()), By: by, Name: name, Always: r.Always, When: r.Placement.When,
		Party: r.Party, AtLeast: r.AtLeast, Choices: []jsonChoice{},
	}
	for _, set := range r.Scopes {
		choice := jsonChoice{set.Names(), map[string]string{}}
		for _, l := range a.LevelsFor(c, set, r.Placement) {
			choice.Levels[l.Scale.Name] = l.Scale.Levels[l.Rank]
		}
		out.Choices = append(out.Choices, choice)
	}
	return out
}

// carrier says what carries a way, and its name.
func carrier(w issuance.Way) (kind, name string) {
	switch {
	case w.Scope != nil:
		return "scope", w.Scope.Name
	case w.Detail != nil:
		return "authorizationDetail", w.Detail.Name
	case w.Requested:
		return "request", w.Client.Name
	case w.Client != nil:
		return "client", w.Client.Name
	case w.Resource != nil:
		return "resource", w.Resource.Name
	}
	return "token", w.Placement.Token.Name
}

// inJSON writes a value on one line.
func inJSON(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // structs of strings and numbers
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
