package verify

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"tokenctl.dev/internal/pairs"
	"tokenctl.dev/internal/valueset"
)

// FuzzPayload holds the compiled checks of the constraints of the table against their
// sets, on any payload.
func FuzzPayload(f *testing.F) {
	table, err := pairs.Read("../internal/valueset/testdata/pairs.txt")
	if err != nil {
		f.Fatal(err)
	}
	type compiled struct {
		src     string
		set     valueset.Set
		checker *Checker
	}
	var all []compiled
	for _, src := range append(table.Constraints, token, accessToken) {
		if s, ok := pairs.Of(src); ok {
			all = append(all, compiled{src, s, New(s)})
		}
	}
	for i, c := range all {
		for j, v := range table.Samples(c.set) {
			if (i+j)%97 == 0 {
				f.Add(uint16(i), []byte(v))
			}
		}
	}
	for _, line := range tokens(3) {
		f.Add(uint16(len(all)-1), line)
	}
	f.Fuzz(func(t *testing.T, which uint16, payload []byte) {
		c := all[int(which)%len(all)]
		got := c.checker.Check(payload)
		for _, p := range got.Problems {
			switch p.Rule {
			case Unreadable:
				if json.Valid(payload) && utf8.Valid(payload) && p.Found != errTooDeep.Error() && p.Found != errNumber.Error() {
					t.Errorf("%q: %+v", payload, p)
				}
				return
			case NameTwice, TooComplex:
				return
			}
		}
		if !json.Valid(payload) {
			t.Errorf("%q is no JSON, and was read", payload)
		}
		want := c.set.Contains(valueset.JSON(payload))
		if want != valueset.Unknown && !got.Undecided && got.OK() != (want == valueset.Yes) {
			t.Errorf("%s: %q is in the set: %v, got %+v", c.src, payload, want, got)
		}
	})
}
