package schema

import (
	"iter"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

// Node is what every record of a contract knows of itself.
type Node struct {
	// Path is the record's path in the contract, as CUE writes it:
	// tokens.access_token.claims.email. Entries that a pattern stands for have
	// the path of the pattern.
	Path string
	// Origins are the places where the author wrote it, first the one to show.
	// What the schema brings has the place that brings it.
	Origins []Range

	fields []fieldPlace
	sum    uint64
}

type fieldPlace struct {
	name string
	at   Range
}

// At is the place to show; the zero Range where there is none.
func (n *Node) At() Range {
	if len(n.Origins) == 0 {
		return Range{}
	}
	return n.Origins[0]
}

// FieldAt is the place of one of the record's own fields, as the schema calls
// it, or of the record where the field is not given.
func (n *Node) FieldAt(name string) Range {
	for _, f := range n.fields {
		if f.name == name {
			return f.at
		}
	}
	return n.At()
}

// Fields gives the names of the fields that the author gives, as the schema calls
// them.
func (n *Node) Fields() []string {
	out := make([]string, 0, len(n.fields))
	for _, f := range n.fields {
		out = append(out, f.name)
	}
	return out
}

// States says whether the author gives the field, rather than a default.
func (n *Node) States(name string) bool {
	return slices.ContainsFunc(n.fields, func(f fieldPlace) bool { return f.name == name })
}

// Same says whether the author states the same in both records, whatever the
// order and the idioms: values are compared, not text. What the records refer to
// may differ. False says nothing: sets of values may be equal all the same.
func (n *Node) Same(m *Node) bool { return n.sum == m.sum }

// Contract is one issuer's tokens: what they contain, who gets them, who reads
// them. It is made by Load and not changed afterwards. Slices are sorted by name
// and names are resolved: what one record says of another is a pointer to it.
// Defaults are filled in; Node.States tells what the author gave.
type Contract struct {
	Entry
	Language             int
	Name                 string
	Version              string
	Issuer               *Issuer // nil in a base
	Assurance            []*Scale
	Claims               []*Claim // also those that are used and come from the registry
	Tokens               []*Token
	Scopes               []*Scope
	AuthorizationDetails []*DetailType
	Clients              []*Client
	Resources            []*Resource
	Sources              []*Source
	Policy               Policy
	Waivers              []*Waiver
	Examples             []*Example

	// Spec is how its user named it, Files what was read, by display name.
	Spec  string
	Files []string
}

// Entry is what every record has.
type Entry struct {
	Node
	Description string
	Owner       Owner
	Labels      map[string]string
}

// Owner is who answers for a record.
type Owner struct{ Team, Contact, Description string }

// Lifecycle is the life of what has a name.
type Lifecycle struct {
	Entry
	Stage      string // experimental, beta or stable
	Semantics  int
	Deprecated *Deprecation
	Retired    *Retirement
}

// Deprecation says that something is going away.
type Deprecation struct {
	Node
	Description   string
	Since, Sunset string // dates, YYYY-MM-DD; may be empty
	ReplacedBy    []string
	Reason        string
}

// Retirement says that something is gone.
type Retirement struct {
	Node
	Description string
	Since       string
	ReplacedBy  []string
	Reason      string
}

// Treatment is how data is to be handled.
type Treatment struct {
	Category   string
	Purposes   []string
	LegalBasis string
	Logging    string
	Retention  Duration
	Visibility string
	Regions    []string
}

// Issuer is the authorization server.
type Issuer struct {
	Entry
	URL           string
	Alternatives  []*Alternative
	Product       string
	Namespaces    []string
	UnknownScopes string
	Keys          *Keys
}

// Alternative is a further issuer identifier.
type Alternative struct {
	Node
	Description string
	URL         string
	Until       string
}

// Keys is how signing keys are published and rolled over.
type Keys struct {
	Node
	Description               string
	JWKSURI                   string
	MaxAge, Overlap, Lifetime Duration
}

// Scale orders levels of assurance, weakest first.
type Scale struct {
	Entry
	Name   string
	Levels []string
	Claim  *Claim
}

// Level is a level on a scale and at the same time "at least that level".
type Level struct {
	Scale *Scale
	Rank  int // 0 is the weakest
}

func (l Level) String() string { return l.Scale.Name + ": " + l.Scale.Levels[l.Rank] }

// Presence says whether a claim is there.
type Presence string

// The presences, from most to least.
const (
	Always    Presence = "always"
	Sometimes Presence = "sometimes"
	Never     Presence = "never"
)

// Claim is one claim: its values, what they mean, how to treat them.
type Claim struct {
	Lifecycle
	Treatment
	Name         string // a final * makes it a family
	Registered   *Registered
	Declared     bool // has an entry of its own
	Value        valueset.Set
	Presence     Presence
	Format       string
	Values       []*Value
	Ranking      []string // JSON texts, weakest first
	Extensible   bool
	Ordered      bool
	Separator    string
	Members      []*Member
	Embeds       *Token
	AbsentMeans  string // JSON text
	Overage      *Overage
	Stability    string
	Reassignable Flag
	Unique       string
	MaxStaleness Duration
	Source       *Origin
}

// Member is a member of an object-valued claim.
type Member struct {
	Entry
	Treatment
	Name      string
	Format    string
	Values    []*Value
	Members   []*Member
	Stability string
	Source    *Origin
}

// Value is what is known of one value.
type Value struct {
	Lifecycle
	Name                    string // the value's text
	Privileged, Restricting bool
}

// Is says whether a JSON value is the one that this is known of.
func (v *Value) Is(json valueset.JSON) bool {
	return json == valueset.Text(v.Name) || string(json) == v.Name
}

// Overage is what happens when a list outgrows the issuer's limit.
type Overage struct {
	Node
	Description string
	Above       int
	Behaviour   string
	Instead     []*Claim
}

// Origin is where the value of a claim comes from.
type Origin struct {
	Entry
	From      *Source
	Attribute string
	Trust     string // that of the source where it says none itself
	Transform string
	Default   string // JSON text
	AsOf      string
	Cache     Duration
}

// Source is where values come from.
type Source struct {
	Entry
	Name      string
	Kind      string
	Trust     string
	OnFailure string
	Regions   []string
}

// Placement is a claim in a token.
type Placement struct {
	Entry
	Token      *Token
	Claim      *Claim
	Implied    bool     // the kind of the token brings it
	Presence   Presence // by placement, when or claim
	When       string
	Grants     []string // empty: any
	Assurance  []Level
	Value      *valueset.Set // narrows the claim's; nil: does not
	Deprecated *Deprecation
}

// Values is the set of values that the claim has in this placement.
func (p *Placement) Values() valueset.Set {
	if p.Value == nil {
		return p.Claim.Value
	}
	return p.Claim.Value.Intersect(*p.Value)
}

// Flag is true, false, or not stated.
type Flag int8

// The values of a Flag.
const (
	Unstated Flag = iota
	No
	Yes
)

// Or gives the flag, or the default where it is not stated.
func (f Flag) Or(otherwise bool) bool {
	if f == Unstated {
		return otherwise
	}
	return f == Yes
}

// Claim gives the claim of that name, or nil. A name that has no claim of its
// own may belong to a family.
func (c *Contract) Claim(name string) *Claim {
	if i, ok := find(c.Claims, name); ok {
		return c.Claims[i]
	}
	return familyOf(c.Claims, name)
}

// familyOf gives the family that a name belongs to: the one with the longest
// beginning.
func familyOf(claims []*Claim, name string) *Claim {
	var best *Claim
	for _, f := range claims {
		prefix, ok := family(f.Name)
		if ok && strings.HasPrefix(name, prefix) && (best == nil || len(f.Name) > len(best.Name)) {
			best = f
		}
	}
	return best
}

// Token gives the token profile of that name, or nil.
func (c *Contract) Token(name string) *Token { return get(c.Tokens, name) }

// Scope gives the scope of that name, or nil.
func (c *Contract) Scope(name string) *Scope { return get(c.Scopes, name) }

// Client gives the client of that name, or nil.
func (c *Contract) Client(name string) *Client { return get(c.Clients, name) }

// Resource gives the resource of that name, or nil.
func (c *Contract) Resource(name string) *Resource { return get(c.Resources, name) }

type named interface{ named() string }

func (s *Scale) named() string      { return s.Name }
func (c *Claim) named() string      { return c.Name }
func (t *Token) named() string      { return t.Name }
func (s *Scope) named() string      { return s.Name }
func (d *DetailType) named() string { return d.Name }
func (c *Client) named() string     { return c.Name }
func (r *Resource) named() string   { return r.Name }
func (s *Source) named() string     { return s.Name }

// String gives the name, as reports write it.

func (s *Scale) String() string       { return s.Name }
func (c *Claim) String() string       { return c.Name }
func (v *Value) String() string       { return v.Name }
func (m *Member) String() string      { return m.Name }
func (t *Token) String() string       { return t.Name }
func (g *Grantable) String() string   { return g.Name }
func (c *Consumer) String() string    { return c.Name }
func (s *Source) String() string      { return s.Name }
func (s *ClientScope) String() string { return s.Name }

func find[T named](sorted []T, name string) (int, bool) {
	return slices.BinarySearchFunc(sorted, name, func(x T, name string) int { return strings.Compare(x.named(), name) })
}

func get[T named](sorted []T, name string) T {
	if i, ok := find(sorted, name); ok {
		return sorted[i]
	}
	var none T
	return none
}

// family gives what a name with a final * begins with.
func family(name string) (prefix string, ok bool) {
	return strings.CutSuffix(name, "*")
}

// Placements gives every placement of the contract: of tokens, scopes,
// authorization details, clients and resources.
func (c *Contract) Placements() iter.Seq[*Placement] {
	return func(yield func(*Placement) bool) {
		all := func(ps []*Placement) bool {
			for _, p := range ps {
				if !yield(p) {
					return false
				}
			}
			return true
		}
		for _, t := range c.Tokens {
			if !all(t.Claims) || !all(t.Requestable) || !all(t.Outer) {
				return
			}
		}
		for _, s := range c.Scopes {
			if !all(s.Releases) {
				return
			}
		}
		for _, d := range c.AuthorizationDetails {
			if !all(d.Releases) {
				return
			}
		}
		for _, cl := range c.Clients {
			if !all(cl.Releases) {
				return
			}
		}
		for _, r := range c.Resources {
			if !all(r.Releases) {
				return
			}
		}
	}
}

// Consumers gives the clients and then the resources, as readers of tokens.
func (c *Contract) Consumers() iter.Seq[*Consumer] {
	return func(yield func(*Consumer) bool) {
		for _, cl := range c.Clients {
			if !yield(&cl.Consumer) {
				return
			}
		}
		for _, r := range c.Resources {
			if !yield(&r.Consumer) {
				return
			}
		}
	}
}
