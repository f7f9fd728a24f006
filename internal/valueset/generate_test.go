package valueset

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"tokenctl.dev/internal/inclaim"
)

// constraint evaluates a constraint as it stands in a contract: as the #value of a
// claim, in a package of its own.
func constraint(ctx *cue.Context, src string) cue.Value {
	return ctx.CompileString(inclaim.File(src)).LookupPath(cue.ParsePath(inclaim.Path))
}

// of compiles a constraint in a context of its own, as two revisions do.
func of(t testing.TB, src string) Set {
	t.Helper()
	return Of(constraint(cuecontext.New(), src))
}

// gen writes random constraints and values.
type gen struct{ *rand.Rand }

func newGen(seed uint64) gen { return gen{rand.New(rand.NewPCG(seed, 1))} }

func (g gen) pick(s ...string) string { return s[g.IntN(len(s))] }

func (g gen) constraint(depth int) string {
	if depth <= 0 {
		return g.scalar()
	}
	switch g.IntN(12) {
	case 0, 1, 2:
		return g.scalar()
	case 3:
		return g.constraint(depth-1) + " | " + g.constraint(depth-1)
	case 4:
		return "*" + g.paren(depth-1) + " | " + g.constraint(depth-1)
	case 5:
		return g.both(g.paren(depth-1), g.paren(depth-1))
	case 6, 7:
		return g.list(depth)
	case 8, 9:
		return g.structure(depth)
	case 10:
		return g.pick("_open", "_regular", "_lists", "_structs", "#Closed", "#Open", "#Nested", "#Text", "#Lists", "#Short", "#Tree", "#Chain", "#Nest", "#Cons", "#Left")
	}
	return g.validator(depth)
}

// both joins two constraints, unless CUE v0.17 would forget to close a struct in
// one of them (see TestForgottenClosing).
func (g gen) both(a, b string) string {
	for _, forgetful := range []string{"!=null", "matchN", "matchIf", "net.IP"} {
		if strings.Contains(a+b, forgetful) && strings.ContainsAny(a+b, "{#_") {
			return a
		}
	}
	return a + " & " + b
}

func (g gen) paren(depth int) string { return "(" + g.constraint(depth) + ")" }

func (g gen) scalar() string {
	switch g.IntN(9) {
	case 0:
		return g.pick("null", "bool", "true", "false", "string", "int", "float", "number", "_", "!=null", "bytes")
	case 1, 2:
		return g.pick(`"a"`, `"b"`, `"ab"`, `""`, `"é"`, `"a" | "b"`, `"a" | "b" | "c"`)
	case 3:
		return g.pick("0", "1", "-1", "5", "1.0", "1.5", "100", "9007199254740993", "1 | 2 | 3", "1 | 1.0")
	case 4:
		return g.pick("", "int & ", "float & ", "number & ") + g.pick(">", ">=", "<", "<=", "!=") + g.pick("0", "1", "1.5", "-1", "5")
	case 5:
		return g.pick("", "string & ") + g.pick("=~", "!~") + quote(g.regexp(2))
	case 6:
		return g.pick(">", ">=", "<", "<=", "!=") + g.pick(`"a"`, `"ab"`, `"b"`, `""`)
	case 7:
		return g.pick("int8", "uint", "uint8", "int & >=1 & <=3", ">=1 & <=3", ">0 & <1")
	}
	return g.pick("strings.MinRunes(1)", "strings.MinRunes(2)", "strings.MaxRunes(1)", "strings.MaxRunes(3)", `strings.HasPrefix("a")`,
		`strings.HasSuffix("b")`, `strings.Contains("a")`, `strings.ContainsAny("ab")`, "time.Time", "uuid.Valid", `time.Format("2006-01-02")`,
		"math.MultipleOf(2)", "math.MultipleOf(3)", "math.MultipleOf(0.5)", "net.IPv4", `time.Format("Jan 2")`, "regexp.Valid", "net.FQDN", "=~_word", "strings.MinRunes(_number)")
}

func (g gen) list(depth int) string {
	switch g.IntN(6) {
	case 0:
		return "[...]"
	case 1:
		return "[" + g.constraint(depth-1) + "]"
	case 2:
		return "[" + g.constraint(depth-1) + ", ..." + g.paren(depth-1) + "]"
	case 3:
		return "[" + g.constraint(depth-1) + ", " + g.constraint(depth-1) + "]"
	}
	return "[..." + g.paren(depth-1) + "]"
}

func (g gen) structure(depth int) string {
	var parts []string
	for _, name := range []string{"a", "b", "c"} {
		if g.IntN(3) > 0 {
			parts = append(parts, name+g.pick("", "", "?", "?", "!")+": "+g.constraint(depth-1))
		}
	}
	if g.IntN(4) == 0 {
		parts = append(parts, "["+g.pick("string", `=~"^x"`, `=~"^[a-b]$"`, `!~"^a"`)+"]: "+g.constraint(depth-1))
	}
	switch g.IntN(8) {
	case 0, 1:
		parts = append(parts, "...")
	case 2:
		parts = append(parts, g.pick("#Closed", "_open", "#Open", "_regular"))
	case 3:
		parts = append(parts, g.pick("_h: int", "#d: string", "a?: b, b?: int"))
	}
	s := "{" + strings.Join(parts, ", ") + "}"
	if g.IntN(8) == 0 && strings.Count(s, "{")+strings.Count(s, "#")+strings.Count(s, "_") == 1 {
		return "close(" + s + ")" // which forgets to close what is in it
	}
	return s
}

