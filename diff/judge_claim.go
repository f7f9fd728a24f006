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

// byPlaces judges by what the consumer meets of the claims that the change is
// about.
func (j *judge) byPlaces(c *Change, r reader) report.Judgement {
	out := unaffected("it does not read the claim")
	first := true
	for _, at := range j.placesFor(c, r) {
		for _, v := range j.place(c, r, at) {
			if first {
				out, first = v, false
			}
			out = worst(out, v)
		}
	}
	return out
}

// placesFor are the claims in tokens by which the consumer judges the change: its
// readings where any claim may come or go, and whatever it may reject.
func (j *judge) placesFor(c *Change, r reader) []place {
	if !c.everywhere {
		return c.places
	}
	out := slices.Clone(c.places)
	add := func(at place) {
		if !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	for _, read := range r.old.Reads {
		add(place{read.Token.Name, read.Claim.Name})
	}
	for _, at := range r.checks() {
		add(at)
	}
	if r.new.Strict == schema.Yes {
		for _, a := range r.new.Accepts {
			for _, claim := range j.claimsIn(j.new, r.new, a.Token) {
				add(place{a.Token.Name, claim.Name})
			}
		}
	}
	return out
}

// place judges a change of one claim in one token, for each reading of it.
func (j *judge) place(c *Change, r reader, at place) []report.Judgement {
	var out []report.Judgement
	for _, was := range r.old.Reads {
		if was.Token.Name != at.token || was.Claim.Name != at.claim {
			continue
		}
		if is := same(r.new, was); is != nil {
			out = append(out, worst(j.reading(c, r, is, at), j.altered(c, r, was, is, at)))
		} else {
			out = append(out, j.dropped(c, r, was, at))
		}
	}
	if len(out) == 0 {
		out = append(out, j.checked(c, r, at)...)
	}
	if len(out) == 0 && r.new.Strict == schema.Yes && takes(r.new, at.token) {
		before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
		if before.Reached && before.Presence == schema.Never && after.Presence != schema.Never {
			out = append(out, breaks("it rejects tokens with claims that it does not know", request(after.Present, at, "has")))
		}
	}
	return out
}

// same gives the consumer's reading of the same claim in the new revision.
func same(c *issuance.Consumer, r *schema.Read) *schema.Read {
	i := slices.IndexFunc(c.Reads, func(n *schema.Read) bool {
		return n.Token.Name == r.Token.Name && n.Claim.Name == r.Claim.Name && n.Name == r.Name
	})
	if i < 0 {
		return nil
	}
	return c.Reads[i]
}

func takes(c *issuance.Consumer, token string) bool {
	return slices.ContainsFunc(c.Accepts, func(a *schema.Accept) bool { return a.Token.Name == token })
}

// dropped judges a reading that goes in the same change: whether the consumer is
// quicker than the issuer is not in the contract.
func (j *judge) dropped(c *Change, r reader, was *schema.Read, at place) report.Judgement {
	if v := j.reading(c, r, was, at); v.Verdict != report.Unaffected {
		return mayBreak("it stops reading the claim in this same change; before, " + v.Reason)
	}
	return unaffected("it stops reading the claim")
}

// altered judges a reading that does something else after the same change: until
// then it does what it did.
func (j *judge) altered(c *Change, r reader, was, is *schema.Read, at place) report.Judgement {
	if rule(was) == rule(is) {
		return report.Judgement{}
	}
	if v := j.reading(c, r, was, at); v.Verdict != report.Unaffected {
		return mayBreak("it does something else with the claim in this same change; before, " + v.Reason)
	}
	return report.Judgement{}
}

// reading judges one change of a claim for one reading of it.
func (j *judge) reading(c *Change, r reader, read *schema.Read, at place) report.Judgement {
	before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
	switch {
	case !before.Reached:
		return unaffected("no token of the kind reached it")
	case before.Presence == schema.Never:
		return j.arrives(c, read, after, at)
	case c.Kind.Aspect == "values" || c.Kind.Aspect == "type":
		return strictly(c, r, read, values(c, read, *c.relation))
	}
	if f := restated[c.Kind.ID]; f != nil {
		return f(read, c.Old+", now "+c.New)
	}
	if c.everywhere && !harmless[c.Kind.Action] && !after.Reached {
		return unreached(r, at)
	}
	v := unaffected("it gets the claim as before")
	if situation, ok := j.missing(c, r, before, after, at); ok {
		v = absent(read, request(situation, at, "lacks"))
	}
	if rel, ok := j.carried(at); ok && c.carries() && after.Presence != schema.Never {
		v = worst(v, strictly(c, r, read, values(c, read, rel)))
	}
	return v
}

// carries says whether other carriers, which may bring other values, put claims
// into tokens by the change.
func (c *Change) carries() bool {
	return c.everywhere || c.Kind.Aspect == "releases" || c.Kind.Aspect == "tokens" || c.Kind.Aspect == "existence"
}

// carried gives how the values of a claim in a token changed, where carriers
// restrict them.
func (j *judge) carried(at place) (relation, bool) {
	was, is := j.old.Contract.Token(at.token), j.new.Contract.Token(at.token)
	old, new := j.old.Contract.Claim(at.claim), j.new.Contract.Claim(at.claim)
	if !j.own[at] || was == nil || is == nil || old == nil || new == nil {
		return relation{}, false
	}
	before, after := j.old.Values(was, old), j.new.Values(is, new)
	return relation{before, after, valueset.Relate(before, after)}, before.Key() != after.Key()
}

// unreached judges that a consumer gets no token of a profile any more.
func unreached(r reader, at place) report.Judgement {
	if r.new.Client != nil {
		return breaks("it gets no such token any more", "no "+at.token)
	}
	return breaks("no token reaches it any more", "no client's "+at.token+" passes what it demands")
}

// arrives judges a claim that the consumer reads and never got.
func (j *judge) arrives(c *Change, read *schema.Read, after issuance.Meeting, at place) report.Judgement {
	if after.Presence == schema.Never {
		return unaffected("it never got the claim")
	}
	if c.Kind == claimRestored && read.Decides() {
		return mayBreak("it decides by the claim again, which may mean something else than it did")
	}
	return worst(unaffected("it reads the claim, and gets it now"), unexpected(j.new, read))
}

// unexpected judges whether what comes is what a reading expects.
func unexpected(is *issuance.Issuance, read *schema.Read) report.Judgement {
	if read.Expects == nil {
		return report.Judgement{}
	}
	if some, ok := comes(is, read).Without(*read.Expects).Some(); ok {
		return breaks(fmt.Sprintf("it expects %s", read.Expects), string(some))
	}
	return report.Judgement{}
}

// unmet judges a rule that lets in by values that never come.
func unmet(is *issuance.Issuance, read *schema.Read) report.Judgement {
	values := comes(is, read)
	if read.AllowIf == nil || matched(values).Overlaps(*read.AllowIf).Is != valueset.No {
		return report.Judgement{}
	}
	some, _ := values.Some()
	return breaks(fmt.Sprintf("it lets in by %s, which is never issued", read.AllowIf), string(some))
}

// comes gives the values of what a reading reads.
func comes(is *issuance.Issuance, read *schema.Read) valueset.Set {
	return is.Values(is.Contract.Token(read.Token.Name), is.Contract.Claim(read.Claim.Name))
}

// missing says whether a consumer may miss a claim that it did not miss before,
// because of this change, and in which situation: none where no token reaches it
// any more.
func (j *judge) missing(c *Change, r reader, before, after issuance.Meeting, at place) (*issuance.Situation, bool) {
	// What is embedded comes with more tokens than before where its holder does.
	t := j.new.Contract.Token(at.token)
	embedded := t != nil && t.Kind == schema.KindEmbedded
	if additive[c.Kind] && !embedded || rank(after.Presence) >= rank(before.Presence) || c.gives && !after.Reached {
		return nil, false
	}
	if c.client == "" || !after.Reached {
		return after.Absent, true
	}
	was, is := j.meet(j.old, r.old, at, c.client), j.meet(j.new, r.new, at, c.client)
	if !was.Reached {
		was = before
	}
	return is.Absent, is.Reached && rank(is.Presence) < rank(was.Presence)
}

// additive are the kinds by which nobody can lose a claim: what somebody misses
// in the same revision is the doing of another change.
var additive = map[*Kind]bool{
	claimAdded: true, claimAddedToToken: true, claimRestored: true, claimOptionalToRequired: true,
	releaseAdded: true, shownOutside: true, scopeAdded: true, scopeRestored: true, tokenAdded: true,
}

// meet says what a consumer meets of a claim in one revision, in tokens of all
// clients or of one. What is not there is never met.
func (j *judge) meet(is *issuance.Issuance, c *issuance.Consumer, at place, client ...string) issuance.Meeting {
	token, claim := is.Contract.Token(at.token), is.Contract.Claim(at.claim)
	if token == nil || c == nil {
		return issuance.Meeting{Presence: schema.Never}
	}
	if claim == nil {
		claim = &schema.Claim{Name: at.claim} // placed nowhere
	}
	var of []*schema.Client
	for _, name := range client {
		cl := is.Contract.Client(name)
		if cl == nil {
			return issuance.Meeting{Presence: schema.Never}
		}
		of = append(of, cl)
	}
	return is.Meet(c, token, claim, of...)
}

// request describes a situation as a witness: who asks for what, and what the
// token then has or lacks.
func request(s *issuance.Situation, at place, verb string) string {
	if s == nil {
		return fmt.Sprintf("no client gets a %s for it", at.token)
	}
	return fmt.Sprintf("%s: %s %s %s", asked(s), at.token, verb, at.claim)
}

// asked says what a client asks for.
func asked(s *issuance.Situation) string {
	out := "client " + s.Client.Name
	if s.Grant != issuance.Unstated {
		out += ", grant " + s.Grant
	}
	if len(s.Scopes) > 0 {
		out += ", scope " + strings.Join(s.Scopes.Names(), " ")
	}
	return out
}
