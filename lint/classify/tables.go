package classify

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed tiers.tsv
var tiersTSV string

//go:embed names.tsv
var namesTSV string

//go:embed words.tsv
var wordsTSV string

//go:embed vendors.tsv
var vendorsTSV string

//go:embed values.tsv
var valuesTSV string

// rows gives the lines of a table, cut into columns.
func rows(tsv string, f func(col []string)) {
	for line := range strings.Lines(tsv) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			f(strings.Split(line, "\t"))
		}
	}
}

var tiers = sync.OnceValue(func() map[string]Tier {
	out := map[string]Tier{}
	rows(tiersTSV, func(col []string) {
		if n, err := strconv.Atoi(col[1]); err == nil {
			out[col[0]] = Tier(n)
		}
	})
	return out
})

// TierOf gives the tier of a category: that of the longest key it begins with.
// Not ok means that the category is none of fideslang's.
func TierOf(category string) (Tier, bool) {
	for key := category; key != ""; {
		if t, ok := tiers()[key]; ok {
			return t, true
		}
		i := strings.LastIndexByte(key, '.')
		if i < 0 {
			break
		}
		key = key[:i]
	}
	return Technical, false
}

// How much a phrase says.
const (
	strong = "strong" // enough by itself
	whole  = "whole"  // enough if nothing that matters stands beside it
	weak   = "weak"   // only of a person or in an address
)

// A term is a phrase of the dictionary.
type term struct{ category, strength, phrase string }

// names gives the dictionary by phrases without spaces.
var names = sync.OnceValue(func() map[string]term {
	out := map[string]term{}
	rows(namesTSV, func(col []string) {
		for phrase := range strings.SplitSeq(col[2], ", ") {
			for _, spelling := range []string{fold(phrase), fold(digraphs.Replace(phrase))} {
				key := strings.Join(split(spelling), "")
				if _, ok := out[key]; !ok {
					out[key] = term{col[0], col[1], phrase}
				}
			}
		}
	})
	return out
})

// words gives what each word of words.tsv does.
var words = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	rows(wordsTSV, func(col []string) {
		if out[col[0]] == nil {
			out[col[0]] = map[string]bool{}
		}
		for word := range strings.SplitSeq(col[1], ", ") {
			out[col[0]][fold(word)] = true
			out[col[0]][fold(digraphs.Replace(word))] = true
		}
	})
	return out
})

// does says whether a word has one of the roles.
func does(word string, roles ...string) bool {
	for _, role := range roles {
		if words()[role][word] {
			return true
		}
	}
	return false
}

type vendorName struct{ category, whose string }

// vendors gives the exact names of issuers.
var vendors = sync.OnceValue(func() map[string][]vendorName {
	out := map[string][]vendorName{}
	rows(vendorsTSV, func(col []string) { out[col[0]] = append(out[col[0]], vendorName{col[1], col[2]}) })
	return out
})

// A form is a value and what has its form.
type form struct{ category, what, value string }

// forms gives the forms of values, and values that nothing personal looks like.
var forms = sync.OnceValues(func() (telling []form, controls []string) {
	rows(valuesTSV, func(col []string) {
		if col[0] == "control" {
			controls = append(controls, col[2])
			return
		}
		telling = append(telling, form{col[0], col[1], col[2]})
	})
	return telling, controls
})
