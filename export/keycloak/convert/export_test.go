package convert_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/schema"
)

// load reads a contract of the project.
func load(t *testing.T, name string) *issuance.Issuance {
	t.Helper()
	tree, err := source.Open(t.Context(), filepath.Join("../../../contracts", name), ".")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	return issued(t, tree)
}

// contract reads a contract of one file, with what every contract needs before it.
func contract(t *testing.T, text string) *issuance.Issuance {
	t.Helper()
	head := "package c\nimport \"tokenctl.dev/schema@v0\"\nschema.#Contract\nname: \"c\", version: \"1.0.0\", issuer: url: \"https://i.example\"\n"
	files := map[string][]byte{"c.cue": []byte(head + text)}
	return issued(t, source.Files("c", ".", files))
}

func issued(t *testing.T, tree *source.Tree) *issuance.Issuance {
	t.Helper()
	c, err := schema.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	return issuance.Of(c)
}

// TestGolden: the reference contract in each of the three layouts, and its losses.
func TestGolden(t *testing.T) {
	is := load(t, "bank")
	for _, target := range convert.Targets() {
		r, err := target.Run(is)
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range r.Files {
			want.Golden(t, filepath.Join("../../../testdata/export", target.Name, "bank", name), text)
		}
		if target.Name == "keycloak" {
			losses, err := export.LossesJSON(target.Name, r.Losses)
			if err != nil {
				t.Fatal(err)
			}
			losses = bytes.ReplaceAll(losses, []byte("../../../"), nil)
			want.Golden(t, "../../../testdata/export/keycloak/bank/losses.json", losses)
		}
	}
}

// TestOrder: the same contract gives the same bytes, whatever the order of its parts.
func TestOrder(t *testing.T) {
	tokens := `tokens: {id: kind: "id", at: {kind: "access", claims: {sub: {}, tenant: #value: "a"}}}` + "\n"
	rest := `claims: tenant: {#value: string, description: "d"}
scopes: {openid: {}, s: releases: at: {email: {}, name: {}}}
clients: {a: {grants: ["authorization_code"], scopes: {openid: always: true, s: {}}}, b: {grants: ["authorization_code"], scopes: {s: {}, openid: {}}}}` + "\n"
	var texts []string
	for _, text := range []string{tokens + rest, rest + tokens} {
		r, err := convert.Targets()[0].Run(contract(t, text))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(r.Files["realm.json"]))
	}
	if texts[0] != texts[1] {
		t.Error("the realms differ")
	}
}

