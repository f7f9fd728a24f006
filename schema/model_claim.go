package schema

import "tokenctl.dev/internal/valueset"

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
