package diff

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A ruleShape is one shape of rule. Its Rego is proof/opa/policies/<ID>.rego.
type ruleShape struct {
	ID, Words string
	claim     string
	list      bool   // it looks at the elements of a list
	value     string // the values of the claim, or of its elements, in CUE
	reading   string // what the consumer declares, but for onMissing
	onMissing string // what it declares of that; empty: the default of the language
	otherwise string // what one may declare who says no more than the rule does; empty: nothing else
	key       string // the value that is renamed, as JSON
	callers   []caller
}

// A caller is somebody with a token, and what is asked for.
type caller struct {
	Right   bool            `json:"right"` // the rule is there to let this caller in
	Request json.RawMessage `json:"request"`
	value   string          // of the claim, before
}

func right(value string) caller { return caller{true, json.RawMessage(`{}`), value} }
func wrong(value string) caller { return caller{false, json.RawMessage(`{}`), value} }

func (c caller) asking(request string) caller {
	c.Request = json.RawMessage(request)
	return c
}

var (
	roles     = `"reader" | "admin" | "not-administrator"`
	withRoles = []caller{right(`["admin"]`), right(`["reader","admin"]`), wrong(`["reader"]`), wrong(`["not-administrator"]`)}
	status    = `"active" | "suspended"`
	ofStatus  = []caller{right(`"active"`), wrong(`"suspended"`)}
	amount    = []caller{right(`100`).asking(`{"amount":50}`), wrong(`10`).asking(`{"amount":50}`)}
	owners    = []caller{right(`"alice"`).asking(`{"owner":"alice"}`), wrong(`"bob"`).asking(`{"owner":"alice"}`)}
)

var ruleShapes = []ruleShape{
	{ID: "p1", Words: `allow if "admin" in roles`, claim: "roles", list: true, value: roles, reading: `#allowIf: "admin"`, key: `"admin"`, callers: withRoles},
	{ID: "p2", Words: `allow if role == "admin"`, claim: "role", value: `"reader" | "admin"`, reading: `#allowIf: "admin"`, key: `"admin"`, callers: []caller{right(`"admin"`), wrong(`"reader"`)}},
	{ID: "p3", Words: `allow if not status == "suspended"`, claim: "status", value: status, reading: `#denyIf: "suspended"`, key: `"suspended"`, callers: ofStatus},
	{ID: "p4", Words: `allow if status != "suspended"`, claim: "status", value: status, reading: `#denyIf: "suspended"`, onMissing: "deny", key: `"suspended"`, callers: ofStatus},
	{ID: "p5", Words: `deny if status == "suspended", default allow`, claim: "status", value: status, reading: `#denyIf: "suspended"`, key: `"suspended"`, callers: ofStatus},
	{ID: "p6", Words: `deny if status != "active", default allow`, claim: "status", value: status, reading: `#allowIf: "active"`, onMissing: "allow", otherwise: `#denyIf: !="active"`, key: `"active"`, callers: ofStatus},
	{ID: "p7", Words: `deny if amount > max_amount, default allow`, claim: "max_amount", value: `int & >=1 & <=1000`, reading: `use: "limit"`, onMissing: "allow", callers: amount},
	{ID: "p8", Words: `allow if amount <= max_amount`, claim: "max_amount", value: `int & >=1 & <=1000`, reading: `use: "limit"`, onMissing: "deny", callers: amount},
	{ID: "p9", Words: `allow if owner == subject`, claim: "subject", value: `=~"^[a-z]+$"`, reading: `use: "match"`, callers: owners},
	{ID: "p10", Words: `allow if get(owner) == get(subject), both may be missing`, claim: "subject", value: `=~"^[a-z]+$"`, reading: `use: "match"`, onMissing: "allow", callers: append(owners[:2:2], wrong(`"bob"`))},
	{ID: "p11", Words: `allow if contains(roles, "admin")`, claim: "roles", list: true, value: roles, reading: `#allowIf: "admin"`, key: `"admin"`, callers: withRoles},
	{ID: "p12", Words: `allow if email_verified`, claim: "email_verified", value: `bool`, reading: `use: "truthy"`, callers: []caller{right(`true`), wrong(`false`)}},
	{ID: "p13", Words: `deny if "blocked" in roles, default allow`, claim: "roles", list: true, value: `"reader" | "blocked"`, reading: `#denyIf: "blocked"`, key: `"blocked"`, callers: []caller{right(`["reader"]`), wrong(`["blocked"]`), wrong(`["reader","blocked"]`)}},
	{ID: "p14", Words: `allow if every role is reader or writer`, claim: "roles", list: true, value: `"reader" | "writer" | "admin"`, reading: `#allowIfAll: "reader" | "writer"`, key: `"reader"`, callers: []caller{right(`["reader"]`), wrong(`["admin"]`), wrong(`["reader","admin"]`)}},
}

