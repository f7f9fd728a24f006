package diff

import (
	"slices"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// A reader is one consumer in both revisions.
type reader struct {
	old, new *issuance.Consumer // either may be nil, not both
}

func (r reader) path() string {
	if r.new != nil {
		return r.new.Path
	}
	return r.old.Path
}

// third says whether it is, or was, a third party.
func (r reader) third() bool {
	return r.new != nil && r.new.Party == "third" || r.old != nil && r.old.Party == "third"
}

func (r reader) readings() []*schema.Read {
	var out []*schema.Read
	if r.old != nil {
		out = append(out, r.old.Reads...)
	}
	if r.new != nil {
		out = append(out, r.new.Reads...)
	}
	return out
}

// takes says whether it takes tokens in both revisions.
func (r reader) takes() bool {
	return r.old != nil && len(r.old.Accepts) > 0 && r.new != nil && len(r.new.Accepts) > 0
}

// behind says whether the reader is, or was, a resource behind another one, whose
// demands on tokens are then its own.
func (r reader) behind(path string) bool {
	for _, c := range []*issuance.Consumer{r.old, r.new} {
		if c == nil || c.Resource == nil {
			continue
		}
		for front := c.Resource.Behind; front != nil; front = front.Behind {
			if front.Path == path {
				return true
			}
		}
	}
	return false
}

// concerns says whether the change can concern a consumer: one that reads or takes
// tokens, or the one that the change is about.
func (c *Change) concerns(r reader) bool {
	if c.consumer != "" {
		return c.consumer == r.path() || c.everywhere && r.behind(c.consumer)
	}
	return len(r.readings()) > 0 || r.takes() && (whole[c.Kind] || c.checked(r)) || c.requested(r) ||
		(c.Kind == tokenConditionsChanged || c.Kind == senderConstraintChanged) && r.old != nil && r.old.Client != nil || c.Kind == unclassifiedChange && c.of(r)
}

// whole are the kinds that concern whoever takes the token, whatever it reads of it.
var whole = map[*Kind]bool{tokenConditionsChanged: true, headerChanged: true, tokenFormatChanged: true, senderConstraintChanged: true, tokenSizeChanged: true, encryptionChanged: true, issuerChanged: true, issuerAlternativeAdded: true}

// of says whether the change is about the tokens of this very client.
func (c *Change) of(r reader) bool { return c.client != "" && r.path() == "clients."+c.client }

// requested says whether the change is about a scope that the client requests.
func (c *Change) requested(r reader) bool {
	if c.scope == "" || r.old == nil || r.old.Client == nil || c.client != "" && c.client != r.old.Client.Name {
		return false
	}
	return slices.ContainsFunc(r.old.Client.Scopes, func(cs *schema.ClientScope) bool {
		return cs.Name == c.scope || cs.Scope.Name == c.scope
	})
}
