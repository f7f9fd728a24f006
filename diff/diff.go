// Package diff says what changed between two revisions of a token contract, and
// what that means for each consumer.
//
// It works in two steps. Compare finds facts: it knows no severity and no
// consumer. Judge looks at one change and one consumer and gives a verdict, from
// what the consumer declares and what issuance says it meets. So "removed, but
// nobody reads it" is no rule of its own.
package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// A Kind is one kind of change. It is a constant in all but name.
type Kind struct {
	// ID is the kind's name, in kebab case: claim-removed.
	ID string
	// Object, Aspect and Action are its coordinates: what changed, in what
	// respect, in which direction.
	Object, Aspect, Action string
	// Summary says in one line what happened.
	Summary string
	// Why says for whom it matters.
	Why string
	// Swallows are kinds that this one explains: the same edit seen from elsewhere.
	Swallows []string
	// Mirror is the kind of the same change undone: its own ID where that is the
	// same kind.
	Mirror string
	// Order says who must move first: issuer, consumers, or both in turn.
	Order string
	Since string
}

// A Change is one difference between two revisions.
type Change struct {
	Kind    *Kind
	Subject string       // a path in the contract
	At      schema.Range // in the new revision: itself, or the nearest thing left
	Was     schema.Range // in the old one
	// Old and New are canonical values, in CUE or JSON; empty where there is none.
	Old, New string
	Message  string

	places   []place  // claims in tokens that it is about
	relation relation // of the sets of values, for changes of values
	consumer string   // the path of the only consumer that it can concern
	tokens   []string // whose every reader it concerns
	field    string   // of an unclassified change
}

// A place is a claim in a token, by their names in both revisions.
type place struct{ token, claim string }

// A relation is how two sets of values stand to one another.
type relation struct {
	old, new valueset.Set
	valueset.Relation
}

// Compare gives every difference between two revisions of a contract, in the
// order of their places. Equal contracts have none; what only describes
// (descriptions, owners, labels) is none.
func Compare(old, new *schema.Contract) []Change {
	c := &comparer{old: old, new: new}
	c.contract()
	c.claims()
	c.tokens()
	c.scopes()
	c.clients()
	c.resources()
	c.others()
	slices.SortStableFunc(c.changes, func(a, b Change) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Kind.ID, b.Kind.ID), strings.Compare(a.Subject, b.Subject))
	})
	return c.changes
}

type comparer struct {
	old, new *schema.Contract
	changes  []Change

	oldPlaced, newPlaced map[string][]*schema.Placement // what is in any token, by claim
}

// add records a change. What was removed has its place at the nearest thing that
// is left.
func (c *comparer) add(k *Kind, subject, format string, args ...any) *Change {
	c.changes = append(c.changes, Change{Kind: k, Subject: subject, Message: fmt.Sprintf(format, args...)})
	return &c.changes[len(c.changes)-1]
}

// between sets the places of what is in both revisions.
func (ch *Change) between(old, new schema.Range) *Change {
	ch.Was, ch.At = old, new
	return ch
}

// values sets the canonical old and new value.
func (ch *Change) values(old, new string) *Change {
	ch.Old, ch.New = old, new
	return ch
}

func (ch *Change) about(places ...place) *Change {
	ch.places = append(ch.places, places...)
	return ch
}

// A pair is one thing in both revisions; one side is nil where it is only in the
// other.
type pair[T any] struct{ old, new *T }

// pairs joins two lists by name, in the order of the names.
func pairs[T any](old, new []*T, name func(*T) string) []pair[T] {
	byName := map[string]pair[T]{}
	for _, o := range old {
		byName[name(o)] = pair[T]{old: o}
	}
	for _, n := range new {
		p := byName[name(n)]
		p.new = n
		byName[name(n)] = p
	}
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make([]pair[T], 0, len(names))
	for _, name := range names {
		out = append(out, byName[name])
	}
	return out
}

// left is the nearest thing in the new revision that a removed one belonged to.
func (c *comparer) left(n *schema.Node) schema.Range {
	if n != nil && n.At().File != "" {
		return n.At()
	}
	return c.new.FieldAt("name")
}

// leftOf is the table that a removed entry was in, where that is left.
func (c *comparer) leftOf(table string) schema.Range {
	if c.new.States(table) {
		return c.new.FieldAt(table)
	}
	return c.left(nil)
}

// severity is how bad a verdict is.
func severity(v report.Verdict, third bool) report.Severity {
	switch v {
	case report.Breaks, report.BreaksOpen:
		return report.Error
	case report.Exposes:
		if third {
			return report.Error
		}
		return report.Warning
	case report.MayBreak:
		return report.Warning
	}
	return report.Note
}
