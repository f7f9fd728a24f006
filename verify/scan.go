package verify

import (
	"errors"

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
	errNumber    = errors.New("a number of too many digits")
	errNoPayload = errors.New("empty")
)

// maxLevel bounds the nesting of payloads, maxBytes their length, and maxDigits that of
// a number, since comparing numbers takes longer than their length.
const (
	maxLevel  = 500
	maxBytes  = 1 << 30
	maxDigits = 2000
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
	if t.pos-start > maxDigits {
		return errNumber
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

// bytes is the text of a value.
func (t *tape) bytes(n *node) []byte {
	if n.unescaped {
		return t.text[n.start:n.end]
	}
	return t.src[n.start:n.end]
}
