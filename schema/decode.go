package schema

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

// A decoder turns the checked package into the typed model. Names of tokens,
// scopes and so on become pointers: entries are made first, empty, and filled in
// afterwards, so that any may name any other.
type decoder struct {
	author *author
	c      *Contract
	ps     problems

	claimsByName map[string]*Claim // also those of the registry that are used
	families     []*Claim          // whose name ends in *
}

func decode(a *author, n *node) (*Contract, problems) {
	root := item{node: n}
	d := &decoder{author: a, c: &Contract{Spec: a.tree.Show(a.tree.Dir)}, claimsByName: map[string]*Claim{}}
	c := d.c
	c.Entry = entry(root)
	c.Language = int(root.int("language"))
	c.Name, c.Version = root.str("name"), root.str("version")

	// Entries first: each kind is sorted by name, as its table is.
	c.Assurance = shells(root, "assurance", func(name string) *Scale { return &Scale{Name: name} })
	c.Sources = shells(root, "sources", func(name string) *Source { return &Source{Name: name} })
	c.Claims = shells(root, "claims", func(name string) *Claim { return &Claim{Name: name, Declared: true} })
	c.Tokens = shells(root, "tokens", func(name string) *Token { return &Token{Name: name} })
	c.Scopes = shells(root, "scopes", func(name string) *Scope { return &Scope{Grantable: Grantable{Name: name}} })
	c.AuthorizationDetails = shells(root, "authorizationDetails", func(name string) *DetailType { return &DetailType{Grantable: Grantable{Name: name}} })
	c.Clients = shells(root, "clients", func(name string) *Client { return &Client{Consumer: Consumer{Name: name}} })
	c.Resources = shells(root, "resources", func(name string) *Resource { return &Resource{Consumer: Consumer{Name: name}} })

	for _, claim := range c.Claims {
		d.claimsByName[claim.Name] = claim
		if _, ok := family(claim.Name); ok {
			d.families = append(d.families, claim)
		}
	}
	d.fill(root)
	slices.SortFunc(c.Claims, func(a, b *Claim) int { return strings.Compare(a.Name, b.Name) })
	return c, d.ps
}

func shells[T any](root item, field string, make func(name string) *T) []*T {
	var out []*T
	for _, e := range root.items(field) {
		out = append(out, make(e.name))
	}
	return out
}

// fill goes through the tables in the order of the shells.
func (d *decoder) fill(root item) {
	c := d.c
	c.Issuer = d.issuer(root.sub("issuer"))
	fillEach(root, "assurance", c.Assurance, d.scale)
	fillEach(root, "sources", c.Sources, d.source)
	// Scopes know their parameters before anybody names an instance of one.
	fillEach(root, "scopes", c.Scopes, d.params)
	fillEach(root, "claims", slices.Clone(c.Claims), d.claim) // what the registry brings comes on top
	fillEach(root, "tokens", c.Tokens, d.token)
	fillEach(root, "scopes", c.Scopes, d.scope)
	fillEach(root, "authorizationDetails", c.AuthorizationDetails, d.detail)
	fillEach(root, "clients", c.Clients, d.client)
	fillEach(root, "resources", c.Resources, d.resource)
	c.Policy = d.policy(root.sub("policy"))
	for _, e := range root.items("waivers") {
		c.Waivers = append(c.Waivers, waiver(e))
	}
	for _, e := range root.items("examples") {
		c.Examples = append(c.Examples, d.example(e))
	}
}

func fillEach[T any](root item, field string, shells []*T, fill func(*T, item)) {
	for i, e := range root.items(field) {
		fill(shells[i], e)
	}
}

// An item is a part of the package with its name and its path in the contract.
type item struct {
	name, path string
	*node
}

// sub gives a field of a record as an item; its node is nil where it is not
// given.
func (n item) sub(field string) item {
	return item{field, join(n.path, field), n.field(field)}
}

// items gives the entries of a table, by name.
func (n item) items(table string) []item {
	return n.sub(table).entries()
}

