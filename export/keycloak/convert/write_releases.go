package convert

import (
	"encoding/json"
	"slices"
	"strings"
)

// released adds what a part puts into tokens to a record.
func (i *importer) released(r *record, p *part) {
	if len(p.tokens) == 0 {
		return
	}
	r.field("releases: {")
	for _, token := range sortedKeys(p.tokens) {
		r.field("\t%s: {", token)
		for _, claim := range sortedKeys(p.tokens[token]) {
			r.field("\t\t%s", i.placement(claim, p.tokens[token][claim]))
		}
		r.field("\t}")
	}
	r.field("}")
}

// placement is the text of a placement, with its claim.
func (i *importer) placement(claim string, at *imported) string {
	var fields []string
	switch {
	case at.when != "":
		fields = append(fields, "when: "+quote(at.when))
	case !at.always:
		fields = append(fields, `presence: "sometimes"`)
	}
	if len(at.grants) > 0 && i.users() != "" && slices.Equal(at.grants, i.userGrants()) {
		if len(fields) == 0 && len(at.mappers) == 0 {
			return key(claim) + ": _user"
		}
		fields = append(fields, "_user")
	} else if len(at.grants) > 0 {
		fields = append(fields, "grants: "+quotes(at.grants))
	}
	c := i.claims[claim]
	if len(at.mappers) > 1 || len(at.mappers) == 1 && (!c.says(at.mappers[0]) || i.byItself(claim)) {
		fields = append(fields, "labels: "+labelsOf(at.mappers))
	}
	return field(claim, fields)
}

// byItself says whether Keycloak writes a claim also without a mapper.
func (i *importer) byItself(claim string) bool {
	for token, claims := range i.base.tokens {
		if at := claims[claim]; at != nil && token != introspection && token != tokenResponse && claim != "sub" && claim != "nonce" {
			return true
		}
	}
	return false
}

// labelsOf writes mappers as labels: one by its settings, several as JSON.
func labelsOf(list []mapping) string {
	if len(list) == 1 {
		m := list[0]
		fields := []string{quote(LabelPrefix+"mapper") + ": " + quote(m.kind)}
		for _, key := range sortedKeys(m.config) {
			fields = append(fields, quote(LabelPrefix+key)+": "+quote(m.config[key]))
		}
		return "{\n\t\t\t" + strings.Join(fields, "\n\t\t\t") + "\n\t\t}"
	}
	var kept []keptMapper
	for _, m := range list {
		kept = append(kept, keptMapper{Kind: m.kind, Config: m.config})
	}
	text, _ := json.Marshal(kept) // texts always encode
	return "{" + quote(LabelPrefix+"mappers") + ": " + quote(string(text)) + "}"
}

// keptMapper is a mapper in a label.
type keptMapper struct {
	Name   string            `json:"name,omitempty"`
	Kind   string            `json:"mapper"`
	Config map[string]string `json:"config"`
}

// keptLabel writes the mappers that no claim stands for.
func keptLabel(p *part) []string {
	if len(p.kept) == 0 {
		return nil
	}
	var kept []keptMapper
	for _, m := range p.kept {
		kept = append(kept, keptMapper{m.Name, m.Kind, m.Config})
	}
	text, _ := json.Marshal(kept) // texts always encode
	return []string{quote(LabelPrefix+"kept") + ": " + quote(string(text))}
}
