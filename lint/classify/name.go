package classify

import (
	"cmp"
	"slices"
	"strings"
)

// byName says what the words of a name tell. Unknown is for a name without a
// phrase of the dictionary.
func byName(name string) Class {
	l := read(name)
	for _, m := range matches(l.words) {
		if !m.suffices(l) {
			continue
		}
		if m.category == "system" || m.isAboutData(l) || m.isOfAThing(l) {
			return class("system", ByName, Medium, m.phrase)
		}
		confidence := Medium
		if m.strength == weak && !m.hasPerson(l) {
			confidence = Low
		}
		return class(m.category, ByName, confidence, m.phrase)
	}
	return Class{Basis: Unknown}
}

// A match is a phrase at words [from:to] of a name.
type match struct {
	term
	from, to, length int
}

// matches gives the phrases in a name, the longest first, then the last: in most
// names the last word is what it is about.
func matches(words []string) []match {
	var out []match
	for from := range words {
		text := ""
		for to := from + 1; to <= min(len(words), from+7); to++ {
			text += words[to-1]
			if t, ok := lookup(text); ok {
				out = append(out, match{t, from, to, len(text)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.length, a.length), cmp.Compare(b.from, a.from))
	})
	return out
}

// lookup finds a phrase, also in the plural.
func lookup(text string) (term, bool) {
	for _, try := range []string{text, strings.TrimSuffix(text, "s"), strings.TrimSuffix(text, "es")} {
		if t, ok := names()[try]; ok && len(try) > 3 || ok && try == text {
			return t, true
		}
	}
	return term{}, false
}

// rest gives the words beside the phrase.
func (m match) rest(l label) []string {
	return slices.Concat(l.words[:m.from], l.words[m.to:])
}

// suffices says whether the phrase says enough here. A strong one does anywhere.
func (m match) suffices(l label) bool {
	return m.strength == strong || all(m.rest(l), func(w string) bool {
		return isDigits(w) || does(w, "beside", "person") || does(w, "thing", "suffix", "prefix")
	})
}

// hasPerson says whether a weak phrase has a person or an address around it.
func (m match) hasPerson(l label) bool {
	around := slices.Concat(m.rest(l), l.container)
	return slices.ContainsFunc(around, func(w string) bool {
		t, ok := lookup(w)
		return does(w, "person") || ok && t.category == "user.contact.address" && strings.HasPrefix(m.category, "user.contact.address")
	})
}

// isAboutData says whether the name is that of a fact about the data, such as
// whether it was verified. What is made from a secret is still one.
func (m match) isAboutData(l label) bool {
	if m.from > 0 && does(l.words[0], "prefix") {
		return true
	}
	secret := strings.HasPrefix(m.category, "user.authorization.")
	return slices.ContainsFunc(l.words[m.to:], func(w string) bool {
		return does(w, "suffix") && !(secret && slices.Contains(madeFromSecret, w))
	})
}

var madeFromSecret = []string{"hash", "hashed", "hashes", "sha", "md", "digest", "history"}

// isOfAThing says whether the data belongs to something that is no person. The
// word next to the phrase counts: the e-mail of a company's owner is a person's.
func (m match) isOfAThing(l label) bool {
	role := "thing"
	switch {
	case m.category == "user.device.ip_address":
		role = "machine"
	case !belongs(m.category):
		return false
	}
	before := slices.Concat(l.container, l.words[:m.from])
	for _, w := range slices.Backward(before) {
		switch {
		case does(w, "person"):
			return false
		case does(w, role):
			return true
		}
	}
	return slices.ContainsFunc(l.words[m.to:], func(w string) bool { return does(w, role) })
}

// belongs says whether others than persons have such data too.
func belongs(category string) bool {
	return slices.ContainsFunc([]string{
		"user.name", "user.contact", "user.account", "user.location", "user.unique_id", "user.content",
		"user.financial", "user.government_id", "user.social", "user.demographic.language", "user.job_title",
	}, func(of string) bool { return strings.HasPrefix(category, of) })
}
