package valueset

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue"
)

// validator describes a call of one of CUE's validators: args are the function and
// its arguments. v is the evaluated call. modelled is false if nothing is known of it.
func (b *builder) validator(v cue.Value, args []cue.Value) (s Set, modelled bool) {
	name := strings.TrimSuffix(fmt.Sprint(args[0]), "()")
	if s, ok := b.known(name, args[1:]); ok {
		return s, true
	}
	if f, ok := formats[name]; ok && len(args) == 1 {
		return f.set(v), true
	}
	if f, ok := layouts[layoutOf(name, args[1:])]; ok {
		return f.set(v), true
	}
	return opaqueSet(v, jsonKinds(v.IncompleteKind())), false
}

// known describes the validators that are modelled exactly.
func (b *builder) known(name string, args []cue.Value) (Set, bool) {
	switch name {
	case "strings.MinRunes":
		return counted(StringKind, familyRunes, atLeast, args)
	case "strings.MaxRunes":
		return counted(StringKind, familyRunes, atMost, args)
	case "list.MinItems":
		return counted(ArrayKind, familyItems, atLeast, args)
	case "list.MaxItems":
		return counted(ArrayKind, familyItems, atMost, args)
	case "struct.MinFields":
		return counted(ObjectKind, familyMembers, atLeast, args)
	case "struct.MaxFields":
		return counted(ObjectKind, familyMembers, atMost, args)
	case "strings.HasPrefix":
		return literalPattern(args, func(s string) string { return "^" + escaped(s) })
	case "strings.HasSuffix":
		return literalPattern(args, func(s string) string { return escaped(s) + `\z` })
	case "strings.Contains":
		return literalPattern(args, escaped)
	case "strings.ContainsAny":
		return literalPattern(args, anyOf)
	case "list.UniqueItems":
		return onKinds(ArrayKind, lit(distinct{})), len(args) == 0
	case "list.Contains":
		return b.containing(args)
	case "list.MatchN":
		return b.matchItems(args)
	case "math.MultipleOf":
		return multiplesOf(args)
	case "net.IPv4":
		return addresses(reIPv4, 4), len(args) == 0
	case "net.IPv6":
		return addresses(reIPv6+reZone, 16), len(args) == 0
	case "net.IP":
		return addresses(reIPv4, 4).join(addresses(reIPv6+reZone, 16)), len(args) == 0
	case "matchN":
		return b.matchN(args)
	case "matchIf":
		return b.matchIf(args)
	}
	return Set{}, false
}

func counted(k Kinds, of family, limit func(int, family) counts, args []cue.Value) (Set, bool) {
	if len(args) != 1 {
		return Set{}, false
	}
	n, err := args[0].Int64()
	if err != nil || n != int64(int32(n)) {
		return Set{}, false
	}
	return onKinds(k, lit(limit(int(n), of))), true
}

func literalPattern(args []cue.Value, expr func(string) string) (Set, bool) {
	if len(args) != 1 {
		return Set{}, false
	}
	s, err := args[0].String()
	if err != nil {
		return Set{}, false
	}
	return Matching(expr(s))
}

// anyOf is an expression for one of the characters; none of them matches nothing.
func anyOf(chars string) string {
	var alternatives []string
	for _, r := range chars {
		alternatives = append(alternatives, escaped(string(r)))
	}
	if len(alternatives) == 0 {
		return `[^\x00-\x{10FFFF}]`
	}
	return strings.Join(alternatives, "|")
}

func multiplesOf(args []cue.Value) (Set, bool) {
	if len(args) != 1 {
		return Set{}, false
	}
	n, ok := numberOf(args[0])
	if !ok || n.sign() <= 0 {
		return Set{}, false
	}
	return onKinds(NumberKind, lit(multiple{n})), true
}

