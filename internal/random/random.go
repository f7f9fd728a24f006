// Package random makes contracts at random, and changes them, for tests of laws
// that hold for every contract. Equal seeds give equal texts.
package random

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Contract writes a small contract, as CUE source, in which every condition of
// issuance and every use of a claim turns up: four claims beside email and scope,
// three tokens and two inside of them, four scopes, two
// clients and two resources.
func Contract(seed uint64) string { return write(&generator{seed: seed}) }

// Changed writes the same contract with a few things changed, at random too.
func Changed(seed, change uint64) string { return write(&generator{seed: seed, change: change}) }

// A generator draws every part of a contract on its own, so that one can be drawn
// anew and leave the others as they are.
type generator struct {
	strings.Builder
	seed, change uint64
	drawn        uint64
}

// oneIn is how many parts there are to one that is drawn anew: a contract has some
// hundred and fifty.
const oneIn = 60

// draw gives the chance for the next part.
func (g *generator) draw() draw { return g.drawAnew(oneIn) }

// drawAnew gives the chance for the next part, drawn anew once in so many changes.
func (g *generator) drawAnew(oneIn int) draw {
	g.drawn++
	if g.change != 0 && rand.New(rand.NewPCG(g.change, g.drawn)).IntN(oneIn) == 0 {
		return draw{rand.New(rand.NewPCG(g.change, ^g.drawn))}
	}
	return draw{rand.New(rand.NewPCG(g.seed, g.drawn))}
}

func (g *generator) maybe(s string) string { return g.draw().maybe(s) }
func (g *generator) placements() string    { return g.draw().placements() }
func (g *generator) reading() string       { return g.draw().reading() }
func (g *generator) value() string         { return g.drawAnew(8).value() } // there are few

func (g *generator) writef(format string, args ...any) { fmt.Fprintf(g, format, args...) }

func write(g *generator) string {
	g.WriteString("package random\n\nimport \"tokenctl.dev/schema@v0\"\n\nschema.#Contract\n\nname: \"random\"\nversion: \"1.0.0\"\nissuer: url: \"https://login.example.com\"\n")
	g.WriteString(g.maybe("issuer: alternatives: \"https://new.example.com\": {}\n"))
	g.WriteString("assurance: {x: levels: [\"x0\", \"x1\"], y: levels: [\"y0\", \"y1\", \"y2\"]}\n")
	g.writef("claims: {a: {presence: \"sometimes\"%s}, b: {extensible: false%s%s}, c: {extensible: false%s%s}, d: {}}\n",
		g.value(), g.value(), g.maybe(`, embeds: "e"`), g.value(), g.maybe(`, embeds: "f"`))
	g.tokens()
	g.WriteString("scopes: {\n")
	for i := range 4 {
		g.scope(i)
	}
	g.writef("}\nauthorizationDetails: {pay: {releases: {t: %s, f: %s}%s}, see: releases: e: %s}\nclients: {\n", g.placements(), g.placements(),
		g.maybe(`, party: "first"`), g.placements())
	for i := range 2 {
		g.client(i)
	}
	g.WriteString("}\nresources: {\n")
	for i := range 2 {
		g.resource(i)
	}
	g.WriteString("}\n")
	return g.String()
}

func (g *generator) tokens() {
	g.writef("tokens: {\n\tt: {kind: \"access\"%s%s%s%s%s%s, claims: %s, requestable: %s}\n", g.maybe(`, grants: ["authorization_code"]`),
		g.maybe(`, readers: "complete"`), g.draw().one("", "", `, format: "opaque"`, `, format: "phantom"`), g.maybe(`, lifetime: "1h"`), g.header(), g.proof(), g.placements(), g.placements())
	g.writef("\tu: {kind: \"id\"%s, requires: %s, claims: %s}\n", g.maybe(`, readers: "complete"`), g.draw().scopes(1), g.placements())
	g.writef("\tm: {kind: \"introspection\", mirrors: \"t\", claims: %s}\n", g.placements())
	g.writef("\te: {kind: \"embedded\", requires: %s, claims: %s%s}\n\tf: {kind: \"embedded\", claims: %s}\n}\n", g.draw().scopes(1), g.placements(),
		g.maybe(`, grants: ["authorization_code"]`), g.placements())
}

func (g *generator) scope(i int) {
	g.writef("\ts%d: {releases: {t: %s, u: %s, e: %s}, requires: %s, implies: %s, conflicts: %s%s%s%s%s%s}\n", i, g.placements(), g.placements(), g.placements(),
		g.draw().scopes(1), g.draw().scopes(1), g.draw().conflicts(), g.maybe(", consent: true"), g.maybe(`, party: "first"`),
		g.maybe(`, grants: ["authorization_code"]`), g.maybe(`, assurance: y: "y2"`), g.draw().maybe(fmt.Sprintf(`, resources: ["r%d"]`, i%2)))
}

