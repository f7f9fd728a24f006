package keycloak_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tokenctl.dev/export/keycloak"
)

// read reads one realm that must be readable.
func read(t *testing.T, text string) *keycloak.Realm {
	t.Helper()
	f, err := keycloak.Read(strings.NewReader(text), keycloak.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f.Realms[0]
}

func TestReadKeepsPlaces(t *testing.T) {
	r := read(t, `{
  "realm": "shop", "keycloakVersion": "26.7.5",
  "clientScopes": [
    {"name": "mail", "protocol": "openid-connect",
     "protocolMappers": [
	    {"name": "m", "protocol": "openid-connect", "protocolMapper": "custom", "config": {"claim.name": "c", "api.key": "k"}}
     ]}
  ],
  "clients": [{"clientId": "web"}]
}`)
	for _, tc := range []struct {
		what string
		got  keycloak.Place
		want string
	}{
		{"realm", r.At, "1:1"},
		{"scope", r.Scope("mail").At, "4:14"},
		{"mapper", r.Scope("mail").Mappers[0].At, "6:15"},
		{"client", r.Client("web").At, "9:28"},
	} {
		if tc.got.String() != tc.want {
			t.Errorf("%s is at %s, want %s", tc.what, tc.got, tc.want)
		}
	}
	m := r.Scope("mail").Mappers[0]
	if m.Kind != "custom" || fmt.Sprint(m.Config) != "map[claim.name:c]" || fmt.Sprint(m.Withheld) != "[api.key]" {
		t.Errorf("the unknown mapper became %+v", *m)
	}
}

// TestReadFillsIn holds the defaults to those that a server takes; the server's side
// of it is in keycloaktest.
func TestReadFillsIn(t *testing.T) {
	r := read(t, `{"realm": "shop", "keycloakVersion": "26.7.5",
	"clientScopes": [{"name": "a", "protocol": "openid-connect"}, {"name": "b", "protocol": "openid-connect"},
	  {"name": "s", "protocol": "saml"}, {"name": "service_account", "protocol": "openid-connect"}],
	"defaultDefaultClientScopes": ["a", "s"], "defaultOptionalClientScopes": ["b"],
	"scopeMappings": [{"clientScope": "a", "roles": ["r"]}, {"client": "listed", "roles": ["r"]}],
	"clientScopeMappings": {"listed": [{"client": "plain", "roles": ["c"]}]},
	"roles": {"client": {"listed": [{"name": "c"}]}},
	"users": [{"username": "u"}, {"serviceAccountClientId": "robot2", "realmRoles": ["r"]}],
	"clients": [
	  {"clientId": "plain"},
	  {"clientId": "consent", "consentRequired": "true", "redirectUris": ["http://x.example/a/*", "https://y.example", "/rel"]},
	  {"clientId": "listed", "defaultClientScopes": ["b"], "webOrigins": []},
	  {"clientId": "both", "defaultClientScopes": ["a"], "optionalClientScopes": ["a", "b"]},
	  {"clientId": "robot", "serviceAccountsEnabled": true}, {"clientId": "robot2", "serviceAccountsEnabled": true}
	]}`)
	got := func(id string) string {
		c := r.Client(id)
		return fmt.Sprintf("flow=%v full=%v default=%v optional=%v origins=%v roles=%v in scope=%v account=%v",
			c.StandardFlow, c.FullScope, c.DefaultScopes, c.OptionalScopes, c.WebOrigins, len(c.Roles), c.ScopeRoles, c.Account != nil)
	}
	for id, want := range map[string]string{
		"plain":   "flow=true full=true default=[a] optional=[b offline_access] origins=[] roles=0 in scope=[listed.c] account=false",
		"consent": "flow=true full=false default=[a] optional=[b offline_access] origins=[http://x.example https://y.example] roles=0 in scope=[] account=false",
		"listed":  "flow=true full=true default=[b] optional=[] origins=[] roles=1 in scope=[r] account=false",
		"both":    "flow=true full=true default=[a] optional=[b] origins=[] roles=0 in scope=[] account=false",
		"robot":   "flow=true full=true default=[a service_account] optional=[b offline_access] origins=[] roles=0 in scope=[] account=false",
		"robot2":  "flow=true full=true default=[a] optional=[b offline_access] origins=[] roles=0 in scope=[] account=true",
	} {
		if got(id) != want {
			t.Errorf("client %s:\n got %s\nwant %s", id, got(id), want)
		}
	}
	if r.AccessTokenLifespan != 300 || r.ImplicitAccessTokenLifespan != 900 || r.DefaultSignatureAlgorithm != "RS256" {
		t.Errorf("lifetimes and algorithm are %d, %d, %s", r.AccessTokenLifespan, r.ImplicitAccessTokenLifespan, r.DefaultSignatureAlgorithm)
	}
	if r.DefaultRole != "default-roles-shop" || fmt.Sprint(r.Scope("a").Roles) != "[r]" {
		t.Errorf("default role %q, roles of scope a %v", r.DefaultRole, r.Scope("a").Roles)
	}
}

func TestReadServiceAccountsOfOldVersions(t *testing.T) {
	r := read(t, `{"realm": "r", "keycloakVersion": "25.0.6", "clients": [
	  {"clientId": "robot", "serviceAccountsEnabled": true, "protocolMappers": [{"name": "Client ID", "protocol": "openid-connect"}]}]}`)
	var names []string
	for _, m := range r.Client("robot").Mappers {
		names = append(names, m.Name)
	}
	if got := strings.Join(names, ", "); got != "Client ID, Client Host, Client IP Address" {
		t.Errorf("mappers are %s", got)
	}
}

func TestReadBuiltinScopes(t *testing.T) {
	for _, tc := range []struct{ version, defaults, optional string }{
		{"24.0.5", "profile email roles web-origins acr", "offline_access address phone microprofile-jwt"},
		{"25.0.6", "profile email roles web-origins acr basic", "offline_access address phone microprofile-jwt"},
		{"26.0.5", "profile email roles web-origins acr basic", "offline_access address phone microprofile-jwt organization"},
	} {
		r := read(t, `{"realm": "r", "keycloakVersion": "`+tc.version+`", "clients": [{"clientId": "c"}]}`)
		c := r.Client("c")
		if got := strings.Join(c.DefaultScopes, " "); got != tc.defaults {
			t.Errorf("%s: default scopes are %s", tc.version, got)
		}
		if got := strings.Join(c.OptionalScopes, " "); got != tc.optional {
			t.Errorf("%s: optional scopes are %s", tc.version, got)
		}
		if has := r.Scope("service_account") != nil; has {
			t.Errorf("%s has the scope service_account", tc.version)
		}
	}
	if read(t, `{"realm": "r", "keycloakVersion": "26.1.0"}`).Scope("service_account") == nil {
		t.Error("26.1.0 lacks the scope service_account")
	}
}

// marked cuts the mark out of a text and returns its place.
func marked(t *testing.T, text string) (string, string) {
	t.Helper()
	before, after, ok := strings.Cut(text, "¶")
	if !ok {
		t.Fatalf("no mark in %q", text)
	}
	line := strings.Count(before, "\n") + 1
	col := len(before) - strings.LastIndex(before, "\n")
	return before + after, fmt.Sprintf("%d:%d: ", line, col)
}

// TestReadRefuses has a mark in each text where the problem must be placed.
func TestReadRefuses(t *testing.T) {
	const head = `{"realm": "r", "keycloakVersion": "26.7.5", `
	placeholder := func(what string) string {
		return what + " is a placeholder that some other tool replaces, so the file does not say what the realm is"
	}
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "¶", "the file ends before the realm does"},
		{"truncated", head + "\n\"clients\": [{\"clientId\": \"web\"¶", "clients[0]: the file ends before the realm does"},
		{"truncated in a string", head + `"clients": [{"clientId": "we¶`, "clients[0].clientId: the file ends before the realm does"},
		{"truncated in what is skipped", head + `"users": [{"a": [¶`, "users[0].a: the file ends before the realm does"},
		{"yaml", "¶realm: r\nclients: []\n", "not JSON: invalid character 'r' looking for beginning of value"},
		{"broken", head + "\n  \"clients\": [¶,]}", "clients[0]: not JSON: invalid character ',' looking for beginning of value"},
		{"a comma too many", head + "\n  \"clients\": [{},\n¶]}", "clients[1]: not JSON: invalid character ']' looking for beginning of value"},
		{"no colon", head + "\n  \"clients\" ¶[]}", "clients: not JSON: invalid character '[' after object key"},
		{"broken in what is skipped", head + "\"users\": [{¶]}", "users[0]: not JSON: invalid character ']'"},
		{"utf-16", "¶\xff\xfe{\x00", "the file is UTF-16"},
		{"a string", `¶"realm"`, "not a realm: a string"},
		{"a number", ` ¶12`, "not a realm: a number"},
		{"null", `¶null`, "not a realm: null"},
		{"no realms", ` ¶[]`, "the list holds no realm"},
		{"a list of other things", "[\n¶1]", "a number where a realm belongs"},
		{"a list with null", "[¶null]", "null where a realm belongs"},
		{"another object", `¶{"swagger": "2.0"}`, `not a realm: it has no "realm", the name that every realm export begins with`},
		{"a realm without a name", `¶{"realm": null}`, `not a realm: it has no "realm", the name that every realm export begins with`},
		{"a client", `¶{"clientId": "web", "secret": "s"}`, "not a realm but a single client"},
		{"two realms", `{"realm": "r", "keycloakVersion": "26.7.5"}` + "\n ¶{}", "the file goes on after the realm ends"},
		{"garbage behind", `{"realm": "r", "keycloakVersion": "26.7.5"}` + "\n ¶x", "not JSON: invalid character 'x' looking for beginning of value"},
		{"keycloak 2", `{"realm": "r",` + "\n" + ` "keycloakVersion": ¶"2.5.5.Final"}`, "the realm is of Keycloak 2.5.5, which had no client scopes"},
		{"keycloak 3 without a version", `{"realm": "r", ¶"clientTemplates": []}`, "the realm has client templates, so it is of Keycloak 3 or earlier"},
		{"no version at all", `{"realm": "r", "keycloakVersion": ¶"latest"}`, `"latest" is not a version of Keycloak`},
		{"type of a flag", head + `"clients": [{"publicClient": ¶"yes"}]}`, `clients[0].publicClient: "yes" where true or false belongs`},
		{"type of a number", head + `"accessTokenLifespan": ¶"5m"}`, `accessTokenLifespan: "5m" where a whole number belongs`},
		{"type of a name", head + `"clients": [{"clientId": ¶{}}]}`, `clients[0].clientId: an object where a string belongs`},
		{"type of a list", head + `"clients": ¶{}}`, `clients: an object where a list belongs`},
		{"type of an object", head + `"clients": [¶3]}`, `clients[0]: a number where an object belongs`},
		{"keycloak's placeholder", `{"realm": ¶"${REALM}"}`, `realm: ` + placeholder(`"${REALM}"`)},
		{"placeholder in a client", head + `"clients": [{"clientId": ¶"${env.ID:web}"}]}`, `clients[0].clientId: ` + placeholder(`"${env.ID:web}"`)},
		{"placeholder for a flag", head + `"clients": [{"publicClient": ¶"${PUB}"}]}`, `clients[0].publicClient: ` + placeholder(`"${PUB}"`)},
		{"config-cli's placeholder", head + `"clients": [{"name": ¶"$(env:NAME)"}]}`, `clients[0].name: ` + placeholder(`"$(env:NAME)"`)},
		{"placeholder without quotes", head + `"accessTokenLifespan": ¶$(env:TTL)}`, `accessTokenLifespan: ` + placeholder("what stands where JSON expects a value")},
		{"placeholder in a mapper", head + `"clientScopes": [{"protocolMappers": [{"config": {"claim.name": ¶"${CLAIM}"}}]}]}`, `clientScopes[0].protocolMappers[0].config.claim.name: ` + placeholder(`"${CLAIM}"`)},
		{"placeholder for a lifetime", head + `"clients": [{"attributes": {"access.token.lifespan": ¶"${TTL}"}}]}`, `clients[0].attributes.access.token.lifespan: ` + placeholder(`"${TTL}"`)},
		{"deep", strings.Repeat("[", 1) + "¶" + strings.Repeat("[", 300), "a list where a realm belongs"},
		{"deep in what is skipped", head + `"x": ` + strings.Repeat("[", 201) + "¶" + strings.Repeat("[", 99), "x: nested deeper than 200 levels"},
		{"deep groups", head + `"groups": [` + strings.Repeat(`{"subGroups": [`, 100) + "¶" + strings.Repeat(`{"subGroups": [`, 20),
			"groups[0]" + strings.Repeat(".subGroups[0]", 7) + "...: nested deeper than 200 levels"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text, place := marked(t, tc.text)
			f, err := keycloak.Read(strings.NewReader(text), keycloak.ReadOptions{})
			var p *keycloak.Problem
			if !errors.As(err, &p) || f != nil {
				t.Fatalf("got %v and %v, want a problem", f, err)
			}
			if err.Error() != place+tc.want {
				t.Errorf("\n got %s\nwant %s%s", err, place, tc.want)
			}
		})
	}
}

