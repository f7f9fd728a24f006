package keycloak_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/export/keycloak"
)

func TestSplitClaim(t *testing.T) {
	for name, want := range map[string][]string{
		"":                          nil,
		"a":                         {"a"},
		"a.b.c":                     {"a", "b", "c"},
		`https://x\.example/y`:      {"https://x.example/y"},
		`a\\b.c`:                    {`a\b`, "c"},
		`a\b`:                       {"ab"},
		`a\`:                        {`a\`},
		"a.":                        {"a"},
		".":                         {"."},
		"..":                        {".."},
		".a.b":                      {".a.b"},
		"a..b":                      {"a", ".b"},
		"resource_access.${c}.role": {"resource_access", "${c}", "role"},
	} {
		if got := keycloak.SplitClaim(name); !slices.Equal(got, want) {
			t.Errorf("SplitClaim(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestJoinClaimIsTheReverse(t *testing.T) {
	for _, path := range [][]string{{"a"}, {"a", "b"}, {"https://x.example/y"}, {`back\slash`, `..`, `\.`}, {"ü.", ".x"}} {
		name := keycloak.JoinClaim(path)
		if got := keycloak.SplitClaim(name); !slices.Equal(got, path) {
			t.Errorf("JoinClaim(%q) = %q, which splits into %q", path, name, got)
		}
	}
	if got := keycloak.JoinClaim([]string{"https://x.example", "b"}); got != `https://x\.example.b` {
		t.Errorf("got %s", got)
	}
}

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]string{
		"26.7.5": "26.7.5", "24": "24.0.0", "2.5.5.Final": "2.5.5", "18.0.8.redhat-00001": "18.0.8",
		"999.0.0-SNAPSHOT": "999.0.0", "26.1-rc1": "26.1.0", "": "error", "latest": "error", ".1": "error",
	} {
		v, err := keycloak.ParseVersion(text)
		if got := v.String(); err == nil && got != want || err != nil && want != "error" {
			t.Errorf("ParseVersion(%q) = %s, %v, want %s", text, got, err, want)
		}
	}
	if (keycloak.Version{}).String() != "" {
		t.Error("the zero version has a text")
	}
}

func TestParseRole(t *testing.T) {
	for text, want := range map[string]keycloak.RoleRef{
		"admin": {Name: "admin"}, "api.read": {Client: "api", Name: "read"}, "a.b.c": {Client: "a.b", Name: "c"},
	} {
		if got := keycloak.ParseRole(text); got != want {
			t.Errorf("ParseRole(%q) = %+v", text, got)
		}
	}
}

// TestPlacement holds the defaults of absent flags, which are not the same for all
// kinds of mappers.
func TestPlacement(t *testing.T) {
	const constant, audience, origins = "oidc-hardcoded-claim-mapper", "oidc-audience-mapper", "oidc-allowed-origins-mapper"
	for _, tc := range []struct{ kind, settings, want string }{
		{constant, "", ""},
		{constant, "access.token.claim=true", "access+introspection"},
		{constant, "access.token.claim=TRUE", ""},
		{constant, "access.token.claim=true introspection.token.claim=false", "access"},
		{constant, "introspection.token.claim=true", "introspection"},
		{constant, "id.token.claim=true", "id+userinfo"},
		{constant, "id.token.claim=true userinfo.token.claim=false", "id"},
		{constant, "userinfo.token.claim=true", "userinfo"},
		{constant, "lightweight.claim=true", "lightweight"},
		{constant, "access.tokenResponse.claim=true", "response"},
		{audience, "access.token.claim=true id.token.claim=true userinfo.token.claim=true access.tokenResponse.claim=true", "access+id+introspection"},
		{origins, "", "access+introspection"},
		{origins, "access.token.claim=false", "introspection"},
		{origins, "introspection.token.claim=false lightweight.claim=true", "access+lightweight"},
		{"oidc-audience-resolve-mapper", "", "access+introspection"},
		{"oidc-sha256-pairwise-sub-mapper", "access.token.claim=false", "access+lightweight+id+userinfo+introspection"},
		{"oidc-amr-mapper", "access.token.claim=true id.token.claim=true introspection.token.claim=true", "access+id"},
		{"oidc-acr-mapper", "access.token.claim=true id.token.claim=true", "access+id+introspection"},
		{"oidc-sub-mapper", "access.token.claim=true id.token.claim=true", "access+introspection"},
		{"oidc-nonce-backwards-compatible-mapper", "", "access+lightweight"},
		{"oidc-claims-param-token-mapper", "access.token.claim=true id.token.claim=true", "id+userinfo"},
	} {
		m := mapper(tc.kind, tc.settings+" claim.name=c claim.value=v included.custom.audience=a pairwiseSubAlgorithmSalt=s")
		e := keycloak.EffectOf(m, keycloak.Latest())
		got := ""
		if len(e.Rules) > 0 {
			got = e.Rules[0].On.String()
		}
		if got != tc.want {
			t.Errorf("%s with %q writes into %q, want %q", tc.kind, tc.settings, got, tc.want)
		}
	}
}

