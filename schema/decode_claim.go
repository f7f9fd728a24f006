package schema

import (
	"cmp"
	"slices"
)

func (d *decoder) scale(s *Scale, n item) {
	s.Entry = entry(n)
	s.Levels = n.strs("levels")
	s.Claim = d.maybeClaim(n, "claim")
}

func (d *decoder) source(s *Source, n item) {
	s.Entry = entry(n)
	s.Kind, s.Trust, s.OnFailure = n.str("kind"), n.str("trust"), n.str("onFailure")
	s.Regions = n.strs("regions")
}

func (d *decoder) claim(c *Claim, n item) {
	c.Lifecycle = lifecycle(n)
	c.Treatment = d.treatment(n)
	c.Registered = LookupRegistered(c.Name)
	switch declared := n.setOf("#value"); {
	case declared != nil:
		c.Value = *declared
	case c.Registered != nil:
		c.Value = c.Registered.Values()
	}
	c.Presence = cmp.Or(Presence(n.str("presence")), Always)
	c.Format = n.str("format")
	c.Values = values(n)
	if f := n.field("ranking"); f != nil {
		for _, e := range f.elems {
			c.Ranking = append(c.Ranking, e.text)
		}
	}
	c.Extensible, c.Ordered = n.bool("extensible"), n.bool("ordered")
	c.Separator = n.str("separator")
	if c.Separator == "" && c.Registered != nil {
		c.Separator = c.Registered.Separator
	}
	c.Members = d.members(n)
	c.Embeds = maybe(d, n, "embeds", d.c.Tokens, "token")
	c.AbsentMeans = n.str("absentMeans")
	if o := n.sub("overage"); o.node != nil {
		c.Overage = &Overage{
			Node: origin(o), Description: o.str("description"),
			Above: int(o.int("above")), Behaviour: o.str("behaviour"), Instead: d.claims(o, "instead"),
		}
	}
	c.Stability, c.Reassignable, c.Unique = n.str("stability"), n.flag("reassignable"), n.str("unique")
	c.MaxStaleness = d.duration(n, "maxStaleness")
	c.Source = d.valueOrigin(n)
}

func (d *decoder) members(of item) []*Member {
	var out []*Member
	for _, n := range of.items("members") {
		out = append(out, &Member{
			Entry: entry(n), Treatment: d.treatment(n), Name: n.name,
			Format: n.str("format"), Values: values(n), Members: d.members(n),
			Stability: n.str("stability"), Source: d.valueOrigin(n),
		})
	}
	return out
}

func values(of item) []*Value {
	var out []*Value
	for _, n := range of.items("values") {
		out = append(out, &Value{
			Lifecycle: lifecycle(n), Name: n.name,
			Privileged: n.bool("privileged"), Restricting: n.bool("restricting"),
		})
	}
	return out
}

func (d *decoder) valueOrigin(of item) *Origin {
	n := of.sub("source")
	if n.node == nil {
		return nil
	}
	out := &Origin{
		Entry: entry(n), Attribute: n.str("attribute"), Trust: n.str("trust"),
		Transform: n.str("transform"), Default: n.str("default"), AsOf: n.str("asOf"), Cache: d.duration(n, "cache"),
	}
	out.From = maybe(d, n, "from", d.c.Sources, "source")
	if out.Trust == "" && out.From != nil {
		out.Trust = out.From.Trust
	}
	return out
}

// placements gives a table of placements in one token, by claim. What a pattern
// stands for is there once for each claim.
func (d *decoder) placements(table item, token *Token) []*Placement {
	var out []*Placement
	for _, n := range table.entries() {
		for _, claim := range d.claimsNamed(n) {
			out = append(out, d.placement(n, token, claim))
		}
	}
	sortPlacements(out)
	return out
}

func (d *decoder) placement(n item, token *Token, claim *Claim) *Placement {
	p := &Placement{
		Entry: entry(n), Token: token, Claim: claim,
		Presence: Presence(n.str("presence")), When: n.str("when"), Grants: n.strs("grants"),
		Assurance: d.levels(n, "assurance"), Value: n.setOf("#value"), Deprecated: deprecation(n),
	}
	if p.Presence == "" && p.When != "" {
		p.Presence = Sometimes
	}
	p.Presence = cmp.Or(p.Presence, claim.Presence)
	return p
}

// releases gives a table TOKEN: CLAIM: placement.
func (d *decoder) releases(of item) []*Placement {
	var out []*Placement
	for _, n := range of.items("releases") {
		if token := d.tokenNamed(n); token != nil {
			out = append(out, d.placements(n, token)...)
		}
	}
	return out
}

func sortPlacements(ps []*Placement) {
	sortBy(ps, func(p *Placement) string { return p.Claim.Name })
}

// params reads the set of each parameter in a scope's name.
func (d *decoder) params(s *Scope, n item) {
	var names []string
	s.template, names = parseTemplate(s.Name)
	table := n.sub("#params")
	for _, name := range names {
		p := Param{Name: name}
		if set := table.setOf(name); set != nil {
			p.Value = *set
		}
		s.Params = append(s.Params, p)
	}
	s.template.params = s.Params
	for _, p := range table.entries() {
		if !slices.Contains(names, p.name) {
			d.ps.add("unknown-name", p.first(), "the scope's name has no parameter {%s}", p.name).Hint = DidYouMean(p.name, names)
		}
	}
}
