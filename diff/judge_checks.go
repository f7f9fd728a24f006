package diff

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// checks says whether a consumer checks a claim of a token.
func checks(c *issuance.Consumer, at place) bool {
	return c != nil && slices.ContainsFunc(c.Accepts, func(a *schema.Accept) bool {
		return a.Token.Name == at.token && slices.Contains(a.Validates, at.claim)
	})
}

// checked says whether the change is about a claim that the consumer checks.
func (c *Change) checked(r reader) bool {
	return slices.ContainsFunc(c.places, func(at place) bool { return checks(r.old, at) && checks(r.new, at) })
}

// checked judges that a claim may be missing which a consumer checks and of which it
// reads nothing else.
func (j *judge) checked(c *Change, r reader, at place) []report.Judgement {
	if !checks(r.old, at) || !checks(r.new, at) {
		return nil
	}
	before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
	if !before.Reached || before.Presence == schema.Never {
		return nil
	}
	situation, missing := j.missing(c, r, before, after, at)
	if !missing {
		return nil
	}
	witness := request(situation, at, "lacks")
	switch at.claim {
	case "nbf": // optional, and without it a token holds at once (RFC 7519, 4.1.5)
		return nil
	case "exp", "cnf": // checked where they are there (RFC 7519, 4.1.4; RFC 7800, 3)
		return []report.Judgement{breaksOpen(fmt.Sprintf("it checks %s, and many verifiers let in tokens without it", at.claim), witness)}
	}
	return []report.Judgement{breaks(fmt.Sprintf("it checks %s, and refuses tokens without it", at.claim), witness)}
}
