package issuance

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// The oracle enumerates what issuance never does: every choice of scopes, levels,
// authorization details and resources, and reads off each token what it contains.

// A world is one complete choice.
type world struct {
	mode    mode
	scopes  ScopeSet
	levels  []int // by scale, as in the contract; -1: none
	details []*schema.DetailType
	target  []*schema.Resource // that the token is for
}

type oracle struct {
	c    *schema.Contract
	t    *testing.T
	is   *Issuance
	seen map[obtained][]world
}

type obtained struct {
	client *schema.Client
	token  *schema.Token
}

func newOracle(c *schema.Contract, t *testing.T) oracle {
	return oracle{c, t, Of(c), map[obtained][]world{}}
}

// worlds gives every choice in which the client obtains the token.
func (o oracle) worlds(cl *schema.Client, t *schema.Token) []world {
	if out, ok := o.seen[obtained{cl, t}]; ok {
		return out
	}
	is := o.is
	var out []world
	for _, m := range is.views[cl].modes {
		if !is.gets(is.views[cl], t, m.grant) {
			continue
		}
		for _, set := range o.scopeSets(cl, m) {
			if !set.includes(scopeSet(requires(t))) {
				continue
			}
			for _, levels := range o.levels(cl, set) {
				for _, details := range o.details(cl, m) {
					for _, target := range subsets(o.targets(is, cl, set)) {
						out = append(out, world{mode: m, scopes: set, levels: levels, details: details, target: target})
					}
				}
			}
		}
	}
	o.seen[obtained{cl, t}] = out
	return out
}

func scopeSet(scopes []*schema.Scope) ScopeSet {
	var out ScopeSet
	for _, s := range scopes {
		out = out.with(s)
	}
	return out
}

// scopeSets gives every legal S: what the client names, closed under implies.
func (o oracle) scopeSets(cl *schema.Client, m mode) []ScopeSet {
	var all []ScopeSet
	for bits := range 1 << len(cl.Scopes) {
		var set ScopeSet
		legal := true
		for i, cs := range cl.Scopes {
			if bits>>i&1 == 1 {
				legal = legal && eligible(&cs.Scope.Grantable, m)
				set = set.with(cs.Scope)
			}
		}
		for grown := true; grown; {
			grown = false
			for _, s := range set {
				for _, i := range s.Implies {
					if eligible(&i.Grantable, m) && !set.Has(i) {
						set, grown = set.with(i), true
					}
				}
			}
		}
		if legal && firstMissing(set) == nil && !conflicting(set) {
			all = append(all, set)
		}
	}
	// What is always granted is in every set, if it is in any.
	possible := func(s *schema.Scope) bool {
		return slices.ContainsFunc(all, func(set ScopeSet) bool { return set.Has(s) })
	}
	return slices.DeleteFunc(slices.Clone(all), func(set ScopeSet) bool {
		return slices.ContainsFunc(cl.Scopes, func(cs *schema.ClientScope) bool {
			refusable := cs.Scope.Consent && !cl.ConsentSkipped
			return cs.Always && !refusable && possible(cs.Scope) && !set.Has(cs.Scope)
		})
	})
}

// levels gives every assignment of levels at or above those demanded.
func (o oracle) levels(cl *schema.Client, set ScopeSet) [][]int {
	least := make([]int, len(o.c.Assurance))
	for i := range least {
		least[i] = -1
	}
	demand := func(levels []schema.Level) {
		for _, l := range levels {
			i := slices.Index(o.c.Assurance, l.Scale)
			least[i] = max(least[i], l.Rank)
		}
	}
	demand(cl.Assurance)
	for _, s := range set {
		demand(s.Assurance)
	}
	out := [][]int{nil}
	for i, scale := range o.c.Assurance {
		var next [][]int
		for _, prefix := range out {
			for rank := least[i]; rank < len(scale.Levels); rank++ {
				next = append(next, append(slices.Clone(prefix), rank))
			}
		}
		out = next
	}
	return out
}

func (o oracle) details(cl *schema.Client, m mode) [][]*schema.DetailType {
	return subsets(slices.DeleteFunc(slices.Clone(cl.AuthorizationDetails), func(d *schema.DetailType) bool { return !eligible(&d.Grantable, m) }))
}

func subsets[T any](all []T) [][]T {
	out := [][]T{nil}
	for _, x := range all {
		for _, some := range slices.Clone(out) {
			out = append(out, append(slices.Clone(some), x))
		}
	}
	return out
}

// targets gives the resources that a token with these scopes may be for: it is
// for any choice of them, since a client may ask for one (RFC 8707).
func (o oracle) targets(is *Issuance, cl *schema.Client, set ScopeSet) []*schema.Resource {
	var out []*schema.Resource
	for _, r := range o.c.Resources {
		aimed := slices.ContainsFunc(set, func(s *schema.Scope) bool { return slices.Contains(s.Resources, r) })
		if aimed || slices.Contains(cl.Resources, r) || !is.aims {
			out = append(out, r)
		}
	}
	return out
}

