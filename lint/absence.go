package lint

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// An absence is a token that reaches a reader and may be without the claim.
type absence struct {
	issuance.Situation
	presence schema.Presence // Sometimes or Never, of the claim in such tokens
	why      schema.Related  // at what puts the claim there under a condition, or at the client
	sure     bool            // nothing that the contract leaves open decides it
}

// says tells how the reader comes to a token without the claim.
func (r reading) says(a absence) string {
	client := fmt.Sprintf("client %q", a.Client.Name)
	if r.consumer.Client != nil {
		client = "it"
	}
	return fmt.Sprintf("%s gets one without it %s", client, a.by())
}

// by tells what the client asks for to get such a token.
func (a absence) by() string {
	var by []string
	if a.Grant != issuance.Unstated {
		by = append(by, "by "+a.Grant)
	}
	switch len(a.Scopes) {
	case 0:
		by = append(by, "without any scope")
	case 1:
		by = append(by, fmt.Sprintf("with scope %q", a.Scopes[0].Name))
	default:
		by = append(by, fmt.Sprintf("with scopes %q", strings.Join(a.Scopes.Names(), " ")))
	}
	return strings.Join(by, " ")
}

// absent gives a smallest grant whose token reaches the reader and may be without
// the claim. Tokens that the reader refuses for the lack of another claim do not
// count: it never comes to this reading. stops says which readings refuse.
//
// For a member of a claim it is the absence of the claim.
func (r reading) absent(is *issuance.Issuance, stops func(*schema.Read) bool) (absence, bool) {
	if alwaysThere(r.Token, r.Claim) {
		return absence{}, false
	}
	gates := r.gates(stops)
	var doubtful absence
	for s := range is.Meetings(r.consumer, r.Token) {
		if is.In(s, r.Claim) == schema.Always {
			continue
		}
		for _, passed := range pass(is, s, gates) {
			a, ok := lacking(is, passed, r.Claim, gates)
			if ok && a.sure {
				return a, true
			}
			if ok && doubtful.Client == nil {
				doubtful = a
			}
		}
	}
	return doubtful, doubtful.Client != nil
}

// nowhere says whether no token that reaches the reader has the claim, given a
// token that lacks it.
func (r reading) nowhere(is *issuance.Issuance, a absence) bool {
	return a.presence == schema.Never && is.Meet(r.consumer, r.Token, r.Claim).Presence == schema.Never
}

// alwaysThere says whether a token has a claim whatever is granted.
func alwaysThere(t *schema.Token, claim *schema.Claim) bool {
	return slices.ContainsFunc(t.Claims, func(p *schema.Placement) bool {
		return p.Claim == claim && p.Presence == schema.Always && len(p.Grants) == 0 && len(p.Assurance) == 0
	})
}

// gates gives the other readings of the token, by the reader and those in front of
// it, that a token must pass.
func (r reading) gates(stops func(*schema.Read) bool) []*schema.Read {
	var out []*schema.Read
	add := func(reads []*schema.Read) {
		for _, other := range reads {
			if other.Token == r.Token && other.Claim != r.Claim && slices.ContainsFunc(leaves(other), stops) {
				out = append(out, other)
			}
		}
	}
	add(r.consumer.Reads)
	if res := r.consumer.Resource; res != nil {
		for front := res.Behind; front != nil; front = front.Behind {
			add(front.Reads)
		}
	}
	return out
}

// maxPasses bounds the grants that are followed through the gates of a reader;
// what is left out can only hide a finding.
const maxPasses = 64

// pass gives the grants beyond a situation whose tokens have what the gates want.
func pass(is *issuance.Issuance, s issuance.Situation, gates []*schema.Read) []issuance.Situation {
	all := []issuance.Situation{s}
	for _, g := range gates {
		var next []issuance.Situation
		for _, s := range all {
			next = append(next, is.With(s, g.Claim)...)
		}
		all = next[:min(len(next), maxPasses)]
	}
	return all
}

// lacking says whether a token of the situation may be without the claim, and why.
func lacking(is *issuance.Issuance, s issuance.Situation, claim *schema.Claim, gates []*schema.Read) (absence, bool) {
	a := absence{Situation: s, presence: is.In(s, claim), sure: true}
	if a.presence == schema.Always || together(is, s, claim, gates) {
		return a, false
	}
	a.why = schema.Related{At: s.Client.At(), Message: fmt.Sprintf("nothing puts it into tokens of client %q", s.Client.Name)}
	for _, w := range is.Ways(s.Client, s.Token, claim) {
		if w.Placement.Presence == schema.Never {
			continue
		}
		a.why = schema.Related{At: w.Placement.At(), Message: condition(s, w)}
		a.sure = len(w.Placement.Grants) == 0 || len(s.Client.Grants) > 0
		if w.Scope != nil && w.Scope.Party != "" && s.Client.Party == "" {
			a.sure = false
		}
		break
	}
	return a, true
}

// together says whether the claim comes whenever that of a gate does: claims of one
// token with the same words for when come together.
func together(is *issuance.Issuance, s issuance.Situation, claim *schema.Claim, gates []*schema.Read) bool {
	whens := func(claim *schema.Claim) []string {
		var out []string
		for _, w := range is.Ways(s.Client, s.Token, claim) {
			if w.Scope == nil || s.Scopes.Has(w.Scope) {
				out = append(out, w.Placement.When)
			}
		}
		return out
	}
	ours := whens(claim)
	return slices.ContainsFunc(gates, func(g *schema.Read) bool {
		theirs := whens(g.Claim)
		return len(theirs) == 1 && theirs[0] != "" && slices.Contains(ours, theirs[0])
	})
}

// condition says under which condition a way leads to the claim that need not hold
// in the situation.
func condition(s issuance.Situation, w issuance.Way) string {
	p := w.Placement
	switch {
	case w.Scope != nil && !s.Scopes.Has(w.Scope):
		return fmt.Sprintf("scope %q releases it, which %s", w.Scope.Name, without(s.Client, w.Scope))
	case w.Detail != nil:
		return fmt.Sprintf("only authorization detail %q releases it", w.Detail.Name)
	case w.Resource != nil && w.Resource != s.Resource:
		return fmt.Sprintf("it is only in tokens for resource %q", w.Resource.Name)
	case len(p.Grants) > 0 && !slices.Contains(p.Grants, s.Grant):
		return "it is there only by " + strings.Join(p.Grants, ", ")
	case p.When != "":
		return "it is there only when " + p.When
	case p.Presence == schema.Sometimes:
		return "it is there only sometimes"
	case len(p.Assurance) > 0:
		return fmt.Sprintf("it is there only with %s or above", p.Assurance[0])
	}
	return "it is put there here"
}

// without says why a client may be without a scope.
func without(c *schema.Client, s *schema.Scope) string {
	i := slices.IndexFunc(c.Scopes, func(cs *schema.ClientScope) bool { return cs.Scope == s })
	switch {
	case i < 0:
		return fmt.Sprintf("client %q does not name", c.Name)
	case s.Consent && !c.ConsentSkipped:
		return "the user may refuse"
	}
	return "need not be granted"
}
