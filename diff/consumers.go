package diff

import (
	"fmt"

	"tokenctl.dev/schema"
)

var (
	consumerAdded = &Kind{
		ID: "consumer-added", Object: "consumer", Aspect: "existence", Action: "add", Mirror: "consumer-removed", Order: "issuer", Since: "0.1.0",
		Summary: "there is a new client or resource",
		Why:     "It gets or reads what the contract gives it from now on.",
	}
	consumerRemoved = &Kind{
		ID: "consumer-removed", Object: "consumer", Aspect: "existence", Action: "remove", Mirror: "consumer-added", Order: "consumers", Since: "0.1.0",
		Summary: "a client or resource is gone",
		Why:     "Nobody looks after what it reads any more: later changes do not see it.",
	}
	clientGainsScope = &Kind{
		ID: "client-gains-scope", Object: "client", Aspect: "scopes", Action: "add", Mirror: "client-loses-scope", Order: "issuer", Since: "0.1.0",
		Summary: "a client may be granted another scope",
		Why:     "It can get what the scope releases.",
	}
	clientLosesScope = &Kind{
		ID: "client-loses-scope", Object: "client", Aspect: "scopes", Action: "remove", Mirror: "client-gains-scope", Order: "consumers", Since: "0.1.0",
		Summary: "a client is not granted a scope any more",
		Why:     "Its requests fail or are cut, and what the scope released is gone.",
	}
	readingAdded = &Kind{
		ID: "reading-added", Object: "consumer", Aspect: "reads", Action: "add", Mirror: "reading-removed", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer reads another claim",
		Why:     "From now on the claim cannot change without it.",
	}
	readingRemoved = &Kind{
		ID: "reading-removed", Object: "consumer", Aspect: "reads", Action: "remove", Mirror: "reading-added", Order: "consumers", Since: "0.1.0",
		Summary: "a consumer does not read a claim any more",
		Why:     "Later changes of the claim do not see this consumer.",
	}
)

func (c *comparer) clients() {
	for _, p := range pairs(c.old.Clients, c.new.Clients, func(cl *schema.Client) string { return cl.Name }) {
		if p.old == nil || p.new == nil {
			var old, new *schema.Consumer
			if p.old != nil {
				old = &p.old.Consumer
			} else {
				new = &p.new.Consumer
			}
			c.consumer("client", old, new)
			continue
		}
		if p.old.Same(&p.new.Node) {
			continue
		}
		c.clientScopes(p)
		c.placements(&p.new.Node, fmt.Sprintf("client %q", p.new.Name), tokenClaimAdded, tokenClaimRemoved, p.old.Releases, p.new.Releases)
		c.clientTokens(p)
		c.reads(&p.old.Consumer, &p.new.Consumer)
		c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, concerns(p.new.Path), "Scopes", "Releases", "Tokens", "Reads", "Accepts")
	}
}

func (c *comparer) consumer(kind string, old, new *schema.Consumer) {
	if old == nil {
		c.add(consumerAdded, new.Path, "%s %q is new", kind, new.Name).between(schema.Range{}, new.At()).values("", new.Name)
		return
	}
	ch := c.add(consumerRemoved, old.Path, "%s %q is gone", kind, old.Name).between(old.At(), c.leftOf(kind+"s")).values(old.Name, "")
	ch.consumer = old.Path
}

func (c *comparer) clientScopes(p pair[schema.Client]) {
	for _, s := range pairs(p.old.Scopes, p.new.Scopes, func(cs *schema.ClientScope) string { return cs.Name }) {
		switch {
		case s.old == nil:
			ch := c.add(clientGainsScope, s.new.Path, "client %q may be granted scope %q", p.new.Name, s.new.Name)
			ch.between(schema.Range{}, s.new.At()).values("", s.new.Name).about(placesOf(s.new.Scope.Releases)...)
			ch.consumer = p.new.Path
		case s.new == nil:
			if c.new.Scope(s.old.Scope.Name) == nil {
				continue // the scope is gone: that is one change
			}
			ch := c.add(clientLosesScope, s.old.Path, "client %q is not granted scope %q any more", p.new.Name, s.old.Name)
			ch.between(s.old.At(), p.new.At()).values(s.old.Name, "").about(placesOf(s.old.Scope.Releases)...)
		case !s.old.Same(&s.new.Node):
			c.rest(s.new.Path, &s.old.Node, &s.new.Node, *s.old, *s.new, concerns(p.new.Path))
		}
	}
}

