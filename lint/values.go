package lint

import (
	"fmt"
	"strings"

	"tokenctl.dev/internal/issuance"
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
		if text, ok := v.Text(); ok {
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

// culprit looks for the part of a value for which it is not in a set: where it is, what
// it may be there, and what it is.
func culprit(s valueset.Set, v valueset.JSON) (part string, may valueset.Set, is valueset.JSON) {
	for _, m := range issuance.PayloadOf(string(v)) {
		may, presence := s.Member(m.Name)
		if presence == valueset.Never || may.Contains(m.Value) != valueset.No {
			continue
		}
		if below, may, is := culprit(may, m.Value); below != "" {
			return fmt.Sprintf("%s of member %q", below, m.Name), may, is
		}
		return fmt.Sprintf("member %q", m.Name), may, m.Value
	}
	return "", s, v
}

// among writes what a value of this kind may be, or the kinds that it may be of.
func among(s valueset.Set, v valueset.JSON) string {
	kind := valueset.Const(v).Kinds()
	if s.Kinds()&kind == 0 {
		return s.Kinds().String()
	}
	return brief(valueset.JSON(s.Intersect(valueset.OfKinds(kind)).String()))
}