// addresses are IP addresses as text or as a list of bytes.
func addresses(expr string, n int) Set {
	text, _ := Matching("^(?:" + expr + ")$")
	octet := onKinds(IntegerKind, lit(numbersIn(above(decimal{}, false).intersect(below(decimalOf(255), false)), true)))
	prefix := make([]Set, n)
	for i := range prefix {
		prefix[i] = octet
	}
	return text.join(onKinds(ArrayKind, lit(itemsOf(prefix, Empty(), true))))
}

// containing describes list.Contains, which compares with one concrete value.
func (b *builder) containing(args []cue.Value) (Set, bool) {
	if len(args) != 1 {
		return Set{}, false
	}
	text, err := args[0].MarshalJSON()
	if err != nil || args[0].Validate(cue.Concrete(true)) != nil {
		return Set{}, false
	}
	if args[0].IncompleteKind()&(cue.BytesKind|cue.StructKind|cue.ListKind) != 0 {
		return Set{}, false
	}
	return onKinds(ArrayKind, lit(contains{Const(JSON(text))})), true
}

// matchItems describes list.MatchN where it says that some or no element matches.
func (b *builder) matchItems(args []cue.Value) (Set, bool) {
	if len(args) != 2 {
		return Set{}, false
	}
	arm := b.set(args[1])
	if !plain(arm) {
		return Set{}, false
	}
	some := onKinds(ArrayKind, lit(contains{arm}))
	n := b.set(args[0])
	switch n.parts().of[iInteger].key {
	case lit(numbersIn(above(decimalOf(1), false), true)).key:
		return some, true
	case lit(numbersIn(pointOf(decimal{}), true)).key:
		return some.complement().meet(OfKinds(ArrayKind)), true
	}
	return Set{}, false
}

// maxArms bounds the constraints of a matchN that is modelled.
const maxArms = 6

// matchN describes how many of some constraints hold.
func (b *builder) matchN(args []cue.Value) (Set, bool) {
	if len(args) != 2 {
		return Set{}, false
	}
	it, err := args[1].List()
	if err != nil || !args[1].Len().IsConcrete() {
		return Set{}, false
	}
	var arms []Set
	for it.Next() {
		arm := b.set(it.Value())
		if arms = append(arms, arm); !plain(arm) || len(arms) > maxArms {
			return Set{}, false
		}
	}
	n := b.set(args[0]).parts().of[iInteger]
	s := Empty()
	for bits := range 1 << len(arms) {
		term, matched := Any(), 0
		for i, arm := range arms {
			if bits>>i&1 == 0 {
				arm = arm.complement()
			} else {
				matched++
			}
			term = term.meet(arm)
		}
		count := value{kind: IntegerKind, num: decimalOf(matched)}
		switch n.holds(&count, byModel) {
		case Yes:
			s = s.join(term)
		case Unknown:
			return Set{}, false
		}
	}
	return s, true
}

// matchIf describes: if the first holds then the second, else the third.
func (b *builder) matchIf(args []cue.Value) (Set, bool) {
	if len(args) != 3 {
		return Set{}, false
	}
	var arms [3]Set
	for i, a := range args {
		if arms[i] = b.set(a); !plain(arms[i]) {
			return Set{}, false
		}
	}
	return arms[0].meet(arms[1]).join(arms[0].complement().meet(arms[2])), true
}

// plain reports whether a constraint means the same to matchN as anywhere else.
// matchN does not demand that members are there unless they are marked with "!",
// so constraints that look into objects are not plain.
func plain(s Set) bool {
	p := s.parts()
	if f := p.of[iObject]; f != always && f != never {
		return false
	}
	ok := true
	p.of[iArray].each(func(n *formula) {
		switch a := n.atom.(type) {
		case *items:
			for _, e := range append(a.prefix[:len(a.prefix):len(a.prefix)], a.rest) {
				ok = ok && plain(e)
			}
		case contains:
			ok = ok && plain(a.elem)
		case *opaque:
			ok = false
		}
	})
	return ok
}
