package keycloak

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a version of Keycloak. Its zero value means that nobody said which.
type Version struct{ Major, Minor, Patch int }

// Oldest and Latest bound what this package knows in full: what Keycloak does
// between the two was read in its source and measured on running servers.
// Realms of older servers, down to 4, are read as if Oldest had written them.
func Oldest() Version { return Version{24, 0, 0} }

// Latest is the newest version that this package was proven against.
func Latest() Version { return Version{26, 7, 5} }

// firstWithScopes is the version that brought client scopes. What came before
// kept its mappers in another way and is refused.
func firstWithScopes() Version { return Version{4, 0, 0} }

// ParseVersion reads what Keycloak writes as keycloakVersion: three numbers and
// perhaps a qualifier ("2.5.5.Final", "18.0.8.redhat-00001").
func ParseVersion(s string) (Version, error) {
	var v Version
	for i, p := range []*int{&v.Major, &v.Minor, &v.Patch} {
		digits, rest := s, ""
		if end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
			digits, rest = s[:end], s[end:]
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			if i == 0 {
				return Version{}, fmt.Errorf("%q is not a version of Keycloak", s)
			}
			break
		}
		*p = n
		var dot bool
		if s, dot = strings.CutPrefix(rest, "."); !dot {
			break
		}
	}
	return v, nil
}

// String is the version as Keycloak writes it, empty for the zero value.
func (v Version) String() string {
	if v == (Version{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}

// Compare orders versions: negative if v is older than w.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch))
}

func (v Version) since(major, minor, patch int) bool {
	return v.Compare(Version{major, minor, patch}) >= 0
}