func TestReadAllows(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"keycloak's own texts", `{"realm": "r", "keycloakVersion": "26.7.5", "clients": [{"clientId": "c", "name": "${client_c}", "rootUrl": "${authBaseUrl}"}],
		  "clientScopes": [{"name": "s", "attributes": {"consent.screen.text": "${sText}"}, "protocolMappers": [{"config": {"claim.name": "resource_access.${client_id}.roles"}}]}]}`, ""},
		{"a byte order mark", "\xef\xbb\xbf" + `{"realm": "r", "keycloakVersion": "26.7.5", "clientScopes": []}`, ""},
		{"nulls", `{"realm": "r", "keycloakVersion": "26.7.5", "clientScopes": null, "clients": [{"clientId": "c", "attributes": null, "protocolMappers": null}], "roles": null, "clientScopes": []}`, ""},
		{"types of other spelling", `{"realm": "r", "keycloakVersion": "26.7.5", "accessTokenLifespan": "60", "clients": [{"clientId": "c", "publicClient": "TRUE", "attributes": {"access.token.lifespan": 60}}], "clientScopes": []}`, ""},
		{"no version", `{"realm": "r", "clientScopes": []}`, "1:1: the realm does not say which Keycloak wrote it"},
		{"old", `{"realm": "r", "keycloakVersion": "18.0.8.redhat-00001", "clientScopes": []}`, "1:35: keycloakVersion: the realm is of Keycloak 18.0.8, older than 24"},
		{"new", `{"realm": "r", "keycloakVersion": "27.0.0", "clientScopes": []}`, "1:35: keycloakVersion: the realm is of Keycloak 27.0.0, which is newer than this reader"},
		{"no client scopes", `{"realm": "r", "keycloakVersion": "26.7.5"}`, "1:1: the realm lists no client scopes"},
		{"settings that may be secret", `{"realm": "r", "keycloakVersion": "26.7.5", "clientScopes": [{"name": "s", "protocolMappers": [{"name": "m", "config": {"b": "x", "claim.name": "c", "a": "y"}}]}]}`,
			`1:105: clientScopes[0].protocolMappers[0]: mapper "m" has settings that may be secrets: a, b`},
		{"a scope that is not there", `{"realm": "r", "keycloakVersion": "26.7.5", "clientScopes": [], "clients": [{"clientId": "c", "defaultClientScopes": ["x"]}]}`,
			`1:1: client "c": client scope "x" is not in the realm, so nobody gets it`},
		{"roles for a client that is not there", `{"realm": "r", "keycloakVersion": "26.7.5", "clientScopes": [], "scopeMappings": [{"client": "c", "roles": ["x"]}]}`,
			`1:113: roles are put in scope of "c", which is not in the realm`},
		{"a profile that is not JSON", `{"realm": "r", "keycloakVersion": "26.7.5", "clientScopes": [], "components": {"org.keycloak.userprofile.UserProfileProvider": [{"config": {"kc.user.profile.config": ["{"]}}]}}`,
			`1:171: components.org.keycloak.userprofile.UserProfileProvider[0].config.kc.user.profile.config: the user profile is not readable JSON`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, err := keycloak.Read(strings.NewReader(tc.text), keycloak.ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range f.Warnings {
				got = append(got, w.Error())
			}
			if strings.Join(got, "\n") != tc.want {
				t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n"), tc.want)
			}
		})
	}
}

