package diff

import (
	"fmt"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

var (
	issuerTrusted = &Kind{
		ID: "issuer-trusted", Object: "consumer", Aspect: "issuers", Action: "trust", Mirror: "issuer-distrusted", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer trusts a further issuer",
		Why:     "It lets in whomever that issuer vouches for, and its rules decide by what that issuer says.",
	}
	issuerDistrusted = &Kind{
		ID: "issuer-distrusted", Object: "consumer", Aspect: "issuers", Action: "distrust", Mirror: "issuer-trusted", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer does not trust an issuer any more",
		Why:     "It refuses tokens that it took, also those of the issuer of this contract.",
	}
	acceptedHeadersChanged = &Kind{
		ID: "accepted-headers-changed", Object: "consumer", Aspect: "headers", Action: "replace", Mirror: "accepted-headers-changed", Order: "issuer", Since: "0.1.0",
		Summary: "a consumer takes tokens with other headers: another algorithm, another typ",
		Why:     "It refuses tokens that it took; or it takes some that nobody signed, or that are meant for something else.",
	}
)

// accepts compares which tokens a consumer takes, and what it asks of them.
func (c *comparer) accepts(old, new *schema.Consumer) {
	for _, p := range pairs(old.Accepts, new.Accepts, func(a *schema.Accept) string { return a.Token.Name }) {
		stated := p.old != nil && !p.old.Implied || p.new != nil && !p.new.Implied
		switch {
		case p.old != nil && p.new != nil:
			if !p.old.Same(&p.new.Node) {
				c.accept(new.Path, p)
			}
		case stated && p.old == nil:
			ch := c.unclassified(p.new.Path, &old.Node, &new.Node, "accepts", "", p.new.Token.Name)
			ch.Subject = p.new.Path
			ch.between(schema.Range{}, p.new.At()).anywhere().consumer = new.Path
		case stated:
			ch := c.unclassified(p.old.Path, &old.Node, &new.Node, "accepts", p.old.Token.Name, "")
			ch.Subject = p.old.Path
			ch.between(p.old.At(), new.At()).anywhere().consumer = new.Path
		}
	}
}

// accept compares what a consumer asks of one token, for itself and for those behind
// it.
func (c *comparer) accept(consumer string, p pair[schema.Accept]) {
	field := func(name string) func(*Change) {
		return func(ch *Change) {
			ch.between(p.old.FieldAt(name), p.new.FieldAt(name)).tokens = []string{p.new.Token.Name}
			front(consumer)(ch)
		}
	}
	c.checks(consumer, p)
	c.issuers(consumer, p, field("issuers"))
	c.headers(acceptedHeadersChanged, consumer+" takes "+p.new.Token.Name+" with other headers", p.new.Path, p.old.Header, p.new.Header, field("#header"))
	c.rest(p.new.Path, &p.old.Node, &p.new.Node, *p.old, *p.new, front(consumer), "Implied", "Validates", "Issuers", "Header")
}

// How far a consumer trusts an issuer: one that it names, or the contract's own, which
// is the default; whether the default takes in the alternatives, nobody said.
const (
	distrusted = iota
	undecided
	trusts
)

// trust says how far a consumer trusts which issuers.
func trust(c *schema.Contract, a *schema.Accept) map[string]int {
	out := map[string]int{}
	for _, url := range a.Issuers {
		out[url] = trusts
	}
	if len(a.Issuers) > 0 || c.Issuer == nil {
		return out
	}
	for _, alt := range c.Issuer.Alternatives {
		out[alt.URL] = undecided
	}
	out[c.Issuer.URL] = trusts
	return out
}

// issuers compares whom a consumer trusts. One that goes by the default on both sides
// changed nothing: what the issuer is called is a change of its own.
func (c *comparer) issuers(consumer string, p pair[schema.Accept], touch func(*Change)) {
	if len(p.old.Issuers)+len(p.new.Issuers) == 0 {
		return
	}
	old, new := trust(c.old, p.old), trust(c.new, p.new)
	for _, url := range union(sortedKeys(old), sortedKeys(new)) {
		switch was, is := old[url], new[url]; {
		case is > was:
			ch := c.add(issuerTrusted, p.new.Path, "%s trusts the issuer %q of %q", consumer, url, p.new.Token.Name).values("", url)
			if schema.IssuerSet(url).Overlaps(c.new.Issuer.Values()).Is == valueset.No {
				ch.Hint = fmt.Sprintf("if the tokens of this contract are to carry it, say so: issuer: alternatives: %q: {}", url)
			}
			touch(ch)
		case is < was:
			touch(c.add(issuerDistrusted, p.new.Path, "%s does not trust the issuer %q of %q any more", consumer, url, p.new.Token.Name).values(url, ""))
		}
	}
}
