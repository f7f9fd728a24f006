package issuance

import (
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Facts are values of claims that the contract says elsewhere than in the claim: who
// the issuer is, the clients, the resources. They hold where the author gives a claim
// no set.
type Facts map[string]valueset.Set // by the name of the claim

// Facts gives what the contract says of the tokens of some clients.
func (is *Issuance) Facts(t *schema.Token, clients []*schema.Client) Facts {
	f := Facts{"iss": is.Contract.Issuer.Values()}
	if t.Kind == schema.KindAccess {
		f["aud"] = is.audiences(t, clients)
	}
	if slices.ContainsFunc(clients, func(c *schema.Client) bool { return c.Many }) {
		return f // who they are is not known
	}
	ids := make([]valueset.JSON, len(clients))
	for i, c := range clients {
		ids[i] = valueset.Text(c.Name)
	}
	id := valueset.OneOf(ids...)
	f["client_id"] = id
	if t.Kind == schema.KindID {
		f["azp"] = id
	}
	if t.Kind == schema.KindID || t.Kind == schema.KindLogout {
		// OpenID Connect Core, 2, and Back-Channel Logout, 2.4: the client is one of them.
		all := valueset.ListOf(valueset.Any())
		others := valueset.ListOf(valueset.Any().Without(id))
		f["aud"] = id.Union(all.Without(others))
	}
	return f
}

// Values is what a claim may be by one placement.
func (f Facts) Values(p *schema.Placement) valueset.Set {
	known, ok := f[p.Claim.Name]
	if !ok || p.Value != nil || p.Claim.States("#value") {
		return p.Values()
	}
	return p.Values().Intersect(known)
}

// audiences are the values of aud in access tokens: the resources that they reach.
// Where one of these does not say what it is called, nothing is known.
func (is *Issuance) audiences(t *schema.Token, clients []*schema.Client) valueset.Set {
	var names []valueset.JSON
	for _, r := range is.Contract.Resources {
		if !is.reaches(t, r, clients) {
			continue
		}
		if r.Kind == "api" && len(r.Audience) == 0 {
			return valueset.Any()
		}
		for _, a := range r.Audience {
			names = append(names, valueset.Text(a))
		}
	}
	if len(names) == 0 {
		return valueset.Any()
	}
	one := valueset.OneOf(names...)
	return one.Union(valueset.ListOf(one))
}

func (is *Issuance) reaches(t *schema.Token, r *schema.Resource, clients []*schema.Client) bool {
	for range is.Meetings(is.Consumer(r.Path), t, clients...) {
		return true
	}
	return false
}