func (g *generator) client(i int) {
	d := g.draw()
	g.writef("\tc%d: {%s%s%s%s%s%s scopes: {", i, d.maybe(`party: "`+d.one("first", "third")+`", `), g.maybe(`grants: ["authorization_code", "client_credentials"], `),
		g.maybe(`consent: "skipped", `), g.maybe(`assurance: y: "y1", `), g.maybe(`authorizationDetails: ["pay", "see"], `), g.maybe(`resources: ["r0"], `))
	for j := range 4 {
		if always := g.maybe("always: true"); g.draw().IntN(3) > 0 {
			g.writef("s%d: {%s}, ", j, always)
		}
	}
	d = g.draw()
	g.writef("}%s, releases: t: %s%s%s%s}\n", g.maybe(g.own()), g.placements(), g.maybe(", requests: t: {b: {}, c: {}}"), g.maybe(", strict: true"),
		d.maybe(fmt.Sprintf(", reads: u: %s: %s", d.one("a", "b", "c", "email"), d.reading())))
}

func (g *generator) resource(i int) {
	d := g.draw()
	g.writef("\tr%d: {releases: {t: %s, e: %s}%s%s%s%s%s%s, reads: {t: {a: %s, %s: %s%s}, m: b: %s, e: d: %s}}\n", i, g.placements(), g.placements(), g.maybe(`, assurance: x: "x1"`),
		g.maybe(`, party: "third"`), g.maybe(", strict: true"), []string{"", g.maybe(`, behind: "r0"`)}[i], g.accepts(), g.proof(),
		g.reading(), d.one("c", "d", "email"), d.reading(), d.maybe(fmt.Sprintf(", scope: #allowIf: %q", fmt.Sprint("s", d.IntN(4)))), g.reading(), g.reading())
}

// accepts says what a resource asks of the tokens that it reads.
func (g *generator) accepts() string {
	if stated := g.maybe("stated"); stated == "" {
		return ""
	}
	d := g.drawAnew(4) // there are few
	return fmt.Sprintf(", accepts: {m: {}, e: {}, t: {%s%s%s}}", d.one("validates: []", `validates: ["iss"]`, `validates: ["aud"]`), g.header(),
		d.one("", "", `, issuers: ["https://login.example.com"]`, `, issuers: ["https://login.example.com", "https://new.example.com"]`,
			`, issuers: ["https://new.example.com"]`, `, issuers: ["https://{any}.example.com"]`, `, issuers: ["https://login.example.com", "https://other.example.org"]`))
}

// header is a set of headers, or nothing said of them.
func (g *generator) header() string {
	d := g.drawAnew(8) // there are few
	set := fmt.Sprintf(", #header: {alg: %s%s, ...}", d.one(`"RS256"`, `"ES256"`, `"RS256" | "ES256"`, `"RS256" | "HS256"`, `"RS256" | "none"`), d.maybe(`, typ: `+d.one(`"JWT"`, `"at+jwt"`)))
	return d.one("", set)
}

// own is what is special in a client's tokens.
func (g *generator) own() string {
	if h := g.header(); h != "" {
		return ", tokens: t: {" + strings.TrimPrefix(h, ", ") + "}"
	}
	return ""
}

// proof is how tokens are bound, or have to be.
func (g *generator) proof() string {
	return g.drawAnew(20).one("", "", `, senderConstraint: ["dpop"]`, `, senderConstraint: ["mtls"]`, `, senderConstraint: ["dpop", "mtls"]`)
}

// A draw is the chance for one part of a contract.
type draw struct{ *rand.Rand }

func (d draw) maybe(s string) string {
	if d.IntN(3) == 0 {
		return s
	}
	return ""
}

func (d draw) one(of ...string) string { return of[d.IntN(len(of))] }

// reading is what somebody does with a claim.
func (d draw) reading() string {
	text := d.one(`use: "data"`, `use: "identity"`, `use: "match"`, `use: "limit"`, `use: "truthy"`, `use: "display"`, `use: "data", #expects: `+d.set(),
		"#allowIf: "+d.set(), "#denyIf: "+d.set(), "#allowIfAll: "+d.set())
	return "{" + text + d.maybe(`, onMissing: "`+d.one("fail", "deny", "allow", "ignore")+`"`) + "}"
}

// value says what a claim holds, or nothing of it.
func (d draw) value() string {
	set := d.set()
	return d.one("", ", #value: "+d.one(set, set, "[..."+set+"]", set+" | null"))
}

func (d draw) set() string {
	return "(" + d.one(`"v"`, `"v" | "w"`, `"v" | "w" | "x"`, `=~"^[v-z]$"`, `string`, `int & >=0 & <10`, `bool`) + ")"
}

func (d draw) placements() string {
	var parts []string
	for _, claim := range []string{"a", "b", "c", "d", "email"} {
		if d.IntN(5) == 0 {
			parts = append(parts, fmt.Sprintf("%s: {%s}", claim, strings.Join(d.placement(), ", ")))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (d draw) placement() []string {
	var parts []string
	for _, part := range []string{`presence: "sometimes"`, `grants: ["authorization_code"]`, `assurance: x: "x1"`, `when: "it rains"`} {
		if d.IntN(5) == 0 {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 && d.IntN(8) == 0 {
		parts = append(parts, `presence: "never"`)
	}
	return parts
}

// scopes lists each scope so often in eight times.
func (d draw) scopes(often int) string {
	var parts []string
	for i := range 4 {
		if d.IntN(8) < often {
			parts = append(parts, fmt.Sprintf("%q", fmt.Sprint("s", i)))
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (d draw) conflicts() string {
	return "[" + d.maybe(d.maybe(fmt.Sprintf("%q", fmt.Sprint("s", d.IntN(4))))) + "]"
}
