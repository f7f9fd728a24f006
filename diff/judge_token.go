package diff

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// format judges that a token has another format: the claims are the same, who
// can read them is not.
func (j *judge) format(c *Change, r reader) report.Judgement {
	name := c.tokens[0]
	reads := func(consumer *issuance.Consumer) bool {
		return slices.ContainsFunc(consumer.Reads, func(read *schema.Read) bool { return read.Token.Name == name })
	}
	if !reads(r.old) {
		return unaffected("it does not read the token")
	}
	could := readable(j.old.Contract.Token(name), r.old)
	can := readable(j.new.Contract.Token(name), r.new)
	switch {
	case could && !can:
		return breaks(fmt.Sprintf("it cannot read a %s token", c.New), c.Old+", now "+c.New)
	case !could && can:
		return unaffected("it can read the token now")
	case !could:
		return unaffected("it could not read the token before either")
	case c.Old == schema.FormatJSON || c.New == schema.FormatJSON:
		return mayBreak("it has to read another format")
	}
	return unaffected("it sees the same claims as before")
}

// readable says whether a consumer sees the inside of a token.
func readable(t *schema.Token, c *issuance.Consumer) bool {
	switch t.Format {
	case schema.FormatJWT, schema.FormatJSON:
		return true
	case schema.FormatPhantom, schema.FormatSplit:
		return c.Resource != nil && c.Resource.Behind != nil || c.Resource != nil && c.Resource.Kind == "gateway"
	}
	return false
}

// lifetime judges that a token is valid for longer or shorter.
func (j *judge) lifetime(c *Change, r reader) report.Judgement {
	name := c.tokens[0]
	if c.Kind == lifetimeDecreased {
		if r.new.Client != nil && c.consumer == "" && !slices.ContainsFunc(r.new.Reads, func(read *schema.Read) bool { return read.Token.Name == name }) {
			return unaffected("it does not read the token")
		}
		return unaffected("it renews the token more often")
	}
	longer := j.new.Contract.Token(name).Lifetime
	worst := unaffected("it decides nothing by the token")
	for _, read := range r.new.Reads {
		if read.Token.Name != name || !read.Decides() {
			continue
		}
		limit := read.Claim.MaxStaleness
		old := j.old.Contract.Token(name).Lifetime
		switch {
		case limit.Stated && limit.Less(longer) && !limit.Less(old):
			return breaksOpen(fmt.Sprintf("it decides by claim %q, which misleads after %s", read.Name, limit), c.Old+", now "+c.New)
		case !limit.Stated:
			worst = mayBreak(fmt.Sprintf("it decides by claim %q for up to %s, and how old the claim may be (maxStaleness) is not declared", read.Name, stated(longer)))
		}
	}
	return worst
}