// mapper is a mapper with settings, "key=value", with blanks between.
func mapper(kind, settings string) *keycloak.Mapper {
	m := &keycloak.Mapper{Name: kind, Kind: kind, Protocol: "openid-connect", Config: map[string]string{}}
	for s := range strings.FieldsSeq(settings) {
		key, value, _ := strings.Cut(s, "=")
		m.Config[key] = value
	}
	return m
}

func TestEffectOf(t *testing.T) {
	v24, v25, v26 := keycloak.Version{Major: 24}, keycloak.Version{Major: 25}, keycloak.Latest()
	const everywhere = "access.token.claim=true id.token.claim=true userinfo.token.claim=true "
	for _, tc := range []struct {
		name string
		m    *keycloak.Mapper
		v    keycloak.Version
		want string
	}{
		{"attribute", mapper("oidc-usermodel-attribute-mapper", everywhere+"user.attribute=mail claim.name=a.b jsonType.label=long multivalued=true aggregate.attrs=TRUE"), v26,
			"rules=[a.b from attribute mail, list of integer, aggregated]"},
		{"property", mapper("oidc-usermodel-property-mapper", everywhere+"user.attribute=EmailVerified claim.name=v jsonType.label=boolean"), v26, "rules=[v from property emailVerified, boolean]"},
		{"property without a name", mapper("oidc-usermodel-property-mapper", everywhere+"claim.name=v"), v26, "rules=[]"},
		{"address", mapper("oidc-address-mapper", everywhere+"user.attribute.street=strasse"), v26, "rules=[address from address , object]"},
		{"roles of one client", mapper("oidc-usermodel-client-role-mapper", everywhere+"usermodel.clientRoleMapping.clientId=my.api claim.name=r.${client_id}.x multivalued=true"), v26, "rules=[r.my.api.x from client roles my.api, list of string]"},
		{"roles of all clients", mapper("oidc-usermodel-client-role-mapper", everywhere+"claim.name=r.${client_id}.x"), v26, "rules=[r.${client_id}.x from client roles , string]"},
		{"groups", mapper("oidc-group-membership-mapper", everywhere+"claim.name=g"), v26, "rules=[g from groups , list of string]"},
		{"audience: client wins", mapper("oidc-audience-mapper", everywhere+"included.client.audience=c included.custom.audience=d"), v26, "rules=[aud from constant c, string]"},
		{"no audience", mapper("oidc-audience-mapper", everywhere), v26, "rules=[]"},
		{"JSON constant", mapper("oidc-hardcoded-claim-mapper", everywhere+"claim.name=c claim.value=[1] jsonType.label=JSON"), v26, "rules=[c from constant [1], list of integer]"},
		{"hardcoded role", mapper("oidc-hardcoded-role-mapper", "role=a.b.c"), v26, "rules=[] grants=[a.b.c]"},
		{"role name", mapper("oidc-role-name-mapper", "role=a new.role.name=b.c"), v26, "rules=[] renames=[[a b.c]]"},
		{"role name without a role", mapper("oidc-role-name-mapper", "role=a"), v26, "rules=[] ignored=[it names no role]"},
		{"no name", mapper("oidc-hardcoded-claim-mapper", everywhere+"claim.value=v"), v26, "rules=[] ignored=[it has no claim.name]"},
		{"reserved", mapper("oidc-hardcoded-claim-mapper", everywhere+"claim.name=scope.x claim.value=v"), v26, "rules=[] ignored=[scope.x is Keycloak's own]"},
		{"reserved in the response alone", mapper("oidc-hardcoded-claim-mapper", everywhere+"claim.name=id_token claim.value=v access.tokenResponse.claim=true"), v26, "rules=[id_token from constant v, string] ignored=[id_token is Keycloak's own]"},
		{"below a field", mapper("oidc-hardcoded-claim-mapper", everywhere+"claim.name=aud.x claim.value=v"), v26, "rules=[] ignored=[aud.x is Keycloak's own]"},
		{"not in userinfo", mapper("oidc-hardcoded-claim-mapper", everywhere+"claim.name=acr claim.value=v"), v26, "rules=[acr from constant v, string] ignored=[userinfo does not show acr]"},
		{"auth_time in 24", mapper("oidc-usersessionmodel-note-mapper", everywhere+"user.session.note=AUTH_TIME claim.name=auth_time"), v24, "rules=[] ignored=[auth_time is Keycloak's own]"},
		{"auth_time in 25", mapper("oidc-usersessionmodel-note-mapper", "id.token.claim=true user.session.note=AUTH_TIME claim.name=auth_time"), v25, "rules=[auth_time from session note AUTH_TIME, integer]"},
		{"sub mapper in 24", mapper("oidc-sub-mapper", everywhere), v24, "rules=[] opaque"},
		{"sub mapper in 25", mapper("oidc-sub-mapper", everywhere), v25, "rules=[sub from subject , string]"},
		{"script", mapper("script-x.js", everywhere+"claim.name=c"), v26, "rules=[] opaque"},
		{"organizations", mapper("oidc-organization-membership-mapper", everywhere+"addOrganizationId=true"), v26, "rules=[organization from organizations , object]"},
		{"one organization", mapper("oidc-organization-membership-mapper", everywhere+"multivalued=false addOrganizationId=true"), v26, "rules=[organization from organizations , string]"},
	} {
		if got := effectText(keycloak.EffectOf(tc.m, tc.v)); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
	saml := mapper("oidc-hardcoded-claim-mapper", everywhere+"claim.name=c claim.value=v")
	saml.Protocol = "saml"
	if got := effectText(keycloak.EffectOf(saml, v26)); got != "rules=[]" {
		t.Errorf("a mapper for SAML: %s", got)
	}
}

func effectText(e keycloak.Effect) string {
	var rules []string
	for _, r := range e.Rules {
		text := fmt.Sprintf("%s from %s %s", strings.Join(r.Path, "."), r.Source.Kind, r.Source.Name)
		if r.Source.Kind == keycloak.FromConstant {
			text += r.Source.Value
		}
		text += ", " + r.Types(r.On.Surfaces()[0])[0].String()
		if r.Source.Aggregate {
			text += ", aggregated"
		}
		rules = append(rules, text)
	}
	text := fmt.Sprintf("rules=[%s]", strings.Join(rules, "; "))
	if len(e.Grants) > 0 {
		text += fmt.Sprintf(" grants=%v", e.Grants)
	}
	if len(e.Renames) > 0 {
		text += fmt.Sprintf(" renames=%v", e.Renames)
	}
	for _, ig := range e.Ignored {
		text += fmt.Sprintf(" ignored=[%s]", ig.Why)
	}
	if e.Opaque {
		text += " opaque"
	}
	return text
}
