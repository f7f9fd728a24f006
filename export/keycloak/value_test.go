package keycloak_test

import (
	"encoding/json"
	"testing"

	"tokenctl.dev/export/keycloak"
)

const inAccess = " access.token.claim=true claim.name=c "

func TestConversions(t *testing.T) {
	u := keycloak.User{Username: "u", Attributes: map[string][]string{
		"n": {"42"}, "w": {"abc"}, "big": {"99999999999"}, "yes": {"TRUE"}, "obj": {`{"a":[1,null]}`}, "nul": {"null"}, "lead": {"007"}, "list": {"1", "2"}, "mixed": {"1", "x"},
	}}
	for _, tc := range []struct{ settings, old, latest string }{
		{"user.attribute=n", `"42"`, ""},
		{"user.attribute=n jsonType.label=String", `"42"`, ""},
		{"user.attribute=n jsonType.label=long", `42`, ""},
		{"user.attribute=n jsonType.label=odd", `"42"`, ""},
		{"user.attribute=w jsonType.label=long", `fails: c: "abc" is not of type long`, "absent"},
		{"user.attribute=big jsonType.label=long", `99999999999`, ""},
		{"user.attribute=big jsonType.label=int", `fails: c: "99999999999" is not of type int`, "absent"},
		{"user.attribute=yes jsonType.label=boolean", `true`, ""},
		{"user.attribute=w jsonType.label=boolean", `false`, ""},
		{"user.attribute=obj jsonType.label=JSON", `{"a":[1,null]}`, ""},
		{"user.attribute=nul jsonType.label=JSON", `null`, ""},
		{"user.attribute=w jsonType.label=JSON", `fails: c: "abc" is not of type JSON`, "absent"},
		{"user.attribute=lead jsonType.label=JSON", `fails: c: "007" is not of type JSON`, "absent"},
		{"user.attribute=lead jsonType.label=long", `7`, ""},
		{"user.attribute=n jsonType.label=long multivalued=true", `[42]`, ""},
		{"user.attribute=mixed jsonType.label=int multivalued=true", `fails: c: "x" is not of type int`, `[1,null]`},
		{"user.attribute=list", `keycloak.OneOf[1 2]`, ""},
		{"user.attribute=none", "absent", ""},
		{"user.attribute=username", `"u"`, ""},
		{"user.attribute=email", "absent", ""},
	} {
		m := mapper("oidc-usermodel-attribute-mapper", inAccess+tc.settings)
		if tc.latest == "" {
			tc.latest = tc.old
		}
		for version, want := range map[string]string{"26.5.5": tc.old, "26.7.5": tc.latest} {
			if got := claim(t, version, "c", u, m); got != want {
				t.Errorf("%s in %s: got %s, want %s", tc.settings, version, got, want)
			}
		}
	}
}

func TestSources(t *testing.T) {
	u := keycloak.User{
		ID: "id-1", Username: "u", FirstName: "A", LastName: "B", EmailVerified: true, Groups: []string{"/top/sub", "/flat"},
		Attributes: map[string][]string{"street": {"S 1"}, "locality": {"L"}}, Notes: map[string]string{"idp": "x"},
	}
	for _, tc := range []struct{ kind, settings, name, want string }{
		{"oidc-usermodel-property-mapper", "user.attribute=emailVerified jsonType.label=boolean", "c", "true"},
		{"oidc-usermodel-property-mapper", "user.attribute=Id", "c", `"id-1"`},
		{"oidc-usermodel-property-mapper", "user.attribute=email", "c", "absent"},
		{"oidc-usermodel-property-mapper", "user.attribute=requiredActions", "c", "absent"},
		{"oidc-full-name-mapper", "", "name", `"A B"`},
		{"oidc-address-mapper", "user.attribute.locality=none", "address", `{"street_address":"S 1"}`},
		{"oidc-group-membership-mapper", "full.path=true", "c", `["/top/sub","/flat"]`},
		{"oidc-group-membership-mapper", "", "c", `["sub","flat"]`},
		{"oidc-usersessionmodel-note-mapper", "user.session.note=idp", "c", `"x"`},
		{"oidc-usersessionmodel-note-mapper", "user.session.note=AUTH_TIME", "c", "absent"},
		{"oidc-sub-mapper", "", "sub", `"id-1"`},
		{"oidc-sha256-pairwise-sub-mapper", "pairwiseSubAlgorithmSalt=s", "sub", "keycloak.Unknownsome string"},
		{"oidc-sha256-pairwise-sub-mapper", "", "sub", "fails: sub: the mapper has no salt"},
		{"oidc-amr-mapper", "", "amr", "keycloak.Unknownsome list of string"},
		{"oidc-usermodel-attribute-mapper", "user.attribute=level", "c", `"top"`},
		{"oidc-usermodel-attribute-mapper", "user.attribute=shared", "c", "keycloak.Unknownsome string"},
		{"oidc-usermodel-attribute-mapper", "user.attribute=shared aggregate.attrs=true multivalued=true", "c", `["1","2","3"]`},
		{"oidc-usermodel-attribute-mapper", "user.attribute=both", "c", `"deep"`},
		{"oidc-usermodel-attribute-mapper", "user.attribute=both aggregate.attrs=true multivalued=true", "c", `["deep","high"]`},
		{"oidc-claims-param-token-mapper", "id.token.claim=true", "email", "absent"},
	} {
		r := realmWith("26.7.5", nil, mapper(tc.kind, inAccess+tc.settings))
		r.Groups = []keycloak.Group{
			{Name: "top", Attributes: map[string][]string{"level": {"top"}, "shared": {"1"}, "both": {"high"}}, Groups: []keycloak.Group{{Name: "sub", Attributes: map[string][]string{"shared": {"2"}, "both": {"deep"}}}}},
			{Name: "flat", Attributes: map[string][]string{"shared": {"3"}}},
		}
		p := issue(t, r, keycloak.Request{}, u).On(keycloak.AccessToken)
		if got := text(t, p, tc.name); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.kind, tc.settings, got, tc.want)
		}
	}
}

