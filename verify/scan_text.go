package verify

import (
	"unicode/utf16"
	"unicode/utf8"

	"tokenctl.dev/internal/valueset"
)

// plain are the bytes of strings that stand for themselves.
var plain = func() (out [256]bool) {
	for c := range out {
		out[c] = c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\'
	}
	return out
}()

func (t *tape) string() error {
	src := t.src
	t.pos++
	start, i, ascii := t.pos, t.pos, true
	for i < len(src) {
		c := src[i]
		if plain[c] {
			i++
			continue
		}
		switch {
		case c == '"':
			if !ascii && !utf8.Valid(src[start:i]) {
				return errNotUTF8
			}
			t.add(valueset.StringKind, start, i)
			t.pos = i + 1
			return nil
		case c == '\\':
			return t.escaped(start, i)
		case c < ' ':
			return errNotJSON
		}
		ascii = false
		i++
	}
	return errNotJSON
}

// escaped reads a string whose first escape is at i.
func (t *tape) escaped(start, i int) error {
	src := t.src
	begin := len(t.text)
	for {
		t.text = append(t.text, src[start:i]...)
		if i >= len(src) || src[i] < ' ' {
			return errNotJSON
		}
		if src[i] == '"' {
			break
		}
		n := t.escape(src[i+1:])
		if n == 0 {
			return errNotJSON
		}
		start = i + 1 + n
		for i = start; i < len(src) && src[i] >= ' ' && src[i] != '"' && src[i] != '\\'; {
			i++
		}
	}
	if !utf8.Valid(t.text[begin:]) {
		return errNotUTF8
	}
	t.add(valueset.StringKind, begin, len(t.text))
	t.nodes[len(t.nodes)-1].unescaped = true
	t.pos = i + 1
	return nil
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape writes what the text behind a backslash stands for, and gives its length;
// 0 if it is no escape. Half a surrogate pair becomes U+FFFD, as in encoding/json.
func (t *tape) escape(s []byte) int {
	if len(s) == 0 {
		return 0
	}
	if c := escapes[s[0]]; c != 0 {
		t.text = append(t.text, c)
		return 1
	}
	r, ok := unit(s)
	if !ok {
		return 0
	}
	n := 5
	if utf16.IsSurrogate(r) {
		var low rune
		if len(s) > 5 && s[5] == '\\' {
			low, _ = unit(s[6:])
		}
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			n = 11
		}
	}
	t.text = utf8.AppendRune(t.text, r)
	return n
}

// unit reads a UTF-16 code unit: u and four digits.
func unit(s []byte) (rune, bool) {
	if len(s) < 5 || s[0] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range s[1:5] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
