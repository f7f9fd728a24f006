package schema

// Policy is what the organisation wants beside the defaults of the rules.
type Policy struct {
	Entry
	Profiles   []string
	Rules      []*RulePolicy
	Lifetimes  map[string]Duration // by kind of token
	Sizes      map[string]int
	Notice     Notice
	Forbid     []*Forbidden
	Targets    []string
	Categories map[string]string // by claim
	Waivers    WaiverPolicy
}

// RulePolicy is what becomes of one rule.
type RulePolicy struct {
	Node
	Description string
	Rule        string
	Severity    string
	Reason      string
}

// Notice is how long before its sunset a deprecation is announced.
type Notice struct {
	Node
	Description  string
	First, Third Duration
}

// Forbidden is what must not be in which tokens.
type Forbidden struct {
	Node
	Description string
	Name        string
	Tokens      []*Token // empty: all
	Claims      []*Claim
	Categories  []string
	Party       string
	Reason      string
}

// WaiverPolicy is what a waiver needs.
type WaiverPolicy struct {
	Node
	Description string
	MaxAge      Duration
	Approvers   []string
	Ticket      bool
}

// Waiver accepts a finding for a while.
type Waiver struct {
	Entry
	Name          string
	Rule          string
	Subject       string
	Consumer      string
	Fingerprint   string
	Reason        string
	ApprovedBy    string
	Ticket        string
	Until         string // the last day, YYYY-MM-DD
	AcceptsBypass bool
}

// Example is a payload that the contract must accept or reject.
type Example struct {
	Entry
	Name      string
	Token     *Token
	Client    *Client
	Scopes    []string
	Grant     string
	Assurance []Level
	Header    string // JSON text
	Payload   string // JSON text
	Invalid   string // why it must be rejected; empty: accepted
}
