package schema

import (
	"cmp"
	"slices"
)

func (d *decoder) consumer(c *Consumer, n item) {
	c.Lifecycle = lifecycle(n)
	c.Party, c.Agreement, c.Regions = n.str("party"), n.str("agreement"), n.strs("regions")
	c.Environment = cmp.Or(n.str("environment"), "production")
	c.ReviewBy = n.str("reviewBy")
	c.Strict = n.flag("strict")
	c.Reads = d.reads(n)
	c.Accepts = d.accepts(c, n)
}

// accepts gives what a consumer checks of each token that it takes: those
// stated, else those that it reads.
func (d *decoder) accepts(c *Consumer, n item) []*Accept {
	var out []*Accept
	if n.field("accepts") != nil {
		for _, a := range n.items("accepts") {
			if token := d.tokenNamed(a); token != nil {
				out = append(out, d.accept(a, token))
			}
		}
		return out
	}
	for _, r := range c.Reads {
		if !slices.ContainsFunc(out, func(a *Accept) bool { return a.Token == r.Token }) {
			a := &Accept{Token: r.Token, Implied: true}
			a.Path, a.Origins = join(n.path, "reads."+quoteLabel(r.Token.Name)), r.Origins
			out = append(out, a)
		}
	}
	return out
}

func (d *decoder) accept(n item, token *Token) *Accept {
	a := &Accept{
		Entry: entry(n), Token: token, Validates: n.strs("validates"), Header: n.setOf("#header"),
		Issuers: n.strs("issuers"), Leeway: d.duration(n, "leeway"),
	}
	if c := n.sub("cache"); c.node != nil {
		a.Cache = &Cache{
			Node: origin(c), Description: c.str("description"),
			JWKS: d.duration(c, "jwks"), Introspection: d.duration(c, "introspection"),
		}
	}
	return a
}

// reads gives a table TOKEN: CLAIM: reading.
func (d *decoder) reads(of item) []*Read {
	var out []*Read
	for _, t := range of.items("reads") {
		token := d.tokenNamed(t)
		if token == nil {
			continue
		}
		for _, n := range t.entries() {
			for _, claim := range d.claimsNamed(n) {
				r := d.read(n, token, claim)
				if _, isPattern := family(n.name); isPattern {
					r.Name = claim.Name
				}
				out = append(out, r)
			}
		}
	}
	return out
}

func (d *decoder) read(n item, token *Token, claim *Claim) *Read {
	r := &Read{
		Entry: entry(n), Token: token, Claim: claim, Name: n.name, Use: n.str("use"),
		AllowIf: n.setOf("#allowIf"), AllowIfAll: n.setOf("#allowIfAll"), DenyIf: n.setOf("#denyIf"), Expects: n.setOf("#expects"),
		Purposes: n.strs("purposes"), Logs: n.str("logs"), Stores: d.duration(n, "stores"), Header: n.str("header"),
	}
	for _, m := range n.items("members") {
		r.Members = append(r.Members, d.read(m, token, claim))
	}
	if r.Use == "" && !r.Decides() && len(r.Members) == 0 {
		p := d.ps.add("missing-field", n.first(), "a reading must say what it does with the claim")
		p.Subject, p.Hint = n.path, "give it a use, #allowIf, #allowIfAll or #denyIf"
	}
	r.OnMissing = cmp.Or(n.str("onMissing"), r.defaultOnMissing())
	return r
}

// defaultOnMissing is what happens without the claim where the reading does not
// say: what a policy engine does with such a rule (docs/how-tokenctl-decides.md).
// A limit without it may do either, so there is no default.
func (r *Read) defaultOnMissing() string {
	switch {
	case r.Use == UseIdentity || r.Use == UseRoute:
		return MissingFail
	case r.AllowIf != nil || r.AllowIfAll != nil:
		return MissingDeny
	case r.DenyIf != nil:
		return MissingAllow
	case r.Use == UseMatch || r.Use == UseTruthy:
		return MissingDeny
	case r.Use == UseLimit:
		return ""
	}
	return MissingIgnore
}

