package audit

import (
	"cmp"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// An Addition is one thing that a client would have to be given.
type Addition struct {
	Kind string // scope, grant, authorization detail, token, resource, request
	Name string
}

func (a Addition) String() string {
	if a.Kind == addRequest {
		return "a request for it with the claims parameter"
	}
	return a.Kind + " " + a.Name
}

const (
	addScope    = "scope"
	addGrant    = "grant"
	addDetail   = "authorization detail"
	addToken    = "token"
	addResource = "resource"
	addRequest  = "request"
)

// A Release is additions that together let a claim come, of which none could be
// left out.
type Release []Addition

func (r Release) String() string {
	var out []string
	for _, a := range r {
		out = append(out, a.String())
	}
	return strings.Join(out, " and ")
}

// A search looks for the fewest additions with which a client would get a claim
// in a token.
//
// A client that may name more hardly ever loses a way, so it is enough to look at
// one that is given everything: each smallest grant by which that one gets the claim
// says what suffices, and what can be left out of it is left out. What lets more
// scopes be granted than another answer, such as one that implies the scope that is
// needed, is no answer.
type search struct {
	is     *issuance.Issuance
	client *schema.Client
	token  *schema.Token
	claim  *schema.Claim
}

// releases gives what would let the claim come, the shortest first; none where
// nothing would.
func (s *search) releases() []Release {
	var out []Release
	for _, most := range [][]Addition{s.additions(false), s.additions(true)} {
		for _, c := range s.givenMost(most) {
			for _, enough := range s.sufficient(c, most) {
				for _, least := range s.least(enough) {
					if !slices.ContainsFunc(out, func(r Release) bool { return slices.Equal(r, least) }) {
						out = append(out, least)
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Release) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a.String(), b.String()))
	})
	return slices.DeleteFunc(slices.Clone(out), func(r Release) bool {
		return slices.ContainsFunc(out, func(o Release) bool { return s.grantsMore(r, o) })
	})
}

// grantsMore says whether additions are no answer beside others: they hold what the
// others do, and more.
func (s *search) grantsMore(more, less Release) bool {
	return s.holds(more, less) && !(s.holds(less, more) && len(more) == len(less))
}

// holds says whether to get the claim by some additions, the client is granted all
// that others take. Scopes that imply one another come to the same.
func (s *search) holds(some, others Release) bool {
	beside := func(a Addition) bool { return a.Kind != addScope && !slices.Contains(some, a) }
	return !slices.ContainsFunc(others, beside) && covers(s.granted(others), s.granted(some))
}

// covers says whether each way has one of the others in it.
func covers(less, more []opening) bool {
	return !slices.ContainsFunc(more, func(m opening) bool {
		return !slices.ContainsFunc(less, func(l opening) bool { return l.grant == m.grant && within(l.scopes, m.scopes) })
	})
}

// An opening is a grant type and scopes with which a claim comes.
type opening struct {
	grant  string
	scopes []string
}

func (s *search) granted(r Release) []opening {
	c := s.with(r)
	var out []opening
	for _, f := range s.is.Suppose(c).FlowsOf(c, s.token, s.claim) {
		for _, route := range f.Routes {
			for _, set := range route.Scopes {
				out = append(out, opening{f.Grant, set.Names()})
			}
		}
	}
	return out
}
