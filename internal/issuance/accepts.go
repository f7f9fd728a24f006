package issuance

import (
	"encoding/json"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// maxGrants bounds the grants that are tried for one payload.
const maxGrants = 64

// Accepts says whether the payload can be that of a token of the situation, for
// certain: conditions in words, formats, and whatever else is not the contract's to
// decide, may all be against it.
func (is *Issuance) Accepts(s Situation, p Payload) bool {
	for _, s := range is.wide(s, p) {
		if is.fitting(s, p).undoubted() && len(is.Misfits(s, p)) == 0 {
			return true
		}
	}
	return false
}

// wide gives the grants beyond a situation with which the token may have all claims of
// the payload, and nothing more is granted.
func (is *Issuance) wide(s Situation, p Payload) []Situation {
	all := []Situation{s}
	for _, m := range p {
		claim := is.Contract.Claim(m.Name)
		if s.only || claim == nil {
			continue
		}
		var next []Situation
		for _, s := range all {
			next = append(next, is.With(s, claim)...)
		}
		all = next[:min(len(next), maxGrants)]
	}
	for i := range all {
		all[i].only = true
	}
	return slices.DeleteFunc(all, func(s Situation) bool { return s.falls(s.Levels) })
}

// undoubted says whether nothing but what Misfits looks at decides about the payload.
func (f fitting) undoubted() bool {
	t := f.s.Token
	if t.Kind == schema.KindEmbedded || t.MaxBytes > 0 || t.Encoded != nil || f.inactive() || !f.lives() || !f.scopesAreSaid() || !f.levelsAreSaid() {
		return false
	}
	for _, m := range f.p {
		if claim := f.is.Contract.Claim(m.Name); claim == nil || !plain(claim) || !f.fits(claim, m) {
			return false
		}
	}
	return !slices.ContainsFunc(f.claims, f.inWords)
}

// fits says whether the claim has the value, whatever else is true of the token.
func (f fitting) fits(claim *schema.Claim, m Member) bool {
	return slices.ContainsFunc(f.open(claim), func(w Way) bool {
		return f.settled(w) && f.facts.Values(w.Placement).Contains(m.Value) == valueset.Yes
	})
}

// inWords says whether words decide if the claim is there, which nobody here reads.
func (f fitting) inWords(claim *schema.Claim) bool {
	return slices.ContainsFunc(f.open(claim), func(w Way) bool { return w.Placement.When != "" })
}

// plain says whether the set of values is all that is said of a claim's values.
func plain(c *schema.Claim) bool {
	retired := func(v *schema.Value) bool { return v.Retired != nil }
	return c.Format == "" && c.Overage == nil && c.Embeds == nil && len(c.Members) == 0 && c.Retired == nil &&
		!slices.ContainsFunc(c.Values, retired)
}

// lives says whether the token's own dates leave it a life, and one as long as the
// contract says.
func (f fitting) lives() bool {
	exp, hasExp := f.p.seconds("exp")
	iat, hasIat := f.p.seconds("iat")
	least, _ := LifetimesFor(f.s.Client, f.s.Token)
	return !hasExp || !hasIat || exp > iat && exp-iat >= least.Seconds
}

// scopesAreSaid says whether the claim that names the granted scopes, if the payload
// has one, names those of the situation (RFC 8693, 4.2).
func (f fitting) scopesAreSaid() bool {
	for _, name := range []string{"scope", "scp"} {
		v, there := f.p.Get(name)
		if !there {
			continue
		}
		said, may, ok := f.is.views[f.s.Client].told(words(v))
		if said = said.union(may); !ok || !f.s.Scopes.union(f.s.may).includes(said) {
			return false
		}
		if slices.ContainsFunc(f.s.Scopes, func(s *schema.Scope) bool { return s.Reported && !said.Has(s) }) {
			return false
		}
	}
	return true
}

// levelsAreSaid says whether a claim that states the level states that of the situation.
func (f fitting) levelsAreSaid() bool {
	return !slices.ContainsFunc(f.is.Contract.Assurance, func(scale *schema.Scale) bool {
		if scale.Claim == nil || f.p.value(scale.Claim.Name) == "" {
			return false
		}
		l, ok := stated(scale, f.p)
		return !ok || !slices.Contains(f.s.reached, l)
	})
}

// words reads scopes in one text with spaces between, or as a list.
func words(v valueset.JSON) []string {
	if text, ok := v.Text(); ok {
		return strings.Fields(text)
	}
	var list []string
	if json.Unmarshal([]byte(v), &list) != nil {
		return nil
	}
	return list
}
