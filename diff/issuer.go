package diff

import (
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

var (
	issuerChanged = &Kind{
		ID: "issuer-changed", Object: "issuer", Aspect: "identifier", Action: "replace", Mirror: "issuer-changed", Order: "both", Since: "0.1.0",
		Summary: "tokens carry another iss",
		Why:     "Verifiers compare iss byte for byte, a trailing slash included; accounts kept by iss and sub are orphaned.",
	}
	issuerAlternativeAdded = &Kind{
		ID: "issuer-alternative-added", Object: "issuer", Aspect: "alternatives", Action: "add", Mirror: "issuer-alternative-removed", Order: "consumers", Since: "0.1.0",
		Summary: "tokens may carry a further iss",
		Why:     "Consumers that trust the first only reject such tokens; accounts must be kept by iss and sub together.",
	}
	issuerAlternativeRemoved = &Kind{
		ID: "issuer-alternative-removed", Object: "issuer", Aspect: "alternatives", Action: "remove", Mirror: "issuer-alternative-added", Order: "issuer", Since: "0.1.0",
		Summary: "tokens do not carry a further iss any more",
		Why:     "The migration is over; who still trusts only the old identifier takes no token.",
	}
	audienceAdded = &Kind{
		ID: "audience-added", Object: "resource", Aspect: "audience", Action: "add", Mirror: "audience-removed", Order: "consumers", Since: "0.1.0",
		Summary: "a resource answers to a further aud",
		Why:     "Tokens that were meant for somebody else of that name are accepted.",
	}
	audienceRemoved = &Kind{
		ID: "audience-removed", Object: "resource", Aspect: "audience", Action: "remove", Mirror: "audience-added", Order: "both", Since: "0.1.0",
		Summary: "a resource does not answer to an aud any more",
		Why:     "Tokens that name it so are rejected; proxies that demand it let nothing through.",
	}
	subjectBecamePairwise = &Kind{
		ID: "subject-became-pairwise", Object: "client", Aspect: "subject", Action: "separate", Mirror: "subject-became-public", Order: "both", Since: "0.1.0",
		Summary: "a client's subject identifiers are its own",
		Why:     "Every sub that the client, or an API behind it, has kept is another from now on: accounts have to be linked again.",
	}
	subjectBecamePublic = &Kind{
		ID: "subject-became-public", Object: "client", Aspect: "subject", Action: "join", Mirror: "subject-became-pairwise", Order: "both", Since: "0.1.0",
		Summary: "a client's subject identifiers are those of everybody",
		Why:     "Every sub that was kept is another, and clients can tell one another about one person.",
	}
	sectorChanged = &Kind{
		ID: "sector-changed", Object: "client", Aspect: "subject", Action: "replace", Mirror: "sector-changed", Order: "both", Since: "0.1.0",
		Summary: "a client is in another sector",
		Why:     "Every pairwise sub of the client changes.",
	}
)

// issuer compares the authorization server.
func (c *comparer) issuer() {
	old, new := c.old.Issuer, c.new.Issuer
	if old == nil || new == nil || old.Same(&new.Node) {
		return
	}
	if old.URL != new.URL {
		ch := c.add(issuerChanged, "issuer.url", "iss is %q; it was %q", new.URL, old.URL)
		ch.between(old.FieldAt("url"), new.FieldAt("url")).values(old.URL, new.URL)
		if strings.TrimSuffix(strings.ToLower(old.URL), "/") == strings.TrimSuffix(strings.ToLower(new.URL), "/") {
			ch.Message += ": verifiers compare it byte for byte"
		}
	}
	for _, p := range pairs(old.Alternatives, new.Alternatives, func(a *schema.Alternative) string { return a.URL }) {
		switch {
		case p.old == nil:
			c.add(issuerAlternativeAdded, p.new.Path, "iss may also be %q", p.new.URL).between(schema.Range{}, p.new.At()).values("", p.new.URL)
		case p.new == nil:
			c.add(issuerAlternativeRemoved, p.old.Path, "iss is never %q any more", p.old.URL).between(p.old.At(), new.At()).values(p.old.URL, "")
		case !p.old.Same(&p.new.Node):
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, nil, "URL")
		}
	}
	c.rest("issuer", &old.Node, &new.Node, *old, *new, nil, "URL", "Alternatives")
}

// audience compares the identifiers that a resource answers to.
func (c *comparer) audience(p pair[schema.Resource]) {
	between := func(ch *Change) {
		ch.between(p.old.FieldAt("audience"), p.new.FieldAt("audience")).consumer = p.new.Path
	}
	for _, aud := range p.new.Audience {
		if !slices.Contains(p.old.Audience, aud) {
			between(c.add(audienceAdded, p.new.Path, "resource %q also answers to the audience %q", p.new.Name, aud).values("", aud))
		}
	}
	for _, aud := range p.old.Audience {
		if !slices.Contains(p.new.Audience, aud) {
			between(c.add(audienceRemoved, p.new.Path, "resource %q does not answer to the audience %q any more", p.new.Name, aud).values(aud, ""))
		}
	}
}

// subject compares whose subject identifiers a client's are.
func (c *comparer) subject(p pair[schema.Client]) {
	touch := func(ch *Change, field string) {
		ch.between(p.old.FieldAt(field), p.new.FieldAt(field))
		ch.client = p.new.Name
	}
	switch {
	case p.old.SubjectType == "public" && p.new.SubjectType == "pairwise":
		touch(c.add(subjectBecamePairwise, p.new.Path, "the sub of client %q is its own; it was everybody's", p.new.Name).values("public", "pairwise"), "subjectType")
	case p.old.SubjectType == "pairwise" && p.new.SubjectType == "public":
		touch(c.add(subjectBecamePublic, p.new.Path, "the sub of client %q is everybody's; it was its own", p.new.Name).values("pairwise", "public"), "subjectType")
	}
	if p.old.Sector != p.new.Sector {
		touch(c.add(sectorChanged, p.new.Path, "client %q is in sector %s; it was in %s", p.new.Name, orNothing(p.new.Sector), orNothing(p.old.Sector)).values(p.old.Sector, p.new.Sector), "sector")
	}
}
