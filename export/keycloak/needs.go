package keycloak

import (
	"maps"
	"slices"
	"strings"
)

// origins returns the ways in which a rule can yield a claim on a surface: none, if
// it never does; more than one for the roles of several clients.
func (e *evaluation) origins(r Rule, s Surface) []Origin {
	if !r.On.Has(s) {
		return nil
	}
	one := func(values []string, needs ...Need) []Origin { return []Origin{{r, needs, values}} }
	src := r.Source
	switch src.Kind {
	case FromAttribute:
		if src.Name == "username" { // which every user has
			return e.property(r, s)
		}
		return one(nil, e.typed(r, Need{NeedAttribute, src.Name}, s)...)
	case FromProperty:
		return e.property(r, s)
	case FromFullName:
		return one(nil, Need{NeedAnyOf, "firstName, lastName"})
	case FromAddress:
		if !e.version.sparseAddress() {
			return one(nil)
		}
		attrs := slices.Sorted(maps.Values(src.Members))
		return one(nil, Need{NeedAnyOf, strings.Join(attrs, ", ")})
	case FromConstant:
		return e.constant(r, s)
	case FromNote:
		switch v, known := e.noteOf(src.Name, s); {
		case !known:
			return one(nil, e.typed(r, Need{NeedNote, src.Name}, s)...)
		case v != (Absent{}):
			return one(nil)
		}
		return nil
	case FromRealmRoles:
		return e.roles(r, "", NeedRealmRole)
	case FromClientRoles, FromRoleClients:
		return e.clientRoles(r)
	case FromGroups:
		return one(nil, Need{Kind: NeedGroup})
	case FromOrganizations:
		if e.realm.Organizations && slices.ContainsFunc(e.scopes, aboutOrganizations) {
			return one(nil, Need{Kind: NeedOrganization})
		}
		return nil
	case FromOrigins:
		if len(e.client.WebOrigins) == 0 {
			return nil
		}
	case FromNonce:
		if !e.Nonce || e.Grant != AuthorizationCode {
			return nil
		}
	case FromClaimsRequest:
		return one(nil, Need{NeedRequest, strings.Join(r.Path, ".")})
	}
	return one(nil)
}

// typed adds to a need that the value is of the type the mapper converts to, if
// not every text is.
func (e *evaluation) typed(r Rule, n Need, s Surface) []Need {
	if property(r.Path, s) && r.Path[0] == "auth_time" {
		return []Need{n, {NeedType, "long"}}
	}
	switch r.JSON {
	case "long", "int", "JSON":
		return []Need{n, {NeedType, r.JSON}}
	}
	return []Need{n}
}

func (e *evaluation) property(r Rule, s Surface) []Origin {
	full := User{Username: "u", Email: "e", FirstName: "f", LastName: "l"}
	if full.property(r.Source.Name) == (Absent{}) {
		return nil
	}
	switch r.Source.Name {
	case "email", "firstName", "lastName":
		return []Origin{{r, e.typed(r, Need{NeedAttribute, r.Source.Name}, s), nil}}
	}
	return []Origin{{r, e.typed(r, Need{}, s)[1:], nil}}
}

func (e *evaluation) constant(r Rule, s Surface) []Origin {
	if r.how == asAudience {
		return []Origin{{Rule: r, Values: []string{r.Source.Value}}}
	}
	if e.broken(r, s) != "" {
		return nil
	}
	return []Origin{{Rule: r, Values: []string{r.Source.Value}}}
}

// roles is an origin for the roles of a client or of the realm.
func (e *evaluation) roles(r Rule, client string, kind NeedKind) []Origin {
	prefix := r.Source.Value
	if e.version.prefixedClientRoles() && r.Source.Name == "" && client != "" {
		prefix = strings.ReplaceAll(prefix, clientPlaceholder, client)
	}
	names := prefixed(prefix, e.possible.names(client))
	if len(names) == 0 {
		return nil
	}
	if len(e.certain.names(client)) > 0 {
		return []Origin{{r, nil, names}}
	}
	return []Origin{{r, []Need{{kind, client}}, names}}
}

// clientRoles are the roles of one client, or those of each, or the clients that
// have any as audiences.
func (e *evaluation) clientRoles(r Rule) []Origin {
	if r.Source.Kind == FromClientRoles && r.Source.Name != "" {
		return e.roles(r, r.Source.Name, NeedClientRole)
	}
	var list []Origin
	for _, id := range e.possible.clients() {
		own := r
		own.Path = forClient(r.Path, id)
		if r.Source.Kind == FromClientRoles {
			list = append(list, e.roles(own, id, NeedClientRole)...)
			continue
		}
		if id == e.client.ClientID {
			continue
		}
		o := Origin{Rule: own, Values: []string{id}}
		if len(e.certain.names(id)) == 0 {
			o.Needs = []Need{{NeedClientRole, id}}
		}
		list = append(list, o)
	}
	return list
}
