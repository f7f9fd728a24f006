package schema

import "tokenctl.dev/internal/valueset"

// Consumer is a reader of tokens: what clients and resources have in common.
type Consumer struct {
	Lifecycle
	Name        string
	Party       string // first, third, or empty: not declared
	Agreement   string
	Regions     []string
	Environment string
	ReviewBy    string
	Strict      Flag
	Accepts     []*Accept // those stated, else one for each token it reads
	Reads       []*Read
}

// Client is an OAuth client.
type Client struct {
	Consumer
	Many                 bool
	Type                 string
	Platform             string
	Grants               []string
	ResponseTypes        []string
	AuthMethod           string
	PKCE, PAR            Flag
	Scopes               []*ClientScope
	AuthorizationDetails []*DetailType
	SubjectType          string
	Sector               string
	ConsentSkipped       bool
	Assurance            []Level
	Tokens               []*ClientToken
	Releases             []*Placement
	Requests             []*Request
	Resources            []*Resource
	Exchanges            []*Exchange
	Logout               *Logout
}

// ClientScope is a scope that a client may be granted.
type ClientScope struct {
	Entry
	Name   string // as the client names it: may be an instance of a template
	Scope  *Scope
	Always bool
	Params []Param
}

// ClientToken is how one client's tokens differ from their profile.
type ClientToken struct {
	Entry
	Token            *Token
	Format           string // empty: that of the profile
	Lifetime         Duration
	Header           *valueset.Set
	Encryption       *Encryption
	SenderConstraint []string
	CarriedIn        string
}

// Request is a claim that a client requests with the claims parameter.
type Request struct {
	Node
	Description string
	Token       *Token
	Claim       *Claim
	Essential   bool
}

// Exchange is what a client may exchange a token for.
type Exchange struct {
	Node
	Description string
	Token       *Token
	Into        []*Token
	Delegation  bool
}

// Logout is how a client learns that the user has logged out.
type Logout struct {
	Node
	Description                                string
	BackChannel, FrontChannel, SessionRequired bool
}

// Resource reads tokens that were issued to others.
type Resource struct {
	Consumer
	Kind             string
	Product          string
	Audience         []string
	Behind           *Resource
	Releases         []*Placement
	Assurance        []Level
	MaxAuthAge       Duration
	SenderConstraint []string
	TenantClaim      *Claim
	BearerMethods    []string
	StripsHeaders    bool
	LogsTokens       bool
	Limits           *Limits
}

// Limits are the bytes that a resource lets through; 0 where not stated.
type Limits struct {
	Node
	Description                  string
	Header, Headers, Cookie, URL int
}

// Accept is what a consumer checks of a token.
type Accept struct {
	Entry
	Token     *Token
	Implied   bool // it reads the token and does not say what it accepts
	Validates []string
	Header    *valueset.Set
	Issuers   []string
	Leeway    Duration
	Cache     *Cache
}

// Cache is how long a consumer reuses what it fetched.
type Cache struct {
	Node
	Description         string
	JWKS, Introspection Duration
}

// The uses of a claim.
const (
	UseIdentity = "identity"
	UseMatch    = "match"
	UseLimit    = "limit"
	UseTruthy   = "truthy"
	UseRoute    = "route"
	UseData     = "data"
	UseDisplay  = "display"
	UseAudit    = "audit"
)

// What happens without the claim.
const (
	MissingFail   = "fail"
	MissingDeny   = "deny"
	MissingAllow  = "allow"
	MissingIgnore = "ignore"
)

// Read is what a consumer does with a claim, or with a member of one.
type Read struct {
	Entry
	Token      *Token
	Claim      *Claim
	Name       string // of the claim or member, as the consumer names it
	Use        string // empty where only triggers are given
	AllowIf    *valueset.Set
	AllowIfAll *valueset.Set
	DenyIf     *valueset.Set
	Expects    *valueset.Set
	OnMissing  string // by use where not stated; empty for a limit that does not say
	Members    []*Read
	Purposes   []string
	Logs       string
	Stores     Duration
	Header     string
}

// Decides says whether the reading takes part in a decision on access.
func (r *Read) Decides() bool {
	if r.AllowIf != nil || r.AllowIfAll != nil || r.DenyIf != nil {
		return true
	}
	return r.Use == UseMatch || r.Use == UseLimit || r.Use == UseTruthy
}
