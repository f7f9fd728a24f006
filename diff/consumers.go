package diff

import (
	"cmp"
	"fmt"
	"slices"

	"tokenctl.dev/schema"
)

var (
	consumerAdded = &Kind{
		ID: "consumer-added", Object: "consumer", Aspect: "existence", Action: "add", Mirror: "consumer-removed", Order: "issuer", Since: "0.1.0",
		Summary:  "there is a new client or resource",
		Why:      "It gets or reads what the contract gives it from now on.",
		Swallows: []string{"release-added"},
	}
	consumerRemoved = &Kind{
		ID: "consumer-removed", Object: "consumer", Aspect: "existence", Action: "remove", Mirror: "consumer-added", Order: "consumers", Since: "0.1.0",
		Summary:  "a client or resource is gone",
		Why:      "Nobody looks after what it reads any more: later changes do not see it.",
		Swallows: []string{"release-removed"},
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
	scopeBecameDefault = &Kind{
		ID: "client-scope-became-default", Object: "client", Aspect: "scopes", Action: "strengthen", Mirror: "client-scope-became-optional", Order: "issuer", Since: "0.1.0",
		Summary: "a client gets a scope in every grant, which it had to request",
		Why:     "It gets what the scope releases without asking, and perhaps without the user knowing.",
	}
	scopeBecameOptional = &Kind{
		ID: "client-scope-became-optional", Object: "client", Aspect: "scopes", Action: "weaken", Mirror: "client-scope-became-default", Order: "consumers", Since: "0.1.0",
		Summary: "a client has to request a scope that it got in every grant",
		Why:     "Until it does, it lacks what the scope releases.",
	}
	partyChanged = &Kind{
		ID: "client-party-changed", Object: "client", Aspect: "party", Action: "replace", Mirror: "client-party-changed", Order: "consumers", Since: "0.1.0",
		Summary: "a consumer is on the other side of the organisation's border",
		Why:     "A first party that becomes a third shows everything it can get to somebody outside, from one day to the next.",
	}
	clientGainsGrant = &Kind{
		ID: "client-gains-grant", Object: "client", Aspect: "grants", Action: "add", Mirror: "client-loses-grant", Order: "issuer", Since: "0.1.0",
		Summary: "a client may use another grant type",
		Why:     "Tokens of that grant may contain, and lack, other claims; implicit and password are not to come back (RFC 9700, 2.4).",
	}
	clientLosesGrant = &Kind{
		ID: "client-loses-grant", Object: "client", Aspect: "grants", Action: "remove", Mirror: "client-gains-grant", Order: "consumers", Since: "0.1.0",
		Summary: "a client may not use a grant type any more",
		Why:     "Its requests of that type fail.",
	}
)

func (c *comparer) clients() {
	for _, p := range pairs(c.old.Clients, c.new.Clients, func(cl *schema.Client) string { return cl.Name }) {
		switch {
		case p.old == nil:
			c.consumerCame("client", &p.new.Consumer)
		case p.new == nil:
			c.consumerGone("client", &p.old.Consumer)
		case !p.old.Same(&p.new.Node):
			c.client(p)
		}
	}
}

func (c *comparer) consumerCame(kind string, new *schema.Consumer) {
	ch := c.add(consumerAdded, new.Path, "%s %q is new", kind, new.Name)
	ch.between(schema.Range{}, new.At()).values("", new.Name).anywhere()
	if kind == "client" { // resources meet its tokens from now on
		ch.client, ch.gives = new.Name, true
		return
	}
	ch.consumer = new.Path
}

func (c *comparer) consumerGone(kind string, old *schema.Consumer) {
	ch := c.add(consumerRemoved, old.Path, "%s %q is gone", kind, old.Name)
	ch.between(old.At(), c.leftOf(kind+"s")).values(old.Name, "")
	ch.consumer = old.Path
}

func (c *comparer) client(p pair[schema.Client]) {
	c.clientScopes(p)
	c.clientTokens(p)
	c.subject(p)
	for _, g := range union(p.old.Grants, p.new.Grants) {
		was, is := slices.Contains(p.old.Grants, g), slices.Contains(p.new.Grants, g)
		kind, words := clientGainsGrant, "may use the grant %s"
		if was == is {
			continue
		}
		old, new := "", g
		if was {
			kind, words, old, new = clientLosesGrant, "may not use the grant %s any more", g, ""
		}
		ch := c.add(kind, p.new.Path, "client %q "+words, p.new.Name, g).values(old, new)
		ch.between(p.old.FieldAt("grants"), p.new.FieldAt("grants")).anywhere()
		// Where none was stated it might use any: those that are not stated now are gone.
		ch.client, ch.gives = p.new.Name, kind == clientGainsGrant && len(p.old.Grants) > 0
	}
	c.consumer("client", p.new.Path, &p.old.Consumer, &p.new.Consumer)
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, ofClient(p.new),
		"Scopes", "Releases", "Tokens", "Reads", "Accepts", "Grants", "SubjectType", "Sector", "Party", "Deprecated", "Retired")
}