func (o oracle) reached(w world, demanded []schema.Level) bool {
	for _, l := range demanded {
		if w.levels[slices.Index(o.c.Assurance, l.Scale)] < l.Rank {
			return false
		}
	}
	return true
}

// has says whether a token of this world has the claim, and whether it always
// has.
func (o oracle) has(w world, cl *schema.Client, t *schema.Token, claim *schema.Claim) (may, must bool) {
	promised := false
	look := func(ps []*schema.Placement) {
		for _, p := range ps {
			if p.Token != t || p.Claim.Name != claim.Name || len(p.Grants) > 0 && !slices.Contains(p.Grants, w.mode.grant) || !o.reached(w, p.Assurance) {
				continue
			}
			may = may || p.Presence != schema.Never
			must = must || p.Presence == schema.Always
			promised = promised || p.Presence == schema.Never
		}
	}
	look(t.Claims)
	for _, s := range w.scopes {
		look(s.Releases)
	}
	for _, d := range w.details {
		look(d.Releases)
	}
	look(cl.Releases)
	for _, r := range cl.Requests {
		if r.Token == t && r.Claim.Name == claim.Name {
			look(slices.DeleteFunc(slices.Clone(t.Requestable), func(p *schema.Placement) bool { return p.Claim != r.Claim }))
		}
	}
	for _, r := range w.target {
		look(r.Releases)
	}
	if t.Mirrors != nil && !promised {
		mayThere, mustThere := o.has(w, cl, t.Mirrors, claim)
		may, must = may || mayThere, must || mustThere
	}
	return may, must
}

// meet is what Issuance.Meet says, by enumeration.
func (o oracle) meet(c *Consumer, t *schema.Token, claim *schema.Claim) Meeting {
	var m Meeting
	always := true
	for _, cl := range o.c.Clients {
		if c.Client != nil && c.Client != cl {
			continue
		}
		for _, w := range o.worlds(cl, t) {
			if c.Resource != nil && !o.reaches(w, c.Resource, t) {
				continue
			}
			m.Reached = true
			may, must := o.has(w, cl, t, claim)
			if may {
				m.Presence = schema.Sometimes
			}
			always = always && must
		}
	}
	switch {
	case m.Presence == "":
		m.Presence = schema.Never
	case always:
		m.Presence = schema.Always
	}
	return m
}

func (o oracle) reaches(w world, r *schema.Resource, t *schema.Token) bool {
	if !slices.ContainsFunc(r.Accepts, func(a *schema.Accept) bool { return a.Token == t }) || !slices.Contains(w.target, r) {
		return false
	}
	for link := r; link != nil; link = link.Behind {
		if !o.reached(w, link.Assurance) {
			return false
		}
		for _, d := range demands([]*schema.Resource{link}, t) {
			if !slices.ContainsFunc(w.scopes, func(s *schema.Scope) bool { return allows(d, s) }) {
				return false
			}
		}
	}
	return true
}

// check holds issuance to the oracle for every consumer, token and claim.
func (o oracle) check(name string) {
	is := o.is
	for _, c := range is.Consumers {
		for _, t := range o.c.Tokens {
			for _, claim := range o.c.Claims {
				got, want := is.Meet(c, t, claim), o.meet(c, t, claim)
				if got.Presence != want.Presence || got.Reached != want.Reached {
					o.t.Errorf("%s: %s meets %s in %s: %s (reached %v), by enumeration %s (reached %v)", name, c.Path, claim.Name, t.Name, got.Presence, got.Reached, want.Presence, want.Reached)
				}
			}
		}
	}
}

func TestOracleOnContracts(t *testing.T) {
	dirs, err := filepath.Glob("../../contracts/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no contracts", err)
	}
	for _, dir := range append(dirs, "../../testdata/language/everything") {
		tree, err := source.Open(t.Context(), dir, ".")
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		trees, err := schema.Contracts(tree)
		if err != nil {
			t.Fatal(err)
		}
		for _, tree := range trees {
			c, err := schema.Load(tree)
			if err != nil {
				t.Fatal(err)
			}
			newOracle(c, t).check(dir)
		}
	}
}

// Random contracts: TOKENCTL_CASES says how many, TOKENCTL_SEED repeats a run.
func TestOracleOnRandomContracts(t *testing.T) {
	cases := envInt("TOKENCTL_CASES", 2000)
	if testing.Short() {
		cases = 200
	}
	seed := uint64(envInt("TOKENCTL_SEED", int(rand.Uint32())))
	t.Logf("TOKENCTL_SEED=%d", seed)
	for i := range cases {
		text := randomContract(rand.New(rand.NewPCG(seed, uint64(i))))
		c, err := schema.Load(source.Files("random", ".", map[string][]byte{"c.cue": []byte(text)}))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		newOracle(c, t).check(fmt.Sprint("case ", i))
		if t.Failed() {
			t.Fatalf("TOKENCTL_SEED=%d, case %d:\n%s", seed, i, text)
		}
	}
}

