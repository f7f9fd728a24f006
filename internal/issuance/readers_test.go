package issuance

import (
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
)

// Who holds a token, where it passes, and what is not decided.
func TestReaders(t *testing.T) {
	c := given.Text(t, `
claims: {name: {}, actor: embeds: "act", closed: embeds: "sealed", visa: embeds: "stamp", inner: embeds: "nested", again: embeds: "stamp", early: embeds: "first", both: embeds: "twice"}
tokens: {
	id_token: {kind: "id", requires: [], claims: {name: {}, visa: {}}}
	access_token: {kind: "access", claims: {name: {}, actor: {}, early: grants: ["implicit"]}}
	userinfo: {kind: "userinfo", requires: [], claims: both: {}}
	secret_token: {kind: "access", format: "opaque", claims: {name: {}, closed: {}, both: {}, early: {}}}
	wrapped: {kind: "workload", format: "wrapper", claims: {name: {}, actor: {}}, outer: actor: {}}
	introspection: {kind: "introspection", mirrors: "secret_token"}
	act: {kind: "embedded", claims: sub: {}}
	stamp: {kind: "embedded", claims: {sub: {}, inner: {}}}
	nested: {kind: "embedded", claims: {sub: {}, again: {}}}
	first: {kind: "embedded", claims: sub: {}}
	twice: {kind: "embedded", claims: sub: {}}
	sealed: {kind: "embedded", claims: sub: {}}
}
clients: {
	spa: {grants: ["authorization_code"], platform: "spa", type: "public"}
	web: {grants: ["authorization_code"], platform: "web"}
	old: {grants: ["implicit", "authorization_code"], type: "confidential"}
	hybrid: {grants: ["authorization_code"], type: "confidential", responseTypes: ["code id_token"]}
	cookie: {grants: ["authorization_code"], platform: "web", tokens: access_token: carriedIn: "cookie"}
	unstated: {grants: ["authorization_code"]}
	machine: {grants: ["client_credentials"]}
	asks: {grants: ["authorization_code"], platform: "web", reads: introspection: name: use: "data"}
	other: {grants: ["authorization_code"], platform: "web", tokens: access_token: format: "opaque"}
}
resources: api: {accepts: access_token: #header: {alg: =~"^E", ...}}
`)
	is := Of(c)
	got := map[string]string{}
	readers := is.Readers()
	for f := range is.Flows() {
		var words []string
		for _, r := range readers.Of(f) {
			word := "browser"
			if r.Consumer != nil {
				word = strings.TrimPrefix(strings.Replace(r.Consumer.Path, "clients."+f.Client.Name, "client", 1), "resources.")
			}
			if r.Doubt != "" {
				word += "?"
			}
			words = append(words, word)
		}
		got[strings.Join([]string{f.Client.Name, f.Grant, f.Token.Name, f.Claim.Name}, " ")] = strings.Join(words, " ")
	}
	for flow, want := range map[string]string{
		"spa authorization_code id_token name":           "client browser",
		"spa authorization_code access_token name":       "client browser api",
		"spa authorization_code secret_token name":       "",
		"spa authorization_code introspection name":      "client? browser?",
		"web authorization_code id_token name":           "client",
		"old implicit id_token name":                     "client browser",
		"old implicit access_token name":                 "client browser api",
		"old authorization_code id_token name":           "client",
		"hybrid authorization_code id_token name":        "client browser",
		"hybrid authorization_code access_token name":    "client api",
		"cookie authorization_code access_token name":    "client browser api",
		"cookie authorization_code id_token name":        "client",
		"unstated authorization_code id_token name":      "client browser?",
		"unstated authorization_code introspection name": "client?",
		"machine client_credentials access_token name":   "client api",
		"asks authorization_code introspection name":     "client",
		"other authorization_code access_token name":     "",
		"web authorization_code wrapped name":            "",
		"web authorization_code wrapped actor":           "client",
		"old implicit stamp sub":                         "client browser",
		"old implicit nested sub":                        "client browser",
		"old implicit first sub":                         "client browser",
		"old authorization_code first sub":               "client?",
		"web authorization_code twice sub":               "client",
		"old authorization_code nested sub":              "client",
		"web authorization_code act sub":                 "client",
		"web authorization_code sealed sub":              "client?",
	} {
		words, ok := got[flow]
		if words != want || !ok {
			t.Errorf("%s is read by %q (%v), want %q", flow, words, ok, want)
		}
	}
}

// What reaches any of the resources behind a gateway passes the gateway.
func TestReadersInFront(t *testing.T) {
	c := given.Text(t, `
claims: {name: {}, email: {}}
tokens: access_token: {kind: "access", format: "phantom"}
scopes: {
	a: {resources: ["first"], releases: access_token: name: {}, conflicts: ["b"]}
	b: {resources: ["second"], releases: access_token: email: {}}
}
clients: web: {grants: ["authorization_code"], platform: "web", scopes: {a: {}, b: {}}}
resources: {
	edge: kind: "gateway"
	first: {behind: "edge", accepts: access_token: {}}
	second: {behind: "edge", accepts: access_token: {}}
}
`)
	is := Of(c)
	readers := is.Readers()
	for claim, want := range map[string]string{"name": "edge first", "email": "edge second"} {
		var got []string
		for _, r := range readers.Of(is.FlowsOf(c.Client("web"), c.Token("access_token"), c.Claim(claim))[0]) {
			got = append(got, r.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is read by %v, want %s", claim, got, want)
		}
	}
}
