package verify

import (
	"fmt"
	"regexp"
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
	case t.Kind == schema.KindEmbedded:
		p.Payload = embedded(is, t)
		return p, nil
	case len(clients) == 0:
		return nil, &NeverIssuedError{t, client}
	}
	p.Payload = payload(is, t, clients)
	for _, c := range clients {
		p.lifetime(c)
	}
	if client != nil {
		for _, ct := range client.Tokens {
			if ct.Token == t && ct.Header != nil {
				p.Header = ct.Header
			}
		}
	}
	return p, nil
}

// lifetime widens the limits to those of one more client.
func (p *Profile) lifetime(c *schema.Client) {
	own := issuance.LifetimeFor(c, p.Token)
	least, most := own, own
	if p.Token.MinLifetime.Stated {
		least = p.Token.MinLifetime
	} else {
		least = schema.Duration{} // scopes may make it shorter
	}
	if p.Token.MaxLifetime.Stated && (!most.Stated || most.Less(p.Token.MaxLifetime)) {
		most = p.Token.MaxLifetime
	}
	p.Shortest = least
	if !p.Longest.Stated || p.Longest.Less(most) {
		p.Longest = most
	}
}

// placed is a claim in the tokens of some clients.
type placed struct {
	claim  *schema.Claim
	values valueset.Set
	always int // clients whose every token has it
}

func payload(is *issuance.Issuance, t *schema.Token, clients []*schema.Client) valueset.Set {
	found := map[*schema.Claim]*placed{}
	for _, c := range clients {
		consumer := is.Consumer(c.Path)
		for _, claim := range is.ClaimsIn(c, t) {
			meeting := is.Meet(consumer, t, claim)
			if meeting.Presence == schema.Never {
				continue
			}
			p := found[claim]
			if p == nil {
				p = &placed{claim: claim, values: valueset.Empty()}
				found[claim] = p
			}
			if meeting.Presence == schema.Always {
				p.always++
			}
			for _, f := range is.FlowsOf(c, t, claim) {
				for _, r := range f.Routes {
					p.values = p.values.Union(valuesFor(is, t, c, r.Placement))
				}
			}
		}
	}
	return object(is.Contract, found, len(clients))
}

// embedded is the payload of tokens that come inside of others, whoever gets those.
func embedded(is *issuance.Issuance, t *schema.Token) valueset.Set {
	found := map[*schema.Claim]*placed{}
	for _, claim := range is.Contract.Claims {
		for _, w := range is.Ways(nil, t, claim) {
			if w.Placement.Presence == schema.Never {
				continue
			}
			p := found[claim]
			if p == nil {
				p = &placed{claim: claim, values: valueset.Empty()}
				found[claim] = p
			}
			p.values = p.values.Union(w.Placement.Values())
			if w == (issuance.Way{Placement: w.Placement}) && w.Placement.Presence == schema.Always {
				p.always = 1
			}
		}
	}
	return object(is.Contract, found, 1)
}

// object is the set of payloads with these claims.
func object(c *schema.Contract, found map[*schema.Claim]*placed, clients int) valueset.Set {
	var named, families []valueset.Field
	for _, claim := range c.Claims { // in their order: the set is the same in each run
		p := found[claim]
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

// valuesFor is what a claim may be by one placement. Where its author gives no set,
// the contract says it elsewhere for some claims: who the issuer is, and the client.
func valuesFor(is *issuance.Issuance, t *schema.Token, client *schema.Client, p *schema.Placement) valueset.Set {
	out := p.Values()
	if p.Value != nil || p.Claim.States("#value") {
		return out
	}
	issuer := is.Contract.Issuer
	switch id := valueset.Const(valueset.Text(client.Name)); {
	case p.Claim.Name == "iss" && issuer != nil:
		return out.Intersect(issuers(issuer))
	case p.Claim.Name == "aud" && t.Kind == schema.KindAccess:
		return out.Intersect(audiences(is, t, client))
	case client.Many:
	case p.Claim.Name == "client_id", p.Claim.Name == "azp" && t.Kind == schema.KindID:
		return out.Intersect(id)
	case p.Claim.Name == "aud" && (t.Kind == schema.KindID || t.Kind == schema.KindLogout):
		// OpenID Connect Core, 2, and Back-Channel Logout, 2.4: the client is one of them.
		all := valueset.ListOf(valueset.Any())
		others := valueset.ListOf(valueset.Any().Without(id))
		return out.Intersect(id.Union(all.Without(others)))
	}
	return out
}

// audiences are the values of aud in a client's access tokens: the resources that they
// reach. Where one of these does not say what it is called, nothing is known.
func audiences(is *issuance.Issuance, t *schema.Token, client *schema.Client) valueset.Set {
	var names []valueset.JSON
	for _, r := range is.Contract.Resources {
		reached := false
		for range is.Meetings(is.Consumer(r.Path), t, client) {
			reached = true
			break
		}
		if reached && r.Kind == "api" && len(r.Audience) == 0 {
			return valueset.Any()
		}
		for _, a := range r.Audience {
			if reached {
				names = append(names, valueset.Text(a))
			}
		}
	}
	if len(names) == 0 {
		return valueset.Any()
	}
	one := valueset.OneOf(names...)
	return one.Union(valueset.ListOf(one))
}

// issuers are the values of iss: the issuer's url and its alternatives. {name} in a
// url stands for any value.
func issuers(i *schema.Issuer) valueset.Set {
	out := issuerSet(i.URL)
	for _, a := range i.Alternatives {
		out = out.Union(issuerSet(a.URL))
	}
	return out
}

func issuerSet(url string) valueset.Set {
	if !parameter.MatchString(url) {
		return valueset.Const(valueset.Text(url))
	}
	var b strings.Builder
	last := 0
	for _, at := range parameter.FindAllStringIndex(url, -1) {
		b.WriteString(regexp.QuoteMeta(url[last:at[0]]) + "(?s:.+)")
		last = at[1]
	}
	out, _ := valueset.Matching(`^` + b.String() + regexp.QuoteMeta(url[last:]) + `$`)
	return out
}

var parameter = regexp.MustCompile(`\{[^{}]*\}`)
