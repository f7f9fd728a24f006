package keycloak

import (
	"cmp"
	"fmt"
	"slices"
)

// Result is what a request yields for any user.
type Result struct {
	Settings Settings
	Scopes   []string // granted; those limited to roles are granted to some users only
	Surfaces []SurfaceClaims
	Findings []Finding // in the order of client and scopes
}

// SurfaceClaims are the claims of one surface, sorted by path.
type SurfaceClaims struct {
	Surface Surface
	Missing string // why the surface does not exist for this request; else empty
	Claims  []Claim
}

// Claim is a claim, or a member of one, that a surface can have.
type Claim struct {
	Path []string
	// Types are the JSON types it can have, sorted; usually one.
	Types []Type
	// Always says that every user has it. Else it takes one of the Origins whose
	// needs are met.
	Always  bool
	Origins []Origin
}

// Origin is one way in which a claim comes about.
type Origin struct {
	Rule Rule
	// Needs must all hold; without any, the claim is always there.
	Needs []Need
	// Values are the values, or the elements of the list, if the realm knows them
	// all: constants and roles. Nil: any value.
	Values []string
}

// Need is something that a user, a session or a request must have.
type Need struct {
	Kind NeedKind
	Name string
}

// NeedKind is the kind of a Need. Its text reads well before the name in quotes.
type NeedKind string

// The kinds of needs.
const (
	NeedAttribute    NeedKind = "attribute" // of the user, or of a group
	NeedAnyOf        NeedKind = "one of the attributes"
	NeedType         NeedKind = "a value of type"
	NeedRealmRole    NeedKind = "a role of the realm"
	NeedClientRole   NeedKind = "a role of client"
	NeedScopeRole    NeedKind = "a role that opens client scope"
	NeedGroup        NeedKind = "a group"
	NeedOrganization NeedKind = "one organization"
	NeedNote         NeedKind = "session note"
	NeedRequest      NeedKind = "a claims parameter that asks for"
)

// String is the need in words.
func (n Need) String() string {
	if n.Name == "" {
		return string(n.Kind)
	}
	return fmt.Sprintf("%s %q", n.Kind, n.Name)
}

// Evaluate returns the claims that a request can yield, for whatever user. It fails
// where Keycloak answers every such request with an error.
func Evaluate(realm *Realm, req Request) (*Result, error) {
	p, err := newPlan(realm, req)
	if err != nil {
		return nil, err
	}
	e := &evaluation{plan: p, possible: realm.inScope(p.client, p.scopes, realm.all()), certain: roleSet{}}
	var effects []Effect
	for _, src := range p.sources {
		effects = append(effects, src.effects...)
		if src.scope == nil || len(src.scope.Roles) == 0 {
			e.certain.change(src.effects)
		}
	}
	e.possible.change(effects)
	res := &Result{Settings: p.settings, Findings: p.findings()}
	for _, s := range p.scopes {
		res.Scopes = append(res.Scopes, s.Name)
	}
	for _, s := range allSurfaces.Surfaces() {
		sc := SurfaceClaims{Surface: s, Missing: p.missing(s)}
		if sc.Missing == "" {
			sc.Claims = e.claims(s)
			res.Findings = append(res.Findings, undefinedOrder(sc)...)
			if s == p.access() {
				res.Findings = append(res.Findings, unusableToken(sc, p.version)...)
			}
		}
		res.Surfaces = append(res.Surfaces, sc)
	}
	return res, nil
}

// On returns the claims of a surface.
func (r *Result) On(s Surface) SurfaceClaims {
	i := slices.IndexFunc(r.Surfaces, func(c SurfaceClaims) bool { return c.Surface == s })
	return r.Surfaces[i]
}

// Claim returns the claim with a path, or nil.
func (s SurfaceClaims) Claim(path ...string) *Claim {
	for i := range s.Claims {
		if slices.Equal(s.Claims[i].Path, path) {
			return &s.Claims[i]
		}
	}
	return nil
}

// evaluation is a plan for any user.
type evaluation struct {
	*plan
	possible roleSet // roles in scope that some user may have
	certain  roleSet // roles that mappers give to every user
}

