package valueset

// maxCombinations bounds the lists and objects that are put together for a listing.
const maxCombinations = 5000

// listTrees lists arrays or objects: it puts their parts together in all ways and
// keeps what the formula holds of.
func (s *search) listTrees(k Kinds, f *formula, n int) (list []value, complete bool) {
	seen := map[JSON]bool{}
	left := maxCombinations
	complete = true
	whole := s.expand([]*formula{f}, nil, func(term []literal) bool {
		all := s.combine(k, term, n, func(v value) bool {
			left--
			if key := v.json(); !seen[key] {
				seen[key] = true
				switch s.decide(f, &v) {
				case Yes:
					list = append(list, v)
				case Unknown:
					complete = false
				}
			}
			return left > 0 && len(list) < n && s.spend(10)
		})
		complete = complete && all
		return left > 0 && len(list) < n
	})
	return list, complete && whole
}

// combine calls yield with the values of a term and some others, until it returns
// false; it returns false if there may be values of the term that it has left out.
func (s *search) combine(k Kinds, term []literal, n int, yield func(value) bool) bool {
	if k == ArrayKind {
		p := listsOf(term)
		p.search = s
		return p.combine(n, yield)
	}
	return s.objects(term).combine(n, yield)
}

// maxLonger is how many lengths beyond the least one are tried where there is no
// limit.
const maxLonger = 2

func (p *lists) combine(n int, yield func(value) bool) bool {
	least, most := p.limits()
	complete := true
	var options [][]value
	for i := range p.fixed + 1 {
		if most >= 0 && i >= most {
			break
		}
		list, all := p.list(p.domain(i), n)
		options = append(options, list)
		complete = complete && all
	}
	if most < 0 && p.unique && complete { // no more than there are different elements
		most = p.fixed + len(options[p.fixed])
	}
	if most < 0 {
		most, complete = least+p.fixed+maxLonger, false
	}
	if most > maxElements {
		return false
	}
	for size := least; size <= most; size++ {
		if !p.count.has(size) {
			continue
		}
		if !p.product(options, make([]value, 0, size), size, yield) {
			return false
		}
	}
	return complete
}

// product calls yield for the lists of a size; false if it was stopped.
func (p *lists) product(options [][]value, elems []value, size int, yield func(value) bool) bool {
	if len(elems) == size {
		return yield(value{kind: ArrayKind, elems: append([]value{}, elems...)})
	}
	for _, e := range options[min(len(elems), p.fixed)] {
		if !p.product(options, append(elems, e), size, yield) {
			return false
		}
	}
	return true
}

func (p *objects) combine(n int, yield func(value) bool) bool {
	complete := !p.more && p.doubt == ""
	options := make([][]value, len(p.slots))
	for i, s := range p.slots {
		list, all := p.list(s.set, n)
		options[i] = list
		complete = complete && all
	}
	return p.product(options, nil, 0, yield) && complete
}

func (p *objects) product(options [][]value, members []member, i int, yield func(value) bool) bool {
	if i == len(p.slots) {
		v := value{kind: ObjectKind, members: append([]member{}, members...)}
		v.sort()
		return yield(v)
	}
	if !p.slots[i].required && !p.product(options, members, i+1, yield) {
		return false
	}
	for _, e := range options[i] {
		if !p.product(options, append(members, member{p.slots[i].name, e}), i+1, yield) {
			return false
		}
	}
	return true
}
