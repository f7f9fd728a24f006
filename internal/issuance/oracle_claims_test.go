package issuance

import (
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Claims by themselves, and two at a time.

// meet is what Issuance.Meet says, by enumeration.
func (o oracle) meet(c *Consumer, t *schema.Token, claim *schema.Claim) Meeting {
	var m Meeting
	always := true
	for _, cl := range o.c.Clients {
		if c.Client != nil && c.Client != cl {
			continue
		}
		for _, w := range o.worlds(cl, t) {
			if c.Resource != nil && !o.reaches(w, cl, c.Resource, t) {
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

func (o oracle) reaches(w world, c *schema.Client, r *schema.Resource, t *schema.Token) bool {
	header := t.Header
	for _, ct := range c.Tokens {
		if ct.Token == t && ct.Header != nil {
			header = ct.Header
		}
	}
	if !slices.ContainsFunc(r.Accepts, func(a *schema.Accept) bool { return a.Token == t }) || !slices.Contains(w.target, r) {
		return false
	}
	for link := r; link != nil; link = link.Behind {
		if !o.reached(w, link.Assurance) {
			return false
		}
		for _, a := range link.Accepts {
			if a.Token == t && a.Header != nil && header != nil && !o.takes(a.Header, header) {
				return false
			}
		}
		for _, d := range demands([]*schema.Resource{link}, t) {
			if !slices.ContainsFunc(w.scopes, func(s *schema.Scope) bool { return allows(d, s) }) {
				return false
			}
		}
	}
	return true
}

// takes says whether some header is among both: worlds ask for the same two often.
func (o oracle) takes(these, those *valueset.Set) bool {
	key := headers{these, those}
	if _, ok := o.took[key]; !ok {
		o.took[key] = these.Intersect(*those).IsEmpty() != valueset.Yes
	}
	return o.took[key]
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