// TestMappers: how claims are written, one placement each: the kind of mapper, and
// the settings but for the flags.
func TestMappers(t *testing.T) {
	for _, tc := range []struct{ claim, declared, want string }{
		{"email", "", "oidc-usermodel-attribute-mapper claim.name=email jsonType.label=String multivalued=false user.attribute=email"},
		{"email", `{source: {from: "d", attribute: "mail"}}`, "oidc-usermodel-attribute-mapper claim.name=email jsonType.label=String multivalued=false user.attribute=mail"},
		{"email_verified", "", "oidc-usermodel-property-mapper claim.name=email_verified jsonType.label=boolean user.attribute=emailVerified"},
		{"given_name", "", "oidc-usermodel-attribute-mapper claim.name=given_name jsonType.label=String multivalued=false user.attribute=firstName"},
		{"name", "", "oidc-full-name-mapper"},
		{"auth_time", "", "oidc-usersessionmodel-note-mapper claim.name=auth_time jsonType.label=long user.session.note=AUTH_TIME"},
		{"sub", "", "oidc-sub-mapper"},
		{"client_id", "", "oidc-hardcoded-claim-mapper claim.name=client_id claim.value=app jsonType.label=String"},
		{"x", `#value: string`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=String multivalued=false user.attribute=x"},
		{"x", `#value: int`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=long multivalued=false user.attribute=x"},
		{"x", `#value: number`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=JSON multivalued=false user.attribute=x"},
		{"x", `#value: bool`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=boolean multivalued=false user.attribute=x"},
		{"x", `#value: [...("a"|"b")]`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=String multivalued=true user.attribute=x"},
		{"x", `#value: [...int]`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=long multivalued=true user.attribute=x"},
		{"x", `#value: [...{a: string}]`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=JSON multivalued=false user.attribute=x"},
		{"x", `#value: {a: string}`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=JSON multivalued=false user.attribute=x"},
		{"x", `#value: string | null`, "oidc-usermodel-attribute-mapper claim.name=x jsonType.label=String multivalued=false user.attribute=x"},
		{"x", `#value: "one"`, "oidc-hardcoded-claim-mapper claim.name=x claim.value=one jsonType.label=String"},
		{"x", `#value: 7`, "oidc-hardcoded-claim-mapper claim.name=x claim.value=7 jsonType.label=long"},
		{"x", `#value: true`, "oidc-hardcoded-claim-mapper claim.name=x claim.value=true jsonType.label=boolean"},
		{"https://c.example/v1.0/tenant", `#value: string`, `oidc-usermodel-attribute-mapper claim.name=https://c\.example/v1\.0/tenant jsonType.label=String multivalued=false user.attribute=tenant`},
		{"a.b", `#value: string`, `oidc-usermodel-attribute-mapper claim.name=a\.b jsonType.label=String multivalued=false user.attribute=a.b`},
		{"x", `{#value: [...string], labels: {"keycloak/mapper": "oidc-group-membership-mapper", "keycloak/full.path": "true"}}`, "oidc-group-membership-mapper claim.name=x full.path=true"},
	} {
		text := fmt.Sprintf("tokens: at: {kind: \"access\", claims: %q: {}}\nclients: app: grants: [\"authorization_code\"]\nsources: d: kind: \"directory\"\n", tc.claim)
		if tc.declared != "" {
			text += fmt.Sprintf("claims: %q: {description: \"d\"}\nclaims: %q: %s\n", tc.claim, tc.claim, tc.declared)
		}
		x, err := convert.Export(contract(t, text), convert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range x.Realm.Scopes {
			got = append(got, described(s.Mappers)...)
		}
		got = append(got, described(x.Realm.Clients[0].Mappers)...)
		if strings.Join(got, "; ") != tc.want {
			t.Errorf("%s %s:\n got %s\nwant %s", tc.claim, tc.declared, strings.Join(got, "; "), tc.want)
		}
	}
}

// TestSectors: Keycloak refuses a pairwise client that has neither the address of a
// sector nor a redirect URI.
func TestSectors(t *testing.T) {
	for _, tc := range []struct{ sector, uri, redirects, lost string }{
		{"", "", "[https://redirect-uri.invalid/]", ""},
		{"https://c.example/sector.json", "https://c.example/sector.json", "[]", ""},
		{"c.example", "", "[https://redirect-uri.invalid/]", "a sector of Keycloak is the address of a list of redirect URIs: client app has subjects by the host of its own"},
	} {
		text := "tokens: i: kind: \"id\"\nscopes: openid: {}\nclients: app: {grants: [\"authorization_code\"], subjectType: \"pairwise\", scopes: openid: always: true"
		if tc.sector != "" {
			text += ", sector: \"" + tc.sector + "\""
		}
		x, err := convert.Export(contract(t, text+"}\n"), convert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var lost string
		for _, l := range x.Losses {
			if l.Capability == "pairwise" {
				lost += l.Message
			}
		}
		app := x.Realm.Clients[0]
		if uri := app.Mappers[0].Config["sectorIdentifierUri"]; uri != tc.uri || fmt.Sprint(app.RedirectURIs) != tc.redirects || lost != tc.lost {
			t.Errorf("%q: sector %q, redirects to %v, lost %q", tc.sector, uri, app.RedirectURIs, lost)
		}
	}
}

// TestNotes: what is in a token response comes from notes of the session.
func TestNotes(t *testing.T) {
	for _, tc := range []struct{ value, want string }{
		{"string", "oidc-usersessionmodel-note-mapper claim.name=x jsonType.label=String user.session.note=x"},
		{"int", "oidc-usersessionmodel-note-mapper claim.name=x jsonType.label=long user.session.note=x"},
		{"{a: string}", "oidc-usersessionmodel-note-mapper claim.name=x jsonType.label=JSON user.session.note=x"},
		{"[...]", "oidc-usersessionmodel-note-mapper claim.name=x jsonType.label=JSON user.session.note=x"},
		{"[...string]", "oidc-usersessionmodel-note-mapper claim.name=x jsonType.label=JSON user.session.note=x"},
	} {
		x, err := convert.Export(contract(t, fmt.Sprintf(`tokens: r: {kind: "response", claims: x: {}}
clients: app: grants: ["authorization_code"]
claims: x: {description: "d", #value: %s}
`, tc.value)), convert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(described(x.Realm.Scopes[0].Mappers), "; "); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.value, got, tc.want)
		}
	}
}

// described is a text of mappers without their flags.
func described(list []*keycloak.Mapper) []string {
	var out []string
	for _, m := range list {
		text := m.Kind
		for _, key := range []string{"claim.name", "claim.value", "full.path", "jsonType.label", "multivalued", "user.attribute", "user.session.note"} {
			if v, ok := m.Config[key]; ok {
				text += " " + key + "=" + v
			}
		}
		out = append(out, text)
	}
	return out
}

// TestRefusals: what would mean something else in Keycloak is not exported.
func TestRefusals(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{`clients: "admin-cli": grants: ["client_credentials"]`, "c.cue:5:10: every realm of Keycloak has a client admin-cli of its own"},
		{"claims: typ: {#value: string, description: \"d\"}\ntokens: at: {kind: \"access\", claims: typ: {}}\nclients: a: grants: [\"client_credentials\"]", "c.cue:6:38: Keycloak keeps the claim typ for itself"},
	} {
		_, err := convert.Export(contract(t, tc.text), convert.Options{})
		var refusal *export.Refusal
		if !errors.As(err, &refusal) || err.Error() != tc.want {
			t.Errorf("%s: %v, want %s", tc.text, err, tc.want)
		}
	}
}

// TestWrittenRealmsAreRead: what is written is read again and written the same way,
// without a warning.
func TestWrittenRealmsAreRead(t *testing.T) {
	for _, name := range []string{"bank", "logingov", "idporten", "smart"} {
		x, err := convert.Export(load(t, name), convert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var first, second bytes.Buffer
		if err := keycloak.Write(&first, x.Realm); err != nil {
			t.Fatal(err)
		}
		f, err := keycloak.Read(bytes.NewReader(first.Bytes()), keycloak.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range f.Warnings {
			t.Errorf("%s: %s", name, w)
		}
		realm := f.Realms[0]
		if x.Realm.Scope("offline_access") == nil { // Keycloak adds it to every realm
			realm.Scopes = slices.DeleteFunc(realm.Scopes, func(s *keycloak.Scope) bool { return s.Name == "offline_access" })
			realm.Roles = slices.DeleteFunc(realm.Roles, func(r keycloak.Role) bool { return r.Name == "offline_access" })
			realm.OptionalScopes = nil
		}
		if err := keycloak.Write(&second, realm); err != nil {
			t.Fatal(err)
		}
		if diff := difference(first.String(), second.String()); diff != "" {
			t.Errorf("%s: the realm is not read as it is written: %s", name, diff)
		}
	}
}

// difference is the first line of two texts that differs.
func difference(a, b string) string {
	other := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(other) || line != other[i] {
			return fmt.Sprintf("line %d: %s, then %s", i+1, line, strings.Join(other[i:min(len(other), i+5)], " "))
		}
	}
	return ""
}