func (d *decoder) client(c *Client, n item) {
	d.consumer(&c.Consumer, n)
	c.Many, c.Type, c.Platform = n.bool("many"), n.str("type"), n.str("platform")
	c.Grants, c.ResponseTypes, c.AuthMethod = n.strs("grants"), n.strs("responseTypes"), n.str("authMethod")
	c.PKCE, c.PAR = n.flag("pkce"), n.flag("par")
	c.Scopes = d.clientScopes(n)
	c.AuthorizationDetails = refs(d, n, "authorizationDetails", d.c.AuthorizationDetails, "type of authorization details")
	c.SubjectType, c.Sector = cmp.Or(n.str("subjectType"), "public"), n.str("sector")
	c.ConsentSkipped = n.str("consent") == "skipped"
	c.Assurance = d.levels(n, "assurance")
	c.Tokens = d.clientTokens(n)
	c.Releases = d.releases(n)
	c.Requests = d.requests(n)
	c.Resources = d.resources(n, "resources")
	c.Exchanges = d.exchanges(n)
	if l := n.sub("logout"); l.node != nil {
		c.Logout = &Logout{
			Node: origin(l), Description: l.str("description"),
			BackChannel: l.bool("backChannel"), FrontChannel: l.bool("frontChannel"), SessionRequired: l.bool("sessionRequired"),
		}
	}
}

// clientScopes gives the scopes that a client may be granted; what a pattern
// stands for is there once for each scope, unless the client names it itself.
func (d *decoder) clientScopes(of item) []*ClientScope {
	var out []*ClientScope
	for _, n := range of.items("scopes") {
		_, isPattern := family(n.name)
		for _, s := range d.scopesNamed(n) {
			cs := &ClientScope{Entry: entry(n), Name: n.name, Scope: s, Always: n.bool("always"), Params: d.narrowed(n, s)}
			if isPattern && s.Name != n.name {
				if of.field("scopes").field(s.Name) != nil {
					continue // an exact name wins
				}
				cs.Name = s.Name
			}
			out = append(out, cs)
		}
	}
	sortBy(out, func(cs *ClientScope) string { return cs.Name })
	return out
}

// narrowed gives the parameters of a scope as a client has them.
func (d *decoder) narrowed(of item, s *Scope) []Param {
	table := of.sub("#params")
	if table.node == nil {
		return s.Params
	}
	out := slices.Clone(s.Params)
	for _, n := range table.entries() {
		i := slices.IndexFunc(out, func(p Param) bool { return p.Name == n.name })
		if i < 0 {
			d.ps.add("unknown-name", n.first(), "scope %q has no parameter {%s}", s.Name, n.name).Subject = n.path
			continue
		}
		out[i].Value = *table.setOf(n.name)
	}
	return out
}

func (d *decoder) clientTokens(of item) []*ClientToken {
	var out []*ClientToken
	for _, n := range of.items("tokens") {
		if token := d.tokenNamed(n); token != nil {
			out = append(out, &ClientToken{
				Entry: entry(n), Token: token, Format: n.str("format"), Lifetime: d.duration(n, "lifetime"),
				Header: n.setOf("#header"), Encryption: encryption(n),
				SenderConstraint: n.strs("senderConstraint"), CarriedIn: n.str("carriedIn"),
			})
		}
	}
	return out
}

// requests gives a table TOKEN: CLAIM: request.
func (d *decoder) requests(of item) []*Request {
	var out []*Request
	for _, t := range of.items("requests") {
		token := d.tokenNamed(t)
		if token == nil {
			continue
		}
		for _, n := range t.entries() {
			for _, claim := range d.claimsNamed(n) {
				out = append(out, &Request{Node: origin(n), Description: n.str("description"), Token: token, Claim: claim, Essential: n.bool("essential")})
			}
		}
	}
	return out
}

func (d *decoder) exchanges(of item) []*Exchange {
	var out []*Exchange
	for _, n := range of.items("exchanges") {
		if token := d.tokenNamed(n); token != nil {
			out = append(out, &Exchange{
				Node: origin(n), Description: n.str("description"),
				Token: token, Into: d.tokens(n, "into"), Delegation: n.bool("delegation"),
			})
		}
	}
	return out
}

func (d *decoder) resource(r *Resource, n item) {
	d.consumer(&r.Consumer, n)
	r.Kind, r.Product, r.Audience = cmp.Or(n.str("kind"), "api"), n.str("product"), n.strs("audience")
	r.Behind = maybe(d, n, "behind", d.c.Resources, "resource")
	r.Releases = d.releases(n)
	r.Assurance, r.MaxAuthAge = d.levels(n, "assurance"), d.duration(n, "maxAuthAge")
	r.SenderConstraint, r.BearerMethods = n.strs("senderConstraint"), n.strs("bearerMethods")
	r.TenantClaim = d.maybeClaim(n, "tenantClaim")
	r.StripsHeaders, r.LogsTokens = n.bool("stripsHeaders"), n.bool("logsTokens")
	if l := n.sub("limits"); l.node != nil {
		r.Limits = &Limits{
			Node: origin(l), Description: l.str("description"),
			Header: int(l.int("header")), Headers: int(l.int("headers")), Cookie: int(l.int("cookie")), URL: int(l.int("url")),
		}
	}
}
