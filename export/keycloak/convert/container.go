package convert

import (
	"fmt"
	"maps"

	"tokenctl.dev/export/keycloak"
)

// container collects the mappers of a client scope or of a client. What is written
// in the same way is one mapper.
type container struct {
	mappers []*draft
}

// draft is a mapper whose surfaces are still being collected.
type draft struct {
	name, kind string
	config     map[string]string
	on         keycloak.Surface
}

func (k *container) add(name, kind string, config map[string]string, on keycloak.Surface) {
	if on == 0 {
		return
	}
	for _, d := range k.mappers {
		if d.kind == kind && maps.Equal(d.config, config) {
			d.on |= on
			return
		}
	}
	k.mappers = append(k.mappers, &draft{name, kind, config, on})
}

// finished gives the mappers, each with a name of its own.
func (k *container) finished() []*keycloak.Mapper {
	var out []*keycloak.Mapper
	taken := map[string]bool{}
	for _, d := range k.mappers {
		name := d.name
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s %d", d.name, n)
		}
		taken[name] = true
		out = append(out, d.mapper(name))
	}
	return out
}

// mapper sets every flag: what an absent one means has changed over time.
func (d *draft) mapper(name string) *keycloak.Mapper {
	m := &keycloak.Mapper{Name: name, Kind: d.kind, Protocol: "openid-connect", Config: maps.Clone(d.config)}
	if m.Config == nil {
		m.Config = map[string]string{}
	}
	for flag, s := range flags() {
		m.Config[flag] = "false"
		if d.on&s != 0 {
			m.Config[flag] = "true"
		}
	}
	return m
}

func flags() map[string]keycloak.Surface {
	return map[string]keycloak.Surface{
		"access.token.claim": keycloak.AccessToken, "lightweight.claim": keycloak.LightweightAccessToken,
		"id.token.claim": keycloak.IDToken, "userinfo.token.claim": keycloak.UserInfo,
		"introspection.token.claim": keycloak.Introspection, "access.tokenResponse.claim": keycloak.TokenResponse,
	}
}
