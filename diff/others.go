package diff

import "tokenctl.dev/schema"

// contract compares what stands at the top: the issuer and the contract itself.
func (c *comparer) contract() {
	tables := []string{
		"Assurance", "Claims", "Tokens", "Scopes", "AuthorizationDetails", "Clients", "Resources", "Sources",
		"Policy", "Waivers", "Examples", "Issuer", "Version",
	}
	c.rest("", &c.old.Node, &c.new.Node, *c.old, *c.new, nil, tables...)
	if c.old.Name != c.new.Name {
		c.unclassified("", &c.old.Node, &c.new.Node, "name", c.old.Name, c.new.Name)
	}
	if c.old.Issuer != nil && c.new.Issuer != nil && !c.old.Issuer.Same(&c.new.Issuer.Node) {
		c.rest("issuer", &c.old.Issuer.Node, &c.new.Issuer.Node, *c.old.Issuer, *c.new.Issuer, nil)
	}
}

// others compares the records that have no kind of their own.
func (c *comparer) others() {
	records(c, "assurance", c.old.Assurance, c.new.Assurance, func(s *schema.Scale) (string, *schema.Node) { return s.Name, &s.Node })
	records(c, "sources", c.old.Sources, c.new.Sources, func(s *schema.Source) (string, *schema.Node) { return s.Name, &s.Node })
	records(c, "waivers", c.old.Waivers, c.new.Waivers, func(w *schema.Waiver) (string, *schema.Node) { return w.Name, &w.Node })
	if !c.old.Policy.Same(&c.new.Policy.Node) {
		c.rest("policy", &c.old.Policy.Node, &c.new.Policy.Node, c.old.Policy, c.new.Policy, nil)
	}
}

func records[T any](c *comparer, table string, old, new []*T, of func(*T) (string, *schema.Node)) {
	for _, p := range pairs(old, new, func(x *T) string { name, _ := of(x); return name }) {
		switch {
		case p.old == nil:
			name, n := of(p.new)
			ch := c.unclassified(table, &c.old.Node, n, name, "", "stated")
			ch.Subject = n.Path
			ch.between(schema.Range{}, n.At())
		case p.new == nil:
			name, n := of(p.old)
			ch := c.unclassified(table, n, &c.new.Node, name, "stated", "")
			ch.Subject = n.Path
			ch.between(n.At(), c.left(nil))
		default:
			_, o := of(p.old)
			_, n := of(p.new)
			if !o.Same(n) {
				c.rest(n.Path, o, n, *p.old, *p.new, nil)
			}
		}
	}
}
