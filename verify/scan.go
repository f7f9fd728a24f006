package verify

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"

	"tokenctl.dev/internal/valueset"
)

// node is one value of a payload, or the name of a member. The nodes of a list
// follow it in order, and so do those of an object: a name, its value, the next name.
type node struct {
	kind       valueset.Kinds
	unescaped  bool  // the text of a string is in the tape's text, not in the payload
	start, end int32 // of the text; of strings, what is between the quotes
	next       int32 // the node after this value and all that is in it
	count      int32 // elements or members
}

// tape is a payload, taken apart in one pass. It is used again and again, so that
// after the first payloads nothing is allocated.
type tape struct {
	src   []byte
	nodes []node
	text  []byte // of strings that were written with escapes
	names []int32
	pos   int

	duplicates int32 // -1, or the first name that comes twice in an object
	level      int
}

// What makes a payload unreadable. None of them tells what stands there.
var (
	errNotJSON   = errors.New("not JSON")
	errTrailing  = errors.New("more than one JSON value")
	errNotUTF8   = errors.New("not UTF-8")
	errTooDeep   = errors.New("nested too deeply")
	errTooLong   = errors.New("too long")
	errNoPayload = errors.New("empty")
)

// maxLevel bounds the nesting of payloads, and maxBytes their length.
const (
	maxLevel = 500
	maxBytes = 1 << 30
)

// scan takes a payload apart.
func (t *tape) scan(src []byte) error {
	t.src, t.nodes, t.text, t.names = src, t.nodes[:0], t.text[:0], t.names[:0]
	t.pos, t.level, t.duplicates = 0, 0, -1
	if len(src) > maxBytes {
		return errTooLong
	}
	t.space()
	if t.pos == len(src) {
		return errNoPayload
	}
	if err := t.value(); err != nil {
		return err
	}
	if t.space(); t.pos < len(src) {
		return errTrailing
	}
	return nil
}

func (t *tape) space() {
	for t.pos < len(t.src) {
		switch t.src[t.pos] {
		case ' ', '\n', '\t', '\r':
			t.pos++
		default:
			return
		}
	}
}

// peek gives the next byte after space; 0 at the end.
func (t *tape) peek() byte {
	if t.pos < len(t.src) && t.src[t.pos] > ' ' {
		return t.src[t.pos]
	}
	if t.space(); t.pos < len(t.src) {
		return t.src[t.pos]
	}
	return 0
}

func (t *tape) value() error {
	switch c := t.peek(); {
	case c == '"':
		return t.string()
	case c == '{':
		return t.nested(valueset.ObjectKind, '}')
	case c == '[':
		return t.nested(valueset.ArrayKind, ']')
	case c == '-' || c >= '0' && c <= '9':
		return t.number()
	case c == 't':
		return t.word("true", valueset.BooleanKind)
	case c == 'f':
		return t.word("false", valueset.BooleanKind)
	case c == 'n':
		return t.word("null", valueset.NullKind)
	}
	return errNotJSON
}

// add appends a node without parts.
func (t *tape) add(kind valueset.Kinds, start, end int) {
	t.nodes = append(t.nodes, node{kind: kind, start: int32(start), end: int32(end), next: int32(len(t.nodes) + 1)})
}

func (t *tape) word(word string, kind valueset.Kinds) error {
	end := t.pos + len(word)
	if end > len(t.src) || string(t.src[t.pos:end]) != word {
		return errNotJSON
	}
	t.add(kind, t.pos, end)
	t.pos = end
	return nil
}

// number reads a number (RFC 8259, 6).
func (t *tape) number() error {
	start, kind := t.pos, valueset.IntegerKind
	if t.src[t.pos] == '-' {
		t.pos++
	}
	zero := t.pos < len(t.src) && t.src[t.pos] == '0'
	if n := t.digits(); n == 0 || zero && n > 1 {
		return errNotJSON
	}
	if t.pos < len(t.src) && t.src[t.pos] == '.' {
		kind = valueset.FloatKind
		if t.pos++; t.digits() == 0 {
			return errNotJSON
		}
	}
	if t.pos < len(t.src) && (t.src[t.pos] == 'e' || t.src[t.pos] == 'E') {
		kind = valueset.FloatKind
		t.pos++
		if t.pos < len(t.src) && (t.src[t.pos] == '+' || t.src[t.pos] == '-') {
			t.pos++
		}
		if t.digits() == 0 {
			return errNotJSON
		}
	}
	t.add(kind, start, t.pos)
	return nil
}

func (t *tape) digits() int {
	start := t.pos
	for t.pos < len(t.src) && t.src[t.pos]-'0' <= 9 {
		t.pos++
	}
	return t.pos - start
}

// nested reads an object or a list.
func (t *tape) nested(kind valueset.Kinds, closing byte) error {
	if t.level++; t.level > maxLevel {
		return errTooDeep
	}
	self := len(t.nodes)
	t.add(kind, t.pos, t.pos)
	t.pos++
	firstName := len(t.names)
	count := int32(0)
	for {
		c := t.peek()
		if c == closing {
			break
		}
		if count > 0 {
			if c != ',' {
				return errNotJSON
			}
			t.pos++
		}
		if kind == valueset.ObjectKind {
			if err := t.name(); err != nil {
				return err
			}
		}
		if err := t.value(); err != nil {
			return err
		}
		count++
	}
	t.pos++
	if len(t.names) > firstName+1 {
		t.findDuplicates(t.names[firstName:])
	}
	t.names = t.names[:firstName]
	t.level--
	n := &t.nodes[self]
	n.count, n.end, n.next = count, int32(t.pos), int32(len(t.nodes))
	return nil
}

func (t *tape) name() error {
	if t.peek() != '"' {
		return errNotJSON
	}
	t.names = append(t.names, int32(len(t.nodes)))
	if err := t.string(); err != nil {
		return err
	}
	if t.peek() != ':' {
		return errNotJSON
	}
	t.pos++
	return nil
}

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

// bytes is the text of a value.
func (t *tape) bytes(n *node) []byte {
	if n.unescaped {
		return t.text[n.start:n.end]
	}
	return t.src[n.start:n.end]
}

// fewNames is how many names are compared each with each.
const fewNames = 32

// findDuplicates looks for a name that comes twice. Readers differ on which of the
// two counts (RFC 7519, 4), so it is never right.
func (t *tape) findDuplicates(names []int32) {
	if t.duplicates >= 0 {
		return
	}
	if len(names) > fewNames {
		seen := make(map[string]bool, len(names))
		for _, i := range names {
			name := t.bytes(&t.nodes[i])
			if seen[string(name)] {
				t.duplicates = i
				return
			}
			seen[string(name)] = true
		}
		return
	}
	var sums [fewNames]uint64
	for k, i := range names {
		name := t.bytes(&t.nodes[i])
		sums[k] = sum(name)
		for j := range k {
			if sums[j] == sums[k] && string(t.bytes(&t.nodes[names[j]])) == string(name) {
				t.duplicates = i
				return
			}
		}
	}
}

// sum tells most names apart: by length, first and last bytes.
func sum(name []byte) uint64 {
	h := uint64(len(name))
	for i := range min(len(name), 3) {
		h = h<<16 | uint64(name[i])<<8 | uint64(name[len(name)-1-i])
	}
	return h
}
