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
	// Old and New are values in CUE, JSON or words, for people: long sets are cut.
	// They are empty where there is none.
	Old, New string
	// Exact are the same values in full, where they are sets. The fingerprint is of
	// these: whoever accepts a change accepts no other that begins alike.
	Exact   [2]string
	Message string
	Hint    string

	// What Judge goes by.
	places     []place   // claims in tokens that it is about
	everywhere bool      // any claim in any token may come or go by it
	gives      bool      // it opens ways and shuts none: nobody loses all callers by it
	tokens     []string  // whose every reader it concerns
	resources  []string  // that tokens reach, or do not reach, because of it
	consumer   string    // the path of the only consumer that it can concern, and those behind it
	client     string    // the only client whose tokens change
	scope      string    // that it is about
	field      string    // of an unclassified change
	relation   *relation // of the sets, for changes of values and headers
	lifetimes  [2]schema.Duration
}

// A place is a claim in a token, by their names in both revisions.
type place struct{ token, claim string }

// Compare gives every difference between two revisions of a contract, in the
// order of their places. Equal contracts have none; what only describes
// (descriptions, owners, labels, examples) is none.
func Compare(old, new *schema.Contract) []Change {
	c := &comparer{
		old: old, new: new, oldIn: releasesOf(old), newIn: releasesOf(new),
		oldRecords: recordsOf(old), newRecords: recordsOf(new),
	}
	c.contract()
	c.issuer()
	c.claims()
	c.releases()
	c.promises()
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
	old, new               *schema.Contract
	oldIn, newIn           releases                // what is in tokens, by claim
	oldRecords, newRecords map[string]*schema.Node // tokens, scopes and so on, by path
	changes                []Change
}

// recordsOf gives what can carry releases, by its path. A tombstone carries none.
func recordsOf(c *schema.Contract) map[string]*schema.Node {
	out := map[string]*schema.Node{}
	for _, t := range c.Tokens {
		out[t.Path] = &t.Node
	}
	for _, s := range c.Scopes {
		if s.Retired == nil {
			out[s.Path] = &s.Node
		}
	}
	for _, d := range c.AuthorizationDetails {
		out[d.Path] = &d.Node
	}
	for consumer := range c.Consumers() {
		out[consumer.Path] = &consumer.Node
	}
	return out
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

// sets sets the old and new value where they are sets of values; nil is none.
func (ch *Change) sets(old, new *valueset.Set) *Change {
	for i, s := range []*valueset.Set{old, new} {
		if s != nil {
			*[]*string{&ch.Old, &ch.New}[i], ch.Exact[i] = s.String(), s.Key()
		}
	}
	return ch
}

func (ch *Change) about(places ...place) *Change {
	ch.places = append(ch.places, places...)
	return ch
}

// anywhere says that any claim in any token may come or go by the change.
func (ch *Change) anywhere() *Change {
	ch.everywhere = true
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

// leftOfRecord is what is left of the record at a path, or of one above it.
func (c *comparer) leftOfRecord(path string) schema.Range {
	for record, n := range c.newRecords {
		if path == record || strings.HasPrefix(path, record+".") {
			return n.At()
		}
	}
	table, _, _ := strings.Cut(path, ".")
	return c.leftOf(table)
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
