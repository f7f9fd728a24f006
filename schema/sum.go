package schema

import (
	"encoding/binary"
	"hash/maphash"
)

// seed makes sums of two contracts comparable within one run. It is random, so
// that nobody can write a change that has the sum of what it changes.
var seed = maphash.MakeSeed()

// summed sets the node's sum, from those of what it holds.
func (n *node) summed() *node {
	var h maphash.Hash
	h.SetSeed(seed)
	put := func(i uint64) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], i)
		h.Write(b[:])
	}
	put(uint64(n.shape.form))
	switch n.shape.form {
	case record, table:
		var all uint64 // the order in which an author writes fields says nothing
		for _, m := range n.fields {
			all += maphash.Comparable(seed, labelled{m.name, m.node.sum})
		}
		put(all)
	case list:
		for _, e := range n.elems {
			put(e.sum)
		}
	case text, data, object:
		h.WriteString(n.text)
	case number:
		put(uint64(n.number))
	case boolean:
		if n.truth {
			put(1)
		}
	case set:
		h.WriteString(n.set.Key())
	}
	n.sum = h.Sum64()
	return n
}

type labelled struct {
	name string
	sum  uint64
}
