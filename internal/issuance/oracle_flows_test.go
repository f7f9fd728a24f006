package issuance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

// Who gets what by which path, and who reads it.

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
			if slices.Contains(chain(inner), r) && o.reaches(w, f.Client, inner, f.Token) {
				return true, true
			}
		}
	}
	if o.is.Untargeted(r) {
		perhaps = slices.ContainsFunc(o.having(f, r), func(w world) bool { return o.reaches(w, f.Client, r, f.Token) })
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
