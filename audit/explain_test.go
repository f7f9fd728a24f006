package audit

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// crooked is a contract in which claims are released in every way there is.
const crooked = `
assurance: loa: levels: ["low", "high"]
claims: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, inner: embeds: "act"}
tokens: {
	access_token: {kind: "access", requestable: c: {}}
	special: {kind: "access", claims: f: {}}
	id_token: {kind: "id", claims: e: grants: ["authorization_code"]}
	introspection: {kind: "introspection", mirrors: "access_token", claims: b: presence: "never"}
	act: {kind: "embedded", requires: ["p"], claims: sub: {}}
	refresh_token: {kind: "refresh", claims: a: {}}
	gone: {kind: "access", claims: g: {}, retired: since: "2026-01-01"}
}
scopes: {
	openid: {}
	p: {requires: ["q"], releases: access_token: {a: {}, b: {}}}
	q: {conflicts: ["r"]}
	r: {}
	s: {implies: ["p", "q"]}
	t: releases: access_token: {a: assurance: loa: "high", d: {}}
	u: {party: "first", releases: access_token: g: {}}
	v: {grants: ["password"], releases: access_token: b: {}}
	w: {resources: ["api"], retired: since: "2026-01-01"}
	x: resources: ["api"]
}
authorizationDetails: pay: releases: access_token: {d: {}, inner: {}}
clients: {
	none: {party: "third", grants: ["client_credentials"]}
	fixed: {party: "third", grants: ["authorization_code"], scopes: r: always: true, tokens: access_token: {}}
	half: {party: "third", grants: ["authorization_code"], scopes: {q: {}, openid: {}}}
	loose: scopes: s: {}
}
resources: api: releases: access_token: e: {}
`

// releaseCases gives every claim that a client does not get in a token.
func releaseCases(t *testing.T, yield func(name string, s search)) {
	for _, c := range append(slices.AppendSeq(given.Project(t), random(t, 40)), given.Text(t, crooked)) {
		is := issuance.Of(c)
		for _, cl := range c.Clients {
			for _, token := range c.Tokens {
				for _, claim := range c.Claims {
					if !is.MayGet(cl, token, claim) {
						yield(fmt.Sprintf("%s: %s, %s in %s", c.Name, cl, claim, token), search{is, cl, token, claim})
					}
				}
			}
		}
	}
}

// Each answer lets the claim come, and no part of it does.
func TestReleasesAreTheFewest(t *testing.T) {
	found := 0
	releaseCases(t, func(name string, s search) {
		releases := s.releases()
		for _, r := range releases {
			found++
			if !s.comes(r) {
				t.Errorf("%s: does not come with %s", name, r)
			}
			for bits := range 1<<len(r) - 1 {
				var part []Addition
				for i, a := range r {
					if bits>>i&1 == 1 {
						part = append(part, a)
					}
				}
				if s.comes(part) {
					t.Errorf("%s: comes with %s, %s is more", name, Release(part), r)
				}
			}
		}
		if blocks := s.blocks(); len(releases) == 0 && s.comes(s.additions(true)) {
			t.Errorf("%s: no answer, but it comes with all there is; blocks %q", name, blocks)
		}
	})
	if found < 200 {
		t.Errorf("only %d answers", found)
	}
}

// No answer is missing: all choices of few additions are tried, and each grants what
// an answer does, or more.
func TestNoReleaseIsMissing(t *testing.T) {
	const most = 3
	tried := 0
	releaseCases(t, func(name string, s search) {
		additions := s.additions(true)
		if len(additions) > 14 || s.token.Kind == schema.KindEmbedded || testing.Short() && tried > 300 {
			return
		}
		tried++
		var minimal [][]Addition
		for size := range most + 1 {
			for _, some := range choose(additions, size) {
				held := slices.ContainsFunc(minimal, func(m []Addition) bool {
					return !slices.ContainsFunc(m, func(a Addition) bool { return !slices.Contains(some, a) })
				})
				if !held && s.comes(some) {
					minimal = append(minimal, some)
				}
			}
		}
		releases := s.releases()
		for _, m := range minimal {
			if !slices.ContainsFunc(releases, func(r Release) bool { return s.holds(m, r) }) {
				t.Errorf("%s: %s is missing among %s", name, Release(m), releases)
			}
		}
	})
	if tried < 100 {
		t.Errorf("only %d cases were tried", tried)
	}
}

