package verify

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Profile is what the tokens of one profile are, for one client or for all.
type Profile struct {
	Token  *schema.Token
	Client *schema.Client // nil: any
	// Payload is the set of payloads: closed, as a token has the claims that the
	// contract puts there and no others.
	Payload valueset.Set
	// Header is the set of JOSE headers; nil where the contract states none.
	Header *valueset.Set
	// Shortest and Longest are how long tokens are valid, from iat to exp.
	Shortest, Longest schema.Duration
	// MaxBytes is how large a JWT may be; 0 where nothing is promised.
	MaxBytes int
}

// NeverIssuedError says that there are no tokens of the profile to check.
type NeverIssuedError struct {
	Token  *schema.Token
	Client *schema.Client
}

func (e *NeverIssuedError) Error() string {
	if e.Client == nil {
		return fmt.Sprintf("token %q is issued to no client", e.Token)
	}
	return fmt.Sprintf("token %q is never issued to client %q", e.Token, e.Client)
}

// ProfileOf says what a client's tokens of a profile are. Without a client, it is
// what those of all clients may be: a claim must be there if it is in every one.
func ProfileOf(is *issuance.Issuance, t *schema.Token, client *schema.Client) (*Profile, error) {
	clients := is.Contract.Clients
	if client != nil {
		clients = []*schema.Client{client}
	}
	clients = slices.DeleteFunc(slices.Clone(clients), func(c *schema.Client) bool { return len(is.Situations(c, t)) == 0 })
	p := &Profile{Token: t, Client: client, Header: t.Header, MaxBytes: t.MaxBytes}
	switch {
	case len(clients) == 0 && client == nil && t.Kind == schema.KindEmbedded:
		p.Payload = embedded(is, t)
		return p, nil
	case len(clients) == 0:
		return nil, &NeverIssuedError{t, client}
	}
	p.Payload = payload(is, t, clients)
	p.Shortest, p.Longest = issuance.LifetimesFor(clients[0], t)
	p.Header = issuance.HeaderFor(clients[0], t)
	for _, c := range clients[1:] {
		p.widen(c)
	}
	return p, nil
}

// widen lets in the tokens of one more client. What one of them leaves open is open.
func (p *Profile) widen(c *schema.Client) {
	_, most := issuance.LifetimesFor(c, p.Token)
	if !most.Stated || p.Longest.Less(most) {
		p.Longest = most
	}
	header := issuance.HeaderFor(c, p.Token)
	if header == nil || p.Header == nil {
		p.Header = nil
		return
	}
	either := p.Header.Union(*header)
	p.Header = &either
}

// placed is a claim in the tokens of some clients.
type placed struct {
	values valueset.Set
	from   map[*schema.Placement]bool
	always int // clients whose every token has it
}

// placements collects the claims of a profile.
type placements struct {
	facts issuance.Facts
	found map[*schema.Claim]*placed
}

func (ps *placements) add(w issuance.Way) *placed {
	claim := w.Placement.Claim
	p := ps.found[claim]
	if p == nil {
		p = &placed{values: valueset.Empty(), from: map[*schema.Placement]bool{}}
		ps.found[claim] = p
	}
	if !p.from[w.Placement] {
		p.from[w.Placement] = true
		p.values = p.values.Union(ps.facts.Values(w.Placement))
	}
	return p
}

func payload(is *issuance.Issuance, t *schema.Token, clients []*schema.Client) valueset.Set {
	ps := &placements{is.Facts(t, clients), map[*schema.Claim]*placed{}}
	for _, c := range clients {
		grants := map[string]bool{}
		for _, s := range is.Situations(c, t) {
			grants[s.Grant] = true
		}
		for _, claim := range is.ClaimsIn(c, t) {
			ps.addFlows(is.FlowsOf(c, t, claim), len(grants))
		}
	}
	return ps.object(is.Contract, len(clients))
}

// addFlows adds what one client gets of a claim, by each of its grant types.
func (ps *placements) addFlows(flows []issuance.Flow, grants int) {
	var p *placed
	always := len(flows) == grants
	for _, f := range flows {
		always = always && f.Presence == schema.Always
		for _, r := range f.Routes {
			p = ps.add(r.Way)
		}
	}
	if p != nil && always {
		p.always++
	}
}

// embedded is the payload of tokens that come inside of others, where the contract does
// not say which.
func embedded(is *issuance.Issuance, t *schema.Token) valueset.Set {
	ps := &placements{found: map[*schema.Claim]*placed{}}
	for _, claim := range is.Contract.Claims {
		for _, w := range is.Ways(nil, t, claim) {
			if w.Placement.Presence == schema.Never {
				continue
			}
			p := ps.add(w)
			if w == (issuance.Way{Placement: w.Placement}) && w.Placement.Presence == schema.Always {
				p.always = 1
			}
		}
	}
	return ps.object(is.Contract, 1)
}

// object is the set of payloads with these claims.
func (ps *placements) object(c *schema.Contract, clients int) valueset.Set {
	var named, families []valueset.Field
	for _, claim := range c.Claims { // in their order: the set is the same in each run
		p := ps.found[claim]
		if p == nil {
			continue
		}
		f := valueset.Field{Name: claim.Name, Set: p.values, Presence: valueset.Sometimes}
		if prefix, ok := strings.CutSuffix(claim.Name, "*"); ok {
			f.Name = prefix
			families = append(families, f)
			continue
		}
		if p.always == clients {
			f.Presence = valueset.Always
		}
		named = append(named, f)
	}
	return valueset.ObjectOf(named, families, valueset.Empty())
}
