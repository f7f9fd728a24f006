package verify

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
