package sample

import (
	"encoding/json"
	"math/big"

	"tokenctl.dev/internal/valueset"
)

// The values that are taken apart here come from valueset, so they are JSON.

func stringOf(v valueset.JSON) string {
	var out string
	_ = json.Unmarshal([]byte(v), &out)
	return out
}

func elementsOf(v valueset.JSON) []valueset.JSON {
	var raw []json.RawMessage
	_ = json.Unmarshal([]byte(v), &raw)
	out := make([]valueset.JSON, len(raw))
	for i, r := range raw {
		out[i] = valueset.JSON(r)
	}
	return out
}

func membersOf(v valueset.JSON) map[string]valueset.JSON {
	var raw map[string]json.RawMessage
	_ = json.Unmarshal([]byte(v), &raw)
	out := make(map[string]valueset.JSON, len(raw))
	for name, r := range raw {
		out[name] = valueset.JSON(r)
	}
	return out
}

// number reads a number exactly.
func number(v valueset.JSON) *big.Rat {
	r, ok := new(big.Rat).SetString(string(v))
	if !ok {
		return new(big.Rat)
	}
	return r
}

func compare(a, b valueset.JSON) int { return number(a).Cmp(number(b)) }

// plus writes the number that is greater by n, as a whole number if it is one.
func plus(v valueset.JSON, n int64) valueset.JSON {
	r := new(big.Rat).Add(number(v), big.NewRat(n, 1))
	if r.IsInt() {
		return valueset.JSON(r.Num().String())
	}
	f := new(big.Float).SetPrec(200).SetRat(r)
	j, _ := valueset.Compact([]byte(f.Text('f', 20)))
	return j
}
