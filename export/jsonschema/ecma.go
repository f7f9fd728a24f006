package jsonschema

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"
)

// ecma translates a regular expression of RE2 into one that means the same in
// ECMA-262 with the "u" flag, as JSON Schema has it (Core, 6.4), and in RE2 itself,
// which many validators use. It knows no lookaround, so the start and the end of a
// line cannot be said: false then.
func ecma(expr string) (string, bool) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	if !writeRegexp(&b, re) {
		return "", false
	}
	return b.String(), true
}

// fixed are the operators without operands.
var fixed = map[syntax.Op]string{
	syntax.OpNoMatch:        `[^\s\S]`,
	syntax.OpEmptyMatch:     `(?:)`,
	syntax.OpAnyCharNotNL:   `[^\n]`,
	syntax.OpAnyChar:        `[\s\S]`,
	syntax.OpBeginText:      `^`,
	syntax.OpEndText:        `$`,
	syntax.OpWordBoundary:   `\b`,
	syntax.OpNoWordBoundary: `\B`,
}

func writeRegexp(b *strings.Builder, re *syntax.Regexp) bool {
	if text, ok := fixed[re.Op]; ok {
		b.WriteString(text)
		return true
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			writeLiteral(b, r, re.Flags&syntax.FoldCase != 0)
		}
		return true
	case syntax.OpCharClass:
		writeClass(b, re.Rune)
		return true
	case syntax.OpCapture:
		return writeGroup(b, re.Sub[0])
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		ok := writeGroup(b, re.Sub[0])
		b.WriteString(quantifier(re))
		return ok
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op == syntax.OpAlternate {
				if !writeGroup(b, sub) {
					return false
				}
			} else if !writeRegexp(b, sub) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			if i > 0 {
				b.WriteByte('|')
			}
			if !writeRegexp(b, sub) {
				return false
			}
		}
		return true
	}
	return false // the start and the end of a line
}

// writeGroup writes what a quantifier can stand behind.
func writeGroup(b *strings.Builder, re *syntax.Regexp) bool {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	single := re.Op == syntax.OpCharClass || re.Op == syntax.OpAnyChar || re.Op == syntax.OpAnyCharNotNL ||
		re.Op == syntax.OpLiteral && len(re.Rune) == 1
	if single {
		return writeRegexp(b, re)
	}
	b.WriteString("(?:")
	ok := writeRegexp(b, re)
	b.WriteByte(')')
	return ok
}

// quantifier says how often; whether it is greedy does not matter to a match.
func quantifier(re *syntax.Regexp) string {
	switch {
	case re.Op == syntax.OpStar:
		return "*"
	case re.Op == syntax.OpPlus:
		return "+"
	case re.Op == syntax.OpQuest:
		return "?"
	case re.Max == re.Min:
		return fmt.Sprintf("{%d}", re.Min)
	case re.Max < 0:
		return fmt.Sprintf("{%d,}", re.Min)
	}
	return fmt.Sprintf("{%d,%d}", re.Min, re.Max)
}

func writeLiteral(b *strings.Builder, r rune, fold bool) {
	if !fold || unicode.SimpleFold(r) == r {
		writeRune(b, r, `^$\.*+?()[]{}|`)
		return
	}
	b.WriteByte('[')
	writeRune(b, r, `^\]-[`)
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		writeRune(b, f, `^\]-[`)
	}
	b.WriteByte(']')
}

// writeClass writes a class by its ranges, or by those that it leaves out.
func writeClass(b *strings.Builder, ranges []rune) {
	n := len(ranges)
	inverse := n > 0 && ranges[n-1] == unicode.MaxRune
	if inverse {
		ranges = gaps(ranges)
	}
	var class strings.Builder
	for i := 0; i < len(ranges); i += 2 {
		writeRange(&class, ranges[i], ranges[i+1])
	}
	switch {
	case class.Len() == 0 && inverse:
		b.WriteString(fixed[syntax.OpAnyChar])
	case class.Len() == 0:
		b.WriteString(fixed[syntax.OpNoMatch])
	case inverse:
		b.WriteString("[^" + class.String() + "]")
	default:
		b.WriteString("[" + class.String() + "]")
	}
}

// gaps gives what lies below and between ranges.
func gaps(ranges []rune) []rune {
	var out []rune
	next := rune(0)
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i] > next {
			out = append(out, next, ranges[i]-1)
		}
		next = ranges[i+1] + 1
	}
	return out
}

// writeRange leaves out surrogates, which are no characters.
func writeRange(b *strings.Builder, lo, hi rune) {
	const first, last = 0xD800, 0xDFFF
	if lo >= first && lo <= last {
		lo = last + 1
	}
	if hi >= first && hi <= last {
		hi = first - 1
	}
	if lo > hi {
		return
	}
	writeRune(b, lo, `^\]-[`)
	if hi > lo+1 {
		b.WriteByte('-')
	}
	if hi > lo {
		writeRune(b, hi, `^\]-[`)
	}
}

func writeRune(b *strings.Builder, r rune, special string) {
	switch {
	case r < ' ' || r == 0x7f:
		fmt.Fprintf(b, `\x%02x`, r)
	case strings.ContainsRune(special, r):
		b.WriteByte('\\')
		b.WriteRune(r)
	default:
		b.WriteRune(r)
	}
}