// set is the set of values before the change.
func (s ruleShape) set() string {
	if s.list {
		return fmt.Sprintf("[(%s), ...(%[1]s)]", s.value) // not empty
	}
	return s.value
}

// A situation is one way in which a claim changes its shape.
type situation struct {
	name string
	// after gives the claim's values and presence in the new contract, and the
	// values that a token with the old one may then have; absent is none. It is not
	// ok for rules that it says nothing about.
	after func(s ruleShape) (values, presence string, of func(old string) []string, ok bool)
}

const withoutIt = "" // a token without the claim

var situations = []situation{
	{"as before", func(s ruleShape) (string, string, func(string) []string, bool) {
		return s.set(), "always", func(old string) []string { return []string{old} }, true
	}},
	{"sometimes absent", func(s ruleShape) (string, string, func(string) []string, bool) {
		return s.set(), "sometimes", always(withoutIt), true
	}},
	{"gone", func(s ruleShape) (string, string, func(string) []string, bool) {
		return s.set(), "", always(withoutIt), true
	}},
	{"null", func(s ruleShape) (string, string, func(string) []string, bool) {
		return "null | " + s.set(), "always", always("null"), true
	}},
	{"list to string", func(s ruleShape) (string, string, func(string) []string, bool) {
		return s.value, "always", elements, s.list
	}},
	{"string to list", func(s ruleShape) (string, string, func(string) []string, bool) {
		return fmt.Sprintf("[(%s), ...(%[1]s)]", s.value), "always", func(old string) []string { return []string{"[" + old + "]"} }, s.text()
	}},
	{"number to string", func(s ruleShape) (string, string, func(string) []string, bool) {
		return `=~"^[0-9]+$"`, "always", quote, strings.HasPrefix(s.value, "int")
	}},
	{"boolean to string", func(s ruleShape) (string, string, func(string) []string, bool) {
		return `"true" | "false"`, "always", quote, s.value == "bool"
	}},
	{"renamed", valueRenamed},
	{"empty", func(s ruleShape) (string, string, func(string) []string, bool) {
		if s.list {
			return fmt.Sprintf("[...(%s)]", s.value), "always", always("[]"), true
		}
		return s.value + ` | ""`, "always", always(`""`), !strings.HasPrefix(s.value, "int") // no number is empty
	}},
}

// text says whether the claim is a text before the change.
func (s ruleShape) text() bool {
	return !s.list && s.value != "bool" && !strings.HasPrefix(s.value, "int")
}

func always(value string) func(string) []string {
	return func(string) []string { return []string{value} }
}

func quote(old string) []string { return []string{`"` + old + `"`} }

// elements are what a list may become as a single value.
func elements(old string) []string {
	return strings.Split(strings.Trim(old, "[]"), ",")
}

// valueRenamed gives the value that the rule looks for another name, or identifiers
// another form.
func valueRenamed(s ruleShape) (string, string, func(string) []string, bool) {
	switch {
	case s.key != "":
		other := s.key[:1] + strings.ToUpper(s.key[1:2]) + s.key[2:]
		s.value = strings.ReplaceAll(s.value, s.key, other)
		return s.set(), "always", func(old string) []string { return []string{strings.ReplaceAll(old, s.key, other)} }, true
	case s.value == "bool":
		return `"yes" | "no"`, "always", func(old string) []string {
			return []string{map[string]string{"true": `"yes"`, "false": `"no"`}[old]}
		}, true
	case s.text():
		return `=~"^[A-Z]+$"`, "always", func(old string) []string { return []string{strings.ToUpper(old)} }, true
	}
	return "", "", nil, false
}
