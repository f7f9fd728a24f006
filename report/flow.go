package report

import "fmt"

// A Flow is a claim that somebody can read in a token: one that came, or one that
// went.
type Flow struct {
	Contract string // its name
	Consumer string // a path: clients.web
	Party    string // first, third, or empty: not declared
	Public   bool   // it runs where its user can read what it gets: in a browser, in an app
	Token    string
	Claim    string
	Category string // of personal data; else empty
	Gained   bool   // it came; else it went
	Witness  string // a request by which it comes, or came
}

// Weight orders flows: what a reviewer must see has most.
func (f Flow) Weight() int {
	weight := 0
	for i, matters := range []bool{f.Public, f.Party == "third", f.Category != "", f.Gained} {
		if matters {
			weight |= 1 << i
		}
	}
	return weight
}

// String says in words what came or went.
func (f Flow) String() string {
	what := f.Claim
	if f.Category != "" {
		what += " (" + f.Category + ")"
	}
	if !f.Gained {
		return fmt.Sprintf("- %s cannot read %s in %s any more", f.Consumer, what, f.Token)
	}
	who := f.Consumer
	switch {
	case f.Party == "third":
		who += ", a third party,"
	case f.Public:
		who += ", in the hands of its user,"
	}
	return fmt.Sprintf("+ %s can read %s in %s", who, what, f.Token)
}
