package lint

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"tokenctl.dev/lint/classify"
	"tokenctl.dev/schema"
)

// clientCredentials is the grant type of machines: there is no user (RFC 6749, 4.4).
const clientCredentials = "client_credentials"

// A placed is a claim in a token, with every placement that puts it there.
type placed struct {
	token *schema.Token
	claim *schema.Claim
	by    []*schema.Placement // by place, at least one, none a promise of absence
}

// at is the place to show.
func (p placed) at() schema.Range { return p.by[0].At() }

// subject is the claim in the token, whatever puts it there.
func (p placed) subject() string {
	return p.token.Path + ".claims." + strings.TrimPrefix(p.claim.Path, "claims.")
}

// others gives the further places that put the claim there.
func (p placed) others() []schema.Related {
	var out []schema.Related
	for _, by := range p.by[1:] {
		out = append(out, schema.Related{At: by.At(), Message: "also released here"})
	}
	return out
}

// placements gives every claim in every token, by token and claim.
func placements(c *schema.Contract) []placed {
	type key struct {
		token *schema.Token
		claim *schema.Claim
	}
	index := map[key]int{}
	var out []placed
	for p := range c.Placements() {
		if p.Presence == schema.Never {
			continue
		}
		k := key{p.Token, p.Claim}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, placed{token: p.Token, claim: p.Claim})
		}
		out[i].by = append(out[i].by, p)
	}
	for _, p := range out {
		slices.SortStableFunc(p.by, func(a, b *schema.Placement) int { return a.At().Compare(b.At()) })
	}
	slices.SortFunc(out, func(a, b placed) int {
		return cmp.Or(strings.Compare(a.token.Name, b.token.Name), strings.Compare(a.claim.Name, b.claim.Name))
	})
	return out
}

// identifying gives the claims that identify or reach a person, in tokens of these
// kinds. What is secret is another rule's.
func (p *Pass) identifying(kinds ...string) iter.Seq2[placed, classify.Class] {
	return func(yield func(placed, classify.Class) bool) {
		for _, pl := range placements(p.Contract) {
			class := p.Class(pl.claim)
			if slices.Contains(kinds, pl.token.Kind) && class.Tier >= classify.Direct && class.Tier != classify.Secret && !yield(pl, class) {
				return
			}
		}
	}
}
