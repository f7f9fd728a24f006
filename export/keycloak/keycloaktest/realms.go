package keycloaktest

import (
	"fmt"
	"strconv"
	"strings"

	"tokenctl.dev/export/keycloak"
)

// Made is a realm made for tests, and the users to ask it with. Users without any
// attribute, role or group of their own are added by People.
type Made struct {
	Realm *keycloak.Realm
	Users []keycloak.User
}

// Realms returns the realms made for tests of a server version. Together they use
// every kind of mapper and every setting that the evaluator knows.
func Realms(v keycloak.Version) []Made {
	list := []Made{
		placement(v), gates(v), types(v), broken(v), names(v), merges(v), roles(v), logins(v), scopes(v), accounts(v),
	}
	if v.Compare(keycloak.Version{Major: 26}) >= 0 {
		list = append(list, organizations(v))
	}
	return list
}

// empty is a realm without anything but its lifetimes.
func empty(name string, v keycloak.Version) *keycloak.Realm {
	return &keycloak.Realm{
		Name: name, Version: v, AccessTokenLifespan: 300, ImplicitAccessTokenLifespan: 900,
		SessionIdle: 1800, SessionMax: 36000, DefaultSignatureAlgorithm: "RS256",
		Scopes: []*keycloak.Scope{scope("offline_access")},
	}
}

// scope is a client scope with mappers.
func scope(name string, mappers ...*keycloak.Mapper) *keycloak.Scope {
	return &keycloak.Scope{Name: name, Protocol: "openid-connect", Mappers: mappers, Attributes: map[string]string{}}
}

// hide keeps the name of a scope out of the claim scope.
func hide(s *keycloak.Scope) *keycloak.Scope {
	s.Attributes["include.in.token.scope"] = "false"
	return s
}

// client is a confidential client that may use a password, with mappers.
func client(id string, mappers ...*keycloak.Mapper) *keycloak.Client {
	return &keycloak.Client{
		ClientID: id, Protocol: "openid-connect", Enabled: true, StandardFlow: true, DirectAccess: true, FullScope: true,
		RedirectURIs: []string{"http://app.example/cb/*"}, WebOrigins: []string{},
		DefaultScopes: []string{}, OptionalScopes: []string{}, Mappers: mappers, Attributes: map[string]string{},
	}
}

// lightweight makes a client's access tokens lightweight, and lets them open the
// userinfo endpoint all the same.
func lightweight(c *keycloak.Client) *keycloak.Client {
	c.Attributes["client.use.lightweight.access.token.enabled"] = "true"
	c.Attributes["allow.userinfo.with.lightweight.access.token"] = "true"
	return c
}

// mapper is a mapper with settings, "key=value".
func mapper(name, kind string, settings ...string) *keycloak.Mapper {
	m := &keycloak.Mapper{Name: name, Kind: kind, Protocol: "openid-connect", Config: map[string]string{}}
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		m.Config[key] = value
	}
	return m
}

// everywhere is a mapper that writes wherever its kind can.
func everywhere(name, kind string, settings ...string) *keycloak.Mapper {
	m := mapper(name, kind, settings...)
	for _, flag := range flags() {
		m.Config[flag] = "true"
	}
	return m
}

// constant is a mapper for a constant, everywhere.
func constant(claim, value string, settings ...string) *keycloak.Mapper {
	return everywhere(claim, "oidc-hardcoded-claim-mapper", append([]string{"claim.name=" + claim, "claim.value=" + value}, settings...)...)
}

func flags() []string {
	return []string{
		"access.token.claim", "lightweight.claim", "id.token.claim",
		"userinfo.token.claim", "introspection.token.claim", "access.tokenResponse.claim",
	}
}

// combination sets each flag to absent, true or false, as the digits of n in base
// three say, and returns a name for that.
func combination(m *keycloak.Mapper, n int, flags []string) string {
	name := ""
	for _, flag := range flags {
		switch n % 3 {
		case 0:
			name += "-"
		case 1:
			name += "t"
			m.Config[flag] = "true"
		case 2:
			name += "f"
			m.Config[flag] = "false"
		}
		n /= 3
	}
	return name
}

// placement has a constant for each of the 729 ways to set six flags.
func placement(v keycloak.Version) Made {
	r := empty("placement", v)
	var list []*keycloak.Mapper
	for n := range 729 {
		m := mapper("", "oidc-hardcoded-claim-mapper", "claim.value=x", "jsonType.label=String")
		m.Name = "c_" + combination(m, n, flags())
		m.Config["claim.name"] = m.Name
		list = append(list, m)
	}
	r.Scopes = append(r.Scopes, scope("flags", list...))
	for _, c := range []*keycloak.Client{client("full"), lightweight(client("light"))} {
		c.DefaultScopes = []string{"flags"}
		r.Clients = append(r.Clients, c)
	}
	// The same as optional, in a client that has the mappers of another as well.
	mixed := client("mixed", list[1], list[728])
	mixed.OptionalScopes = []string{"flags"}
	r.Clients = append(r.Clients, mixed)
	return Made{r, People(r)}
}

