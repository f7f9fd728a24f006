package keycloak

import (
	"encoding/json"
	"slices"
	"strings"
)

// writes returns what a rule puts into a surface for the user, nothing if its
// source yields nothing.
func (i *issue) writes(r *Rule, s Surface) []write {
	if !r.On.Has(s) {
		return nil
	}
	base := write{path: r.Path, how: r.how, field: r.inField(s), multi: r.Multivalued, priority: r.priority, mapper: r.Mapper}
	if r.Source.Kind == FromRoleClients {
		return i.audiences(base)
	}
	if r.Source.Kind == FromClientRoles && r.Source.Name == "" {
		return i.clientRoles(r, base)
	}
	base.values = i.values(r, s)
	if len(base.values) == 0 {
		return nil
	}
	return []write{base}
}

// inField says whether a rule that goes by no claim.name writes into a field of
// the token, and not into the map of other claims.
func (r *Rule) inField(s Surface) bool {
	switch r.Source.Kind {
	case FromFullName, FromAMR, FromAddress, FromSession:
		return false
	case FromServer:
		return r.priority != byServerLast && (s != UserInfo || r.Source.Name == "sub")
	}
	return true
}

func (i *issue) audiences(base write) []write {
	var list []write
	for _, id := range i.roles.clients() {
		if id != i.client.ClientID {
			w := base
			w.values = []any{id}
			list = append(list, w)
		}
	}
	return list
}

