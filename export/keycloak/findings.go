package keycloak

import (
	"fmt"
	"slices"
	"strings"
)

// Finding is something about a realm that claims do not show.
type Finding struct {
	Kind    FindingKind
	Text    string
	Mapper  *Mapper
	Scope   string // of the mapper; empty: the client's own
	Surface Surface
}

// FindingKind is the kind of a Finding.
type FindingKind string

// The kinds of findings.
const (
	OpaqueMapper   FindingKind = "opaque-mapper"   // nobody knows what it writes
	IgnoredClaim   FindingKind = "ignored-claim"   // set, and without effect
	BrokenMapper   FindingKind = "broken-mapper"   // its claim is left out, or it stops every token
	UnusableToken  FindingKind = "unusable-token"  // Keycloak cannot read back the access token
	UndefinedOrder FindingKind = "undefined-order" // which of several mappers wins is not defined
)

// findings lists what the mappers of the request do besides writing claims.
func (p *plan) findings() []Finding {
	var list []Finding
	for _, src := range p.sources {
		mappers, scope := p.client.Mappers, ""
		if src.scope != nil {
			mappers, scope = src.scope.Mappers, src.scope.Name
		}
		for i, eff := range src.effects {
			m := mappers[i]
			if eff.Opaque {
				list = append(list, Finding{OpaqueMapper, fmt.Sprintf("mapper %q is of kind %q, of which Keycloak %s does not say what it writes", m.Name, m.Kind, p.version), m, scope, allSurfaces})
			}
			for _, ig := range eff.Ignored {
				list = append(list, Finding{IgnoredClaim, fmt.Sprintf("mapper %q has no effect: %s", m.Name, ig.Why), m, scope, ig.Rule.On})
			}
			for _, r := range eff.Rules {
				if why := p.broken(r, r.On.Surfaces()[0]); why != "" {
					list = append(list, Finding{BrokenMapper, fmt.Sprintf("mapper %q: %s", m.Name, why), m, scope, r.On})
				}
			}
		}
	}
	return list
}

// broken says why a rule yields nothing on a surface, or stops everything, for
// reasons that are in the mapper itself.
func (p *plan) broken(r Rule, s Surface) string {
	if r.Source.Kind == FromPairwise && unsalted(r.Mapper) {
		return "it has no salt, so that Keycloak issues no token"
	}
	if r.Source.Kind != FromConstant || r.how == asAudience {
		return ""
	}
	v := convert(r.Source.Value, r.JSON, p.version)
	if property(r.Path, s) && r.Path[0] == "auth_time" {
		v = convert(javaText(v), "long", Latest())
	}
	switch v := v.(type) {
	case crash:
		return v.why + ", so that Keycloak issues no token"
	case Absent:
		return fmt.Sprintf("%q is not of the type it must have, so that the claim is left out", r.Source.Value)
	}
	return ""
}

// undefinedOrder finds mappers that overwrite each other in an order that Keycloak
// does not define.
func undefinedOrder(sc SurfaceClaims) []Finding {
	var rules []Rule
	for _, c := range sc.Claims {
		for _, o := range c.Origins {
			if o.Rule.Mapper != nil {
				rules = append(rules, o.Rule)
			}
		}
	}
	var list []Finding
	for i, a := range rules {
		for _, b := range rules[i+1:] {
			if a.Mapper != b.Mapper && a.priority == b.priority && collide(a, b) {
				list = append(list, Finding{UndefinedOrder, fmt.Sprintf("mappers %q and %q both write %s, and which comes last is not defined",
					a.Mapper.Name, b.Mapper.Name, strings.Join(a.Path, ".")), a.Mapper, a.Scope, sc.Surface})
			}
		}
	}
	return list
}

func collide(a, b Rule) bool {
	n := min(len(a.Path), len(b.Path))
	if !slices.Equal(a.Path[:n], b.Path[:n]) {
		return false
	}
	if len(a.Path) != len(b.Path) {
		return true
	}
	joins := func(r Rule) bool { return r.how == asAudience || r.Multivalued }
	return !(joins(a) && joins(b)) && !(a.Source.Kind == b.Source.Kind && a.Source.Name == b.Source.Name && a.Source.Value == b.Source.Value && a.JSON == b.JSON && a.how == b.how)
}

// unusableToken finds claims of the access token that do not fit the fields that
// Keycloak reads them back into.
func unusableToken(sc SurfaceClaims, v Version) []Finding {
	var list []Finding
	for _, c := range sc.Claims {
		for _, o := range c.Origins {
			if o.Rule.Mapper == nil {
				continue
			}
			for _, t := range o.Rule.Types(sc.Surface) {
				if fits(c.Path[0], nested(c.Path[1:], Unknown{t}), v) {
					continue
				}
				list = append(list, Finding{UnusableToken, fmt.Sprintf("mapper %q makes %s a %s, so that Keycloak cannot read the access token at userinfo and introspection",
					o.Rule.Mapper.Name, strings.Join(c.Path, "."), t), o.Rule.Mapper, o.Rule.Scope, sc.Surface})
			}
		}
	}
	return list
}

// nested wraps a value in objects with the members of a path.
func nested(path []string, v any) any {
	for _, name := range slices.Backward(path) {
		v = map[string]any{name: v}
	}
	return v
}