func TestReadUserProfile(t *testing.T) {
	r := read(t, `{"realm": "r", "keycloakVersion": "26.7.5", "components": {"org.keycloak.userprofile.UserProfileProvider": [{"config": {"kc.user.profile.config":
	  ["{\"attributes\":[{\"name\":\"a\",\"required\":{}},{\"name\":\"b\",\"required\":{\"roles\":[\"admin\"]}},{\"name\":\"c\",\"multivalued\":true,\"permissions\":{\"view\":[\"admin\",\"user\"],\"edit\":[\"admin\"]}}],\"unmanagedAttributePolicy\":\"ENABLED\"}"]}}], "other": [1]}}`)
	if got := fmt.Sprintf("%+v", *r.Profile); got != "{Attributes:[{Name:a Multivalued:false Required:true View:[] Edit:[]} {Name:b Multivalued:false Required:false View:[] Edit:[]} {Name:c Multivalued:true Required:false View:[admin user] Edit:[admin]}] Unmanaged:ENABLED}" {
		t.Errorf("the profile is %s", got)
	}
}

// TestReadKeepsNoSecrets puts a word in every place that is made for a secret.
func TestReadKeepsNoSecrets(t *testing.T) {
	const word = "SECRET"
	r := read(t, `{"realm": "r", "keycloakVersion": "26.7.5", "privateKey": "SECRET", "smtpServer": {"password": "SECRET"},
	"attributes": {"other": "SECRET"}, "identityProviders": [{"config": {"clientSecret": "SECRET"}}],
	"components": {"org.keycloak.keys.KeyProvider": [{"config": {"privateKey": ["SECRET"]}}]},
	"users": [{"username": "SECRET", "credentials": [{"secretData": "SECRET"}]}, {"serviceAccountClientId": "c", "username": "SECRET", "credentials": [{"value": "SECRET"}]}],
	"clients": [{"clientId": "c", "secret": "SECRET", "registrationAccessToken": "SECRET", "serviceAccountsEnabled": true,
	  "attributes": {"client.secret.rotated": "SECRET", "saml.signing.private.key": "SECRET"},
	  "protocolMappers": [{"name": "m", "protocol": "openid-connect", "protocolMapper": "oidc-sha256-pairwise-sub-mapper", "config": {"pairwiseSubAlgorithmSalt": "SECRET"}},
	    {"name": "n", "protocol": "openid-connect", "protocolMapper": "their-mapper", "config": {"password": "SECRET", "claim.name": "c"}}]}],
	"clientScopes": [{"name": "s", "attributes": {"key": "SECRET"}}]}`)
	var b bytes.Buffer
	if err := keycloak.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), word) {
		t.Errorf("a secret is written:\n%s", b.String())
	}
	for _, c := range r.Clients {
		if got := fmt.Sprintf("%+v %+v", *c, *c.Mappers[0]); strings.Contains(got, word) {
			t.Errorf("a secret is kept: %s", got)
		}
	}
	if len(r.Client("c").Mappers) != 2 {
		t.Errorf("%d mappers are kept", len(r.Client("c").Mappers))
	}
}

