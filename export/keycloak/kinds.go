package keycloak

import (
	"cmp"
	"slices"
	"strings"
)

// kind is what Keycloak's code says about one kind of mapper.
type kind struct {
	on       Surface // what it can write into at all
	gate     gate
	priority int // lower runs first; the order among equals is not defined
	since    Version
	rules    func(*Mapper, Version) []Rule
	roles    func(*Mapper) Effect // for the kinds that change roles and not claims
}

// Priorities other than zero.
const (
	byServer       = -100
	byServerLast   = 100
	bySub          = -10
	byRoleAudience = 30
	byRoles        = 40
)

// withUserInfo is where most mappers can write.
const withUserInfo = tokens | UserInfo | Introspection

// kindOf returns the kind of mapper that an id names. The ids that are missing are
// of other makers, of scripts, or of features that are off unless an operator
// turns them on.
func kindOf(id string) (kind, bool) {
	switch id {
	case "oidc-usermodel-attribute-mapper":
		return kind{on: withUserInfo, rules: attributeRules}, true
	case "oidc-usermodel-property-mapper":
		return kind{on: withUserInfo, rules: propertyRules}, true
	case "oidc-full-name-mapper":
		return kind{on: withUserInfo, rules: fixed(Rule{Path: []string{"name"}, Source: Source{Kind: FromFullName}, how: asField})}, true
	case "oidc-address-mapper":
		return kind{on: withUserInfo, rules: addressRules}, true
	case "oidc-hardcoded-claim-mapper":
		return kind{on: withUserInfo | TokenResponse, rules: constantRules}, true
	case "oidc-usersessionmodel-note-mapper":
		return kind{on: withUserInfo | TokenResponse, rules: noteRules}, true
	case "oidc-group-membership-mapper":
		return kind{on: withUserInfo, rules: groupRules}, true
	case "oidc-organization-membership-mapper":
		return kind{on: withUserInfo, rules: organizationRules, since: Version{25, 0, 0}}, true
	}
	if k, ok := sessionKind(id); ok {
		return k, true
	}
	return roleKind(id)
}

// pairwiseKind is the mapper of pairwise subjects.
const pairwiseKind = "oidc-sha256-pairwise-sub-mapper"

// sessionKind knows the mappers that write about the login and the client.
func sessionKind(id string) (kind, bool) {
	field := func(name string, from SourceKind) func(*Mapper, Version) []Rule {
		return fixed(Rule{Path: []string{name}, Source: Source{Kind: from}, how: asField})
	}
	switch id {
	case "oidc-sub-mapper":
		return kind{on: AccessToken | LightweightAccessToken | Introspection, priority: bySub, since: Version{25, 0, 0}, rules: field("sub", FromSubject)}, true
	case pairwiseKind:
		return kind{on: withUserInfo, gate: always, rules: field("sub", FromPairwise)}, true
	case "oidc-acr-mapper":
		return kind{on: tokens | Introspection, rules: field("acr", FromACR)}, true
	case "oidc-amr-mapper":
		return kind{on: tokens, rules: field("amr", FromAMR)}, true
	case "oidc-session-state-mapper":
		return kind{on: withUserInfo, rules: field("session_state", FromSession)}, true
	case "oidc-nonce-backwards-compatible-mapper":
		return kind{on: AccessToken | LightweightAccessToken, gate: always, since: Version{25, 0, 0}, rules: field("nonce", FromNonce)}, true
	case "oidc-allowed-origins-mapper":
		return kind{on: AccessToken | LightweightAccessToken | Introspection, gate: openByDefault, rules: field("allowed-origins", FromOrigins)}, true
	case "oidc-audience-mapper":
		return kind{on: tokens | Introspection, rules: audienceRules}, true
	case "oidc-claims-param-token-mapper":
		return kind{on: IDToken | UserInfo, rules: requestedRules}, true
	case "oidc-claims-param-value-idtoken-mapper":
		return kind{on: IDToken, rules: requestedValueRules}, true
	}
	return kind{}, false
}

// roleKind knows the mappers that write or change roles.
func roleKind(id string) (kind, bool) {
	switch id {
	case "oidc-usermodel-realm-role-mapper":
		return kind{on: withUserInfo, priority: byRoles, rules: realmRoleRules}, true
	case "oidc-usermodel-client-role-mapper":
		return kind{on: withUserInfo, priority: byRoles, rules: clientRoleRules}, true
	case "oidc-audience-resolve-mapper":
		return kind{on: AccessToken | LightweightAccessToken | Introspection, gate: openByDefault, priority: byRoleAudience,
			rules: fixed(Rule{Path: []string{"aud"}, Source: Source{Kind: FromRoleClients}, how: asAudience})}, true
	case "oidc-hardcoded-role-mapper":
		return kind{roles: func(m *Mapper) Effect {
			if m.absent("role") {
				return Effect{Ignored: []IgnoredRule{{Rule{Mapper: m}, "it names no role"}}}
			}
			return Effect{Grants: []RoleRef{ParseRole(m.Config["role"])}}
		}}, true
	case "oidc-role-name-mapper":
		return kind{roles: func(m *Mapper) Effect {
			if m.absent("role") || m.absent("new.role.name") {
				return Effect{Ignored: []IgnoredRule{{Rule{Mapper: m}, "it names no role"}}}
			}
			return Effect{Renames: [][2]RoleRef{{ParseRole(m.Config["role"]), ParseRole(m.Config["new.role.name"])}}}
		}}, true
	}
	return kind{}, false
}

