package schema

import "tokenctl.dev/internal/valueset"

// The kinds of tokens, and of responses that carry claims.
const (
	KindID            = "id"
	KindAccess        = "access"
	KindRefresh       = "refresh"
	KindUserinfo      = "userinfo"
	KindIntrospection = "introspection"
	KindResponse      = "response"
	KindLogout        = "logout"
	KindEvent         = "event"
	KindWorkload      = "workload"
	KindEmbedded      = "embedded"
)

// The formats of tokens: who can read them.
const (
	FormatJWT     = "jwt"
	FormatOpaque  = "opaque"
	FormatPhantom = "phantom"
	FormatSplit   = "split"
	FormatWrapper = "wrapper"
	FormatJSON    = "json"
)

// Token is a token profile, or a response that carries claims.
type Token struct {
	Lifecycle
	Name             string
	Kind             string
	Profile          string
	Format           string
	Header           *valueset.Set
	Encoded          *valueset.Set
	Encryption       *Encryption
	SenderConstraint []string
	Claims           []*Placement // also those that the kind brings
	Requestable      []*Placement
	Outer            []*Placement
	Mirrors          *Token
	Of               []*Token
	Requires         []*Scope
	Grants           []string // empty: any that the kind allows
	Lifetime         Duration
	MinLifetime      Duration
	MaxLifetime      Duration
	IdleLifetime     Duration
	Rotation         Flag
	ReuseDetection   Flag
	MaxBytes         int // 0: none promised
	ReadersComplete  bool
}

// Encryption names the algorithms of an encrypted token.
type Encryption struct {
	Entry
	Alg, Enc []string
}

// Grantable is what scopes and authorization details have in common.
type Grantable struct {
	Lifecycle
	Name        string
	Consent     bool
	Sensitive   bool
	Resources   []*Resource
	Releases    []*Placement
	Party       string
	Assurance   []Level
	Grants      []string // empty: any
	MaxLifetime Duration
}

// Scope is a scope, or a family of scopes whose name holds {parameters}.
type Scope struct {
	Grantable
	Params    []Param
	Requires  []*Scope
	Implies   []*Scope
	Conflicts []*Scope
	Published bool
	Reported  bool

	template template
}

// Param is a parameter in a scope's name and the set of its values.
type Param struct {
	Name  string
	Value valueset.Set
}

// DetailType is a type of authorization_details.
type DetailType struct {
	Grantable
	Value *valueset.Set
}
