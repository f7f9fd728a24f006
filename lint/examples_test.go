package lint

import (
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/sample"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
	"tokenctl.dev/verify"
)

// examplesOf gives what the rule finds if the contract has one example.
func examplesOf(is *issuance.Issuance, e *schema.Example) []report.Finding {
	c := *is.Contract
	c.Examples = []*schema.Example{e}
	p := &Pass{Contract: &c, Issuance: is, rule: exampleContradictsContract, severity: exampleContradictsContract.Severity}
	exampleContradictsContract.Check(p)
	return p.findings
}

// Every example that a contract of the project says to refuse is refused, and the rule
// knows it: also those of which only the scopes and the grant tell, which a check of
// real tokens does not know.
func TestExamplesToBeRefused(t *testing.T) {
	n := 0
	for _, c := range given.Specs(t, "../contracts/...") {
		is := issuance.Of(c)
		for _, e := range c.Examples {
			if e.Invalid == "" {
				continue
			}
			n++
			accepted := *e
			accepted.Invalid = ""
			if found := examplesOf(is, &accepted); len(found) == 0 {
				t.Errorf("%s %s: nothing is wrong with it; it is to be refused: %s", c.Name, e.Name, e.Invalid)
			}
		}
	}
	if t.Logf("%d examples to be refused", n); n < 15 {
		t.Errorf("only %d", n)
	}
}

// Payloads that are made from a contract are right, and those that are made wrong are
// not accepted: what verify finds wrong with a payload of one client, the rule finds too.
func TestExamplesThatAreMade(t *testing.T) {
	right, wrong, found := 0, 0, 0
	for _, c := range given.Specs(t, "../contracts/...") {
		is := issuance.Of(c)
		for _, cl := range c.Clients {
			for _, tok := range c.Tokens {
				p, ok := sample.ProfileOf(is, tok, cl)
				if !ok {
					continue
				}
				for _, s := range []sample.Source{{}, {Seed: 1}, {Seed: 2}, {Seed: 5}} {
					if payload, ok := s.Payload(p); ok {
						right++
						if f := examplesOf(is, example(p, string(payload), "")); len(f) > 0 {
							t.Errorf("%s: %s of %s: %s: %s", c.Name, tok, cl, payload, f[0].Message)
						}
					}
				}
				profile, err := verify.ProfileOf(is, tok, cl)
				if err != nil {
					t.Fatal(err)
				}
				checker := verify.New(profile.Payload)
				for _, w := range (sample.Source{}).WrongPayloads(p) {
					if checker.Check([]byte(w.Value)).OK() {
						continue // right by another grant
					}
					wrong++
					if len(examplesOf(is, example(p, string(w.Value), ""))) > 0 {
						found++
					} else {
						t.Errorf("%s: %s of %s: %s: %s is not found", c.Name, tok, cl, w, w.Value)
					}
					if f := examplesOf(is, example(p, string(w.Value), "it is wrong")); len(f) > 0 {
						t.Errorf("%s: %s of %s: %s: %s is said to pass", c.Name, tok, cl, w, w.Value)
					}
				}
			}
		}
	}
	if t.Logf("%d right ones; %d of %d wrong ones found", right, found, wrong); right < 100 || wrong < 1000 {
		t.Error("too few")
	}
}

func example(p *sample.Profile, payload, invalid string) *schema.Example {
	return &schema.Example{Token: p.Token, Client: p.Client, Grant: p.Grant, Payload: payload, Invalid: invalid}
}
