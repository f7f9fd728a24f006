package verify

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/schema"
)

// TestProfiles holds what tokens are found wrong against testdata/verify.
func TestProfiles(t *testing.T) {
	for _, f := range want.Fixtures(t, "../testdata/verify/*.txtar") {
		for _, c := range f.Cases {
			contract, err := schema.Load(source.Files(c.Name, ".", c.Contract()))
			if err != nil {
				t.Fatal(err)
			}
			is := issuance.Of(contract)
			var got strings.Builder
			text := string(c.Files["checks.txt"])
			for line := range strings.Lines(text) {
				if word := strings.Fields(line); len(word) > 0 && line[0] != '\t' {
					got.WriteString(line)
					for _, p := range check(is, word[0], word[1], word[2]) {
						got.WriteString("\t" + p + "\n")
					}
				}
			}
			if text = strings.TrimSpace(text); strings.TrimSpace(got.String()) != text {
				t.Errorf("%s: got\n%s\nwant\n%s", c.Name, got.String(), text)
			}
		}
	}
}

// check gives the problems of a payload, or why it cannot be checked.
func check(is *issuance.Issuance, client, token, payload string) []string {
	p, err := ProfileOf(is, is.Contract.Token(token), is.Contract.Client(client))
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	r, _ := p.Compile(nil).Check([]byte(payload))
	for _, p := range r.Problems {
		out = append(out, p.Rule+" "+p.Path)
	}
	slices.Sort(out)
	return out
}

// byGrant are invalid examples of which only the scopes and the grant of that one
// token tell that they are. A check of many tokens does not know them; lint does
// (example-contradicts-contract).
var byGrant = map[string]bool{"bank no-status": true, "smart-app-launch withoutPatient": true, "entra-nav machineWithScope": true}

// TestExamples holds the examples of the contracts: what is called invalid is found
// wrong, and nothing else is.
func TestExamples(t *testing.T) {
	examples := 0
	for _, c := range given.Specs(t, "../contracts/...") {
		is := issuance.Of(c)
		for _, e := range c.Examples {
			examples++
			p, err := ProfileOf(is, e.Token, e.Client)
			if err != nil {
				t.Errorf("%s %s: %v", c.Name, e.Name, err)
				continue
			}
			token := e.Payload
			if e.Header != "" {
				token = jwt(e.Header, e.Payload)
			}
			r, _ := p.Compile(nil).Check([]byte(token))
			want := e.Invalid == "" || byGrant[c.Name+" "+e.Name]
			if r.OK() != want {
				t.Errorf("%s %s (%s): %v", c.Name, e.Name, e.Invalid, r.Problems)
			}
		}
	}
	if t.Logf("%d examples", examples); examples < 40 {
		t.Errorf("only %d examples", examples)
	}
}

// jwt writes a JWT with a signature that is none.
func jwt(header, payload string) string {
	text := base64.RawURLEncoding.EncodeToString
	return text([]byte(header)) + "." + text([]byte(payload)) + "." + text([]byte("signature"))
}
