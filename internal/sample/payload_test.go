package sample

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/random"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// profiles calls visit for every profile of every client.
func profiles(c *schema.Contract, visit func(*issuance.Issuance, *Profile)) {
	is := issuance.Of(c)
	for _, cl := range c.Clients {
		for _, tok := range c.Tokens {
			if p, ok := ProfileOf(is, tok, cl); ok {
				visit(is, p)
			}
		}
	}
}

// TestPayloads makes payloads for every client and token of the project's contracts.
func TestPayloads(t *testing.T) {
	n, wrong := 0, 0
	for _, c := range given.Project(t) {
		profiles(c, func(is *issuance.Issuance, p *Profile) {
			at := fmt.Sprintf("%s, %s, %s", c.Name, p.Token, p.Client)
			for _, s := range []Source{{}, {Seed: 5}, {Length: Shortest}, {Length: Longest}} {
				v, ok := s.Payload(p)
				if !ok {
					t.Errorf("%s, %+v: no payload; %s", at, s, v)
					continue
				}
				n++
				if problem := unlike(is, p, v); problem != "" {
					t.Errorf("%s, %+v: %s in %s", at, s, problem, v)
				}
			}
			for _, w := range (Source{}).WrongPayloads(p) {
				wrong++
				if p.Allows(w.Value) {
					t.Errorf("%s: %s is allowed, although %s", at, w.Value, w)
				}
			}
		})
	}
	t.Logf("%d payloads, %d wrong ones", n, wrong)
	if n < 150 || wrong < 500 {
		t.Errorf("only %d payloads and %d wrong ones", n, wrong)
	}
}

// unlike says what issuance knows better of the payload of a client's token.
func unlike(is *issuance.Issuance, p *Profile, payload valueset.JSON) string {
	members := membersOf(payload)
	consumer := is.Consumer(p.Client.Path)
	for _, claim := range is.Contract.Claims {
		_, there := members[claim.Name]
		meeting := is.Meet(consumer, p.Token, claim)
		switch {
		case there && meeting.Presence == schema.Never:
			return claim.Name + " is never there"
		case !there && meeting.Presence == schema.Always && !strings.HasSuffix(claim.Name, "*"):
			return claim.Name + " is not there"
		}
	}
	for name, v := range members {
		if claim := is.Contract.Claim(name); claim == nil || is.Values(p.Token, claim).Contains(v) != valueset.Yes {
			return name + " is not among the values"
		}
	}
	return ""
}

// TestRandomPayloads does the same with random contracts, whose scopes conflict,
// require and imply each other, and whose claims depend on grants and assurance.
func TestRandomPayloads(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		c, err := schema.Load(source.Files("random", ".", map[string][]byte{"c.cue": []byte(random.Contract(seed))}))
		if err != nil {
			continue
		}
		profiles(c, func(is *issuance.Issuance, p *Profile) {
			for _, s := range []Source{{}, {Seed: seed}, {Length: Shortest}} {
				v, ok := s.Payload(p)
				if !ok {
					continue // a claim may have no value at all
				}
				found++
				for name := range membersOf(v) {
					if claim := is.Contract.Claim(name); claim == nil || !is.MayGet(p.Client, p.Token, claim) {
						t.Errorf("seed %d: %s, %s: %s in %s", seed, p.Token, p.Client, name, v)
					}
				}
			}
		})
	}
	if found < 300 {
		t.Errorf("only %d payloads", found)
	}
}

// TestBankPayload shows what a payload looks like: as the contract says it, and the
// declared example before all others.
func TestBankPayload(t *testing.T) {
	c := given.Dir(t, "../../contracts/bank")
	p, ok := ProfileOf(issuance.Of(c), c.Token("access_token"), c.Client("web"))
	if !ok {
		t.Fatal("the web bank gets no access token")
	}
	first, _ := (Source{}).Payload(p)
	i := slices.IndexFunc(c.Examples, func(e *schema.Example) bool { return e.Name == "payer" })
	if declared, _ := valueset.Compact([]byte(c.Examples[i].Payload)); first != declared {
		t.Errorf("%s, want the declared example", first)
	}
	second, _ := (Source{Seed: 1}).Payload(p)
	members := membersOf(second)
	for name, want := range map[string]valueset.JSON{"iss": `"https://login.bank.example"`, "client_id": `"web"`, "iat": "1767225600"} {
		if members[name] != want {
			t.Errorf("%s is %s, want %s", name, members[name], want)
		}
	}
	if scope := stringOf(members["scope"]); !strings.Contains(scope, "openid") || !strings.Contains(scope, "payments:read") {
		t.Errorf("scope is %q", scope)
	}
	if again, _ := (Source{Seed: 1}).Payload(p); again != second {
		t.Errorf("%s, then %s", second, again)
	}
	if _, ok := ProfileOf(issuance.Of(c), c.Token("id_token"), c.Client("nightly-report")); ok {
		t.Error("a client without users gets an ID token")
	}
}
