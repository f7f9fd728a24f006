package issuance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// A Reader is somebody who can read a claim where it goes.
type Reader struct {
	// Consumer is the client that gets it or a resource that receives it; nil for
	// the browser that the token passes through or the client runs in.
	*Consumer
	// Doubt is why the contract does not decide whether it can, empty if it does.
	Doubt string
}

// Readers works out who can read what clients get. It keeps what it found last,
// so it is not for concurrent use.
type Readers struct {
	is        *Issuance
	doors     map[*schema.Token][]door
	consumers map[string]*Consumer // by path
	last      grantee
	opened    []opened
	known     map[string][]Reader
}

// grantee is one client's token.
type grantee struct {
	client *schema.Client
	token  *schema.Token
}

// A door is what a token must pass to reach any of some resources, which differ
// in nothing that matters to it.
type door struct {
	resources []*Consumer
	inside    bool // they see the inside of phantom and split tokens
	doubt     string
	// untargeted says that nobody's tokens are for them, as far as is declared.
	untargeted bool
}

// opened is a door with the smallest grants of one client that pass it.
type opened struct {
	door
	situations []Situation
}

// Readers prepares to say who can read what.
func (is *Issuance) Readers() *Readers {
	r := &Readers{is: is, doors: map[*schema.Token][]door{}, consumers: map[string]*Consumer{}}
	for _, c := range is.Consumers {
		r.consumers[c.Path] = c
	}
	for _, t := range is.Contract.Tokens {
		r.doors[t] = is.doorsOf(t, t.Header)
	}
	return r
}

// Of gives who can read the claim of a flow: the client, the browser, then
// resources by name. The answer is shared: do not change it.
func (r *Readers) Of(f Flow) []Reader {
	if at := (grantee{f.Client, f.Token}); at != r.last {
		r.last, r.opened, r.known = at, r.open(f.Client, f.Token), map[string][]Reader{}
	}
	client, browser := r.is.holders(f)
	marks := fmt.Sprint(client, browser)
	for _, o := range r.opened {
		mark := "-"
		if readable(FormatFor(f.Client, f.Token), o.inside, f.Token, f.Claim) &&
			slices.ContainsFunc(o.situations, func(s Situation) bool { return s.Grant == f.Grant && r.is.claim(s, f.Claim) != no }) {
			mark = "+"
		}
		marks += mark
	}
	out, ok := r.known[marks]
	if ok {
		return out
	}
	if client.reads {
		out = append(out, Reader{r.consumers[f.Client.Path], client.doubt})
	}
	if browser.reads {
		out = append(out, Reader{nil, browser.doubt})
	}
	out = append(out, r.behind(marks[len(marks)-len(r.opened):])...)
	r.known[marks] = out
	return out
}

// behind gives the resources of the opened doors that are marked.
func (r *Readers) behind(marks string) []Reader {
	var all []Reader
	for i, o := range r.opened {
		if marks[i] != '+' {
			continue
		}
		for _, c := range o.resources {
			all = append(all, Reader{c, o.doubt})
		}
	}
	slices.SortFunc(all, func(a, b Reader) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Doubt, b.Doubt))
	})
	// Of a resource that is there twice, the way without a doubt comes first.
	return slices.CompactFunc(all, func(a, b Reader) bool { return a.Consumer == b.Consumer })
}

// open gives the doors that the client's tokens pass. What reaches a resource also
// passes everything in front of it.
func (r *Readers) open(c *schema.Client, t *schema.Token) []opened {
	var out []opened
	fronts := map[*schema.Resource][]Situation{}
	pass := func(d door, resources []*Consumer) {
		if len(resources) == 0 {
			return
		}
		chain := chain(resources[0].Resource)
		entries := r.is.entries(c, chain[0])
		if d.untargeted {
			entries = [][]*schema.Scope{nil}
		}
		situations := r.is.pass(c, t, chain, entries)
		if len(situations) == 0 {
			return
		}
		d.resources = resources
		out = append(out, opened{d, situations})
		for _, res := range resources {
			for front := res.Resource.Behind; front != nil && d.doubt == ""; front = front.Behind {
				fronts[front] = append(fronts[front], situations...)
			}
		}
	}
	doors := r.doors[t]
	if h := HeaderFor(c, t); h != t.Header {
		doors = r.is.doorsOf(t, h)
	}
	for _, d := range doors {
		var named, others []*Consumer
		for _, res := range d.resources {
			if slices.Contains(c.Resources, res.Resource) {
				named = append(named, res)
			} else {
				others = append(others, res)
			}
		}
		pass(d, named)
		pass(d, others)
	}
	for _, front := range r.is.Contract.Resources {
		if situations := fronts[front]; len(situations) > 0 {
			res := r.consumers[front.Path]
			out = append(out, opened{door{resources: []*Consumer{res}, inside: seesInside(res)}, smallestOf(situations, t)})
		}
	}
	return out
}

// Untargeted says that the contract does not say whose tokens come to a resource:
// no client names it, and no scope means anything to it.
func (is *Issuance) Untargeted(r *schema.Resource) bool {
	return is.aims && len(is.aimed[r]) == 0 &&
		!slices.ContainsFunc(is.Contract.Clients, func(c *schema.Client) bool { return slices.Contains(c.Resources, r) })
}

// doorsOf gathers the resources that accept a token, with one of these headers, by what
// they ask of it.
func (is *Issuance) doorsOf(t *schema.Token, header *valueset.Set) []door {
	var out []door
	index := map[string]int{}
	for _, c := range is.Consumers {
		if c.Resource == nil || !slices.ContainsFunc(c.Accepts, func(a *schema.Accept) bool { return a.Token == t }) {
			continue
		}
		chain := chain(c.Resource)
		if !headersMeet(chain, t, header) {
			continue
		}
		d := door{doubt: is.doubt(chain, t, header), inside: seesInside(c), untargeted: is.Untargeted(c.Resource)}
		if d.untargeted {
			d.doubt = "whose tokens come to the resource is not in the contract: no client names it, and no scope means anything to it"
		}
		key := fmt.Sprint(d.doubt, d.inside, is.aimed[c.Resource])
		for _, demand := range demands(chain, t) {
			key += " " + demand.Path
		}
		for _, link := range chain {
			for _, l := range link.Assurance {
				key += " " + l.String()
			}
		}
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, d)
		}
		out[i].resources = append(out[i].resources, c)
	}
	return out
}

// doubt says why it is not decided that tokens of this profile pass what a chain
// of resources demands.
func (is *Issuance) doubt(chain []*schema.Resource, t *schema.Token, header *valueset.Set) string {
	for _, r := range chain {
		for _, a := range r.Accepts {
			if a.Token == t && a.Header != nil && header != nil && a.Header.Overlaps(*header).Is != valueset.Yes {
				return "whether the token has a header that the resource takes is not decided"
			}
		}
	}
	for _, d := range demands(chain, t) {
		for _, s := range is.Contract.Scopes {
			if s.Reported && d.AllowIf.ContainsText(s.Name) == valueset.Unknown {
				return "whether the resource lets in by one of the scopes is not decided"
			}
		}
	}
	return ""
}