// What an answer promises holds when the contract is really changed so.
func TestReleasesHoldInTheContract(t *testing.T) {
	dir := "../contracts/bank"
	files := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".cue") {
			if files[e.Name()], err = os.ReadFile(dir + "/" + e.Name()); err != nil {
				t.Fatal(err)
			}
		}
	}
	bank, err := schema.Load(source.Files("bank", ".", files))
	if err != nil {
		t.Fatal(err)
	}
	is := issuance.Of(bank)
	proven := 0
	for _, cl := range bank.Clients {
		for _, token := range bank.Tokens {
			for _, claim := range bank.Claims {
				if is.MayGet(cl, token, claim) {
					continue
				}
				s := search{is, cl, token, claim}
				for _, r := range s.releases() {
					if slices.ContainsFunc(r, func(a Addition) bool { return a.Kind != addScope }) {
						continue
					}
					var more strings.Builder
					for _, a := range r {
						fmt.Fprintf(&more, "clients: %q: scopes: %q: {}\n", cl.Name, a.Name)
					}
					files["more.cue"] = []byte("package bank\n\n" + more.String())
					changed, err := schema.Load(source.Files("bank", ".", files))
					if err != nil {
						t.Fatal(err)
					}
					if !issuance.Of(changed).MayGet(changed.Client(cl.Name), changed.Token(token.Name), changed.Claim(claim.Name)) {
						t.Errorf("%s does not get %s in %s with\n%s", cl, claim, token, &more)
					}
					proven++
				}
			}
		}
	}
	if proven < 8 {
		t.Errorf("only %d answers were proven", proven)
	}
}

// The answers by hand, and why there is none.
func TestReleases(t *testing.T) {
	c := given.Text(t, crooked)
	is := issuance.Of(c)
	for _, test := range []struct{ client, claim, token, releases, blocks string }{
		{"none", "a", "access_token", "scope t | scope p and scope q", ""},
		{"fixed", "a", "access_token", "scope t", ""},
		{"half", "a", "access_token", "scope p | scope t", ""},
		{"none", "b", "introspection", "", "introspection promises that it is never there (c.cue:17:74)"},
		{"none", "c", "access_token", "a request for it with the claims parameter", ""},
		{"none", "d", "access_token", "authorization detail pay | scope t", ""},
		{"half", "sub", "act", "scope p and authorization detail pay", ""},
		{"none", "a", "refresh_token", "grant authorization_code and grant refresh_token | grant password and grant refresh_token", ""},
		{"none", "e", "access_token", "resource api | scope x", ""},
		{"none", "e", "id_token", "scope openid and grant authorization_code", ""},
		{"fixed", "f", "special", "token special", ""},
		{"none", "g", "access_token", "", "scope u releases it, and is for first parties, which the client is not"},
		{"none", "g", "gone", "", "token gone is retired"},
		{"fixed", "b", "access_token", "scope v and grant password", ""},
		{"half", "g", "id_token", "", ""},
	} {
		s := search{is, c.Client(test.client), c.Token(test.token), c.Claim(test.claim)}
		var releases []string
		for _, r := range s.releases() {
			releases = append(releases, r.String())
		}
		blocks := ""
		if len(releases) == 0 {
			blocks = strings.Join(s.blocks(), " | ")
		}
		if got := strings.Join(releases, " | "); got != test.releases || blocks != test.blocks {
			t.Errorf("%s, %s in %s: %q, %q; want %q, %q", test.client, test.claim, test.token, got, blocks, test.releases, test.blocks)
		}
	}
}
