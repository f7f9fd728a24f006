// Package classify says which claims are personal data, and how much harm they
// can do.
//
// What the contract declares counts, then what its policy says, then the registry
// of claims, then the claim's name. A class keeps how it came about, so that a
// finding can say why.
package classify

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"tokenctl.dev/schema"
)

// Tier says how much harm a kind of data can do; higher is more.
type Tier int

// The tiers.
const (
	Technical    Tier = iota // configuration and protocol
	Pseudonymous             // stable identifiers, memberships
	Personal                 // preferences, coarse facts
	Direct                   // identifies or reaches a person
	Sensitive                // theft, fraud or tracking
	Special                  // GDPR, Articles 9 and 10; children
	Secret                   // credentials
)

func (t Tier) String() string {
	return [...]string{"technical", "pseudonymous", "personal", "direct", "sensitive", "special", "secret"}[t]
}

// Basis says where a class comes from.
type Basis string

// The bases, the strongest first.
const (
	Declared Basis = "declared"
	ByPolicy Basis = "policy"
	Registry Basis = "registry"
	Unknown  Basis = "unknown"
)

// A Class is what is known of a claim's data.
type Class struct {
	Category string // a fideslang key; empty if unknown
	Tier     Tier
	Basis    Basis
}

//go:embed tiers.tsv
var tiersTSV string

var tiers = sync.OnceValue(func() map[string]Tier {
	out := map[string]Tier{}
	for line := range strings.Lines(tiersTSV) {
		key, tier, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if n, err := strconv.Atoi(tier); ok && err == nil && !strings.HasPrefix(line, "#") {
			out[key] = Tier(n)
		}
	}
	return out
})

// TierOf gives the tier of a category: that of the longest key it begins with.
// Not ok means that the category is none of fideslang's.
func TierOf(category string) (Tier, bool) {
	for key := category; key != ""; {
		if t, ok := tiers()[key]; ok {
			return t, true
		}
		i := strings.LastIndexByte(key, '.')
		if i < 0 {
			break
		}
		key = key[:i]
	}
	return Technical, false
}

// Of classifies a claim of the contract.
func Of(c *schema.Contract, claim *schema.Claim) Class {
	if claim.Category != "" {
		return class(claim.Category, Declared)
	}
	if category := c.Policy.Categories[claim.Name]; category != "" {
		return class(category, ByPolicy)
	}
	if claim.Registered != nil {
		return class(claim.Registered.Category, Registry)
	}
	return Class{Basis: Unknown}
}

func class(category string, basis Basis) Class {
	tier, ok := TierOf(category)
	if !ok {
		tier = Personal // a category of the organisation's own: data about people
	}
	return Class{Category: category, Tier: tier, Basis: basis}
}
