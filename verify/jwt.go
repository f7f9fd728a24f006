package verify

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// TooLarge is a JWT of more bytes than the contract promises at most.
const TooLarge = "too-large"

// Problems of the JOSE header.
const (
	HeaderMissing    = "header-missing"    // a parameter that must be there
	HeaderUnexpected = "header-unexpected" // one that must not
	HeaderWrong      = "header-wrong"      // one with another value
)

var (
	errNotToken  = errors.New("neither a JSON object nor a JWT")
	errEncrypted = errors.New("an encrypted JWT")
	errEncoding  = errors.New("not base64url")
)

// Form is how a token was given.
type Form int

// The forms.
const (
	JSON Form = iota // a payload alone
	JWT              // a JWS in compact serialization: decoded, its signature not checked
)

// Tokens checks the tokens of a profile. It is safe for concurrent use.
type Tokens struct {
	payload  Engine
	header   *Checker // nil: the contract states no header
	maxBytes int      // of a JWT; 0: none promised
}

// Compile prepares the check of the profile's tokens, by this package's own engine
// unless another is given for the payloads.
func (p *Profile) Compile(other Engine) *Tokens {
	t := &Tokens{payload: other, maxBytes: p.MaxBytes}
	if other == nil {
		c := New(p.Payload)
		c.lifetime = &lifetime{p.Shortest, p.Longest}
		t.payload = c
	}
	if p.Token.Kind == schema.KindIntrospection {
		t.payload = introspection{t.payload, New(inactive)}
	}
	if p.Header != nil {
		t.header = New(*p.Header)
	}
	return t
}

// introspection checks responses of token introspection. Of a token that is not active
// they say that, and nothing else (RFC 7662, 2.2), whatever the contract says of others.
type introspection struct {
	Engine
	inactive *Checker
}

var inactive = valueset.Const(`{"active":false}`)

func (i introspection) Check(payload []byte) Result {
	r := i.Engine.Check(payload)
	if !r.OK() && i.inactive.Check(payload).OK() {
		return Result{}
	}
	return r
}

// HasHeader reports whether the contract states a header, which tokens that are
// given as a payload alone do not show.
func (t *Tokens) HasHeader() bool { return t.header != nil }

// Unchecked lists the conditions that only CUE can decide.
func (t *Tokens) Unchecked() []string {
	out := t.payload.Unchecked()
	if t.header != nil {
		out = append(out[:len(out):len(out)], t.header.Unchecked()...)
	}
	return out
}

// Check checks a token: a JSON payload, or a JWT.
func (t *Tokens) Check(token []byte) (Result, Form) {
	token = bytes.TrimSpace(token)
	if len(token) > 0 && token[0] == '{' {
		return t.payload.Check(token), JSON
	}
	header, payload, err := decode(token)
	if err != nil {
		p := unreadable(err)
		p.Expected = "a JSON object or a signed JWT"
		return Result{Problems: []Problem{p}}, JSON
	}
	out := t.payload.Check(payload)
	if t.header != nil {
		h := t.header.Check(header)
		out.Undecided = (out.Undecided || h.Undecided) && out.OK() && h.OK()
		for _, p := range h.Problems {
			out.Problems = append(out.Problems, inHeader(p))
		}
	}
	if t.maxBytes > 0 && len(token) > t.maxBytes {
		out.Problems = append(out.Problems, Problem{Rule: TooLarge, Expected: fmt.Sprintf("at most %d bytes", t.maxBytes)})
		out.Undecided = false
	}
	return out, JWT
}

// inHeader names problems of a header as such.
func inHeader(p Problem) Problem {
	switch p.Rule {
	case ClaimMissing:
		p.Rule = HeaderMissing
	case ClaimUnexpected:
		p.Rule = HeaderUnexpected
	case WrongType, WrongValue, MemberMissing, MemberUnexpected:
		p.Rule = HeaderWrong
	}
	p.InHeader = true
	return p
}

// decode takes a JWS in compact serialization apart (RFC 7515, 7.1).
func decode(token []byte) (header, payload []byte, err error) {
	parts := bytes.Split(token, []byte("."))
	for _, p := range parts {
		if bytes.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, nil, errNotToken
		}
	}
	switch {
	case len(parts) == 5:
		return nil, nil, errEncrypted // RFC 7516, 7.1
	case len(parts) != 3 || len(parts[0]) == 0 || len(parts[1]) == 0:
		return nil, nil, errNotToken
	}
	for _, p := range parts {
		text, err := base64.RawURLEncoding.AppendDecode(nil, p)
		if err != nil {
			return nil, nil, errEncoding
		}
		if header == nil {
			header = text
		} else if payload == nil {
			payload = text
		}
	}
	return header, payload, nil
}
