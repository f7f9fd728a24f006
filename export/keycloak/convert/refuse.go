package convert

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// names refuses names of the contract that mean something else in Keycloak: what
// would be issued is then not what the contract says, and nobody would notice.
func (e *exporter) names() {
	for _, c := range e.all() {
		if slices.Contains(reservedClients(), c.Name) && c.Labels[LabelPrefix+"builtin"] != "true" {
			e.refused("reserved-client", c.At(), c.Path, "every realm of Keycloak has a client %s of its own", c.Name)
		}
	}
	if e.c.Issuer.Product == "keycloak" {
		return // the names mean what they mean in Keycloak
	}
	for p := range e.c.Placements() {
		e.reservedClaim(p)
	}
}

func (e *exporter) refused(id string, at schema.Range, subject, format string, args ...any) {
	p := schema.Problem{ID: id, At: at, Subject: subject, Message: fmt.Sprintf(format, args...)}
	if !slices.ContainsFunc(e.refuse, func(q schema.Problem) bool { return q.At == p.At && q.Message == p.Message }) {
		e.refuse = append(e.refuse, p)
	}
}

func reservedClients() []string {
	return []string{"account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"}
}

// reservedClaim refuses a claim of the author's own that Keycloak writes itself, or
// keeps others from writing, and one whose values are not those that Keycloak writes.
func (e *exporter) reservedClaim(p *schema.Placement) {
	c := p.Claim
	if p.Implied || p.Presence == schema.Never {
		return
	}
	on := e.surfaces(p.Token, c)
	for _, s := range on.Surfaces() {
		if c.Registered == nil && slices.Contains(reservedClaims(), c.Name) {
			e.refused("reserved-claim", p.At(), p.Path, "Keycloak keeps the claim %s for itself", c.Name)
			return
		}
		if !slices.Contains(e.server[s], c.Name) {
			continue
		}
		if is, ok := written(c.Name, p.Token.Kind); ok && p.Values().Contains(is) == valueset.No {
			e.refused("reserved-claim", p.At(), p.Path, "Keycloak writes %s: %s itself, which the contract does not allow", c.Name, is)
			return
		}
	}
}

// reservedClaims are those that mappers are kept from writing.
func reservedClaims() []string {
	return []string{"typ", "not-before-policy", "refresh_expires_in"}
}

// written gives what Keycloak writes into a claim, where that is always the same.
func written(claim, kind string) (valueset.JSON, bool) {
	switch {
	case claim == "typ" && kind == schema.KindID:
		return valueset.Text("ID"), true
	case claim == "active" && kind == schema.KindIntrospection:
		return "true", true
	}
	return "", false
}

// plain is the set of everything that has the JSON types of a set.
func plain(s valueset.Set) valueset.Set {
	if s.Kinds() == valueset.ArrayKind {
		return valueset.ListOf(plain(s.Elem()))
	}
	return valueset.OfKinds(s.Kinds())
}
