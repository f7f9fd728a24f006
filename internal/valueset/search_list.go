package valueset

import "cmp"

func compareStrings(a, b string) int { return cmp.Compare(a, b) }

// list returns up to n values of a set, all different; complete says that there are
// no others.
func (s *search) list(set Set, n int) (list []value, complete bool) {
	key := "list " + set.Key()
	if s.open[key] {
		return nil, false
	}
	s.open[key] = true
	defer delete(s.open, key)
	complete = true
	for i, f := range set.parts().of {
		if f == never {
			continue
		}
		more, all := s.listKind(1<<i, f, n-len(list)+1)
		list = append(list, more...)
		complete = complete && all
		if len(list) > n {
			return list[:n], false
		}
	}
	return list, complete
}

func (s *search) listKind(k Kinds, f *formula, n int) (list []value, complete bool) {
	f = unfolded(f, index(k))
	switch k {
	case IntegerKind, FloatKind:
		return s.listNumbers(k, f, n)
	case StringKind:
		texts, complete := s.texts(f, n)
		for _, t := range texts {
			list = append(list, stringValue(t))
		}
		return list, complete
	case ArrayKind, ObjectKind:
		return s.listTrees(k, f, n)
	}
	complete = true
	for _, v := range constants(k) {
		switch s.decide(f, &v) {
		case Yes:
			list = append(list, v)
		case Unknown:
			complete = false
		}
	}
	return list, complete
}

func (s *search) listNumbers(k Kinds, f *formula, n int) (list []value, complete bool) {
	seen := map[JSON]bool{}
	complete = s.expand([]*formula{f}, nil, func(term []literal) bool {
		candidates, all := numbersOf(k, term, n)
		whole := conjunction(term)
		for i := range candidates {
			t := s.decide(whole, &candidates[i])
			if key := candidates[i].json(); t == Yes && !seen[key] {
				seen[key] = true
				list = append(list, candidates[i])
			}
			all = all && t != Unknown
		}
		return all
	})
	return list, complete
}

// texts returns up to n strings, short ones first.
func (s *search) texts(f *formula, n int) (list []string, complete bool) {
	if choice, ok := finite(f); ok {
		complete = true
		for _, t := range choice {
			v := stringValue(t)
			switch s.decide(f, &v) {
			case Yes:
				list = append(list, t)
			case Unknown:
				complete = false
			}
		}
		if len(list) > n {
			return list[:n], false
		}
		return list, complete
	}
	g, ok := s.graph(f)
	if !ok {
		return nil, false
	}
	return g.strings(n)
}