func (c *comparer) clientTokens(p pair[schema.Client]) {
	for _, t := range pairs(p.old.Tokens, p.new.Tokens, func(t *schema.ClientToken) string { return t.Token.Name }) {
		if t.old == nil || t.new == nil {
			c.unclassified(p.new.Path+".tokens", &p.old.Node, &p.new.Node, "tokens", nodeText(t.old == nil), nodeText(t.new == nil)).consumer = p.new.Path
			continue
		}
		if t.old.Same(&t.new.Node) {
			continue
		}
		what := fmt.Sprintf("token %q of client %q", t.new.Token.Name, p.new.Name)
		n := len(c.changes)
		c.lifetime(what, t.new.Path, []string{t.new.Token.Name}, "lifetime", t.old.Lifetime, t.new.Lifetime, t.old.FieldAt("lifetime"), t.new.FieldAt("lifetime"))
		for i := range c.changes[n:] {
			c.changes[n+i].consumer = p.new.Path
		}
		c.rest(t.new.Path, &t.old.Node, &t.new.Node, *t.old, *t.new, concerns(p.new.Path), "Lifetime")
	}
}

// concerns makes changes such that only one consumer can notice.
func concerns(consumer string) func(*Change) {
	return func(ch *Change) { ch.consumer = consumer }
}

func nodeText(missing bool) string {
	if missing {
		return ""
	}
	return "stated"
}

func (c *comparer) resources() {
	for _, p := range pairs(c.old.Resources, c.new.Resources, func(r *schema.Resource) string { return r.Name }) {
		switch {
		case p.old == nil:
			c.consumer("resource", nil, &p.new.Consumer)
		case p.new == nil:
			c.consumer("resource", &p.old.Consumer, nil)
		case !p.old.Same(&p.new.Node):
			c.placements(&p.new.Node, fmt.Sprintf("resource %q", p.new.Name), tokenClaimAdded, tokenClaimRemoved, p.old.Releases, p.new.Releases)
			c.reads(&p.old.Consumer, &p.new.Consumer)
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, concerns(p.new.Path), "Releases", "Reads", "Accepts")
		}
	}
}

// reads compares what a consumer does with claims, and what it accepts.
func (c *comparer) reads(old, new *schema.Consumer) {
	key := func(r *schema.Read) string { return r.Token.Name + "\x00" + r.Claim.Name }
	for _, p := range pairs(old.Reads, new.Reads, key) {
		switch {
		case p.old == nil:
			ch := c.add(readingAdded, p.new.Path, "%s reads claim %q in %q", new.Path, p.new.Name, p.new.Token.Name)
			ch.between(schema.Range{}, p.new.At()).values("", p.new.Name).about(place{p.new.Token.Name, p.new.Claim.Name})
			ch.consumer = new.Path
		case p.new == nil:
			ch := c.add(readingRemoved, p.old.Path, "%s does not read claim %q in %q any more", new.Path, p.old.Name, p.old.Token.Name)
			ch.between(p.old.At(), new.At()).values(p.old.Name, "")
			ch.consumer = new.Path
		case !p.old.Same(&p.new.Node):
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, concerns(new.Path))
		}
	}
	token := func(a *schema.Accept) string { return a.Token.Name }
	for _, p := range pairs(old.Accepts, new.Accepts, token) {
		if p.old != nil && p.new != nil && !p.old.Same(&p.new.Node) {
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, concerns(new.Path), "Implied")
		} else if (p.old == nil || p.new == nil) && stated2(p.old, p.new) {
			c.unclassified(new.Path+".accepts", &old.Node, &new.Node, "accepts", nodeText(p.old == nil), nodeText(p.new == nil)).consumer = new.Path
		}
	}
}

func stated2(old, new *schema.Accept) bool {
	return old != nil && !old.Implied || new != nil && !new.Implied
}
