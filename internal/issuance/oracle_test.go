package issuance

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tokenctl.dev/internal/random"
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
	if t.Kind == schema.KindEmbedded {
		o.seen[obtained{cl, t}] = o.inside(cl, t, nil)
		return o.seen[obtained{cl, t}]
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

// inside gives every choice in which the client obtains a token with a claim that
// embeds this one. A circle of embedded tokens leads nowhere.
func (o oracle) inside(cl *schema.Client, e *schema.Token, circle []*schema.Token) []world {
	var out []world
	for _, t := range o.c.Tokens {
		if t == e || slices.Contains(circle, t) {
			continue
		}
		for _, claim := range o.c.Claims {
			if claim.Embeds != e {
				continue
			}
			worlds := o.worlds
			if t.Kind == schema.KindEmbedded {
				worlds = func(cl *schema.Client, t *schema.Token) []world {
					return o.inside(cl, t, append(slices.Clone(circle), e))
				}
			}
			for _, w := range worlds(cl, t) {
				may, _ := o.has(w, cl, t, claim)
				if may && w.scopes.includes(scopeSet(e.Requires)) && (len(e.Grants) == 0 || slices.Contains(e.Grants, w.mode.grant)) {
					out = append(out, w)
				}
			}
		}
	}
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
	o.open(w, cl, t, claim, func(p *schema.Placement) {
		may = true
		must = must || p.Presence == schema.Always
	})
	return may, must
}

// open gives the placements that put the claim into a token of this world.
func (o oracle) open(w world, cl *schema.Client, t *schema.Token, claim *schema.Claim, yield func(*schema.Placement)) {
	promised := false
	look := func(ps []*schema.Placement) {
		for _, p := range ps {
			if p.Token != t || p.Claim.Name != claim.Name || len(p.Grants) > 0 && !slices.Contains(p.Grants, w.mode.grant) || !o.reached(w, p.Assurance) {
				continue
			}
			if promised = promised || p.Presence == schema.Never; p.Presence != schema.Never {
				yield(p)
			}
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
		o.open(w, cl, t.Mirrors, claim, yield)
	}
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

// together holds With to the oracle: whether a client can have a token with one
// claim and without another.
func (o oracle) together(name string) {
	for _, cl := range o.c.Clients {
		for _, t := range o.c.Tokens {
			want := map[[2]*schema.Claim]bool{}
			for _, w := range o.worlds(cl, t) {
				o.pairs(w, cl, t, want)
			}
			for _, has := range o.c.Claims {
				for _, s := range o.is.Situations(cl, t) {
					for _, more := range o.is.With(s, has) {
						o.lacking(more, has, want, name)
					}
				}
			}
			for pair, overlooked := range want {
				if !overlooked {
					continue
				}
				o.t.Errorf("%s: overlooked: %s in %s with %s and without %s", name, cl.Name, t.Name, pair[0].Name, pair[1].Name)
			}
		}
	}
}

// pairs adds the claims that a token of this world may have, each with those
// that it may lack.
func (o oracle) pairs(w world, cl *schema.Client, t *schema.Token, into map[[2]*schema.Claim]bool) {
	var has, lacks []*schema.Claim
	for _, claim := range o.c.Claims {
		may, must := o.has(w, cl, t, claim)
		if may {
			has = append(has, claim)
		}
		if !must {
			lacks = append(lacks, claim)
		}
	}
	for _, h := range has {
		for _, l := range lacks {
			into[[2]*schema.Claim{h, l}] = true
		}
	}
}

// lacking takes the pairs that a situation shows out of those wanted, and reports
// those that no world has.
func (o oracle) lacking(s Situation, has *schema.Claim, want map[[2]*schema.Claim]bool, name string) {
	for _, lacks := range o.c.Claims {
		if o.is.In(s, lacks) == schema.Always {
			continue
		}
		pair := [2]*schema.Claim{has, lacks}
		if _, ok := want[pair]; ok {
			want[pair] = false
		} else if !o.conditional(s.Client, s.Token, has) {
			o.t.Errorf("%s: no %s has %s with %s and without %s", name, s.Client.Name, s.Token.Name, has.Name, lacks.Name)
		}
	}
}

// conditional says whether a claim comes by what is no scope: there With may
// promise too much.
func (o oracle) conditional(cl *schema.Client, t *schema.Token, claim *schema.Claim) bool {
	return slices.ContainsFunc(o.is.Ways(cl, t, claim), func(w Way) bool { return w.Detail != nil || w.Resource != nil })
}

// flows holds every flow to the oracle: who gets what, by which grant types, and
// for each path the fewest scopes that open it.
func (o oracle) flows(name string) {
	type key struct {
		client *schema.Client
		token  *schema.Token
		claim  *schema.Claim
	}
	got := map[key][]Flow{}
	var order []string
	for f := range o.is.Flows() {
		k := key{f.Client, f.Token, f.Claim}
		got[k] = append(got[k], f)
		order = append(order, strings.Join([]string{f.Client.Name, f.Token.Name, f.Claim.Name, f.Grant}, "\x00"))
	}
	if !slices.IsSorted(order) {
		o.t.Errorf("%s: flows are not in order", name)
	}
	for _, cl := range o.c.Clients {
		for _, t := range o.c.Tokens {
			for _, claim := range o.c.Claims {
				at := fmt.Sprintf("%s: %s gets %s in %s", name, cl.Name, claim.Name, t.Name)
				flows := o.is.FlowsOf(cl, t, claim)
				if fmt.Sprint(inWords(flows)) != fmt.Sprint(inWords(got[key{cl, t, claim}])) {
					o.t.Errorf("%s: Flows says %v, FlowsOf %v", at, inWords(got[key{cl, t, claim}]), inWords(flows))
				}
				if got, want := inWords(flows), o.flowsOf(cl, t, claim); !slices.Equal(got, want) {
					o.t.Errorf("%s: %q, by enumeration %q", at, got, want)
				}
			}
		}
	}
}

// readers holds those who can read what a client gets to the oracle: whoever some
// token with the claim reaches that shows its inside.
func (o oracle) readers(name string) {
	readers := o.is.Readers()
	for f := range o.is.Flows() {
		var got, want []string
		for _, r := range readers.Of(f) {
			if r.Consumer != nil && (r.Consumer.Resource != nil || f.Token.Kind != schema.KindEmbedded) {
				path := r.Consumer.Path
				if r.Doubt != "" && r.Consumer.Resource != nil {
					path += "?"
				}
				got = append(got, path)
			}
		}
		format := FormatFor(f.Client, f.Token)
		jwt := format == schema.FormatJWT || format == schema.FormatJSON
		if jwt && f.Token.Kind != schema.KindEmbedded {
			want = append(want, f.Client.Path)
		}
		having := o.having(f, nil)
		for _, r := range o.c.Resources {
			inside := jwt || format == schema.FormatPhantom && (r.Behind != nil || r.Kind == "gateway")
			certain, perhaps := o.arrives(f, having, r)
			switch {
			case inside && certain:
				want = append(want, r.Path)
			case inside && perhaps:
				want = append(want, r.Path+"?")
			}
		}
		if !slices.Equal(got, want) {
			o.t.Errorf("%s: %s in %s of %s by %q is read by %v, by enumeration %v", name, f.Claim, f.Token, f.Client, f.Grant, got, want)
		}
	}
}

// having gives the choices whose token has the claim of the flow, if it is also for
// a resource: nil for none.
func (o oracle) having(f Flow, r *schema.Resource) []world {
	var out []world
	for _, w := range o.worlds(f.Client, f.Token) {
		if r != nil {
			w.target = append(slices.Clone(w.target), r)
		}
		if may, _ := o.has(w, f.Client, f.Token, f.Claim); may && w.mode.grant == f.Grant {
			out = append(out, w)
		}
	}
	return out
}

// arrives says whether a token with the claim of the flow reaches the resource, or
// one behind it, and whether one may come to it although nothing says whose tokens
// do.
func (o oracle) arrives(f Flow, having []world, r *schema.Resource) (certain, perhaps bool) {
	for _, w := range having {
		for _, inner := range o.c.Resources {
			if slices.Contains(chain(inner), r) && o.reaches(w, inner, f.Token) {
				return true, true
			}
		}
	}
	if o.is.untargeted(r) {
		perhaps = slices.ContainsFunc(o.having(f, r), func(w world) bool { return o.reaches(w, r, f.Token) })
	}
	return false, perhaps
}

// inWords says a flow in one line, with what leads to each of its paths.
func inWords(flows []Flow) []string {
	var out []string
	for _, f := range flows {
		var routes []string
		for _, r := range f.Routes {
			var sets []string
			for _, s := range r.Scopes {
				sets = append(sets, fmt.Sprint(s.Names()))
			}
			slices.Sort(sets)
			routes = append(routes, fmt.Sprintf("%s %s%s", r.Placement.Path, r.Party, strings.Join(slices.Compact(sets), "|")))
		}
		slices.Sort(routes)
		out = append(out, fmt.Sprintf("%s by %q: %s", f.Presence, f.Grant, strings.Join(slices.Compact(routes), ", ")))
	}
	return out
}

// flowsOf is what inWords says of the flows, by enumeration.
func (o oracle) flowsOf(cl *schema.Client, t *schema.Token, claim *schema.Claim) []string {
	always := map[string]bool{}
	open := map[string]map[string]map[string][]ScopeSet{} // by grant, placement and party
	for _, w := range o.worlds(cl, t) {
		grant, must := w.mode.grant, false
		o.open(w, cl, t, claim, func(p *schema.Placement) {
			must = must || p.Presence == schema.Always
			if open[grant] == nil {
				open[grant] = map[string]map[string][]ScopeSet{}
			}
			if open[grant][p.Path] == nil {
				open[grant][p.Path] = map[string][]ScopeSet{}
			}
			if sets := open[grant][p.Path][w.mode.party]; !slices.ContainsFunc(sets, w.scopes.includes) {
				open[grant][p.Path][w.mode.party] = append(sets, w.scopes)
			}
		})
		before, seen := always[grant]
		always[grant] = must && (before || !seen)
	}
	var out []string
	for _, grant := range slices.Sorted(maps.Keys(open)) {
		var routes []string
		for _, path := range slices.Sorted(maps.Keys(open[grant])) {
			routes = append(routes, routesInWords(cl, path, open[grant][path])...)
		}
		presence := schema.Sometimes
		if always[grant] {
			presence = schema.Always
		}
		slices.Sort(routes)
		out = append(out, fmt.Sprintf("%s by %q: %s", presence, grant, strings.Join(routes, ", ")))
	}
	return out
}

// routesInWords says what opens a path, for each party where that differs and the
// client does not say which it is.
func routesInWords(cl *schema.Client, path string, open map[string][]ScopeSet) []string {
	byParty := map[string]string{}
	for party, sets := range open {
		var words []string
		for _, s := range minimal(sets) {
			words = append(words, fmt.Sprint(s.Names()))
		}
		slices.Sort(words)
		byParty[party] = strings.Join(slices.Compact(words), "|")
	}
	if first, ok := byParty["first"]; ok && first == byParty["third"] || cl.Party != "" {
		party := slices.Collect(maps.Keys(byParty))[0]
		return []string{path + " " + byParty[party]}
	}
	var out []string
	for party, words := range byParty {
		out = append(out, path+" "+party+words)
	}
	return out
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
			o := newOracle(c, t)
			o.check(dir)
			o.flows(dir)
			o.together(dir)
			o.readers(dir)
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
		text := random.Contract(seed + uint64(i))
		c, err := schema.Load(source.Files("random", ".", map[string][]byte{"c.cue": []byte(text)}))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		o := newOracle(c, t)
		o.check(fmt.Sprint("case ", i))
		o.flows(fmt.Sprint("case ", i))
		o.together(fmt.Sprint("case ", i))
		o.readers(fmt.Sprint("case ", i))
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