// clientRoles are the roles of all clients, each in its place.
func (i *issue) clientRoles(r *Rule, base write) []write {
	var list []write
	for _, id := range i.roles.clients() {
		w := base
		w.path = forClient(r.Path, id)
		prefix := r.Source.Value
		if i.version.prefixedClientRoles() {
			prefix = strings.ReplaceAll(prefix, clientPlaceholder, id)
		}
		if w.values = i.listed(r, prefixed(prefix, i.roles.names(id)), false); len(w.values) > 0 {
			list = append(list, w)
		}
	}
	return list
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

// values returns the values that a rule may write, none if it writes nothing.
func (i *issue) values(r *Rule, s Surface) []any {
	src := r.Source
	switch src.Kind {
	case FromAttribute:
		values, certain := i.user.attribute(i.realm, src.Name, src.Aggregate)
		if !certain {
			return []any{Unknown{r.Types(s)[0]}}
		}
		return i.listed(r, values, len(values) == 1)
	case FromRealmRoles:
		return i.listed(r, prefixed(src.Value, i.roles.names("")), false)
	case FromClientRoles:
		return i.listed(r, prefixed(src.Value, i.roles.names(src.Name)), false)
	case FromGroups:
		return i.listed(r, i.user.groups(src.FullPath), false)
	case FromOrganizations:
		return i.organizations(r, s)
	case FromAddress:
		return i.address(r)
	case FromProperty:
		return i.single(r, i.user.property(src.Name))
	case FromConstant:
		if r.how == asAudience {
			return []any{src.Value}
		}
		return i.single(r, src.Value)
	case FromNote:
		return i.single(r, i.note(src.Name, s))
	case FromServer:
		return []any{i.server(src.Name, r, s)}
	case FromClaimsRequest:
		return nil
	}
	return i.field(r)
}

// field returns the values of the rules that have neither settings nor lists.
func (i *issue) field(r *Rule) []any {
	text := Unknown{Type{Name: "string"}}
	switch r.Source.Kind {
	case FromFullName:
		name := strings.TrimSpace(i.user.FirstName + " " + i.user.LastName)
		if i.user.FirstName == "" || i.user.LastName == "" {
			name = i.user.FirstName + i.user.LastName
		}
		if name == "" {
			return nil
		}
		return []any{name}
	case FromSubject:
		return []any{i.user.property("id")}
	case FromPairwise:
		if unsalted(r.Mapper) {
			return []any{crash{"the mapper has no salt"}}
		}
	case FromNonce:
		if i.Nonce && i.Grant == AuthorizationCode {
			return []any{text}
		}
		return nil
	case FromAMR:
		return []any{Unknown{Type{Name: "string", List: true}}}
	case FromOrigins:
		return i.origins()
	}
	return []any{text}
}

// listed converts the values of a source that may have several. ordered says that
// it is known which comes first.
func (i *issue) listed(r *Rule, values []string, ordered bool) []any {
	if len(values) == 0 {
		return nil
	}
	if !r.Multivalued {
		if ordered {
			values = values[:1]
		}
		var list []any
		for _, v := range values {
			list = append(list, convert(v, r.JSON, i.version))
		}
		return list
	}
	set := Set{}
	for _, v := range values {
		c := convert(v, r.JSON, i.version)
		switch c.(type) {
		case crash:
			return []any{c}
		case Absent:
			c = jsonNull{}
		}
		set = append(set, c)
	}
	return []any{set}
}

func (i *issue) single(r *Rule, v any) []any {
	if v == (Absent{}) {
		return nil
	}
	return []any{convert(v, r.JSON, i.version)}
}

func (i *issue) note(name string, s Surface) any {
	if v, ok := i.user.Notes[name]; ok {
		return v
	}
	if v, known := i.noteOf(name, s); known {
		return v
	}
	return Absent{}
}

// address has the members that the user has an attribute for. Groups do not count.
// Until 26.4 the claim was there also without any.
func (i *issue) address(r *Rule) []any {
	members := map[string]any{}
	for member, attr := range r.Source.Members {
		alone := i.user
		alone.Groups = nil
		if v, _ := alone.attribute(i.realm, attr, false); len(v) == 1 {
			members[member] = v[0]
		} else if len(v) > 1 {
			members[member] = Unknown{Type{Name: "string"}}
		}
	}
	if !i.version.sparseAddress() {
		return []any{jsonObject(members)}
	}
	if len(members) == 0 {
		return nil
	}
	return []any{members}
}

// organizations: a scope with the mapper of organizations, and without a parameter,
// means the one organization of the user, and nothing for users of several, who
// would have to choose.
func (i *issue) organizations(r *Rule, s Surface) []any {
	asked := slices.ContainsFunc(i.granted, func(src source) bool { return src.scope != nil && aboutOrganizations(src.scope) })
	if !i.realm.Organizations || !asked || len(i.user.Organizations) != 1 {
		return nil
	}
	alias := i.user.Organizations[0]
	var value any = Set{alias}
	switch {
	case !r.Multivalued:
		value = alias
	case r.JSON == "JSON":
		value = map[string]any{alias: Unknown{Type{Name: "object"}}}
	}
	if s == Introspection && !i.version.organizationsRemembered() {
		return []any{value, Absent{}} // it depends on who asks
	}
	return []any{value}
}

// origins are the web origins of the client; a plus stands for those of its
// redirect URIs.
func (i *issue) origins() []any {
	if len(i.client.WebOrigins) == 0 {
		return nil
	}
	set := Set{}
	for _, o := range i.client.WebOrigins {
		if o != "+" {
			set = addNew(set, o)
			continue
		}
		for _, uri := range i.client.RedirectURIs {
			if strings.HasPrefix(uri, "/") {
				uri = i.client.RootURL + uri
			}
			if strings.HasPrefix(uri, "/") || strings.HasPrefix(uri, "${") {
				return []any{Unknown{Type{Name: "string", List: true}}}
			}
			if origin := originOf(uri); origin != "" {
				set = addNew(set, origin)
			}
		}
	}
	return []any{set}
}

// server is the value of what Keycloak writes by itself.
func (i *issue) server(name string, r *Rule, s Surface) any {
	switch name {
	case "azp", "client_id":
		return i.client.ClientID
	case "aud":
		return i.client.ClientID
	case "sub":
		return i.user.property("id")
	case "scope":
		return i.scopeText()
	case "username":
		return i.user.Username
	case "active":
		return true
	case "token_type", "typ":
		return i.tokenType(s)
	case "auth_time":
		if i.Grant != AuthorizationCode {
			return json.Number("0")
		}
	}
	return Unknown{Type{Name: r.JSON}}
}

// tokenType is the claim typ, and the member token_type of responses. In lower case,
// a setting that was meant for the response, it also reaches the claim, but only
// from 26 on and not for tokens that are bound by DPoP.
func (i *issue) tokenType(s Surface) any {
	bound := i.settings.DPoP && i.Grant != Example
	switch {
	case s == IDToken:
		return "ID"
	case s == TokenResponse:
		return i.settings.TokenType
	case bound:
		return "DPoP"
	case i.settings.DPoP: // an example
		if i.settings.TokenType == "dpop" {
			return "bearer"
		}
		return "Bearer"
	case i.version.lowerCaseTyp():
		return i.settings.TokenType
	}
	return "Bearer"
}