func (g gen) validator(depth int) string {
	switch g.IntN(7) {
	case 0:
		return g.list(depth) + " & " + g.pick("list.MinItems(1)", "list.MaxItems(1)", "list.MaxItems(2)", "list.UniqueItems", "list.UniqueItems()")
	case 1:
		return g.structure(depth) + " & " + g.pick("struct.MinFields(1)", "struct.MaxFields(1)", "struct.MaxFields(2)")
	case 2:
		return g.list(depth) + " & " + g.pick(`list.Contains("a")`, `list.Contains(1)`, `list.MatchN(>=1, "a")`, `list.MatchN(0, string)`)
	case 3:
		return fmt.Sprintf("matchN(%s, [%s, %s])", g.pick("0", "1", ">=1", "2"), g.constraint(depth-1), g.constraint(depth-1))
	case 4:
		return fmt.Sprintf("matchIf(%s, %s, %s)", g.constraint(depth-1), g.constraint(depth-1), g.constraint(depth-1))
	case 5:
		// No alternative is in error: CUE evaluates such a list in two ways.
		return "or([" + g.scalar() + ", " + g.pick("#Closed", "#Text", "[...int]", "{a: int}", `"z"`, "#Lists") + "])"
	}
	return "and([" + g.scalar() + ", " + g.scalar() + "])"
}

// regexp writes a regular expression over few characters.
func (g gen) regexp(depth int) string {
	if depth <= 0 {
		return g.pick("a", "b", "c", "ab", ".", "[ab]", "[^a]", `\d`, `\w`, "(?i:a)", "é", `\pL`)
	}
	switch g.IntN(12) {
	case 0, 1:
		return g.regexp(depth-1) + g.regexp(depth-1)
	case 2:
		return "(?:" + g.regexp(depth-1) + ")" + g.pick("*", "+", "?", "{2}", "{1,2}", "*?", "+?")
	case 3:
		return "(" + g.regexp(depth-1) + "|" + g.regexp(depth-1) + ")"
	case 4:
		return "^" + g.regexp(depth-1)
	case 5:
		return g.regexp(depth-1) + "$"
	case 6, 7:
		return "^" + g.regexp(depth-1) + "$"
	case 8:
		return `\b` + g.regexp(depth-1)
	case 9:
		return g.pick("(?m)", "(?s)", "(?i)", "(?U)") + g.regexp(depth-1)
	case 10:
		return g.regexp(depth-1) + g.pick(`\B`, `\b`, `\z`, `(?m:$)`) + g.pick("", g.regexp(depth-1))
	}
	return g.regexp(depth - 1)
}

// word writes a string that the regular expressions above may distinguish.
func (g gen) word() string {
	var b strings.Builder
	for range g.IntN(5) {
		b.WriteString(g.pick("a", "b", "c", "A", "0", " ", "\n", "é", "_", "x", "Z"))
	}
	return b.String()
}

// near writes values that a set may just accept or refuse: values of the set, and
// values that differ from them in one place.
func (g gen) near(s Set) []JSON {
	search := newSearch()
	search.asks = 10 // CUE is slow
	list, _ := search.list(s, 4)
	var out []JSON
	for i := range list {
		out = append(out, list[i].json())
		changed := g.changed(list[i])
		out = append(out, changed.json())
	}
	return out
}

func (g gen) changed(v value) value {
	other := func() value {
		w, _ := parse(g.value(1))
		return w
	}
	switch {
	case v.kind == ArrayKind && len(v.elems) > 0 && g.IntN(2) == 0:
		v.elems = append([]value{}, v.elems...)
		i := g.IntN(len(v.elems))
		v.elems[i] = g.changed(v.elems[i])
	case v.kind == ArrayKind:
		v.elems = append(append([]value{}, v.elems...), other())
		v.elems = v.elems[g.IntN(2):]
	case v.kind == ObjectKind && len(v.members) > 0 && g.IntN(3) > 0:
		v.members = append([]member{}, v.members...)
		i := g.IntN(len(v.members))
		if g.IntN(3) == 0 {
			v.members = append(v.members[:i], v.members[i+1:]...)
		} else {
			v.members[i].value = g.changed(v.members[i].value)
		}
	case v.kind == ObjectKind:
		name := g.pick("a", "b", "c", "x1", "zz", "")
		if _, ok := v.get(name); !ok {
			v.members = append(append([]member{}, v.members...), member{name, other()})
			v.sort()
		}
	case v.kind == StringKind && g.IntN(2) == 0:
		return stringValue(v.text + g.word())
	default:
		return other()
	}
	return v
}

// value writes a random JSON value.
func (g gen) value(depth int) JSON {
	n := 7
	if depth <= 0 {
		n = 5
	}
	switch g.IntN(n) {
	case 0:
		return JSON(g.pick("null", "true", "false"))
	case 1:
		return JSON(g.pick("0", "1", "2", "3", "5", "-1", "6", "100", "9007199254740992", "9007199254740993"))
	case 2:
		return JSON(g.pick("0.0", "1.0", "1.5", "0.5", "-1.0", "2.0", "1e2", "3.0", "5.0"))
	case 3:
		return JSON(quote(g.word()))
	case 4:
		return JSON(quote(g.pick("a", "b", "ab", "abc", "", "2026-11-21T10:00:00Z", "2026-11-21", "192.0.2.1", "example.com", "Jan 2")))
	case 5:
		elems := make([]string, g.IntN(4))
		for i := range elems {
			elems[i] = string(g.value(depth - 1))
		}
		return JSON("[" + strings.Join(elems, ",") + "]")
	}
	var members []string
	for _, name := range []string{"a", "b", "c", "m", "x1", "v", "next", "sub"} {
		if g.IntN(3) == 0 {
			members = append(members, quote(name)+":"+string(g.value(depth-1)))
		}
	}
	return JSON("{" + strings.Join(members, ",") + "}")
}
