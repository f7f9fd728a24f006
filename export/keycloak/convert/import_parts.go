package convert

import (
	"maps"

	"tokenctl.dev/export/keycloak"
)

// part is what one client scope, one client or Keycloak itself puts into tokens.
type part struct {
	tokens    map[string]map[string]*imported // by token and claim
	audiences []string
	kept      []*keycloak.Mapper // that no claim stands for
}

func newPart() *part { return &part{tokens: map[string]map[string]*imported{}} }

// imported is a placement.
type imported struct {
	always  bool
	grants  []string
	when    string
	mappers []mapping
}

// mapping is a mapper without its flags and without the name of its claim.
type mapping struct {
	kind   string
	config map[string]string
}

func (m mapping) equal(o mapping) bool { return m.kind == o.kind && maps.Equal(m.config, o.config) }

func (p *part) at(token, claim string) *imported {
	if p.tokens[token] == nil {
		p.tokens[token] = map[string]*imported{}
	}
	if p.tokens[token][claim] == nil {
		p.tokens[token][claim] = &imported{}
	}
	return p.tokens[token][claim]
}

// sometimes says that the claims of a token are not there for everybody.
func (p *part) sometimes(token string) {
	for _, at := range p.tokens[token] {
		at.always = false
	}
}
