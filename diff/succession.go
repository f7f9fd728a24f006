package diff

import (
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// succeeded says whether the contract names, for every value that is gone, what came
// in its place, and a rule goes by that as well.
func succeeded(claim *schema.Claim, gone, rule valueset.Set) bool {
	return every(gone, func(value valueset.JSON) bool {
		i := slices.IndexFunc(claim.Values, func(v *schema.Value) bool { return v.Is(value) && replaced(v) })
		return i >= 0 && !slices.ContainsFunc(claim.Values[i].Retired.ReplacedBy, func(by string) bool {
			return rule.ContainsText(by) != valueset.Yes
		})
	})
}

// inherited says whether every value that came stands, as tombstones say, only for
// values that a rule went by (or did not go by) already.
func inherited(claim *schema.Claim, came, rule valueset.Set, wentBy valueset.Tri) bool {
	return every(came, func(value valueset.JSON) bool {
		found := false
		for _, v := range claim.Values {
			if !replaced(v) || !slices.ContainsFunc(v.Retired.ReplacedBy, func(by string) bool { return valueset.Text(by) == value }) {
				continue
			}
			found = true
			if rule.ContainsText(v.Name) != wentBy {
				return false
			}
		}
		return found
	})
}

func replaced(v *schema.Value) bool { return v.Retired != nil && len(v.Retired.ReplacedBy) > 0 }

// every says whether f holds for every value of a set that can be listed.
func every(s valueset.Set, f func(valueset.JSON) bool) bool {
	values, finite := s.Values()
	return finite && len(values) > 0 && !slices.ContainsFunc(values, func(v valueset.JSON) bool { return !f(v) })
}
