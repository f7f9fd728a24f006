package keycloak

import "strings"

// Surface is a place where Keycloak shows claims, or a set of such places.
type Surface uint8

// The six surfaces. An access token is issued either in full or, for clients set
// to that, lightweight; each mapper says separately whether it writes into which.
const (
	AccessToken Surface = 1 << iota
	LightweightAccessToken
	IDToken
	UserInfo
	Introspection
	TokenResponse

	tokens      = AccessToken | LightweightAccessToken | IDToken
	allSurfaces = tokens | UserInfo | Introspection | TokenResponse
)

// Surfaces lists the surfaces of a set, in the order of the constants.
func (s Surface) Surfaces() []Surface {
	var list []Surface
	for bit := AccessToken; bit <= TokenResponse; bit <<= 1 {
		if s&bit != 0 {
			list = append(list, bit)
		}
	}
	return list
}

// Has says whether all of t is in s.
func (s Surface) Has(t Surface) bool { return s&t == t }

// String is the name of a surface, or the names of a set joined by "+".
func (s Surface) String() string {
	names := []string{"access", "lightweight", "id", "userinfo", "introspection", "response"}
	var parts []string
	for i, bit := range allSurfaces.Surfaces() {
		if s.Has(bit) {
			parts = append(parts, names[i])
		}
	}
	return strings.Join(parts, "+")
}
