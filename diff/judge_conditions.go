package diff

import (
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
)

// tokenConditions judges that a token is issued for other scopes or by other grants:
// which requests of a client yield it no more, or have to ask for more, and whether
// any reaches a resource.
func (j *judge) tokenConditions(c *Change, r reader) report.Judgement {
	name := c.tokens[0]
	before := slices.Collect(j.old.Meetings(r.old, j.old.Contract.Token(name)))
	after := slices.Collect(j.new.Meetings(r.new, j.new.Contract.Token(name)))
	if r.new.Resource != nil {
		if len(before) > 0 && len(after) == 0 {
			return breaks("no token reaches it any more", "no client gets "+name)
		}
		return j.byPlaces(c, r)
	}
	if kind := j.new.Contract.Token(name).Kind; (kind == "id" || kind == "userinfo") && !takes(r.new, name) {
		return j.byPlaces(c, r) // others are got for resources; it may have ceased to read it just now
	}
	out := unaffected("it gets the token as before")
	for _, s := range before {
		more, found := true, false
		for _, t := range after {
			same := t.Grant == s.Grant || t.Grant == issuance.Unstated
			found = found || same
			more = more && (!same || !within(t.Scopes.Names(), s.Scopes.Names()))
		}
		switch {
		case !found && s.Grant == issuance.Unstated && len(after) > 0:
			out = worst(out, mayBreak("by which grants it asks for the token is not declared"))
		case !found:
			out = worst(out, breaks("it gets no such token where it got one", asked(&s)+": no "+name))
		case more:
			out = worst(out, mayBreak("whether it asks for what the token takes now is not declared"))
		}
	}
	return worst(out, j.byPlaces(c, r))
}

func within(few, many []string) bool {
	return !slices.ContainsFunc(few, func(s string) bool { return !slices.Contains(many, s) })
}
