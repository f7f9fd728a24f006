package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var (
	tokenSizeChanged = &Kind{
		ID: "token-size-changed", Object: "token", Aspect: "size", Action: "replace", Mirror: "token-size-changed", Order: "consumers", Since: "0.1.0",
		Summary: "a token may be larger than it was promised to be, or not as large",
		Why:     "A server that lets through so many bytes of a header answers 400 or 431 to those with the most groups, and to nobody else.",
	}
	limitsChanged = &Kind{
		ID: "limits-changed", Object: "resource", Aspect: "size", Action: "replace", Mirror: "limits-changed", Order: "issuer", Since: "0.1.0",
		Summary: "a resource lets through more bytes, or fewer",
		Why:     "Tokens that fitted do not, for those with the most groups first.",
	}
)

// bearer is what stands in front of a token in its header (RFC 6750, 2.1).
const bearer = len("Authorization: Bearer ")

// size compares how large a token may be.
func (c *comparer) size(p pair[schema.Token], what string, touch func(*Change)) {
	if p.old.MaxBytes != p.new.MaxBytes {
		touch(c.add(tokenSizeChanged, p.new.Path, "%s has %s; it had %s", what, promised(p.new.MaxBytes), promised(p.old.MaxBytes)).values(promised(p.old.MaxBytes), promised(p.new.MaxBytes)))
	}
}

// limits compares what a resource lets through, for itself and those behind it.
func (c *comparer) limits(p pair[schema.Resource]) {
	old, new := limitsOf(p.old), limitsOf(p.new)
	if sizesOf(old) == sizesOf(new) {
		return
	}
	ch := c.add(limitsChanged, p.new.Path, "resource %q lets through %s; it let through %s", p.new.Name, sizesOf(new), sizesOf(old))
	front(p.new.Path)(ch.between(p.old.FieldAt("limits"), p.new.FieldAt("limits")).values(sizesOf(old), sizesOf(new)))
}

func limitsOf(r *schema.Resource) schema.Limits {
	if r.Limits == nil {
		return schema.Limits{}
	}
	return *r.Limits
}

func sizesOf(l schema.Limits) string {
	var parts []string
	for _, x := range []struct {
		words string
		n     int
	}{{"a header", l.Header}, {"all headers", l.Headers}, {"a cookie", l.Cookie}, {"the URL", l.URL}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d bytes of %s", x.n, x.words))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "any size")
}

func promised(n int) string {
	if n == 0 {
		return "any number of bytes"
	}
	return fmt.Sprintf("at most %d bytes", n)
}

// larger judges that a token may be larger, by what resources on its way let through.
func (j *judge) larger(c *Change, r reader) report.Judgement {
	was, is := j.old.Contract.Token(c.tokens[0]), j.new.Contract.Token(c.tokens[0])
	switch {
	case !takes(r.new, is.Name) && !readsToken(r.new, is.Name):
		return unaffected("it does not take the token")
	case is.MaxBytes > 0 && (was.MaxBytes == 0 || is.MaxBytes < was.MaxBytes):
		return unaffected("the token is no larger than it was")
	case r.new.Resource == nil:
		return mayBreak("how large a token it can keep is not declared")
	}
	out := unaffected("the token fits into what it lets through")
	for link := r.new.Resource; link != nil; link = link.Behind {
		out = worst(out, j.fits(link, r, is))
	}
	return out
}

// fits judges whether the tokens that reach the reader, as large as is promised, come
// through a resource.
func (j *judge) fits(link *schema.Resource, r reader, t *schema.Token) report.Judgement {
	limit, takes := limitsOf(link), t.MaxBytes+bearer
	switch {
	case limit.Header == 0:
		return mayBreak("how many bytes of a header " + link.Path + " lets through is not declared")
	case t.MaxBytes == 0:
		return mayBreak(fmt.Sprintf("%s lets through %d bytes, and how large the token may be is not promised", link.Path, limit.Header))
	case takes > limit.Header:
		return mayBreak(fmt.Sprintf("%s lets through %d bytes, and the token may take %d with its header", link.Path, limit.Header, takes))
	case limit.Headers > 0:
		return mayBreak(fmt.Sprintf("%s lets through %d bytes of all headers, and how large the others are is not declared", link.Path, limit.Headers))
	}
	for _, name := range clients(j.new, r.new, t) {
		for _, ct := range j.new.Contract.Client(name).Tokens {
			if ct.Token == t && ct.CarriedIn != "" && ct.CarriedIn != "header" {
				return mayBreak(fmt.Sprintf("tokens of client %q come in a %s", name, ct.CarriedIn))
			}
		}
	}
	return unaffected("the token fits into what it lets through")
}

// letThrough judges that a resource, or one in front of it, lets through other sizes.
func (j *judge) letThrough(c *Change, r reader) report.Judgement {
	out := unaffected("no token comes to it")
	was, is := limitsOf(j.old.Consumer(c.consumer).Resource), limitsOf(j.new.Consumer(c.consumer).Resource)
	if !less(is.Header, was.Header) && !less(is.Headers, was.Headers) && !less(is.Cookie, was.Cookie) && !less(is.URL, was.URL) {
		return unaffected("it lets through what it let through before, and more")
	}
	if less(is.Cookie, was.Cookie) || less(is.URL, was.URL) {
		out = mayBreak("how large cookies and the URL are is not declared")
	}
	for _, a := range r.new.Accepts {
		if slices.ContainsFunc(r.old.Accepts, func(o *schema.Accept) bool { return o.Token.Name == a.Token.Name }) {
			out = worst(out, j.fits(j.new.Consumer(c.consumer).Resource, r, a.Token))
		}
	}
	return out
}

// less says whether a limit lets through less than another; none lets through all.
func less(a, b int) bool { return a > 0 && (b == 0 || a < b) }
