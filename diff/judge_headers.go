package diff

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/issuance"
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

// acceptedHeaders judges that a consumer, or what stands in front of it, takes tokens
// with other headers.
func (j *judge) acceptedHeaders(c *Change, r reader) report.Judgement {
	if v, ok := j.spared(c, r); ok {
		return v
	}
	out := worst(j.refusedHeaders(c, r), j.newHeaders(c, r))
	return worst(out, j.byPlaces(c, r))
}

// refusedHeaders judges by the tokens that it took and refuses.
func (j *judge) refusedHeaders(c *Change, r reader) report.Judgement {
	gone := c.relation.old.Without(c.relation.new)
	if gone.IsEmpty() == valueset.Yes {
		return unaffected("it takes what it took before")
	}
	out := unaffected("no token that reaches it has the headers that it refuses now")
	for _, cl := range clients(j.old, r.old, j.old.Contract.Token(c.tokens[0])) {
		carried := headerFor(j.new.Contract, cl, c.tokens[0])
		if carried == nil {
			out = worst(out, mayBreak("which headers the token has is not declared"))
			continue
		}
		lost := gone.Intersect(*carried)
		if some, ok := lost.Some(); ok {
			return breaks(fmt.Sprintf("%s refuses headers that tokens of client %q have", c.who(r), cl), string(some))
		}
		if lost.IsEmpty() != valueset.Yes {
			out = worst(out, mayBreak("whether tokens have the headers that it refuses is not decided"))
		}
		if was := headerFor(j.old.Contract, cl, c.tokens[0]); was == nil || gone.Overlaps(*was).Is != valueset.No {
			out = worst(out, mayBreak("tokens had such headers so far; whether it is quicker than the issuer is not in the contract"))
		}
	}
	return out
}

// headerFor is the set of headers that a client's tokens of a profile have; nil where
// that is not stated, or there are none.
func headerFor(c *schema.Contract, client, token string) *valueset.Set {
	t, cl := c.Token(token), c.Client(client)
	if t == nil || cl == nil {
		return nil
	}
	return issuance.HeaderFor(cl, t)
}

// newHeaders judges by the tokens that it did not take and takes now. Another
// algorithm of the issuer's own keys lets nobody else in.
func (j *judge) newHeaders(c *Change, r reader) report.Judgement {
	old, new := c.relation.old, c.relation.new
	if by := refusing(c, r.new, func(a *schema.Accept) bool {
		return a.Header != nil && a.Header.Overlaps(new.Without(old)).Is == valueset.No
	}); by != "" {
		return unaffected(by + " refuses such tokens")
	}
	was, stated := algorithms(old)
	is, states := algorithms(new)
	came := slices.DeleteFunc(is, func(alg string) bool { return slices.Contains(was, alg) })
	switch {
	case slices.Contains(came, "none"):
		return breaksOpen(c.who(r)+" takes tokens that nobody signed (RFC 8725, 3.2)", "alg none")
	case stated && !states:
		return mayBreak("which algorithms it takes is not declared any more")
	}
	if t := j.confused(c, r); t != nil {
		some, _ := t.Header.Intersect(new).Some()
		return breaksOpen(fmt.Sprintf("%s takes %q in the place of %q, and nobody checks aud (RFC 8725, 2.8)", c.who(r), t.Name, c.tokens[0]), string(some))
	}
	for _, alg := range []string{"HS256", "HS384", "HS512"} {
		if slices.Contains(came, alg) && !j.signedWith(c, r, alg) {
			return mayBreak("it takes " + alg + ", by which no token for it is signed: whoever has the key that it checks with can make one (RFC 8725, 2.1)")
		}
	}
	return unaffected("whoever has no key of the issuer gets in no more than before")
}

// algorithms are those that a set of headers names; not so where it admits any.
func algorithms(s valueset.Set) (names []string, finite bool) {
	alg, _ := s.Member("alg")
	values, finite := alg.Values()
	for _, v := range values {
		names = append(names, text(v))
	}
	return names, finite
}

// confused gives a token of another profile that the resource refused by its header and
// takes now, and by nothing else can tell from what is meant for it.
func (j *judge) confused(c *Change, r reader) *schema.Token {
	if r.new.Resource == nil {
		return nil
	}
	for link := r.new.Resource; link != nil; link = link.Behind {
		if a := acceptOf(&link.Consumer, c.tokens[0]); a != nil && slices.Contains(a.Validates, "aud") {
			return nil
		}
	}
	for _, t := range j.new.Contract.Tokens {
		if t.Header != nil && !takes(r.new, t.Name) && t.Header.Overlaps(c.relation.old).Is == valueset.No && t.Header.Overlaps(c.relation.new).Is == valueset.Yes {
			return t
		}
	}
	return nil
}

// signedWith says whether some tokens that reach the consumer are signed so.
func (j *judge) signedWith(c *Change, r reader, alg string) bool {
	for _, cl := range clients(j.old, r.old, j.old.Contract.Token(c.tokens[0])) {
		if h := headerFor(j.new.Contract, cl, c.tokens[0]); h != nil {
			if names, _ := algorithms(*h); slices.Contains(names, alg) {
				return true
			}
		}
	}
	return false
}
