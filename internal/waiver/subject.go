package waiver

import "strings"

// covers says whether a pattern covers a path: segment by segment, with * for any
// part of one segment. claims.user does not cover claims.userById, and claims.*
// does not cover claims.user.values.admin.
func covers(pattern, path string) bool {
	if pattern == path {
		return true
	}
	p, q := segments(pattern), segments(path)
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if !glob(p[i], q[i]) {
			return false
		}
	}
	return true
}

// segments cuts a path at its dots, but for those in quotes.
func segments(path string) []string {
	var out []string
	start, quoted := 0, false
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && quoted:
			i++
		case path[i] == '"':
			quoted = !quoted
		case path[i] == '.' && !quoted:
			out = append(out, path[start:i])
			start = i + 1
		}
	}
	return append(out, path[start:])
}

// glob matches one segment. A segment may be quoted or not.
func glob(pattern, text string) bool {
	parts := strings.Split(unquoted(pattern), "*")
	text = unquoted(text)
	if len(parts) == 1 {
		return text == parts[0]
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[last])
}

func unquoted(segment string) string {
	if len(segment) >= 2 && segment[0] == '"' && segment[len(segment)-1] == '"' {
		return strings.ReplaceAll(strings.ReplaceAll(segment[1:len(segment)-1], `\"`, `"`), `\\`, `\`)
	}
	return segment
}