// users is an endless realm file, with users.
type users struct {
	n    int64
	peak *uint64
}

func (u *users) Read(p []byte) (int, error) {
	text := `{"username": "u", "attributes": {"a": ["b"]}, "credentials": [{"type": "password", "secretData": "{}"}]},` + "\n"
	if u.n == 0 {
		text = `{"realm": "r", "keycloakVersion": "26.7.5", "users": [` + "\n"
	}
	n := copy(p, text)
	if n < len(text) {
		return 0, errors.New("the buffer is too small for the test")
	}
	for u.n > 0 && n+len(text) <= len(p) {
		n += copy(p[n:], text)
	}
	if before := u.n >> 20; before != (u.n+int64(n))>>20 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		*u.peak = max(*u.peak, m.HeapAlloc)
	}
	u.n += int64(n)
	return n, nil
}

func TestReadIsBounded(t *testing.T) {
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var peak uint64
	_, err := keycloak.Read(&users{peak: &peak}, keycloak.ReadOptions{})
	var p *keycloak.Problem
	if !errors.As(err, &p) || p.Text != "the file is larger than 64 MiB" || p.At.Line < 600000 || !strings.HasPrefix(p.Path, "users") {
		t.Errorf("got %v", err)
	}
	if grown := int64(peak) - int64(before.HeapAlloc); grown > 24<<20 {
		t.Errorf("reading 64 MiB of users took %d MiB", grown>>20)
	}
}