// consumer compares what clients and resources have in common.
func (c *comparer) consumer(kind, path string, old, new *schema.Consumer) {
	if old.Party != new.Party {
		ch := c.add(partyChanged, path, "%s %q is %s party; it was %s", kind, new.Name, cmp.Or(new.Party, "of no stated"), cmp.Or(old.Party, "of no stated"))
		ch.between(old.FieldAt("party"), new.FieldAt("party")).values(old.Party, new.Party).anywhere()
		if kind == "client" { // scopes are granted by party, and resources meet its tokens
			ch.client = new.Name
		} else {
			ch.consumer = path
		}
	}
	c.reads(old, new)
	c.lifecycle(fmt.Sprintf("%s %q", kind, new.Name), &old.Lifecycle, &new.Lifecycle, func(field string) func(*Change) {
		return func(ch *Change) { ch.between(old.FieldAt(field), new.FieldAt(field)).consumer = path }
	})
}

func (c *comparer) clientScopes(p pair[schema.Client]) {
	for _, s := range pairs(p.old.Scopes, p.new.Scopes, func(cs *schema.ClientScope) string { return cs.Name }) {
		switch {
		case s.old == nil:
			ch := c.add(clientGainsScope, s.new.Path, "client %q may be granted scope %q", p.new.Name, s.new.Name)
			ch.between(schema.Range{}, s.new.At()).values("", s.new.Name).about(placementPlaces(s.new.Scope.Releases)...).anywhere()
			ch.client, ch.scope, ch.gives = p.new.Name, s.new.Name, c.harmless(s.new)
		case s.new == nil:
			if now := c.new.Scope(s.old.Scope.Name); now == nil || now.Retired != nil {
				continue // the scope is gone: that is one change
			}
			ch := c.add(clientLosesScope, s.old.Path, "client %q is not granted scope %q any more", p.new.Name, s.old.Name)
			ch.between(s.old.At(), p.new.FieldAt("scopes")).values(s.old.Name, "").about(placementPlaces(s.old.Scope.Releases)...).anywhere()
			ch.client, ch.scope = p.new.Name, s.old.Name
		case !s.old.Same(&s.new.Node):
			c.clientScope(p.new, s)
		}
	}
}

// harmless says whether nothing is lost with a scope that a client may be granted: no
// other waits for it, and if it comes in every grant, it needs nothing and shuts out
// nothing.
func (c *comparer) harmless(cs *schema.ClientScope) bool {
	s := cs.Scope
	for _, o := range c.new.Scopes {
		if slices.Contains(o.Requires, s) || cs.Always && slices.Contains(o.Conflicts, s) {
			return false
		}
	}
	return !cs.Always || len(s.Requires)+len(s.Conflicts)+len(s.Implies)+len(s.Assurance)+len(s.Grants) == 0 && s.Party == "" && !s.Consent
}

func (c *comparer) clientScope(client *schema.Client, s pair[schema.ClientScope]) {
	touch := func(ch *Change) {
		ch.between(s.old.FieldAt("always"), s.new.FieldAt("always")).about(placementPlaces(slices.Concat(s.old.Scope.Releases, s.new.Scope.Releases))...).anywhere()
		ch.client, ch.scope = client.Name, s.new.Name
	}
	switch {
	case !s.old.Always && s.new.Always:
		touch(c.add(scopeBecameDefault, s.new.Path, "client %q gets scope %q in every grant; it had to request it", client.Name, s.new.Name).values("false", "true"))
	case s.old.Always && !s.new.Always:
		touch(c.add(scopeBecameOptional, s.new.Path, "client %q has to request scope %q; it got it in every grant", client.Name, s.new.Name).values("true", "false"))
	}
	c.rest(s.new.Path, &s.old.Node, &s.new.Node, *s.old, *s.new, ofClient(client), "Always")
}

