package schema

import (
	"cmp"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

func (d *decoder) issuer(n item) *Issuer {
	if n.node == nil {
		return nil
	}
	iss := &Issuer{
		Entry: entry(n), URL: n.str("url"), Product: n.str("product"),
		Namespaces: n.strs("namespaces"), UnknownScopes: n.str("unknownScopes"),
	}
	for _, alt := range n.items("alternatives") {
		iss.Alternatives = append(iss.Alternatives, &Alternative{
			Node: origin(alt), Description: alt.str("description"), URL: alt.name, Until: alt.str("until"),
		})
	}
	if k := n.sub("keys"); k.node != nil {
		iss.Keys = &Keys{
			Node: origin(k), Description: k.str("description"), JWKSURI: k.str("jwksUri"),
			MaxAge: d.duration(k, "maxAge"), Overlap: d.duration(k, "overlap"), Lifetime: d.duration(k, "lifetime"),
		}
	}
	return iss
}

// defaultFormat is who can read a token whose format is not stated.
func defaultFormat(kind string) string {
	switch kind {
	case KindUserinfo, KindIntrospection, KindResponse:
		return FormatJSON
	case KindRefresh:
		return FormatOpaque
	}
	return FormatJWT
}

func (d *decoder) token(t *Token, n item) {
	t.Lifecycle = lifecycle(n)
	t.Kind, t.Profile = n.str("kind"), n.str("profile")
	t.Format = cmp.Or(n.str("format"), defaultFormat(t.Kind))
	t.Header, t.Encoded = n.setOf("#header"), n.setOf("#encoded")
	if header := profileHeader[t.Profile]; header != "" && t.Header == nil {
		s := typeOf(header)
		t.Header = &s
	}
	t.Encryption = encryption(n)
	t.SenderConstraint, t.Grants = n.strs("senderConstraint"), n.strs("grants")
	t.Claims = d.placements(n.sub("claims"), t)
	d.bring(t, n)
	t.Requestable = d.placements(n.sub("requestable"), t)
	t.Outer = d.placements(n.sub("outer"), t)
	t.Mirrors = maybe(d, n, "mirrors", d.c.Tokens, "token")
	t.Of = d.tokens(n, "of")
	t.Requires = d.requires(t, n)
	t.Lifetime, t.MinLifetime, t.MaxLifetime = d.duration(n, "lifetime"), d.duration(n, "minLifetime"), d.duration(n, "maxLifetime")
	t.IdleLifetime = d.duration(n, "idleLifetime")
	t.Rotation, t.ReuseDetection = n.flag("rotation"), n.flag("reuseDetection")
	t.MaxBytes = int(n.int("maxBytes"))
	t.ReadersComplete = n.str("readers") == "complete"
}

// bring adds the claims that the token's kind and profile require. A placement
// of the author's own stands in their place.
func (d *decoder) bring(t *Token, n item) {
	brought, by := requiredClaims[t.Kind], n.field("kind")
	if t.Kind == KindAccess {
		brought, by = profileClaims[t.Profile], n.field("profile")
	}
	for _, name := range brought {
		if slices.ContainsFunc(t.Claims, func(p *Placement) bool { return p.Claim.Name == name }) {
			continue
		}
		path := join(n.path, "claims."+quoteLabel(name))
		for _, claim := range d.claimsNamed(item{name, path, by}) {
			p := &Placement{Token: t, Claim: claim, Implied: true, Presence: Always}
			p.Path, p.Origins = path, by.at
			t.Claims = append(t.Claims, p)
		}
	}
	sortPlacements(t.Claims)
}

// requires gives the scopes without which the token is not issued: openid for ID
// tokens and userinfo, unless the author says otherwise.
func (d *decoder) requires(t *Token, n item) []*Scope {
	if n.field("requires") != nil || t.Kind != KindID && t.Kind != KindUserinfo {
		return d.scopes(n, "requires")
	}
	if openid := d.c.Scope("openid"); openid != nil {
		return []*Scope{openid}
	}
	p := d.ps.add("unknown-name", n.field("kind").first(), "the token is issued only with the scope openid, which is not declared")
	p.Hint = "declare it (scopes: openid: {}), or say that the token needs no scope (requires: [])"
	return nil
}

func encryption(of item) *Encryption {
	n := of.sub("encryption")
	if n.node == nil {
		return nil
	}
	return &Encryption{Entry: entry(n), Alg: n.strs("alg"), Enc: n.strs("enc")}
}

func (d *decoder) grantable(g *Grantable, n item) {
	g.Lifecycle = lifecycle(n)
	g.Consent, g.Sensitive = n.bool("consent"), n.bool("sensitive")
	g.Resources = d.resources(n, "resources")
	g.Releases = d.releases(n)
	g.Party, g.Grants = n.str("party"), n.strs("grants")
	g.Assurance = d.levels(n, "assurance")
	g.MaxLifetime = d.duration(n, "maxLifetime")
}

func (d *decoder) scope(s *Scope, n item) {
	d.grantable(&s.Grantable, n)
	s.Requires, s.Implies, s.Conflicts = d.scopes(n, "requires"), d.scopes(n, "implies"), d.scopes(n, "conflicts")
	s.Published = n.flag("published").Or(true)
	s.Reported = n.flag("reported").Or(true)
}

func (d *decoder) detail(t *DetailType, n item) {
	d.grantable(&t.Grantable, n)
	t.Value = n.setOf("#value")
}

// admits says whether a text may stand for the parameter. What cannot be decided
// may: the scope then counts as possible.
func (p Param) admits(text string) bool {
	return p.Value.ContainsText(text) != valueset.No
}

func sortBy[T any](xs []T, key func(T) string) {
	slices.SortStableFunc(xs, func(a, b T) int { return strings.Compare(key(a), key(b)) })
}
