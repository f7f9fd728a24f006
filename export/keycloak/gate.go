package keycloak

// gate is the way in which a kind of mapper decides where it writes.
type gate uint8

const (
	// byFlags: each flag counts if it is "true". Two have a default when absent,
	// kept for realms that were made before the flag: userinfo follows id,
	// introspection follows access.
	byFlags gate = iota
	// openByDefault is byFlags, but the flags for access tokens and introspection
	// count as true when absent.
	openByDefault
	// always: the flags are not looked at.
	always
)

// surfaces returns where a mapper with this gate writes, of those that its kind
// supports at all.
func (g gate) surfaces(m *Mapper, supported Surface) Surface {
	if g == always {
		return supported
	}
	var on Surface
	add := func(s Surface, yes bool) {
		if yes {
			on |= s
		}
	}
	add(AccessToken, m.set(keyAccess) || m.absent(keyAccess) && g != byFlags)
	add(LightweightAccessToken, m.set(keyLightweight))
	add(IDToken, m.set(keyID))
	add(UserInfo, m.set(keyUserInfo) || m.absent(keyUserInfo) && m.set(keyID))
	add(TokenResponse, m.set(keyResponse))
	add(Introspection, m.set(keyIntrospection) || m.absent(keyIntrospection) && (g != byFlags || m.set(keyAccess)))
	return on & supported
}

// set says whether a setting is "true". Keycloak compares the exact string.
func (m *Mapper) set(key string) bool { return m.Config[key] == "true" }

// absent says whether a setting is not there.
func (m *Mapper) absent(key string) bool { return m.Config[key] == "" }