// gates has, for the kinds whose claim cannot be named, a client for each way to
// set the flags that they look at.
func gates(v keycloak.Version) Made {
	r := empty("gates", v)
	target := client("target")
	target.Roles = []keycloak.Role{{Name: "use"}}
	r.Clients = append(r.Clients, target)
	few := []string{"access.token.claim", "introspection.token.claim", "lightweight.claim"}
	add := func(kind string, n int, flags []string, settings ...string) {
		m := mapper("m", kind, settings...)
		name := combination(m, n, flags)
		c := client(fmt.Sprintf("%s %s", strings.TrimPrefix(kind, "oidc-"), name), m)
		c.WebOrigins = []string{"http://a.example", "http://b.example"}
		if n%2 == 1 {
			lightweight(c)
		}
		r.Clients = append(r.Clients, c)
	}
	for _, kind := range []string{"oidc-audience-resolve-mapper", "oidc-allowed-origins-mapper", "oidc-sub-mapper"} {
		for n := range 27 {
			add(kind, n, few)
		}
	}
	all := flags()
	for _, kind := range []string{
		"oidc-full-name-mapper", "oidc-acr-mapper", "oidc-amr-mapper", "oidc-session-state-mapper", "oidc-address-mapper",
		"oidc-sha256-pairwise-sub-mapper", "oidc-nonce-backwards-compatible-mapper",
	} {
		for _, n := range []int{0, 1, 4, 13, 28, 40, 364, 728} {
			add(kind, n, all, "pairwiseSubAlgorithmSalt=salt")
		}
	}
	for _, n := range []int{0, 1, 4, 13, 28, 40, 364, 728} {
		add("oidc-audience-mapper", n, all, "included.client.audience=target", "included.custom.audience=lost")
	}
	return Made{r, People(r)[:1]}
}

// types reads attributes of every shape as every type, as far as that does not
// stop the server, and constants likewise.
func types(v keycloak.Version) Made {
	r := empty("types", v)
	user := keycloak.User{Username: "types-user", Attributes: map[string][]string{}}
	reader, constants := client("reader"), client("constants")
	n := 0
	for _, value := range values() {
		n++
		attr := "a" + strconv.Itoa(n)
		user.Attributes[attr] = []string{value}
		user.Attributes[attr+"two"] = []string{value, value + "9"}
		for _, typ := range []string{"", "String", "boolean", "long", "int", "JSON", "odd"} {
			for _, multi := range []string{"", "true"} {
				for _, from := range []string{attr, attr + "two"} {
					m := everywhere(from+typ+multi, "oidc-usermodel-attribute-mapper", "user.attribute="+from,
						"claim.name=c_"+from+typ+multi, "jsonType.label="+typ, "multivalued="+multi)
					if works(r, m, user) {
						reader.Mappers = append(reader.Mappers, m)
					}
				}
			}
			c := constant("c_"+attr+typ, value, "jsonType.label="+typ)
			if works(r, c, user) {
				constants.Mappers = append(constants.Mappers, c)
			}
		}
	}
	for _, p := range []string{"username", "Username", "email", "emailVerified", "firstName", "lastName", "id", "enabled", "createdTimestamp", "missing"} {
		reader.Mappers = append(reader.Mappers, everywhere("p "+p, "oidc-usermodel-property-mapper", "user.attribute="+p, "claim.name=p_"+p, "jsonType.label=String"))
	}
	r.Clients = append(r.Clients, reader, constants)
	return Made{r, []keycloak.User{user, {Username: "bare-user"}}}
}

func values() []string {
	return []string{
		"42", "-7", "+5", "007", "abc", "true", "TRUE", "yes", "3.5", "99999999999", "9223372036854775808",
		`{"a":1,"b":[true,null]}`, `[1,"x",2.5]`, `"x"`, "null", "{bad", "1 2", " 12",
	}
}

// works says whether a server of the realm's version survives a mapper.
func works(r *keycloak.Realm, m *keycloak.Mapper, user keycloak.User) bool {
	alone := *r
	alone.Clients = []*keycloak.Client{client("alone", m)}
	tokens, err := keycloak.Issue(&alone, keycloak.Request{Client: "alone"}, user)
	return err == nil && tokens.On(keycloak.AccessToken).Fails == ""
}

// broken has a client for each mapper that stops the server until 26.6.
func broken(v keycloak.Version) Made {
	r := empty("broken", v)
	user := keycloak.User{Username: "broken-user", Attributes: map[string][]string{"word": {"abc"}, "big": {"99999999999"}, "half": {"{bad"}}}
	for _, m := range []*keycloak.Mapper{
		everywhere("long", "oidc-usermodel-attribute-mapper", "user.attribute=word", "claim.name=c", "jsonType.label=long"),
		everywhere("int", "oidc-usermodel-attribute-mapper", "user.attribute=big", "claim.name=c", "jsonType.label=int"),
		everywhere("json", "oidc-usermodel-attribute-mapper", "user.attribute=half", "claim.name=c", "jsonType.label=JSON"),
		everywhere("list", "oidc-usermodel-attribute-mapper", "user.attribute=word", "claim.name=c", "jsonType.label=int", "multivalued=true"),
		constant("constant", "x", "jsonType.label=long"),
	} {
		c := client("stops " + m.Name)
		c.OptionalScopes = []string{"stop-" + m.Name}
		r.Clients = append(r.Clients, c)
		r.Scopes = append(r.Scopes, scope("stop-"+m.Name, m))
	}
	return Made{r, []keycloak.User{user}}
}