func (n item) entries() []item {
	if n.node == nil {
		return nil
	}
	out := make([]item, 0, len(n.fields))
	for _, m := range n.fields {
		out = append(out, item{m.name, join(n.path, quoteLabel(m.name)), m.node})
	}
	return out
}

func join(path, label string) string {
	if path == "" {
		return label
	}
	return path + "." + label
}

// origin gives what every record knows of itself.
func origin(n item) Node {
	if n.node == nil {
		return Node{Path: n.path}
	}
	out := Node{Path: n.path, Origins: n.at, sum: n.sum}
	if n.shape.form == record {
		out.fields = make([]fieldPlace, 0, len(n.fields))
		for _, m := range n.fields {
			out.fields = append(out.fields, fieldPlace{m.name, m.node.first()})
		}
	}
	return out
}

func entry(n item) Entry {
	e := Entry{Node: origin(n), Description: n.str("description"), Labels: n.strMap("labels")}
	if o := n.field("owner"); o != nil {
		e.Owner = Owner{Team: o.str("team"), Contact: o.str("contact"), Description: o.str("description")}
	}
	return e
}

func lifecycle(n item) Lifecycle {
	return Lifecycle{
		Entry:      entry(n),
		Stage:      cmp.Or(n.str("stage"), "stable"),
		Semantics:  int(cmp.Or(n.int("semantics"), 1)),
		Deprecated: deprecation(n),
		Retired:    retirement(n),
	}
}

func deprecation(of item) *Deprecation {
	n := of.sub("deprecated")
	if n.node == nil {
		return nil
	}
	return &Deprecation{
		Node: origin(n), Description: n.str("description"),
		Since: n.str("since"), Sunset: n.str("sunset"), ReplacedBy: n.strs("replacedBy"), Reason: n.str("reason"),
	}
}

func retirement(of item) *Retirement {
	n := of.sub("retired")
	if n.node == nil {
		return nil
	}
	return &Retirement{
		Node: origin(n), Description: n.str("description"),
		Since: n.str("since"), ReplacedBy: n.strs("replacedBy"), Reason: n.str("reason"),
	}
}

func (d *decoder) treatment(n item) Treatment {
	return Treatment{
		Category: n.str("category"), Purposes: n.strs("purposes"), LegalBasis: n.str("legalBasis"),
		Logging: n.str("logging"), Retention: d.duration(n, "retention"), Visibility: n.str("visibility"), Regions: n.strs("regions"),
	}
}

// The accessors below give a field of a record, or the zero value where it is
// not given. They work on a nil record, which gives nothing.

func (n *node) str(field string) string {
	if f := n.field(field); f != nil {
		return f.text
	}
	return ""
}

func (n *node) int(field string) int64 {
	if f := n.field(field); f != nil {
		return f.number
	}
	return 0
}

func (n *node) bool(field string) bool {
	f := n.field(field)
	return f != nil && f.truth
}

func (n *node) flag(field string) Flag {
	switch f := n.field(field); {
	case f == nil:
		return Unstated
	case f.truth:
		return Yes
	}
	return No
}

func (n *node) strs(field string) []string {
	f := n.field(field)
	if f == nil {
		return nil
	}
	out := make([]string, 0, len(f.elems))
	for _, e := range f.elems {
		out = append(out, e.text)
	}
	return out
}

func (n *node) strMap(field string) map[string]string {
	f := n.field(field)
	if f == nil {
		return nil
	}
	out := make(map[string]string, len(f.fields))
	for _, m := range f.fields {
		out[m.name] = m.node.text
	}
	return out
}

// setOf gives a field that holds a set of values; nil where it is not given.
func (n *node) setOf(field string) *valueset.Set {
	f := n.field(field)
	if f == nil {
		return nil
	}
	return &f.set
}

func (d *decoder) duration(n item, field string) Duration {
	f := n.sub(field)
	if f.node == nil {
		return Duration{}
	}
	span, err := parseDuration(f.text)
	if err != nil {
		d.ps.add("wrong-value", f.first(), "%s: %v", field, err).Subject = f.path
	}
	return span
}

func (n *node) first() Range {
	if n == nil || len(n.at) == 0 {
		return Range{}
	}
	return n.at[0]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
