package issuance

import (
	"math/rand/v2"
	"slices"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// unnamed is a grant type that no contract of the tests names.
const unnamed = "urn:example:unnamed"

// tell gives what is told of a world: its grant, its scopes, and its level on each
// scale, each if its bit is set. It is false if the world has no such level.
func (o oracle) tell(w world, bits int) (Told, bool) {
	out := Told{Any: bits&2 == 0}
	if bits&1 != 0 {
		if out.Grant = w.mode.grant; out.Grant == Unstated {
			out.Grant = unnamed
		}
	}
	if !out.Any {
		out.Scopes = w.scopes.Names()
	}
	for i, rank := range w.levels {
		if bits>>(2+i)&1 == 0 {
			continue
		}
		if rank < 0 {
			return out, false
		}
		out.Levels = append(out.Levels, schema.Level{Scale: o.c.Assurance[i], Rank: rank})
	}
	return out, true
}

// consistent are the worlds of which the same can be told.
type consistent struct {
	told   Told
	worlds []world
}

// tellings gives some of what can be told of the client's tokens.
func (o oracle) tellings(cl *schema.Client, t *schema.Token, r *rand.Rand) []consistent {
	var out []consistent
	worlds := o.worlds(cl, t)
	for range min(len(worlds), 6) {
		told, ok := o.tell(worlds[r.IntN(len(worlds))], r.IntN(4<<len(o.c.Assurance)))
		if !ok {
			continue
		}
		agree := slices.DeleteFunc(slices.Clone(worlds), func(w world) bool { return !o.agrees(w, told, worlds) })
		out = append(out, consistent{told, agree})
	}
	return out
}

// agrees says whether what is told is true of a world: the scopes that are told are
// granted, and nothing but what comes along with them.
func (o oracle) agrees(w world, told Told, all []world) bool {
	grant := w.mode.grant
	if grant == Unstated {
		grant = unnamed
	}
	if told.Grant != "" && told.Grant != grant {
		return false
	}
	for _, l := range told.Levels {
		if w.levels[slices.Index(o.c.Assurance, l.Scale)] != l.Rank {
			return false
		}
	}
	holds := func(w world) bool {
		return !slices.ContainsFunc(told.Scopes, func(name string) bool { return !w.scopes.Has(o.c.Scope(name)) })
	}
	return told.Any || holds(w) && !slices.ContainsFunc(all, func(less world) bool {
		return less.mode == w.mode && len(less.scopes) < len(w.scopes) && w.scopes.includes(less.scopes) && holds(less)
	})
}

// tells holds Told to the oracle: a claim is never there if no world of which this can
// be told has it, and always if each has. Of embedded tokens less may be known.
func (o oracle) tells(name string, k consistent, cl *schema.Client, t *schema.Token) {
	situations := o.is.Told(cl, t, k.told)
	if len(situations) == 0 {
		o.t.Errorf("%s: %s never gets %s with %+v", name, cl, t, k.told)
	}
	for _, claim := range o.c.Claims {
		may, must := false, true
		for _, w := range k.worlds {
			m, n := o.has(w, cl, t, claim)
			may, must = may || m, must && n
		}
		gotMay, gotMust := false, true
		for _, s := range situations {
			p := o.is.In(s, claim)
			gotMay, gotMust = gotMay || p != schema.Never, gotMust && p == schema.Always
		}
		less := t.Kind == schema.KindEmbedded && (gotMay || !may) && (must || !gotMust)
		if (may != gotMay || must != gotMust) && !less {
			o.t.Errorf("%s: %s has %s in %s with %+v: may %v, must %v; by enumeration %v, %v", name, cl, claim, t, k.told, gotMay, gotMust, may, must)
		}
	}
}

// fits holds Misfits and Accepts to the oracle: what a world can issue fits some
// situation that can be told of it, and what is accepted some world can issue.
func (o oracle) fits(name string, k consistent, cl *schema.Client, t *schema.Token, r *rand.Rand) (accepted int) {
	situations := o.is.Told(cl, t, k.told)
	p, ok := o.issue(k.worlds[r.IntN(len(k.worlds))], cl, t, r)
	if ok && !slices.ContainsFunc(situations, func(s Situation) bool { return len(o.is.Misfits(s, p)) == 0 }) {
		o.t.Errorf("%s: %s gets %v in %s, and with %+v it does not fit", name, cl, p, t, k.told)
	}
	some := o.any(cl, t, r)
	for _, s := range situations {
		if !o.is.Accepts(s, some) {
			continue
		}
		accepted++
		if !slices.ContainsFunc(k.worlds, func(w world) bool { return o.issues(w, cl, t, some) }) {
			o.t.Errorf("%s: no %s has %v in %s with %+v, and it is accepted", name, cl, some, t, k.told)
		}
	}
	return accepted
}

// told holds what is made of examples to the oracle, for every client and token.
func (o oracle) told(name string, r *rand.Rand) (accepted int) {
	for _, cl := range o.c.Clients {
		for _, t := range o.c.Tokens {
			for _, k := range o.tellings(cl, t, r) {
				o.tells(name, k, cl, t)
				accepted += o.fits(name, k, cl, t, r)
			}
		}
	}
	return accepted
}

// issue makes a payload of this world: what it must have, and some of what it may.
func (o oracle) issue(w world, cl *schema.Client, t *schema.Token, r *rand.Rand) (Payload, bool) {
	facts := o.is.Facts(t, []*schema.Client{cl})
	var out Payload
	words := map[string]bool{}
	for _, claim := range o.c.Claims {
		var v valueset.JSON
		_, must := o.has(w, cl, t, claim)
		o.open(w, cl, t, claim, func(p *schema.Placement) {
			if _, drawn := words[p.When]; !drawn {
				words[p.When] = r.IntN(2) == 0
			}
			if some, ok := facts.Values(p).Some(); ok && (p.Presence == schema.Always || p.When != "" && words[p.When] || p.When == "" && r.IntN(2) == 0) {
				v = some
			}
		})
		if must && v == "" {
			return nil, false // it has no value
		}
		if v != "" {
			out = append(out, Member{claim.Name, v})
		}
	}
	return out, true
}

// any makes a payload of claims at random.
func (o oracle) any(cl *schema.Client, t *schema.Token, r *rand.Rand) Payload {
	facts := o.is.Facts(t, []*schema.Client{cl})
	var out Payload
	for _, claim := range o.is.ClaimsIn(cl, t) {
		ways := o.is.Ways(cl, t, claim)
		if r.IntN(3) == 0 || len(ways) == 0 {
			continue
		}
		if v, ok := facts.Values(ways[r.IntN(len(ways))].Placement).Some(); ok {
			out = append(out, Member{claim.Name, v})
		}
	}
	return out
}

// issues says whether a token of this world can have just these claims.
func (o oracle) issues(w world, cl *schema.Client, t *schema.Token, p Payload) bool {
	facts := o.is.Facts(t, []*schema.Client{cl})
	for _, claim := range o.c.Claims {
		v, there := p.Get(claim.Name)
		_, must := o.has(w, cl, t, claim)
		fits := false
		o.open(w, cl, t, claim, func(p *schema.Placement) { fits = fits || there && facts.Values(p).Contains(v) == valueset.Yes })
		if must && !there || there && !fits {
			return false
		}
	}
	return true
}

func TestToldOnRandomContracts(t *testing.T) {
	accepted := 0
	seed := given.Seed(t)
	r := rand.New(rand.NewPCG(seed, 1))
	for c := range given.Random(t, seed, given.Cases(500, 100)) {
		accepted += newOracle(c, t).told(c.Name, r)
	}
	if t.Logf("%d payloads accepted", accepted); accepted == 0 {
		t.Error("nothing is ever accepted")
	}
}
