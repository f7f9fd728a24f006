package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// readsToken says whether a consumer reads the token.
func readsToken(c *issuance.Consumer, token string) bool {
	return slices.ContainsFunc(c.Reads, func(r *schema.Read) bool { return r.Token.Name == token })
}

// about says whether the change of one client's tokens can reach the consumer.
func (j *judge) about(c *Change, r reader) bool {
	return c.client == "" || c.of(r) || j.reaches(c.client, r, c.tokens...)
}

// reaches says whether the client's tokens reach the resource, or did, of some
// profiles or of any.
func (j *judge) reaches(client string, r reader, tokens ...string) bool {
	in := func(is *issuance.Issuance, c *issuance.Consumer) bool {
		cl := is.Contract.Client(client)
		if cl == nil || c == nil || c.Resource == nil {
			return false
		}
		for _, a := range c.Accepts {
			if len(tokens) > 0 && !slices.Contains(tokens, a.Token.Name) {
				continue
			}
			for range is.Meetings(c, a.Token, cl) {
				return true
			}
		}
		return false
	}
	return in(j.old, r.old) || in(j.new, r.new)
}

// scopeGone judges that a scope cannot be granted any more.
func (j *judge) scopeGone(c *Change, r reader) report.Judgement {
	v := j.byPlaces(c, r)
	if c.requested(r) {
		v = worst(v, breaks("it requests the scope", "scope "+c.Old))
	}
	return v
}

// scopeOptional judges that a client has to request what it got in every grant.
func (j *judge) scopeOptional(c *Change, r reader) report.Judgement {
	v := j.byPlaces(c, r)
	if r.new.Client != nil && r.new.Client.Name == c.client {
		v = worst(v, mayBreak("whether it requests the scope is not declared"))
	}
	return v
}

func (j *judge) grantGone(c *Change, r reader) report.Judgement {
	if r.new.Client != nil && r.new.Client.Name == c.client {
		if len(r.new.Client.Grants) == 0 {
			return worst(mayBreak("by which grants it gets its tokens is not declared any more"), j.byPlaces(c, r))
		}
		return breaks("its requests of that grant type fail", "grant "+c.Old)
	}
	return j.byPlaces(c, r)
}

func (j *judge) tokenGone(c *Change, r reader) report.Judgement {
	v := j.byPlaces(c, r)
	if readsToken(r.old, c.tokens[0]) {
		v = worst(v, breaks("it reads the token", "no token "+c.tokens[0]))
	}
	return v
}

