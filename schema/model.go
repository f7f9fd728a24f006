package schema

import (
	"slices"
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
