package classify

import (
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

// byValue says what the form of the values tells: the set holds a value of some
// form, and none of the controls, so it was made for that form.
func byValue(format string, values valueset.Set) Class {
	switch format {
	case "email":
		return class("user.contact.email", ByValue, High, "format email")
	case "phone":
		return class("user.contact.phone_number", ByValue, High, "format phone")
	}
	values = single(values)
	if values.Kinds()&valueset.StringKind == 0 {
		return Class{Basis: Unknown}
	}
	telling, controls := forms()
	for _, c := range controls {
		if values.ContainsText(c) != valueset.No {
			return Class{Basis: Unknown}
		}
	}
	for _, f := range telling {
		if values.ContainsText(f.value) == valueset.Yes {
			return class(f.category, ByValue, Medium, f.what)
		}
	}
	return Class{Basis: Unknown}
}

// single gives the elements where the values are lists.
func single(values valueset.Set) valueset.Set {
	if k := values.Kinds(); k&valueset.ArrayKind != 0 && k&^(valueset.ArrayKind|valueset.NullKind) == 0 {
		return values.Elem()
	}
	return values
}

// compatible says whether values of these kinds can hold data of a category. A
// boolean never does; a number is no name and no address; and what has a handful
// of values is not what tells people apart.
func compatible(category string, values valueset.Set) bool {
	values = single(values)
	kinds := values.Kinds() &^ valueset.NullKind
	if kinds == valueset.BooleanKind {
		return false
	}
	if !ofText(category) {
		return true
	}
	if kinds != 0 && kinds&^valueset.NumberKind == 0 {
		return false
	}
	_, few := values.Values()
	return !few || values.Kinds()&valueset.ObjectKind != 0
}

// isTyped says whether the author restricts the values to texts, so that a name
// and its values agree.
func isTyped(values valueset.Set) bool {
	return single(values).Kinds()&^(valueset.StringKind|valueset.NullKind) == 0
}

// ofText says whether data of the category is text that differs from person to
// person.
func ofText(category string) bool {
	return slices.ContainsFunc([]string{
		"user.name", "user.contact.email", "user.contact.address", "user.contact.url", "user.account.username", "user.content.self_image",
	}, func(of string) bool { return strings.HasPrefix(category, of) })
}