// format judges that a token has another format: the claims are the same, who
// can read them is not.
func (j *judge) format(c *Change, r reader) report.Judgement {
	name := c.tokens[0]
	if !takes(r.old, name) || !takes(r.new, name) || !j.about(c, r) {
		return unaffected("it does not take the token")
	}
	if c.client == "" && r.new.Client != nil && issuance.FormatFor(r.old.Client, j.old.Contract.Token(name)) == issuance.FormatFor(r.new.Client, j.new.Contract.Token(name)) {
		return unaffected("it gets the token in a format of its own")
	}
	could, can := readable(c.Old, r.old), readable(c.New, r.new)
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

// readable says whether a consumer sees the inside of a token of that format.
func readable(format string, c *issuance.Consumer) bool {
	switch format {
	case schema.FormatJWT, schema.FormatJSON:
		return true
	case schema.FormatPhantom, schema.FormatSplit:
		return c.Resource != nil && (c.Resource.Behind != nil || c.Resource.Kind == "gateway")
	}
	return false
}

// outside judges that the outside of a wrapper does not show a claim any more.
func (j *judge) outside(c *Change, r reader) report.Judgement {
	at := c.places[0]
	i := slices.IndexFunc(r.new.Reads, func(read *schema.Read) bool { return read.Token.Name == at.token && read.Claim.Name == at.claim })
	if i < 0 || r.new.Client == nil {
		return unaffected("it does not read the claim from outside")
	}
	return absent(r.new.Reads[i], "the outside of "+at.token+" lacks "+at.claim)
}

// lifetime judges that a token is valid for longer or shorter.
func (j *judge) lifetime(c *Change, r reader) report.Judgement {
	name := c.tokens[0]
	if !readsToken(r.new, name) || !j.about(c, r) {
		return unaffected("it does not read the token")
	}
	if c.Kind == lifetimeDecreased {
		return unaffected("it gets a fresh token more often")
	}
	old, longer := c.lifetimes[0], c.lifetimes[1]
	out := unaffected("it decides nothing by the token")
	for _, read := range r.new.Reads {
		if read.Token.Name != name || !read.Decides() {
			continue
		}
		limit := read.Claim.MaxStaleness
		switch {
		case limit.Stated && (!longer.Stated || limit.Less(longer)) && (!old.Stated || !limit.Less(old)):
			return breaksOpen(fmt.Sprintf("it decides by claim %q, which misleads after %s", read.Name, limit), stated(old)+", now "+stated(longer))
		case !limit.Stated && read.Claim.Name != "scope":
			out = worst(out, mayBreak(fmt.Sprintf("it decides by claim %q for up to %s, and how old the claim may be (maxStaleness) is not declared", read.Name, stated(longer))))
		}
	}
	return out
}

// resources judges that a scope means something to other resources: tokens reach
// those that they did not reach, and not those that they did.
func (j *judge) resources(c *Change, r reader) report.Judgement {
	out := unaffected("the same tokens reach it")
	for _, a := range r.new.Accepts {
		was, is := j.old.Contract.Token(a.Token.Name), a.Token
		if was == nil || r.new.Resource == nil || !slices.Contains(c.resources, r.new.Name) {
			continue
		}
		before, after := clients(j.old, r.old, was), clients(j.new, r.new, is)
		for _, name := range before {
			if !slices.Contains(after, name) {
				out = worst(out, breaks(fmt.Sprintf("tokens of client %q do not reach it any more", name), "client "+name+": "+is.Name))
			}
		}
		for _, name := range after {
			if !slices.Contains(before, name) {
				out = worst(out, mayBreak(fmt.Sprintf("tokens of client %q reach it now", name)))
			}
		}
	}
	// A scope that is the first to name resources shuts out all others.
	return worst(out, j.byPlaces(c, r))
}

// clients are those whose tokens reach the consumer.
func clients(is *issuance.Issuance, c *issuance.Consumer, t *schema.Token) []string {
	var out []string
	for s := range is.Meetings(c, t) {
		if !slices.Contains(out, s.Client.Name) {
			out = append(out, s.Client.Name)
		}
	}
	return out
}

// issuer judges that tokens carry another iss.
func (j *judge) issuer(c *Change, r reader) report.Judgement {
	if len(r.new.Accepts) == 0 {
		return unaffected("it takes no token")
	}
	witness := c.Old + ", now " + c.New
	out := unaffected("it trusts the new issuer already")
	for _, a := range r.new.Accepts {
		if !trustsAll(a, c.New) {
			out = worst(out, breaks("it trusts "+trusted(a, c.Old)+" only", witness))
		}
	}
	for _, read := range r.new.Reads {
		if read.Use == schema.UseIdentity {
			out = worst(out, breaks("it keeps accounts by iss and sub", witness))
		}
	}
	return out
}

// trustsAll says whether a consumer names every issuer that an identifier stands for.
func trustsAll(a *schema.Accept, issuer string) bool {
	return schema.IssuerSet(a.Issuers...).Includes(schema.IssuerSet(issuer)).Is == valueset.Yes
}

func trusted(a *schema.Accept, old string) string {
	if len(a.Issuers) == 0 {
		return old
	}
	return strings.Join(a.Issuers, " and ")
}

// alternative judges that tokens may carry a further iss.
func (j *judge) alternative(c *Change, r reader) report.Judgement {
	if len(r.new.Accepts) == 0 {
		return unaffected("it takes no token")
	}
	out := unaffected("it trusts the further issuer already")
	for _, a := range r.new.Accepts {
		switch {
		case len(a.Issuers) == 0:
			out = worst(out, mayBreak("whether it trusts the further issuer is not declared"))
		case !trustsAll(a, c.New):
			out = worst(out, breaks("it trusts "+strings.Join(a.Issuers, " and ")+" only", "iss "+c.New))
		}
	}
	return out
}

// audience judges that a resource answers to other identifiers.
func (j *judge) audience(c *Change, r reader) report.Judgement {
	checks := slices.ContainsFunc(r.new.Accepts, func(a *schema.Accept) bool { return slices.Contains(a.Validates, "aud") })
	switch {
	case c.Kind == audienceAdded && len(r.old.Resource.Audience) == 0:
		return mayBreak("tokens carry an audience that it did not answer to")
	case c.Kind == audienceAdded:
		return j.deputy(c, r)
	case len(r.new.Resource.Audience) == 0 && checks:
		return breaks("it checks aud, and tokens for it name nobody", "aud "+c.Old)
	case checks:
		return breaks("it checks aud, and tokens that it took name "+c.Old, "aud "+c.Old)
	}
	return mayBreak("whether it checks aud is not declared")
}

// deputy judges a resource that answers to a name of another one: it takes tokens that
// clients got for that one, which that one may pass on (RFC 9700, 2.3).
func (j *judge) deputy(c *Change, r reader) report.Judgement {
	out := unaffected("it takes what it took before, and more")
	for _, other := range j.new.Contract.Resources {
		if other == r.new.Resource || !slices.Contains(other.Audience, c.New) {
			continue
		}
		for _, a := range r.new.Accepts {
			mine := clients(j.new, r.new, a.Token)
			for _, name := range clients(j.new, j.new.Consumer(other.Path), a.Token) {
				switch {
				case slices.Contains(mine, name) || !j.new.Passes(j.new.Contract.Client(name), a.Token, r.new.Resource):
				case slices.Contains(a.Validates, "aud"):
					return breaksOpen(fmt.Sprintf("it takes tokens that client %q gets for %s", name, other.Path), "aud "+c.New)
				case !a.States("validates"):
					out = mayBreak("whether it checks aud is not declared")
				}
			}
		}
	}
	return out
}

// subject judges that the subject identifiers of a client's tokens change.
func (j *judge) subject(c *Change, r reader) report.Judgement {
	out := unaffected("it keeps nothing by sub")
	for _, read := range r.new.Reads {
		if read.Claim.Name != "sub" || read.Use != schema.UseIdentity && read.Use != schema.UseMatch && read.AllowIf == nil && read.DenyIf == nil {
			continue
		}
		for s := range j.new.Meetings(r.new, read.Token) {
			if s.Client.Name == c.client {
				out = worst(out, breaks(fmt.Sprintf("every sub that it has kept from client %q is another now", c.client), c.Old+", now "+orNothing(c.New)))
			}
		}
	}
	return out
}