// unsalted says whether a mapper of pairwise subjects lacks its salt. Keycloak makes
// one for mappers that are created one by one, but not for those that come with a
// realm. Then it fails on every token.
func unsalted(m *Mapper) bool {
	const key = "pairwiseSubAlgorithmSalt"
	return m.absent(key) && !slices.Contains(m.Withheld, key)
}

// ParseRole reads a role as mappers spell it: the last dot divides client and role.
func ParseRole(s string) RoleRef {
	if i := strings.LastIndex(s, "."); i >= 0 {
		return RoleRef{s[:i], s[i+1:]}
	}
	return RoleRef{Name: s}
}

func fixed(r Rule) func(*Mapper, Version) []Rule {
	return func(*Mapper, Version) []Rule { return []Rule{r} }
}

// claimRule is a rule that goes by the common settings.
func claimRule(m *Mapper, from Source) Rule {
	return Rule{
		Path: SplitClaim(m.Config[keyClaim]), Source: from,
		JSON: m.Config[keyType], Multivalued: m.set(keyMultivalued),
	}
}

func attributeRules(m *Mapper, _ Version) []Rule {
	aggregate := strings.EqualFold(m.Config["aggregate.attrs"], "true")
	return []Rule{claimRule(m, Source{Kind: FromAttribute, Name: m.Config[keyAttribute], Aggregate: aggregate})}
}

func propertyRules(m *Mapper, _ Version) []Rule {
	name := strings.TrimSpace(m.Config[keyAttribute])
	if name == "" {
		return nil
	}
	return []Rule{claimRule(m, Source{Kind: FromProperty, Name: strings.ToLower(name[:1]) + name[1:]})}
}

func constantRules(m *Mapper, _ Version) []Rule {
	if m.absent("claim.value") {
		return nil
	}
	return []Rule{claimRule(m, Source{Kind: FromConstant, Value: m.Config["claim.value"]})}
}

func noteRules(m *Mapper, _ Version) []Rule {
	return []Rule{claimRule(m, Source{Kind: FromNote, Name: m.Config["user.session.note"]})}
}

func groupRules(m *Mapper, _ Version) []Rule {
	r := claimRule(m, Source{Kind: FromGroups, FullPath: m.set("full.path")})
	r.Multivalued = true
	return []Rule{r}
}

func addressRules(m *Mapper, v Version) []Rule {
	members := map[string]string{}
	for _, part := range addressParts() {
		member := part
		if part == "street" {
			member = "street_address"
		}
		members[member] = cmp.Or(m.Config["user.attribute."+part], part)
	}
	r := Rule{Path: []string{"address"}, Source: Source{Kind: FromAddress, Members: members}, how: asField}
	if v.sparseAddress() {
		r.how = asMembers
	}
	return []Rule{r}
}

// organizationRules: the claim is called organization, has all organizations of
// the user, and shows them as objects if their attributes or ids are wanted,
// unless the settings say otherwise.
func organizationRules(m *Mapper, _ Version) []Rule {
	r := claimRule(m, Source{Kind: FromOrganizations})
	r.Path = SplitClaim(cmp.Or(m.Config[keyClaim], "organization"))
	r.JSON = cmp.Or(r.JSON, "String")
	r.Multivalued = m.absent(keyMultivalued) || r.Multivalued
	on := func(key string) bool { return strings.EqualFold(m.Config[key], "true") }
	if r.Multivalued && (on("addOrganizationAttributes") || on("addOrganizationId")) {
		r.JSON = "JSON"
	}
	return []Rule{r}
}

func audienceRules(m *Mapper, _ Version) []Rule {
	aud := cmp.Or(m.Config["included.client.audience"], m.Config["included.custom.audience"])
	if aud == "" {
		return nil
	}
	return []Rule{{Path: []string{"aud"}, Source: Source{Kind: FromConstant, Value: aud}, how: asAudience}}
}

// requestedRules are for claims that the claims parameter asks for as essential.
func requestedRules(m *Mapper, _ Version) []Rule {
	var rules []Rule
	for _, name := range []string{"name", "given_name", "family_name", "preferred_username", "email"} {
		rules = append(rules, Rule{Path: []string{name}, Source: Source{Kind: FromClaimsRequest}, JSON: "String"})
	}
	return rules
}

func requestedValueRules(m *Mapper, _ Version) []Rule {
	if m.absent(keyClaim) {
		return nil
	}
	return []Rule{{Path: SplitClaim(m.Config[keyClaim]), Source: Source{Kind: FromClaimsRequest}, JSON: "String"}}
}

func realmRoleRules(m *Mapper, _ Version) []Rule {
	r := claimRule(m, Source{Kind: FromRealmRoles, Value: m.Config["usermodel.realmRoleMapping.rolePrefix"]})
	r.how = asRoles
	return []Rule{r}
}

// clientRoleRules: ${client_id} in the claim stands for the client whose roles it
// holds. In the prefix it does so from 26.7 on, and only if no client is named.
func clientRoleRules(m *Mapper, _ Version) []Rule {
	id := m.Config["usermodel.clientRoleMapping.clientId"]
	r := claimRule(m, Source{Kind: FromClientRoles, Name: id, Value: m.Config["usermodel.clientRoleMapping.rolePrefix"]})
	if id != "" {
		r.Path = forClient(r.Path, id)
	}
	r.how = asRoles
	return []Rule{r}
}

// clientPlaceholder stands in a claim.name for the client whose roles it holds.
const clientPlaceholder = "${client_id}"

// forClient is a path with a client in the place of its placeholder.
func forClient(path []string, id string) []string {
	out := make([]string, len(path))
	for i, p := range path {
		out[i] = strings.ReplaceAll(p, clientPlaceholder, id)
	}
	return out
}
