package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Schema is the second opinion: a JSON Schema, as another library understands it. It
// knows less than a Checker, and of what is wrong it tells the place and the keyword.
// It is safe for concurrent use.
type Schema struct {
	schema    *jsonschema.Schema
	unchecked []string
}

// NewSchema compiles a JSON Schema. It loads no other. Unchecked is what the schema
// could not express.
func NewSchema(text []byte, unchecked ...string) (*Schema, error) {
	c := jsonschema.NewCompiler()
	c.LoadURL = func(string) (io.ReadCloser, error) { return nil, errors.New("no other schema is loaded") }
	if err := c.AddResource("payload.json", bytes.NewReader(text)); err != nil {
		return nil, err
	}
	s, err := c.Compile("payload.json")
	if err != nil {
		return nil, err
	}
	return &Schema{s, unchecked}, nil
}

// Unchecked lists what the schema could not express.
func (s *Schema) Unchecked() []string { return s.unchecked }

// Check checks one payload.
func (s *Schema) Check(payload []byte) Result {
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return Result{Problems: []Problem{unreadable(errNotJSON)}}
	}
	if _, err := d.Token(); err != io.EOF {
		return Result{Problems: []Problem{unreadable(errTrailing)}}
	}
	err := s.schema.Validate(v)
	var invalid *jsonschema.ValidationError
	switch {
	case err == nil:
		return Result{}
	case !errors.As(err, &invalid):
		return Result{Problems: []Problem{{Rule: TooComplex, Expected: "a payload that the library can check"}}}
	}
	var out []Problem
	leaves(invalid, func(e *jsonschema.ValidationError) {
		if len(out) < maxProblems {
			out = append(out, schemaProblem(e.KeywordLocation))
		}
	})
	return Result{Problems: out}
}

// leaves visits the errors that have no others as their cause.
func leaves(e *jsonschema.ValidationError, visit func(*jsonschema.ValidationError)) {
	for _, c := range e.Causes {
		leaves(c, visit)
	}
	if len(e.Causes) == 0 {
		visit(e)
	}
}

// schemaProblem tells the place by the keywords that lead there. The library's own
// messages hold values of the payload, and its places names from it.
func schemaProblem(location string) Problem {
	parts := strings.Split(strings.TrimPrefix(location, "/"), "/")
	keyword := parts[len(parts)-1]
	var path []segment
	for i := 0; i < len(parts)-1; i++ {
		switch parts[i] {
		case "properties":
			i++
			path = append(path, segment{unescaped(parts[i]), -1})
		case "patternProperties":
			i++
			path = append(path, segment{"*", -1})
		case "additionalProperties":
			path = append(path, segment{"*", -1})
		case "prefixItems", "items", "contains":
			path = append(path, segment{index: 0})
		case "anyOf", "allOf", "$defs":
			i++
		}
	}
	p := Problem{Rule: keywordRule(keyword, len(path)), Path: index.ReplaceAllString(pathText(path), "[]"), Expected: "what the schema says by " + keyword}
	if len(path) > 0 && path[0].name != "*" {
		p.Claim = path[0].name
	}
	return p
}

func keywordRule(keyword string, depth int) string {
	switch {
	case keyword == "type":
		return WrongType
	case keyword == "required" && depth == 0:
		return ClaimMissing
	case keyword == "required":
		return MemberMissing
	case keyword == "additionalProperties" && depth == 0:
		return ClaimUnexpected
	case keyword == "additionalProperties":
		return MemberUnexpected
	}
	return WrongValue
}

// unescaped reads a part of a JSON pointer (RFC 6901, 4).
func unescaped(part string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
}

var _ Engine = (*Schema)(nil)
