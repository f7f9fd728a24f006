package diff

import (
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var encryptionChanged = &Kind{
	ID: "encryption-changed", Object: "token", Aspect: "encryption", Action: "replace", Mirror: "encryption-changed", Order: "both", Since: "0.1.0",
	Summary: "a token is encrypted, or not any more, or by another algorithm",
	Why:     "Whoever takes it has to have the key; without encryption, whoever holds an access token can read what was meant for the resource.",
}

// encryption compares how a token is encrypted.
func (c *comparer) encryption(what, subject string, old, new *schema.Encryption, touch func(*Change)) {
	if was, is := sealing(old), sealing(new); was != is {
		touch(c.add(encryptionChanged, subject, "%s is %s; it was %s", what, is, was).values(was, is))
	}
}

func sealing(e *schema.Encryption) string {
	if e == nil {
		return "not encrypted"
	}
	var parts []string
	for _, names := range [][]string{e.Alg, e.Enc} {
		if len(names) > 0 {
			parts = append(parts, strings.Join(union(names, nil), " or "))
		}
	}
	if len(parts) == 0 {
		return "encrypted"
	}
	return "encrypted by " + strings.Join(parts, " with ")
}

// sealed says whether a client holds a token that is encrypted for somebody else: an
// access token that it does not say it takes.
func sealed(c *issuance.Consumer, t *schema.Token) bool {
	if c == nil || c.Client == nil || t == nil || t.Kind != schema.KindAccess || takes(c, t.Name) {
		return false
	}
	return t.Encryption != nil || slices.ContainsFunc(c.Client.Tokens, func(ct *schema.ClientToken) bool { return ct.Token == t && ct.Encryption != nil })
}

// decrypts judges that a token is encrypted otherwise, for who takes it: nothing says who
// has which key.
func (j *judge) decrypts(c *Change, r reader) report.Judgement {
	switch {
	case !takes(r.new, c.tokens[0]) || !j.about(c, r):
		return unaffected("it does not take the token")
	case c.New == sealing(nil):
		return mayBreak("whether it takes the token unencrypted is not declared")
	}
	return mayBreak("whether it can decrypt the token is not declared")
}