func TestReadSizeIsExact(t *testing.T) {
	const text = `{"realm": "r", "keycloakVersion": "26.7.5", "clientScopes": []}`
	if _, err := keycloak.Read(strings.NewReader(text), keycloak.ReadOptions{MaxBytes: int64(len(text))}); err != nil {
		t.Errorf("a file of the allowed size: %v", err)
	}
	_, err := keycloak.Read(strings.NewReader(text), keycloak.ReadOptions{MaxBytes: int64(len(text)) - 1})
	if err == nil || !strings.Contains(err.Error(), "larger than 62 bytes") {
		t.Errorf("a file one byte over: %v", err)
	}
}

func TestReadPassesOnErrors(t *testing.T) {
	want := errors.New("disk on fire")
	_, err := keycloak.Read(io.MultiReader(strings.NewReader(`{"realm":`), failing{want}), keycloak.ReadOptions{})
	if !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestReadCorpus(t *testing.T) {
	dir := os.Getenv("TOKENCTL_CORPUS")
	if dir == "" {
		t.Skip("TOKENCTL_CORPUS is not set: no realms from elsewhere")
	}
	for name, want := range map[string]string{
		"cvmanager-realm.json":     "cvmanager 26.0.5: 13 scopes, 8 clients, 3 roles",
		"master-realm-24.0.5.json": "master 24.0.5: 10 scopes, 6 clients, 5 roles",
		"master-realm-25.0.5.json": "master 25.0.5: 11 scopes, 6 clients, 5 roles",
		"master-realm-26.5.5.json": "master 26.5.5: 14 scopes, 6 clients, 5 roles",
	} {
		data, err := os.ReadFile(filepath.Join(dir, "keycloak", name))
		if err != nil {
			t.Fatal(err)
		}
		f, err := keycloak.Read(bytes.NewReader(data), keycloak.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r := f.Realms[0]
		if got := fmt.Sprintf("%s %s: %d scopes, %d clients, %d roles", r.Name, r.Version, len(r.Scopes), len(r.Clients), len(r.Roles)); got != want || len(f.Warnings) > 0 {
			t.Errorf("%s: got %s and %d warnings, want %s", name, got, len(f.Warnings), want)
		}
	}
}
