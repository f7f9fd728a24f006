// Package converttest compares what a Keycloak realm yields with what the contract
// that it was exported from says. The realm's side may be the evaluator of package
// keycloak or a real server; the contract's side is internal/issuance, less the
// losses that the export declares. No other package imports it.
package converttest

import (
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// Subject is a contract and the realm that it was exported to.
type Subject struct {
	*convert.Exported
	Is     *issuance.Issuance
	Losses []export.Loss
	// Loose says that a claim which is there sometimes may be absent though the user
	// has a value for everything: an imported contract does not say why it is.
	Loose bool
}

// Request is a request for tokens that the contract allows.
type Request struct {
	Client *schema.Client
	Grant  string                 // in words of the contract
	Asked  []string               // the scope parameter
	Set    map[*schema.Scope]bool // what is granted according to the contract
}

// Requests are, for each client and grant, those with none, each, each pair and all
// of the scopes that the client may leave out. Requests that break what the contract
// says of scopes (requires, conflicts) are left out, and counted.
func (s *Subject) Requests() (list []Request, illegal int) {
	for _, c := range s.Is.Contract.Clients {
		kc := s.Realm.Client(c.Name)
		if kc == nil {
			continue
		}
		for _, grant := range grantsOf(c) {
			for _, names := range choices(optional(c, kc)) {
				r, ok := request(c, kc, grant, names)
				if !ok {
					illegal++
					continue
				}
				list = append(list, r)
			}
		}
	}
	return list, illegal
}

// grantsOf are the client's grant types that lead to tokens by themselves and that
// can be tried here.
func grantsOf(c *schema.Client) []string {
	var out []string
	for _, g := range c.Grants {
		if g == "authorization_code" || g == "client_credentials" || g == "password" {
			out = append(out, g)
		}
	}
	if len(c.Grants) == 0 {
		out = append(out, "authorization_code")
	}
	return out
}

// optional are the scopes that a client may leave out of a request.
func optional(c *schema.Client, kc *keycloak.Client) []string {
	out := slices.Clone(kc.OptionalScopes)
	for _, cs := range c.Scopes {
		if cs.Name == "openid" && !cs.Always {
			out = append(out, "openid")
		}
	}
	slices.Sort(out)
	return out
}

// choices are no name, each, each pair, and all.
func choices(names []string) [][]string {
	out := [][]string{nil}
	for i, a := range names {
		out = append(out, []string{a})
		for _, b := range names[i+1:] {
			out = append(out, []string{a, b})
		}
	}
	if len(names) > 2 {
		out = append(out, names)
	}
	return out
}

// request makes a request of the scopes that a client always has and some others. It
// is not ok if the contract does not grant them together.
func request(c *schema.Client, kc *keycloak.Client, grant string, names []string) (Request, bool) {
	r := Request{Client: c, Grant: grant, Asked: slices.Clone(names), Set: map[*schema.Scope]bool{}}
	var add func(s *schema.Scope) bool
	add = func(s *schema.Scope) bool {
		if len(s.Grants) > 0 && !slices.Contains(s.Grants, grant) || s.Party != "" && c.Party != "" && s.Party != c.Party {
			return false
		}
		r.Set[s] = true
		for _, i := range s.Implies {
			if !r.Set[i] {
				add(i)
			}
		}
		return true
	}
	for _, cs := range c.Scopes {
		always := cs.Always && (cs.Name == "openid" || slices.Contains(kc.DefaultScopes, cs.Name))
		if always && cs.Name == "openid" {
			r.Asked = append(r.Asked, "openid")
		}
		if (always || slices.Contains(names, cs.Name)) && !add(cs.Scope) {
			return r, false
		}
	}
	for s := range r.Set {
		for _, n := range s.Requires {
			if !r.Set[n] {
				return r, false
			}
		}
		for _, n := range s.Conflicts {
			if r.Set[n] {
				return r, false
			}
		}
	}
	slices.Sort(r.Asked)
	return r, true
}

func (r Request) String() string {
	return r.Client.Name + " by " + r.Grant + " [" + strings.Join(r.Asked, " ") + "]"
}
