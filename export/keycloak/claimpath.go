package keycloak

import "strings"

// SplitClaim splits the claim.name of a mapper into the members it leads through:
// a dot goes one level down, a backslash takes the next character as it is. It
// splits odd names as Keycloak does: "a..b" is a and ".b", a dot at the end is
// dropped, and the empty name has no members.
func SplitClaim(name string) []string {
	var path []string
	for name != "" {
		end := memberEnd(name)
		if end < 0 {
			return append(path, unescape(name))
		}
		path = append(path, unescape(name[:end]))
		name = name[end+1:]
	}
	return path
}

// JoinClaim is the claim.name that leads through path: the reverse of SplitClaim
// for members that are not empty.
func JoinClaim(path []string) string {
	escaped := make([]string, len(path))
	for i, p := range path {
		escaped[i] = strings.NewReplacer(`\`, `\\`, `.`, `\.`).Replace(p)
	}
	return strings.Join(escaped, ".")
}

// memberEnd returns the index of the dot that ends the first member, or -1 if no
// dot does: a member has at least one character before its dot.
func memberEnd(name string) int {
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '.':
			if i == 0 {
				return -1
			}
			return i
		case '\\':
			i++
			if i == len(name) {
				return -1
			}
		}
	}
	return -1
}

func unescape(member string) string {
	if !strings.Contains(member, `\`) {
		return member
	}
	var b strings.Builder
	for i := 0; i < len(member); i++ {
		if member[i] == '\\' && i+1 < len(member) {
			i++
		}
		b.WriteByte(member[i])
	}
	return b.String()
}
