package valueset

import "strings"

// Tri is an answer to a yes-or-no question that may not be decidable. The zero
// value is Unknown.
type Tri uint8

const (
	Unknown Tri = iota
	Yes
	No
)

// String returns "unknown", "yes" or "no".
func (t Tri) String() string {
	return [...]string{"unknown", "yes", "no"}[t]
}

func (t Tri) not() Tri {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Unknown
}

func tri(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// both is the conjunction: No wins over Unknown.
func both(a, b Tri) Tri {
	switch {
	case a == No || b == No:
		return No
	case a == Yes && b == Yes:
		return Yes
	}
	return Unknown
}

// either is the disjunction: Yes wins over Unknown.
func either(a, b Tri) Tri {
	return both(a.not(), b.not()).not()
}

// Kinds is a set of kinds of JSON values.
type Kinds uint8

const (
	NullKind Kinds = 1 << iota
	BooleanKind
	IntegerKind // a number without fraction and exponent
	FloatKind   // any other number
	StringKind
	ArrayKind
	ObjectKind

	NumberKind = IntegerKind | FloatKind
	AnyKind    = NullKind | BooleanKind | NumberKind | StringKind | ArrayKind | ObjectKind
)

// kinds is the number of kinds; a kind's index is the position of its bit.
const kinds = 7

// Has reports whether all kinds of k2 are in k.
func (k Kinds) Has(k2 Kinds) bool { return k&k2 == k2 }

// String names the kinds as JSON Schema does, joined with " or ": "integer" only
// where numbers with a fraction are not in k. It returns "nothing" for no kinds.
func (k Kinds) String() string {
	var names []string
	for _, n := range []struct {
		kinds Kinds
		name  string
	}{
		{NullKind, "null"}, {BooleanKind, "boolean"}, {FloatKind, "number"}, {IntegerKind, "integer"},
		{StringKind, "string"}, {ArrayKind, "array"}, {ObjectKind, "object"},
	} {
		if k&n.kinds != 0 && !(n.kinds == IntegerKind && k.Has(FloatKind)) {
			names = append(names, n.name)
		}
	}
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, " or ")
}

// Presence says whether a member is there.
type Presence uint8

const (
	Never Presence = iota
	Sometimes
	Always
)

// String returns "never", "sometimes" or "always".
func (p Presence) String() string {
	return [...]string{"never", "sometimes", "always"}[p]
}
