package report

import (
	"fmt"
	"strings"
)

// Tokens says what verify looked at.
type Tokens struct {
	Profile string // of the contract
	Client  string // empty: any
	Engine  string // empty: tokenctl's own
	Checked int
	Wrong   int
	// Undecided meet all that could be checked, and something in Unchecked applies
	// to them.
	Undecided int
	JWTs      int // decoded: nobody looked at their signatures
	Headers   int // tokens whose header was held against the contract
	// Unlisted are problems beyond those that the report tells apart.
	Unlisted  int
	Unchecked []string // conditions that only CUE can decide
}

// lines say it for people.
func (t *Tokens) lines() []string {
	what := count(t.Checked, "token") + " of profile " + t.Profile
	if t.Client != "" {
		what += " for client " + t.Client
	}
	first := what + ": "
	switch {
	case t.Wrong > 0 && t.Wrong == t.Checked:
		first += "all wrong"
	case t.Wrong > 0:
		first += fmt.Sprintf("%d wrong", t.Wrong)
	case t.Undecided > 0:
		first += "nothing wrong"
	default:
		first += "as the contract says"
	}
	if t.Undecided > 0 {
		first += fmt.Sprintf(", %d not decided", t.Undecided)
	}
	if t.Engine != "" {
		first += " (checked by " + t.Engine + ")"
	}
	out := []string{first}
	if t.Unlisted > 0 {
		out = append(out, count(t.Unlisted, "problem")+" more, not listed one by one")
	}
	if t.JWTs > 0 {
		out = append(out, count(t.JWTs, "JWT")+" decoded, not verified: signatures were not checked")
	}
	if t.Headers < t.Checked {
		out = append(out, count(t.Checked-t.Headers, "token")+" without a header to check")
	}
	if len(t.Unchecked) > 0 {
		out = append(out, "not checked: "+strings.Join(t.Unchecked, ", "))
	}
	return out
}