func (e *evaluation) claims(s Surface) []Claim {
	var claims []Claim
	if s == Introspection {
		claims = e.repeats()
	}
	add := func(r Rule, extra []Need) {
		for _, o := range e.origins(r, s) {
			o.Needs = slices.Concat(extra, o.Needs)
			claims = addOrigin(claims, o)
		}
	}
	for _, r := range e.serverRules() {
		add(r, nil)
	}
	for _, src := range e.sources {
		if !e.applies(src, s) {
			continue
		}
		var extra []Need
		scope := ""
		if src.scope != nil {
			scope = src.scope.Name
			if len(src.scope.Roles) > 0 {
				extra = []Need{{NeedScopeRole, scope}}
			}
		}
		for _, eff := range src.effects {
			for _, r := range eff.Rules {
				r.Scope = scope
				add(r, extra)
			}
		}
	}
	claims = e.adjust(claims, s)
	for i := range claims {
		claims[i].settle(s)
	}
	slices.SortFunc(claims, func(a, b Claim) int { return slices.Compare(a.Path, b.Path) })
	return claims
}

// adjust takes out what is lost for reasons outside of the rule that writes it.
func (e *evaluation) adjust(claims []Claim, s Surface) []Claim {
	mapped := func(o Origin) bool { return o.Rule.Mapper != nil && o.Rule.Source.Kind != FromSubject }
	ownSubject := !slices.ContainsFunc(claims, func(c Claim) bool {
		return slices.Equal(c.Path, []string{"sub"}) && slices.ContainsFunc(c.Origins, mapped)
	})
	return slices.DeleteFunc(claims, func(c Claim) bool {
		switch c.Path[0] {
		case "username": // which was found through sub
			return s == Introspection && !e.version.basicScope() && !ownSubject && !slices.ContainsFunc(c.Origins, mapped)
		case "resource_access": // see checkAdmin
			o := c.Origins[0]
			return s == e.access() && e.Grant != Example && e.version.checksAdminRoles() &&
				!fits(c.Path[0], nested(c.Path[1:], Unknown{o.Rule.Types(s)[0]}), e.version)
		}
		return false
	})
}

// repeats are the claims that introspection takes from the access token. A blank
// scope is left out.
func (e *evaluation) repeats() []Claim {
	var claims []Claim
	for _, c := range e.claims(e.access()) {
		if len(c.Path) != 1 || !slices.Contains(e.repeated(), c.Path[0]) {
			continue
		}
		if c.Path[0] == "scope" && !e.openid {
			var shows []Origin
			for _, sc := range e.scopes {
				if sc.InToken() {
					o := Origin{Rule: c.Origins[0].Rule}
					if len(sc.Roles) > 0 {
						o.Needs = []Need{{NeedScopeRole, sc.Name}}
					}
					shows = append(shows, o)
				}
			}
			c.Origins = shows
		}
		if len(c.Origins) > 0 {
			claims = append(claims, c)
		}
	}
	return claims
}

func addOrigin(claims []Claim, o Origin) []Claim {
	for i := range claims {
		if slices.Equal(claims[i].Path, o.Rule.Path) {
			claims[i].Origins = append(slices.Clip(claims[i].Origins), o)
			return claims
		}
	}
	return append(claims, Claim{Path: o.Rule.Path, Origins: []Origin{o}})
}

// settle works out types and presence from the origins.
func (c *Claim) settle(s Surface) {
	joins := len(c.Origins) > 1 && slices.ContainsFunc(c.Origins, func(o Origin) bool { return o.Rule.Multivalued })
	c.Types, c.Always = nil, false
	for _, o := range c.Origins {
		c.Always = c.Always || len(o.Needs) == 0
		for _, t := range o.Rule.Types(s) {
			if s == UserInfo && c.Path[0] == "aud" && o.Rule.Source.Kind != FromServer {
				t.List = true
			}
			c.Types = append(c.Types, t)
			if joins && !t.List {
				c.Types = append(c.Types, Type{t.Name, true})
			}
		}
		if o.Rule.how == asAudience && len(c.Origins) > 1 {
			c.Types = append(c.Types, Type{"string", true})
		}
	}
	slices.SortFunc(c.Types, func(a, b Type) int { return cmp.Compare(a.String(), b.String()) })
	c.Types = slices.Compact(c.Types)
}
