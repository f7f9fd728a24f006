package keycloak

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Tokens is what a user gets on each surface.
type Tokens struct {
	Settings Settings
	Scopes   []string // granted, whether or not the token names them
	Payloads []Payload
}

// Payload is what one surface shows.
type Payload struct {
	Surface Surface
	Missing string // why the surface does not exist for this request; else empty
	Claims  map[string]any
	// Fails says that Keycloak answers with an internal error, and why. If the order
	// of mappers decides, it may.
	Fails string
}

// On returns the payload of a surface.
func (t *Tokens) On(s Surface) Payload {
	i := slices.IndexFunc(t.Payloads, func(p Payload) bool { return p.Surface == s })
	return t.Payloads[i]
}

// Issue returns what is in the tokens that a user gets for a request: the values
// too, as far as they follow from the realm and the user. It fails where Keycloak
// answers with an error that says so.
func Issue(realm *Realm, req Request, user User) (*Tokens, error) {
	p, err := newPlan(realm, req)
	if err != nil {
		return nil, err
	}
	i := &issue{plan: p, user: user, have: realm.rolesOf(&user), folded: map[Surface]folded{}}
	scopes, err := i.grant()
	if err != nil {
		return nil, err
	}
	t := &Tokens{Settings: p.settings}
	for _, s := range scopes {
		t.Scopes = append(t.Scopes, s.Name)
	}
	for _, s := range allSurfaces.Surfaces() {
		t.Payloads = append(t.Payloads, i.payload(s))
	}
	return t, nil
}

// issue is a plan for a user.
type issue struct {
	*plan
	user    User
	have    roleSet // all roles of the user
	roles   roleSet // those in scope, after mappers changed them
	granted []source
	folded  map[Surface]folded
}

// folded is what the rules of one surface come to.
type folded struct {
	claims map[string]any
	fails  string
}

// grant decides which scopes the user gets and which roles are in scope then.
func (i *issue) grant() ([]*Scope, error) {
	var scopes []*Scope
	var effects []Effect
	for _, src := range i.sources {
		if src.scope != nil {
			if !i.realm.permitted(src.scope, i.have) {
				continue
			}
			scopes = append(scopes, src.scope)
		}
		i.granted = append(i.granted, src)
		effects = append(effects, src.effects...)
	}
	i.roles = i.realm.inScope(i.client, scopes, i.have)
	if err := i.checkOffline(scopes); err != nil {
		return nil, err
	}
	i.roles.change(effects)
	if access, _ := i.claims(i.access()); i.Refreshed && !Match(access["azp"], i.client.ClientID) {
		return nil, fmt.Errorf("the refresh token of client %q names another client: Keycloak answers invalid_grant", i.client.ClientID)
	}
	return scopes, nil
}

// checkOffline refuses an offline token to a user who does not have the role for it
// in scope.
func (i *issue) checkOffline(granted []*Scope) error {
	const offline = "offline_access"
	asked := slices.ContainsFunc(granted, func(s *Scope) bool { return s.Name == offline })
	if i.Grant == Example || !i.refreshes() || !asked || i.roles[RoleRef{Name: offline}] {
		return nil
	}
	return fmt.Errorf("user %q does not have the role %s in scope of client %q: Keycloak answers not_allowed", i.user.Username, offline, i.client.ClientID)
}

// payload is what one surface shows.
func (i *issue) payload(s Surface) Payload {
	pay := Payload{Surface: s, Missing: i.missing(s)}
	if pay.Missing != "" {
		return pay
	}
	if i.Grant != Example {
		if pay.Fails = i.failure(); pay.Fails != "" {
			return pay
		}
	}
	if i.Grant != Example && s&(UserInfo|Introspection) != 0 {
		access, _ := i.claims(i.access())
		why := i.unusable(access)
		if why != "" && s == UserInfo {
			pay.Missing = why
			return pay
		}
		if why != "" {
			pay.Claims = map[string]any{"active": false}
			return pay
		}
	}
	pay.Claims, pay.Fails = i.claims(s)
	return pay
}

// failure says why the token endpoint fails, if it does: one broken claim of any
// token or of the response stops all of them.
func (i *issue) failure() string {
	for _, s := range []Surface{i.access(), IDToken, TokenResponse} {
		if i.missing(s) != "" {
			continue
		}
		if _, fails := i.claims(s); fails != "" {
			return fails
		}
	}
	return ""
}

// claims folds the rules of one surface, once.
func (i *issue) claims(s Surface) (map[string]any, string) {
	f, ok := i.folded[s]
	if !ok {
		f = i.fold(i.writesTo(s), s)
		i.folded[s] = f
	}
	return f.claims, f.fails
}

// writesTo returns what is written into a surface, by top-level claim.
func (i *issue) writesTo(s Surface) map[string][]write {
	byRoot := map[string][]write{}
	add := func(r *Rule) {
		for _, w := range i.writes(r, s) {
			byRoot[w.path[0]] = append(byRoot[w.path[0]], w)
		}
	}
	for _, r := range i.serverRules() {
		add(&r)
	}
	if s == Introspection {
		i.repeat(byRoot)
	}
	for _, src := range i.granted {
		if !i.applies(src, s) {
			continue
		}
		for _, e := range src.effects {
			for n := range e.Rules {
				add(&e.Rules[n])
			}
		}
	}
	if s == Introspection && !i.version.basicScope() && !i.findable(byRoot["sub"]) && len(byRoot["username"]) == 1 {
		delete(byRoot, "username")
	}
	return byRoot
}

// repeat writes into an introspection what it takes from the access token.
func (i *issue) repeat(byRoot map[string][]write) {
	claims, _ := i.claims(i.access())
	for _, name := range i.repeated() {
		v, ok := claims[name]
		if t, blank := v.(ScopeText); !ok || blank && len(t) == 0 {
			continue
		}
		values, several := v.(OneOf)
		if !several {
			values = OneOf{v}
		}
		byRoot[name] = append(byRoot[name], write{path: []string{name}, how: asField, field: true, values: values, priority: byServer})
	}
}

// findable says whether a token's subject is still the user's id once all of these
// have written it. Until 24, introspection found the username through it.
func (i *issue) findable(sub []write) bool {
	id := canon(i.user.property("id"))
	if slices.ContainsFunc(sub, func(w write) bool { return w.mapper != nil && w.mapper.Kind == pairwiseKind }) {
		return false
	}
	for _, end := range outcomes(sub, Introspection) {
		if canon(end.field) != id {
			return false
		}
	}
	return true
}

func (i *issue) fold(byRoot map[string][]write, s Surface) folded {
	f := folded{claims: map[string]any{}}
	var fails []string
	for _, name := range slices.Sorted(maps.Keys(byRoot)) {
		ends := outcomes(byRoot[name], s)
		for n := range ends {
			i.checkAdmin(name, &ends[n], s)
		}
		values, crash := finish(ends, name, s)
		if s == UserInfo && name == "address" && i.version.sparseAddress() {
			crash = cmp.Or(crash, brokenAddress(values))
		}
		if crash != "" {
			fails = append(fails, name+": "+crash)
		}
		switch {
		case len(values) > 1:
			f.claims[name] = OneOf(values)
		case values[0] != (Absent{}):
			f.claims[name] = values[0]
		}
	}
	f.fails = strings.Join(fails, "; ")
	return f
}
