package diff

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// header judges that a token has other headers, by what the consumer takes, and what
// is in front of it.
func (j *judge) header(c *Change, r reader) report.Judgement {
	accept := acceptOf(r.new.Consumer, c.tokens[0])
	if accept == nil || !j.about(c, r) {
		return unaffected("it does not take the token")
	}
	out := takesHeaders(c, accept, "it")
	if r.new.Resource == nil {
		return out
	}
	for link := r.new.Resource.Behind; link != nil; link = link.Behind {
		if a := acceptOf(&link.Consumer, c.tokens[0]); a != nil && a.Header != nil {
			out = worst(out, takesHeaders(c, a, link.Path+" in front of it"))
		}
	}
	return out
}

// takesHeaders judges that a token has other headers, by what somebody takes.
func takesHeaders(c *Change, accept *schema.Accept, who string) report.Judgement {
	old, new := c.relation.old, c.relation.new
	switch {
	case accept.Header == nil && c.relation.Kind == valueset.Narrowed:
		return unaffected("it takes the headers that are left")
	case accept.Header == nil:
		return mayBreak("which headers it takes is not declared")
	case new.Key() == anyHeader.Key():
		return mayBreak("which headers the token has is not declared any more")
	case old.Key() == anyHeader.Key() && accept.Header.Includes(new).Is != valueset.Yes:
		return mayBreak(who + " does not take every header that the token has, and what it had was not declared")
	}
	refused := new.Without(*accept.Header)
	if old.Overlaps(*accept.Header).Is == valueset.No {
		return unaffected(who + " took no such token before")
	}
	if new.Overlaps(*accept.Header).Is != valueset.No { // else all are refused, also what was before
		refused = refused.Without(old)
	}
	if some, ok := refused.Some(); ok {
		return breaks(fmt.Sprintf("%s takes %s", who, accept.Header), string(some))
	}
	if refused.IsEmpty() == valueset.Unknown {
		return mayBreak("whether " + who + " takes the new headers is not decided")
	}
	return unaffected(who + " takes the new headers")
}

// acceptOf is what a consumer asks of a token; nil where it does not take it.
func acceptOf(c *schema.Consumer, token string) *schema.Accept {
	i := slices.IndexFunc(c.Accepts, func(a *schema.Accept) bool { return a.Token.Name == token })
	if i < 0 {
		return nil
	}
	return c.Accepts[i]
}
