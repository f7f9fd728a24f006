package convert

import (
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// clientToken gives how the client's token differs from its profile, or an empty
// record.
func clientToken(c *schema.Client, t *schema.Token) *schema.ClientToken {
	for _, ct := range c.Tokens {
		if ct.Token == t {
			return ct
		}
	}
	return &schema.ClientToken{}
}

func senderConstraint(c *schema.Client, t *schema.Token) []string {
	if ct := clientToken(c, t); len(ct.SenderConstraint) > 0 {
		return ct.SenderConstraint
	}
	return t.SenderConstraint
}

func encryption(c *schema.Client, t *schema.Token) *schema.Encryption {
	if ct := clientToken(c, t); ct.Encryption != nil {
		return ct.Encryption
	}
	return t.Encryption
}

func header(c *schema.Client, t *schema.Token) *valueset.Set {
	if ct := clientToken(c, t); ct.Header != nil {
		return ct.Header
	}
	return t.Header
}

// algorithm is the signature algorithm to set for a client: none where that of the
// realm will do.
func (e *exporter) algorithm(c *schema.Client, t *schema.Token) string {
	algs := algorithms(header(c, t))
	if len(algs) == 0 || slices.Contains(algs, e.Realm.DefaultSignatureAlgorithm) {
		return ""
	}
	return algs[0]
}

// algorithms lists those that a header allows, of those that Keycloak has.
func algorithms(header *valueset.Set) []string {
	if header == nil {
		return nil
	}
	alg, presence := header.Member("alg")
	if presence == valueset.Never || alg.ContainsText("none") == valueset.Yes {
		return nil // anything goes
	}
	var out []string
	for _, a := range []string{"RS256", "ES256", "PS256", "EdDSA", "RS384", "RS512", "ES384", "ES512", "PS384", "PS512", "HS256", "HS384", "HS512"} {
		if alg.ContainsText(a) == valueset.Yes {
			out = append(out, a)
		}
	}
	return out
}

// headerType is the typ of the header that a profile or header demands.
func headerType(c *schema.Client, t *schema.Token) string {
	h := header(c, t)
	if h == nil {
		return ""
	}
	typ, _ := h.Member("typ")
	for _, want := range []string{"JWT", "at+jwt"} {
		if typ.ContainsText(want) != valueset.No {
			return want
		}
	}
	return ""
}

// accessLife is how long access tokens of a client live, in seconds; 0 if the
// contract does not say.
func (e *exporter) accessLife(c *schema.Client, t *schema.Token) int {
	for _, d := range []schema.Duration{issuance.LifetimeFor(c, t), t.MaxLifetime, t.MinLifetime} {
		if d.Stated {
			return int(d.Seconds)
		}
	}
	return 0
}

// lifetimes writes what holds for the realm: the lifetimes and the algorithm of the
// first access token, and the sessions that refresh tokens live in.
func (e *exporter) lifetimes() {
	for _, kind := range []string{schema.KindID, schema.KindAccess} {
		for _, t := range e.ofKind(kind) {
			if d := t.Lifetime; d.Stated {
				e.Realm.AccessTokenLifespan = int(d.Seconds)
			}
			if algs := algorithms(t.Header); len(algs) > 0 {
				e.Realm.DefaultSignatureAlgorithm = algs[0]
			}
		}
	}
	for _, t := range e.ofKind(schema.KindRefresh) {
		if t.Lifetime.Stated {
			e.Realm.SessionMax = int(t.Lifetime.Seconds)
			e.Realm.SessionIdle = min(e.Realm.SessionIdle, e.Realm.SessionMax)
		}
		if t.IdleLifetime.Stated {
			e.Realm.SessionIdle = int(t.IdleLifetime.Seconds)
		}
		e.Realm.RevokeRefreshToken = t.Rotation == schema.Yes
	}
	e.Realm.SessionMax = max(e.Realm.SessionMax, e.Realm.AccessTokenLifespan)
}