func (c *comparer) clientTokens(p pair[schema.Client]) {
	for _, t := range pairs(p.old.Tokens, p.new.Tokens, func(t *schema.ClientToken) string { return t.Token.Name }) {
		if t.old == nil || t.new == nil {
			c.clientTokenChosen(p, t)
			continue
		}
		if t.old.Same(&t.new.Node) {
			continue
		}
		what := fmt.Sprintf("token %q of client %q", t.new.Token.Name, p.new.Name)
		field := func(name string) func(*Change) {
			return func(ch *Change) {
				ch.between(t.old.FieldAt(name), t.new.FieldAt(name))
				ch.tokens, ch.client = []string{t.new.Token.Name}, p.new.Name
			}
		}
		c.format(what, t.new.Path, cmp.Or(t.old.Format, t.old.Token.Format), cmp.Or(t.new.Format, t.new.Token.Format), field("format"))
		c.header(what, t.new.Path, t.old.Header, t.new.Header, field("#header"))
		c.lifetime(what, t.new.Path, t.old.Lifetime, t.new.Lifetime, field("lifetime"))
		if t.old.Encryption != nil || t.new.Encryption != nil {
			c.encryption(what, t.new.Path, cmp.Or(t.old.Encryption, t.old.Token.Encryption), cmp.Or(t.new.Encryption, t.new.Token.Encryption), field("encryption"))
		}
		if t.old.States("senderConstraint") || t.new.States("senderConstraint") {
			c.binding(senderConstraintChanged, what+" is bound by", t.new.Path, boundBy(c.old, p.old.Name, t.old.Token.Name), boundBy(c.new, p.new.Name, t.new.Token.Name), field("senderConstraint"))
		}
		c.rest(t.new.Path, &t.old.Node, &t.new.Node, *t.old, *t.new, ofClient(p.new), "Format", "Header", "Lifetime", "SenderConstraint", "Encryption")
	}
}

// clientTokenChosen reports that a client began or ceased to say what is special
// in its tokens of a profile, and by that perhaps to choose it.
func (c *comparer) clientTokenChosen(p pair[schema.Client], t pair[schema.ClientToken]) {
	old, new := "", ""
	was, at := p.old.FieldAt("tokens"), p.new.FieldAt("tokens")
	path, token := "", ""
	if t.old != nil {
		old, was, path, token = "stated", t.old.At(), t.old.Path, t.old.Token.Name
	} else {
		new, at, path, token = "stated", t.new.At(), t.new.Path, t.new.Token.Name
	}
	ch := c.add(grantRulesChanged, path, "token %q of client %q is %s; it was %s", token, p.new.Name, orNothing(new), orNothing(old)).values(old, new)
	ch.between(was, at).anywhere().client = p.new.Name
}

// ofClient makes changes such that the client can notice, and resources that its
// tokens reach.
func ofClient(cl *schema.Client) func(*Change) {
	return func(ch *Change) { ch.client = cl.Name }
}

// concerns makes changes such that only one consumer can notice.
func concerns(consumer string) func(*Change) {
	return func(ch *Change) { ch.consumer = consumer }
}

// front makes changes such that a resource can notice, and those behind it.
func front(resource string) func(*Change) {
	return func(ch *Change) { ch.anywhere().consumer = resource }
}

func (c *comparer) resources() {
	for _, p := range pairs(c.old.Resources, c.new.Resources, func(r *schema.Resource) string { return r.Name }) {
		switch {
		case p.old == nil:
			c.consumerCame("resource", &p.new.Consumer)
		case p.new == nil:
			c.consumerGone("resource", &p.old.Consumer)
		case !p.old.Same(&p.new.Node):
			c.audience(p)
			c.consumer("resource", p.new.Path, &p.old.Consumer, &p.new.Consumer)
			c.limits(p)
			c.binding(demandedProofChanged, fmt.Sprintf("resource %q demands proof of the key by", p.new.Name), p.new.Path, p.old.SenderConstraint, p.new.SenderConstraint, func(ch *Change) {
				front(p.new.Path)(ch.between(p.old.FieldAt("senderConstraint"), p.new.FieldAt("senderConstraint")))
			})
			c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, front(p.new.Path),
				"Releases", "Reads", "Accepts", "Audience", "SenderConstraint", "Limits", "Party", "Deprecated", "Retired")
		}
	}
}