func envInt(name string, otherwise int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return otherwise
	}
	return n
}

// randomContract writes a small contract that uses every condition there is.
func randomContract(r *rand.Rand) string {
	g := generator{Rand: r}
	var b strings.Builder
	b.WriteString("package random\n\nimport \"tokenctl.dev/schema@v0\"\n\nschema.#Contract\n\nname: \"random\"\nversion: \"1.0.0\"\nissuer: url: \"https://login.example.com\"\n")
	b.WriteString("assurance: {x: levels: [\"x0\", \"x1\"], y: levels: [\"y0\", \"y1\", \"y2\"]}\n")
	b.WriteString("claims: {a: presence: \"sometimes\", b: {}, c: {}, d: {}}\n")
	fmt.Fprintf(&b, "tokens: {\n\tt: {kind: \"access\"%s, claims: %s, requestable: %s}\n", g.maybe(`, grants: ["authorization_code"]`), g.placements(), g.placements())
	fmt.Fprintf(&b, "\tu: {kind: \"id\", requires: %s, claims: %s}\n", g.scopes(1), g.placements())
	fmt.Fprintf(&b, "\tm: {kind: \"introspection\", mirrors: \"t\", claims: %s}\n}\nscopes: {\n", g.placements())
	for i := range 4 {
		fmt.Fprintf(&b, "\ts%d: {releases: {t: %s, u: %s}, requires: %s, implies: %s, conflicts: %s%s%s%s%s%s}\n", i, g.placements(), g.placements(),
			g.scopes(1), g.scopes(1), g.scopes(0), g.maybe(", consent: true"), g.maybe(`, party: "first"`), g.maybe(`, grants: ["authorization_code"]`), g.assurance(), g.resources())
	}
	fmt.Fprintf(&b, "}\nauthorizationDetails: pay: {releases: t: %s%s}\nclients: {\n", g.placements(), g.maybe(`, party: "first"`))
	for i := range 2 {
		fmt.Fprintf(&b, "\tc%d: {%s%s%s%s%s%s scopes: {", i, g.maybe(`party: "first", `), g.maybe(`grants: ["authorization_code", "client_credentials"], `),
			g.maybe(`consent: "skipped", `), g.maybe(`assurance: y: "y1", `), g.maybe(`authorizationDetails: ["pay"], `), g.maybe(`resources: ["r0"], `))
		for j := range 4 {
			if g.IntN(3) > 0 {
				fmt.Fprintf(&b, "s%d: {%s}, ", j, g.maybe("always: true"))
			}
		}
		fmt.Fprintf(&b, "}, releases: t: %s%s}\n", g.placements(), g.maybe(", requests: t: {b: {}, c: {}}"))
	}
	b.WriteString("}\nresources: {\n")
	for i := range 2 {
		fmt.Fprintf(&b, "\tr%d: {releases: t: %s%s%s, reads: {t: {a: use: \"data\"%s}, m: b: use: \"data\"}}\n", i, g.placements(), g.maybe(`, assurance: x: "x1"`),
			[]string{"", g.maybe(`, behind: "r0"`)}[i], g.maybe(fmt.Sprintf(", scope: #allowIf: %q", fmt.Sprint("s", g.IntN(4)))))
	}
	b.WriteString("}\n")
	return b.String()
}

type generator struct{ *rand.Rand }

func (g generator) maybe(s string) string {
	if g.IntN(3) == 0 {
		return s
	}
	return ""
}

func (g generator) placements() string {
	var parts []string
	for _, claim := range []string{"a", "b", "c", "d"} {
		if g.IntN(4) == 0 {
			parts = append(parts, fmt.Sprintf("%s: {%s}", claim, strings.Join(g.placement(), ", ")))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (g generator) placement() []string {
	var parts []string
	for _, part := range []string{`presence: "sometimes"`, `grants: ["authorization_code"]`, `assurance: x: "x1"`, `when: "it rains"`} {
		if g.IntN(5) == 0 {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 && g.IntN(8) == 0 {
		parts = append(parts, `presence: "never"`)
	}
	return parts
}

func (g generator) scopes(often int) string {
	var parts []string
	for i := range 4 {
		if g.IntN(8) < often {
			parts = append(parts, fmt.Sprintf("%q", fmt.Sprint("s", i)))
		}
	}
	if often == 0 && g.IntN(6) == 0 {
		parts = append(parts, fmt.Sprintf("%q", fmt.Sprint("s", g.IntN(4))))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (g generator) assurance() string { return g.maybe(`, assurance: y: "y2"`) }

func (g generator) resources() string {
	return g.maybe(fmt.Sprintf(", resources: [%q]", fmt.Sprint("r", g.IntN(2))))
}
