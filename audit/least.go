package audit

import (
	"slices"
)

// maxTried is how many additions are tried in every choice; of more, one after the
// other is left out.
const maxTried = 5

// least leaves out what can be left out, in every way that leaves nothing more.
func (s *search) least(enough []Addition) []Release {
	for i := 0; i < len(enough) && len(enough) > maxTried; {
		if less := slices.Delete(slices.Clone(enough), i, i+1); s.comes(less) {
			enough = less
			continue
		}
		i++
	}
	if len(enough) > maxTried {
		return []Release{enough}
	}
	var out []Release
	for size := range len(enough) + 1 {
		for _, some := range choose(enough, size) {
			held := slices.ContainsFunc(out, func(r Release) bool {
				return !slices.ContainsFunc(r, func(a Addition) bool { return !slices.Contains(some, a) })
			})
			if !held && s.comes(some) {
				out = append(out, some)
			}
		}
	}
	return out
}

// choose gives all choices of n of them.
func choose(all []Addition, n int) [][]Addition {
	if n == 0 {
		return [][]Addition{nil}
	}
	var out [][]Addition
	for i, a := range all {
		for _, rest := range choose(all[i+1:], n-1) {
			out = append(out, append([]Addition{a}, rest...))
		}
	}
	return out
}