// text is a claim as JSON, or why there is none.
func text(t *testing.T, p keycloak.Payload, name string) string {
	t.Helper()
	v, ok := p.Claims[name]
	switch {
	case p.Fails != "":
		return "fails: " + p.Fails
	case !ok:
		return "absent"
	}
	return valueText(t, v)
}

func TestMerges(t *testing.T) {
	u := keycloak.User{Username: "u", Attributes: map[string][]string{"a": {"1"}, "b": {"1", "2"}, "c": {"3"}, "j": {`{"x":1}`}}}
	attr := func(name, settings string) *keycloak.Mapper {
		m := mapper("oidc-usermodel-attribute-mapper", "access.token.claim=true claim.name=c "+settings)
		m.Name = name
		return m
	}
	const multi = " multivalued=true"
	for _, tc := range []struct {
		name    string
		mappers []*keycloak.Mapper
		want    string
	}{
		{"lists join", []*keycloak.Mapper{attr("1", "user.attribute=a"+multi), attr("2", "user.attribute=b"+multi), attr("3", "user.attribute=c"+multi)}, `["1","2","3"]`},
		{"a list and a word that wants to join", []*keycloak.Mapper{attr("1", "user.attribute=b"+multi), mapper("oidc-hardcoded-claim-mapper", "access.token.claim=true claim.name=c claim.value=w multivalued=true")}, `["1","2","w"]`},
		{"the last one wins, whichever that is", []*keycloak.Mapper{attr("1", "user.attribute=a"), attr("2", "user.attribute=c")}, "keycloak.OneOf[3 1]"},
		{"the same value", []*keycloak.Mapper{attr("1", "user.attribute=a"), attr("2", "user.attribute=a")}, `"1"`},
		{"a list that is replaced or joined", []*keycloak.Mapper{attr("1", "user.attribute=b"+multi), attr("2", "user.attribute=c")}, "keycloak.OneOf[3 [3 1 2]]"},
		{"members side by side", []*keycloak.Mapper{attr("1", "user.attribute=a claim.name=c.x"), attr("2", "user.attribute=c claim.name=c.y.z")}, `{"x":"1","y":{"z":"3"}}`},
		{"below a word", []*keycloak.Mapper{attr("1", "user.attribute=a"), attr("2", "user.attribute=c claim.name=c.x")}, `fails: c: "c" is no object`},
		{"below JSON", []*keycloak.Mapper{attr("1", "user.attribute=j jsonType.label=JSON"), attr("2", "user.attribute=c claim.name=c.x")}, `fails: c: "c" is no object`},
	} {
		if got := claim(t, "26.7.5", "c", u, tc.mappers...); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestMatch(t *testing.T) {
	str, list := keycloak.Type{Name: "string"}, keycloak.Type{Name: "string", List: true}
	for _, tc := range []struct {
		predicted any
		actual    string
		want      bool
	}{
		{"a", `"a"`, true}, {"a", `"b"`, false}, {json.Number("1"), `1`, true}, {json.Number("1"), `"1"`, false},
		{nil, `null`, true}, {"a", `null`, false}, {true, `true`, true}, {true, `false`, false},
		{keycloak.Unknown{Type: str}, `"x"`, true}, {keycloak.Unknown{Type: str}, `1`, false}, {keycloak.Unknown{Type: str}, `["x"]`, false},
		{keycloak.Unknown{Type: list}, `["x"]`, true}, {keycloak.Unknown{Type: list}, `[1]`, false}, {keycloak.Unknown{Type: list}, `[]`, true}, {keycloak.Unknown{Type: list}, `"x"`, false},
		{keycloak.Unknown{Type: keycloak.Type{Name: "any"}}, `{}`, true}, {keycloak.Unknown{Type: keycloak.Type{Name: "integer"}}, `1.5`, false},
		{keycloak.Set{"a", "b"}, `["b","a"]`, true}, {keycloak.Set{"a", "b"}, `["a"]`, false}, {keycloak.Set{"a", "a"}, `["a","b"]`, false}, {keycloak.Set{"a"}, `"a"`, false},
		{keycloak.Set{keycloak.Unknown{Type: str}, "a"}, `["a","x"]`, true},
		{[]any{"a", "b"}, `["b","a"]`, false}, {[]any{"a", "b"}, `["a","b"]`, true},
		{keycloak.OneOf{"a", "b"}, `"b"`, true}, {keycloak.OneOf{"a", "b"}, `"c"`, false},
		{map[string]any{"x": "1"}, `{"x":"1"}`, true}, {map[string]any{"x": "1"}, `{"x":"1","y":2}`, false}, {map[string]any{"x": "1", "y": "2"}, `{"x":"1"}`, false}, {map[string]any{"x": "1"}, `{"x":"2"}`, false},
		{keycloak.ScopeText{"a", "b"}, `"b a"`, true}, {keycloak.ScopeText{"a"}, `"a b"`, false}, {keycloak.ScopeText{}, `""`, true}, {keycloak.ScopeText{"a"}, `["a"]`, false},
	} {
		if got := keycloak.Match(tc.predicted, decode(t, tc.actual)); got != tc.want {
			t.Errorf("Match(%#v, %s) = %v", tc.predicted, tc.actual, got)
		}
	}
}
