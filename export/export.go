// Package export turns contracts into the configuration of issuers, gateways and
// tools, and says what those cannot express.
//
// A target is a Target: its name, what it can express, and a function. Nothing in
// it writes files or prints: Run gives bytes and losses, and whoever called it
// decides what becomes of them. The safe direction is to say more losses than there
// are; a check that compares a target with the contract then allows for exactly
// these.
package export

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// A Target is a format that contracts are exported to.
type Target struct {
	Name    string // as in tokenctl export NAME
	Title   string
	Summary string // what the files are, and what is done with them
	// Capabilities are what a contract can say and how the target says it.
	Capabilities []Capability
	Export       func(*issuance.Issuance) (*Result, error)
}

// Support is how well a target expresses something.
type Support string

// How well a target expresses something.
const (
	Full Support = "yes"
	Part Support = "in part"
	None Support = "no"
)

// A Capability is something that contracts say, and how a target expresses it.
type Capability struct {
	ID      string // what losses name: value-constraints
	What    string // in words of the language
	Support Support
	How     string
}

// Result is an exported contract.
type Result struct {
	Files  map[string][]byte // by path below the directory they are written to
	Losses []Loss
}

// A Loss is something that the contract says and the target does not express.
type Loss struct {
	Capability string
	Subject    string // a path in the contract: tokens.id_token.claims.nbf
	At         schema.Range
	Message    string
	// Effects are the claims that therefore differ from the contract.
	Effects []Effect
}

// An Effect is a claim that differs from the contract in a token.
type Effect struct {
	Client string // empty: every client
	Token  string
	Claim  string // *: any, and the token as a whole
	Change Change
}

// Change is how a claim differs.
type Change string

// How a claim differs from the contract. Later ones allow for more.
const (
	Missing Change = "missing" // it is not there, or not always
	Extra   Change = "extra"   // it is there, or more often
	Value   Change = "value"   // it has another value
)

// A Refusal is why a contract cannot be exported to a target at all. Nothing is
// written then.
type Refusal struct {
	Target   string
	Problems []schema.Problem
}

func (r *Refusal) Error() string {
	p := r.Problems[0]
	return fmt.Sprintf("%s: %s", p.At, p.Message)
}

// Run exports a contract. Losses are sorted by place; those that say the same are
// one.
func (t *Target) Run(is *issuance.Issuance) (*Result, error) {
	r, err := t.Export(is)
	if err != nil {
		return nil, err
	}
	if len(r.Files) == 0 {
		return nil, fmt.Errorf("target %s gives no file", t.Name)
	}
	for name := range r.Files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("target %s gives a file outside of its directory: %s", t.Name, name)
		}
	}
	for _, l := range r.Losses {
		c, ok := t.capability(l.Capability)
		if !ok || c.Support == Full {
			return nil, fmt.Errorf("target %s loses %q, which it does not declare", t.Name, l.Capability)
		}
	}
	r.Losses = Merged(r.Losses)
	return r, nil
}

// Merged sorts losses by place and joins those that say the same.
func Merged(losses []Loss) []Loss {
	slices.SortStableFunc(losses, compareLosses)
	var out []Loss
	for _, l := range losses {
		if n := len(out); n == 0 || compareLosses(out[n-1], l) != 0 {
			l.Effects = slices.Clone(l.Effects)
			out = append(out, l)
			continue
		}
		last := &out[len(out)-1]
		for _, e := range l.Effects {
			if !slices.Contains(last.Effects, e) {
				last.Effects = append(last.Effects, e)
			}
		}
	}
	return out
}

func (t *Target) capability(id string) (Capability, bool) {
	i := slices.IndexFunc(t.Capabilities, func(c Capability) bool { return c.ID == id })
	if i < 0 {
		return Capability{}, false
	}
	return t.Capabilities[i], true
}

func compareLosses(a, b Loss) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Capability, b.Capability),
		strings.Compare(a.Subject, b.Subject), strings.Compare(a.Message, b.Message))
}

// Allows says whether some loss declares this effect.
func Allows(losses []Loss, client, token, claim string, change Change) bool {
	for _, l := range losses {
		for _, e := range l.Effects {
			if e.Token == token && (e.Claim == claim || e.Claim == "*") && e.Change == change && (e.Client == "" || e.Client == client) {
				return true
			}
		}
	}
	return false
}
