package verify

import (
	"encoding/base64"
	"testing"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// contracts loads every contract below a directory.
func contracts(t testing.TB, dir string) []*schema.Contract {
	t.Helper()
	tree, err := source.Open(t.Context(), dir+"/...", ".")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	trees, err := schema.Contracts(tree)
	if err != nil || len(trees) == 0 {
		t.Fatal("no contracts", err)
	}
	var out []*schema.Contract
	for _, tree := range trees {
		c, err := schema.Load(tree)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// byGrant are invalid examples of which only the scopes and the grant of that one
// token tell that they are. A check of many tokens does not know them.
var byGrant = map[string]bool{"bank no-status": true, "smart-app-launch withoutPatient": true, "entra-nav machineWithScope": true}

// TestExamples holds the examples of the contracts: what is called invalid is found
// wrong, and nothing else is.
func TestExamples(t *testing.T) {
	examples := 0
	for _, c := range contracts(t, "../contracts") {
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
