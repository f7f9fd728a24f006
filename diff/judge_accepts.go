package diff

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// acceptOf is what a consumer asks of a token; nil where it does not take it.
func acceptOf(c *schema.Consumer, token string) *schema.Accept {
	i := slices.IndexFunc(c.Accepts, func(a *schema.Accept) bool { return a.Token.Name == token })
	if i < 0 {
		return nil
	}
	return c.Accepts[i]
}

// trustedBy are the values of iss that a consumer trusts, perhaps by its default.
func trustedBy(c *schema.Contract, a *schema.Accept) valueset.Set {
	return schema.IssuerSet(sortedKeys(trust(c, a))...)
}

// distrust judges that a consumer, or what stands in front of it, refuses an issuer
// that it trusted.
func (j *judge) distrust(c *Change, r reader) report.Judgement {
	old, new := j.old.Contract, j.new.Contract
	was, is := acceptOf(j.old.Consumer(c.consumer).Consumer, c.tokens[0]), acceptOf(j.new.Consumer(c.consumer).Consumer, c.tokens[0])
	if v, ok := j.spared(c, r); ok {
		return v
	}
	gone := schema.IssuerSet(c.Old).Without(trustedBy(new, is))
	if by := refusing(c, r.old, func(a *schema.Accept) bool {
		return len(a.Issuers) > 0 && trustedBy(old, a).Overlaps(gone).Is == valueset.No
	}); by != "" {
		return unaffected(by + " refused tokens of that issuer before")
	}
	lost := gone.Intersect(new.Issuer.Values())
	some, definite := lost.Some()
	switch {
	case new.Issuer == nil:
		return mayBreak("who issues its tokens is not in the contract")
	case trust(old, was)[c.Old] == undecided || trust(new, is)[c.Old] == undecided:
		return mayBreak("whether it goes by the alternatives of the issuer is not declared on both sides")
	case definite && j.met(r, c.tokens[0]):
		return breaks(c.who(r)+" refuses tokens of an issuer of this contract", "iss "+text(some))
	case definite:
		return mayBreak("no token of the kind reaches it, as far as the contract says")
	case gone.IsEmpty() == valueset.Yes:
		return unaffected("it trusts the issuer by another entry")
	case lost.IsEmpty() != valueset.Yes:
		return mayBreak("whether tokens of this contract carry it is not decided")
	case gone.Intersect(old.Issuer.Values()).IsEmpty() != valueset.Yes:
		return mayBreak("tokens carried it so far; whether it is quicker than the issuer is not in the contract")
	}
	return mayBreak("whether it gets tokens of an issuer outside of this contract is not declared")
}

// spared judges who does not meet a change of what one consumer in front of it takes.
func (j *judge) spared(c *Change, r reader) (report.Judgement, bool) {
	if r.path() == c.consumer {
		return report.Judgement{}, false
	}
	return unaffected("it does not take the token"), !takes(r.old, c.tokens[0]) || !takes(r.new, c.tokens[0])
}

// who names the one that the change is about, to a reader.
func (c *Change) who(r reader) string {
	if r.path() == c.consumer {
		return "it"
	}
	return c.consumer + " in front of it"
}

// met says whether tokens of a profile reached the consumer.
func (j *judge) met(r reader, token string) bool {
	t := j.old.Contract.Token(token)
	if t == nil {
		return false
	}
	for range j.old.Meetings(r.old, t) {
		return true
	}
	return false
}

// trusted judges that a consumer, or what stands in front of it, trusts an issuer that
// it did not.
func (j *judge) trusted(c *Change, r reader) report.Judgement {
	if v, ok := j.spared(c, r); ok {
		return v
	}
	new := j.new.Contract
	came := schema.IssuerSet(c.New).Without(trustedBy(j.old.Contract, acceptOf(j.old.Consumer(c.consumer).Consumer, c.tokens[0])))
	foreign := came.Without(new.Issuer.Values())
	switch {
	case new.Issuer == nil:
		return mayBreak("who issues its tokens is not in the contract")
	case foreign.IsEmpty() == valueset.Yes:
		return unaffected("tokens of this contract carry it, or it trusted it already")
	case sameIssuer(c.New, new.Issuer.URL):
		return unaffected("it is the issuer of this contract, written otherwise")
	}
	// Who goes by the default refuses others if it checks iss.
	if by := refusing(c, r.new, func(a *schema.Accept) bool {
		return (len(a.Issuers) > 0 || slices.Contains(a.Validates, "iss")) && trustedBy(new, a).Overlaps(foreign).Is == valueset.No
	}); by != "" {
		return unaffected(by + " refuses tokens of that issuer")
	}
	witness := "iss " + c.New
	if some, ok := foreign.Some(); ok {
		witness = "iss " + text(some)
	}
	for _, read := range r.new.Reads {
		if read.Token.Name == c.tokens[0] && (read.Decides() || read.Use == schema.UseIdentity && read.Claim.Name != "sub") {
			return breaksOpen(fmt.Sprintf("it decides by claim %q, of which another issuer says what it likes", read.Name), witness)
		}
	}
	return mayBreak("it takes tokens of another issuer, and whom that vouches for is not in the contract")
}

// sameIssuer says whether two identifiers differ in how they are written only: in a
// slash at the end, or the case of scheme and host. A path is another tenant's in
// another case (RFC 3986, 6.2.2.1).
func sameIssuer(a, b string) bool {
	u, err := url.Parse(strings.TrimSuffix(a, "/"))
	v, err2 := url.Parse(strings.TrimSuffix(b, "/"))
	if err != nil || err2 != nil || !strings.EqualFold(u.Host, v.Host) {
		return false
	}
	u.Host = v.Host
	return u.String() == v.String()
}

// refusing gives who else refuses such tokens on the way to a resource: itself or one
// in front of it, but for the one that the change is about.
func refusing(c *Change, r *issuance.Consumer, refuses func(*schema.Accept) bool) string {
	for link := r.Resource; link != nil; link = link.Behind {
		if a := acceptOf(&link.Consumer, c.tokens[0]); link.Path != c.consumer && a != nil && refuses(a) {
			return link.Path
		}
	}
	return ""
}

// text is a JSON string without its quotes; anything else as it is.
func text(v valueset.JSON) string {
	if s, ok := v.Text(); ok {
		return s
	}
	return string(v)
}
