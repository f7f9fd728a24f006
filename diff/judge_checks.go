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

// checks gives the claims that the consumer checks in both revisions.
func (r reader) checks() []place {
	var out []place
	if r.old == nil {
		return nil
	}
	for _, a := range r.old.Accepts {
		for _, part := range a.Validates {
			if at := (place{a.Token.Name, part}); checks(r.new, at) {
				out = append(out, at)
			}
		}
	}
	return out
}

// checked says whether the change may be about a claim that the consumer checks.
func (c *Change) checked(r reader) bool {
	return slices.ContainsFunc(r.checks(), func(at place) bool { return c.everywhere || slices.Contains(c.places, at) })
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

// newCheck judges a check that is new, by what the tokens hold that it is made on.
func (j *judge) newCheck(c *Change, r reader) report.Judgement {
	at := c.places[0]
	if r.path() != c.consumer && !takes(r.new, at.token) {
		return unaffected("it does not take the token")
	}
	switch at.claim {
	case "signature", "nbf":
		return unaffected("whoever issues and uses tokens as agreed passes")
	case "typ", "alg":
		if r.path() != c.consumer {
			return unaffected("it is judged for " + c.consumer)
		}
		if i := slices.IndexFunc(r.new.Accepts, func(a *schema.Accept) bool { return a.Token.Name == at.token }); r.new.Accepts[i].Header == nil {
			return mayBreak("which headers it takes is not declared")
		}
		return unaffected("it takes the headers that it says it takes")
	case "aud":
		if v, ok := nobody(j.new.Consumer(c.consumer).Resource); ok {
			return v
		}
	}
	m := j.meet(j.new, r.new, at)
	switch {
	case !m.Reached || m.Presence == schema.Always:
		return unaffected("the tokens that reach it have what it checks")
	case at.claim == "exp":
		return mayBreak("whether it refuses tokens without exp is not declared")
	}
	return breaks(fmt.Sprintf("it checks %s, and refuses tokens without it", at.claim), request(m.Absent, at, "lacks"))
}

// nobody judges a check of aud by a resource that answers to no name.
func nobody(r *schema.Resource) (report.Judgement, bool) {
	switch {
	case r == nil || len(r.Audience) > 0:
		return report.Judgement{}, false
	case r.States("audience"):
		return breaks("it checks aud, and answers to no name", "audience: []"), true
	}
	return mayBreak("it checks aud, and which names it answers to is not declared"), true
}

// lostCheck judges a check that is not made any more. One that a resource in front
// makes is still made.
func (j *judge) lostCheck(c *Change, r reader) report.Judgement {
	at := c.places[0]
	if r.path() != c.consumer && (checks(r.new, at) || !takes(r.new, at.token)) {
		return unaffected("it makes the check itself, or does not take the token")
	}
	for in := r.new.Resource; in != nil && in.Behind != nil; in = in.Behind {
		if checks(&issuance.Consumer{Consumer: &in.Behind.Consumer}, at) {
			return unaffected(in.Behind.Path + " in front of it makes the check")
		}
	}
	if at.claim == "nbf" {
		return mayBreak("it takes tokens before their time")
	}
	return breaksOpen("it lets in tokens that it refused for their "+at.claim, "validates "+at.claim+", now not")
}
