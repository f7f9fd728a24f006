// Package classify says which claims are personal data, and how much harm they
// can do.
//
// What the contract declares counts, then what its policy says, then the registry
// of claims with the names that issuers are known to use, then the words of the
// claim's name, then its values. A class keeps how it came about and how sure it
// is, so that a rule can decide what it acts on and a finding can say why.
package classify

import (
	"fmt"
	"strings"

	"tokenctl.dev/internal/valueset"
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
	ByName   Basis = "name"
	ByValue  Basis = "value"
	Unknown  Basis = "unknown"
)

// Confidence says how sure a class is. Rules that accuse act on Medium and High.
type Confidence int

// The confidences.
const (
	Low    Confidence = iota // a word that as often means something else
	Medium                   // a telling name, or values of a telling form
	High                     // said by the author or a standard, or name and type agree
)

func (c Confidence) String() string { return [...]string{"low", "medium", "high"}[c] }

// A Class is what is known of a claim's data.
type Class struct {
	Category   string // a fideslang key; empty if unknown
	Tier       Tier
	Basis      Basis
	Confidence Confidence
	Reason     string // what the basis saw: the phrase in the name, the form of the values
}

// String gives the category, and what it rests on where nobody said it.
func (c Class) String() string {
	if c.Basis == ByName || c.Basis == ByValue {
		return fmt.Sprintf("%s, by its %s", c.Category, c.Basis)
	}
	return c.Category
}

func class(category string, basis Basis, confidence Confidence, reason string) Class {
	tier, ok := TierOf(category)
	if !ok {
		tier = Personal // a category of the organisation's own: data about people
	}
	return Class{category, tier, basis, confidence, reason}
}

// Of classifies a claim of the contract.
func Of(c *schema.Contract, claim *schema.Claim) Class {
	if claim.Category != "" {
		return class(claim.Category, Declared, High, "")
	}
	if category := byPolicy(c.Policy.Categories, claim.Name); category != "" {
		return class(category, ByPolicy, High, "")
	}
	known := exact(c, claim)
	if known.Basis != Unknown && !strings.HasPrefix(known.Category, "user.unique_id") {
		if within := ofMembers(claim); within.Tier > known.Tier && within.Confidence != Low {
			return within // groups that list their members
		}
		return fitting(known, claim.Value)
	}
	// An identifier may be made of data that identifies: a sub that is an e-mail
	// address is one (NIST SP 800-63C-4, 3.4.2).
	found := worse(worse(inferred(claim.Name, claim.Format, claim.Value), bySource(claim)), ofMembers(claim))
	if known.Basis != Unknown && (found.Tier < Direct || found.Confidence == Low) {
		return known
	}
	return found
}

// byPolicy gives the category that the policy states for a name. An exact name
// wins over a final *, the longer beginning over the shorter.
func byPolicy(categories map[string]string, name string) string {
	if category := categories[name]; category != "" {
		return category
	}
	best, category := -1, ""
	for pattern, c := range categories {
		if prefix, ok := strings.CutSuffix(pattern, "*"); ok && strings.HasPrefix(name, prefix) && len(prefix) > best {
			best, category = len(prefix), c
		}
	}
	return category
}

// exact gives the class of names that are known to the letter: those of issuers,
// and the registry's.
func exact(c *schema.Contract, claim *schema.Claim) Class {
	for _, v := range vendors()[claim.Name] {
		product, only := strings.CutPrefix(v.whose, "=")
		switch {
		case only && (c.Issuer == nil || c.Issuer.Product != product):
		case v.category == "-":
			return Class{Basis: Unknown}
		default:
			return class(v.category, Registry, High, v.whose)
		}
	}
	if claim.Registered != nil {
		return class(claim.Registered.Category, Registry, High, claim.Registered.Source)
	}
	return Class{Basis: Unknown}
}

// fitting gives the class unless the values cannot hold such data.
func fitting(c Class, values valueset.Set) Class {
	if c.Tier > Technical && !compatible(c.Category, values) {
		return class("system", c.Basis, c.Confidence, c.Reason)
	}
	return c
}

// inferred puts together what the name and the values tell. A name that says it
// is not a person's outweighs the form of the values.
func inferred(name, format string, values valueset.Set) Class {
	n := byName(name)
	if n.Basis != Unknown {
		n = fitting(n, values)
	}
	if n.Category == "system" {
		return n
	}
	v := byValue(format, values)
	switch {
	case v.Basis != Unknown && (n.Tier < v.Tier || n.Confidence == Low):
		return v
	case n.Basis != Unknown && n.Confidence == Medium && isTyped(values):
		n.Confidence = High
	}
	return n
}

// bySource classifies by what the source calls the value, if the issuer puts it
// out as it is.
func bySource(claim *schema.Claim) Class {
	if claim.Source == nil || claim.Source.Attribute == "" || claim.Source.Transform != "" {
		return Class{Basis: Unknown}
	}
	c := fitting(byName(claim.Source.Attribute), claim.Value)
	c.Reason = "source attribute " + claim.Source.Attribute
	return c
}

// worse gives the class that can do more harm. One that rests on a doubtful word
// does not outweigh one that is sure.
func worse(a, b Class) Class {
	switch {
	case b.Basis == Unknown || a.Basis != Unknown && b.Confidence == Low && a.Confidence > Low:
		return a
	case a.Basis == Unknown || b.Tier > a.Tier || a.Confidence == Low && b.Confidence > Low:
		return b
	}
	return a
}
