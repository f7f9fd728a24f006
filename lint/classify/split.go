package classify

import (
	"regexp"
	"strings"
	"unicode"
)

// A label is a claim's name, taken apart into words.
type label struct {
	words     []string // of the claim itself
	container []string // of the objects that it is a member of
}

// read takes a name apart. Of a URI or URN the last part is the name: what stands
// before it is a namespace and says nothing of the claim.
func read(name string) label {
	if _, path, ok := strings.Cut(name, "://"); ok {
		return label{words: split(fold(afterLast(strings.TrimRight(path, "/#"), "/#:")))}
	}
	name, _, _ = strings.Cut(name, "#") // a language tag (OpenID Connect Core, 5.2)
	name = extension.ReplaceAllString(afterLast(name, ":"), "")
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("./[]", r) })
	var l label
	for i, part := range parts {
		if i < len(parts)-1 {
			l.container = append(l.container, split(fold(part))...)
			continue
		}
		l.words = split(fold(part))
	}
	if len(l.container) > 0 && all(l.words, func(w string) bool { return isDigits(w) || does(w, "value") }) {
		l.words, l.container = l.container, nil
	}
	return l
}

// extension is what Entra ID puts before the names of directory extensions.
var extension = regexp.MustCompile(`^extension_[0-9a-f]+_`)

func afterLast(s, separators string) string {
	return s[strings.LastIndexAny(s, separators)+1:]
}

// split cuts a name at whatever is no letter or digit, where small letters give
// way to capitals, and between letters and digits: phoneNumber2 is phone, number
// and 2. It gives lower case.
func split(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if len(word) > 0 {
			last := word[len(word)-1]
			next := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			switch {
			case unicode.IsDigit(r) != unicode.IsDigit(last),
				unicode.IsUpper(r) && unicode.IsLower(last),
				unicode.IsUpper(r) && unicode.IsUpper(last) && next:
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return out
}

// plain gives letters with marks as those that people type in their place.
var plain = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ą", "a", "ā", "a", "æ", "ae",
	"ç", "c", "ć", "c", "č", "c", "ð", "d", "é", "e", "è", "e", "ê", "e", "ë", "e", "ę", "e", "ě", "e", "ē", "e",
	"ğ", "g", "í", "i", "ì", "i", "î", "i", "ï", "i", "ı", "i", "ł", "l", "ñ", "n", "ń", "n", "ň", "n",
	"ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o", "ő", "o", "œ", "oe", "ř", "r", "ś", "s", "š", "s", "ş", "s", "ß", "ss",
	"ť", "t", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ů", "u", "ű", "u", "ý", "y", "ź", "z", "ż", "z", "ž", "z",
	"Á", "A", "À", "A", "Ä", "A", "Å", "A", "Ç", "C", "É", "E", "È", "E", "Ł", "L", "Ö", "O", "Ø", "O", "Ś", "S", "Ş", "S", "Ü", "U", "Ż", "Z", "Æ", "Ae",
)

// digraphs gives the other way to write some of them.
var digraphs = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "Å", "Aa", "Ø", "Oe")

func fold(s string) string { return plain.Replace(s) }

func isDigits(word string) bool {
	return word != "" && strings.Trim(word, "0123456789") == ""
}

func all(words []string, f func(string) bool) bool {
	for _, w := range words {
		if !f(w) {
			return false
		}
	}
	return true
}
