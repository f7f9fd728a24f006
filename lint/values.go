package lint

import (
	"strconv"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// deadValues gives the values that a rule lists and that never occur.
func deadValues(listed, occur valueset.Set) []string {
	values, ok := listed.Values()
	if !ok {
		return nil
	}
	var out []string
	for _, v := range values {
		if occur.Contains(v) == valueset.No {
			out = append(out, string(v))
		}
	}
	return out
}

// didYouMean names the value that the first of the dead ones may be a misspelling
// of.
func didYouMean(dead []string, occur valueset.Set) string {
	values, ok := occur.Values()
	if !ok || len(dead) == 0 {
		return ""
	}
	var texts []string
	for _, v := range values {
		if text, err := strconv.Unquote(string(v)); err == nil {
			texts = append(texts, text)
		}
	}
	return schema.DidYouMean(strings.Trim(dead[0], `"`), texts)
}

// matched is what a rule looks at: the value, or the elements of a list.
func matched(s valueset.Set) valueset.Set {
	if s.Kinds()&valueset.ArrayKind == 0 {
		return s
	}
	return s.Intersect(valueset.OfKinds(valueset.AnyKind &^ valueset.ArrayKind)).Union(s.Elem())
}

func isFinite(s valueset.Set) bool {
	_, ok := s.Values()
	return ok
}

// brief is a value for a message: a long one is cut.
func brief(v valueset.JSON) string {
	const most = 60
	text := []rune(string(v))
	if len(text) <= most {
		return string(v)
	}
	return string(text[:most]) + "..."
}

// withMember gives the values that have a member: objects, and lists of them.
// What is neither is another matter.
func withMember(name string) valueset.Set {
	object := valueset.Object([]valueset.Field{{Name: name, Set: valueset.Any(), Presence: valueset.Always}}, valueset.Any())
	others := valueset.OfKinds(valueset.AnyKind &^ (valueset.ObjectKind | valueset.ArrayKind))
	return object.Union(valueset.ListOf(object.Union(others))).Union(others)
}
