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
	senderConstraintChanged = &Kind{
		ID: "sender-constraint-changed", Object: "token", Aspect: "binding", Action: "replace", Mirror: "sender-constraint-changed", Order: "consumers", Since: "0.1.0",
		Summary: "a token is bound to the client's key otherwise, or not any more",
		Why:     "A token that is bound to nothing works for whoever has got hold of it; one that is bound takes a client and a resource that know the proof.",
	}
	demandedProofChanged = &Kind{
		ID: "demanded-proof-changed", Object: "resource", Aspect: "binding", Action: "replace", Mirror: "demanded-proof-changed", Order: "issuer", Since: "0.1.0",
		Summary: "a resource demands another proof that the client holds the key, or none",
		Why:     "It refuses tokens that are bound otherwise; or it takes them from whoever has stolen one.",
	}
)

// binding compares how tokens are bound to a key.
func (c *comparer) binding(k *Kind, words, subject string, old, new []string, touch func(*Change)) {
	if was, is := union(old, nil), union(new, nil); !slices.Equal(was, is) {
		touch(c.add(k, subject, "%s %s; it was %s", words, proofs(is), proofs(was)).values(strings.Join(was, " "), strings.Join(is, " ")))
	}
}

func proofs(names []string) string {
	return cmp.Or(strings.Join(names, " or "), "nothing")
}

// boundBy is how a client's tokens of a profile are bound.
func boundBy(c *schema.Contract, client, token string) []string {
	t, cl := c.Token(token), c.Client(client)
	if t == nil || cl == nil {
		return nil
	}
	for _, ct := range cl.Tokens {
		if ct.Token == t && ct.States("senderConstraint") {
			return ct.SenderConstraint
		}
	}
	return t.SenderConstraint
}

// bound judges that a token is bound otherwise: for the client, which has to prove
// that it holds the key, and for resources by what they demand.
func (j *judge) bound(c *Change, r reader) report.Judgement {
	token := c.tokens[0]
	if r.new.Client != nil {
		return j.boundClient(c, r, token)
	}
	if !takes(r.new, token) || !j.about(c, r) {
		return unaffected("it does not take the token")
	}
	was, is := strings.Fields(c.Old), strings.Fields(c.New)
	for link := r.new.Resource; link != nil; link = link.Behind {
		if len(link.SenderConstraint) == 0 {
			continue
		}
		who := "it"
		if link != r.new.Resource {
			who = link.Path + " in front of it"
		}
		switch taken := func(proof string) bool { return slices.Contains(link.SenderConstraint, proof) }; {
		case !slices.ContainsFunc(was, taken):
			return unaffected(who + " took no such token before")
		case !slices.ContainsFunc(is, taken), slices.ContainsFunc(is, func(proof string) bool { return !taken(proof) && !slices.Contains(was, proof) }):
			return breaks(fmt.Sprintf("%s takes only tokens that are bound by %s", who, proofs(link.SenderConstraint)), "bound by "+proofs(is))
		}
		return unaffected(who + " takes tokens that are bound so")
	}
	switch {
	case len(is) == 0 && j.checksOnTheWay(r, place{token, "cnf"}):
		return breaksOpen("it checks cnf, and many verifiers let in tokens without it", "bound by "+proofs(was)+", now nothing")
	case len(is) == 0 && acceptOf(r.new.Consumer, token).States("validates"):
		return unaffected("it does not check whom the token is bound to")
	case within(is, was) && len(is) > 0:
		return unaffected("it takes what is left")
	}
	if len(is) == 0 {
		return mayBreak("whether it checks whom the token is bound to is not declared")
	}
	return mayBreak("which proofs it knows is not declared")
}

// checksOnTheWay says whether a resource, or one in front of it, checks a part of the
// token.
func (j *judge) checksOnTheWay(r reader, at place) bool {
	for link := r.new.Resource; link != nil; link = link.Behind {
		if a := acceptOf(&link.Consumer, at.token); a != nil && slices.Contains(a.Validates, at.claim) {
			return true
		}
	}
	return false
}

func (j *judge) boundClient(c *Change, r reader, token string) report.Judgement {
	was, is := boundBy(j.old.Contract, r.old.Client.Name, token), boundBy(j.new.Contract, r.new.Client.Name, token)
	switch {
	case c.client != "" && !c.of(r), !j.met(r, token):
		return unaffected("it does not get the token")
	case len(is) == 0 || len(was) > 0 && within(was, is) || slices.Equal(union(was, nil), union(is, nil)):
		return unaffected("it has to prove no more than before")
	}
	return mayBreak("whether it can prove that it holds the key, by " + proofs(is) + ", is not declared")
}

// demanded judges that a resource, or one in front of it, demands another proof.
func (j *judge) demanded(c *Change, r reader) report.Judgement {
	was, is := strings.Fields(c.Old), strings.Fields(c.New)
	out := unaffected("the tokens that reach it are bound as it demands")
	for _, a := range r.new.Accepts {
		t := j.old.Contract.Token(a.Token.Name)
		if t == nil {
			continue
		}
		for _, client := range clients(j.old, r.old, t) {
			before, by := orNoProof(boundBy(j.old.Contract, client, t.Name)), boundBy(j.new.Contract, client, t.Name)
			// What tokens are bound by may change with it: then it counts whether it took any.
			took := func(proof string) bool {
				return suffices(proof, was) || !slices.Contains(before, proof) && slices.ContainsFunc(before, func(p string) bool { return suffices(p, was) })
			}
			switch {
			case len(is) == 0 && !j.checksOnTheWay(r, place{t.Name, "cnf"}) && !demandsProof(c, r):
				out = worst(out, breaksOpen(c.who(r)+" takes tokens from whoever has got hold of one", "demands "+proofs(was)+", now nothing"))
			case slices.ContainsFunc(orNoProof(by), func(proof string) bool { return took(proof) && !suffices(proof, is) }):
				out = worst(out, breaks(fmt.Sprintf("%s refuses tokens of client %q", c.who(r), client), fmt.Sprintf("%s bound by %s", t.Name, proofs(by))))
			}
		}
	}
	return out
}

// orNoProof gives the proofs by which tokens are bound, or the one of those that are not.
func orNoProof(by []string) []string {
	if len(by) == 0 {
		return []string{""}
	}
	return by
}

// suffices says whether a proof is what somebody demands, if anything.
func suffices(proof string, demanded []string) bool {
	return len(demanded) == 0 || slices.Contains(demanded, proof)
}

// demandsProof says whether somebody else on the way to a resource takes only bound
// tokens.
func demandsProof(c *Change, r reader) bool {
	for link := r.new.Resource; link != nil; link = link.Behind {
		if link.Path != c.consumer && len(link.SenderConstraint) > 0 {
			return true
		}
	}
	return false
}
