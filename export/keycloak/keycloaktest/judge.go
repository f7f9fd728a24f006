//go:build unix

package keycloaktest

import (
	"cmp"
	"fmt"
	"strings"

	"tokenctl.dev/export/keycloak"
)

// Tally counts what was compared.
type Tally struct {
	Requests   map[keycloak.Grant]int
	Payloads   map[keycloak.Surface]int
	Claims     int
	Refused    int // surfaces and requests that were predicted to fail, and did
	Mismatches []Mismatch
}

// Mismatch is an answer that is not as predicted.
type Mismatch struct {
	Asked   Asked
	Surface keycloak.Surface
	Claim   string // empty if it is about the whole surface
	Text    string
}

// String says everything that is needed to ask again.
func (m Mismatch) String() string {
	grant := cmp.Or(string(m.Asked.Request.Grant), "example")
	if m.Asked.Request.Refreshed {
		grant += ", refreshed"
	}
	return fmt.Sprintf("%s, %s [%s] for %s, %s: %s", m.Asked.Request.Client, grant,
		strings.Join(m.Asked.Request.Scopes, " "), m.Asked.User.Username, m.Surface, m.Text)
}

// Judge compares answers of a server with what is predicted for a realm.
func Judge(realm *keycloak.Realm, all []Asked) *Tally {
	tally := &Tally{Requests: map[keycloak.Grant]int{}, Payloads: map[keycloak.Surface]int{}}
	for _, asked := range all {
		tally.Requests[asked.Request.Grant]++
		want, err := keycloak.Issue(realm, asked.Request, asked.User)
		if err != nil {
			tally.refusal(asked, err)
			continue
		}
		for _, a := range asked.Answers {
			tally.answer(asked, a, want)
		}
	}
	return tally
}

// refusal judges the answer to a request that was predicted to be refused.
func (tally *Tally) refusal(asked Asked, why error) {
	if a := asked.Answers[0]; a.Err == nil {
		tally.miss(asked, a, "", "predicted to be refused (%v), and is not", why)
		return
	}
	tally.Refused++
}

func (tally *Tally) answer(asked Asked, a Answer, want *keycloak.Tokens) {
	p := want.On(a.Surface)
	switch {
	case a.Err != nil && (p.Missing != "" || p.Fails != ""):
		tally.Refused++
		return
	case p.Missing != "":
		tally.miss(asked, a, "", "predicted not to exist (%s), and does", p.Missing)
		return
	case a.Err != nil:
		tally.miss(asked, a, "", "%v", a.Err)
		return
	}
	tally.Payloads[a.Surface]++
	tally.Claims += len(a.Claims)
	for _, d := range append(Compare(p, a.Claims), header(want.Settings, a)...) {
		claim, _, _ := strings.Cut(d, ":")
		tally.miss(asked, a, claim, "%s", d)
	}
}

func (tally *Tally) miss(asked Asked, a Answer, claim, format string, args ...any) {
	tally.Mismatches = append(tally.Mismatches, Mismatch{asked, a.Surface, claim, fmt.Sprintf(format, args...)})
}

// header compares the header of a token, and its lifetime, with the settings.
func header(s keycloak.Settings, a Answer) []string {
	if a.Header == nil {
		return nil
	}
	typ, alg := s.AccessHeader, s.AccessAlg
	if a.Surface == keycloak.IDToken {
		typ, alg = "JWT", s.IDAlg
	}
	var diffs []string
	for _, h := range []struct{ name, want string }{{"alg", alg}, {"typ", typ}} {
		if a.Header[h.name] != h.want {
			diffs = append(diffs, fmt.Sprintf("header %s: predicted %s, is %v", h.name, h.want, a.Header[h.name]))
		}
	}
	// The two times are taken one after the other.
	if life := lifetime(a.Claims); life < s.AccessLifespan-1 || life > s.AccessLifespan+1 {
		diffs = append(diffs, fmt.Sprintf("lifetime: predicted %d s, is %d s", s.AccessLifespan, life))
	}
	return diffs
}
