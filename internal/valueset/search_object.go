package valueset

import "slices"

// objects is the search for an object that satisfies a conjunction of atoms.
type objects struct {
	*search
	term    []literal
	shapes  []*fields // all hold
	against []*fields // none holds
	count   counts
	slots   []slot
	more    bool // there are more names than slots
	doubt   string
}

// slot is a member that may be there.
type slot struct {
	name     string
	set      Set
	required bool
	group    int // slots of one group are alike; 0: like no other
	there    bool
	gone     bool
}

// maxGroups bounds the groups of names that are told apart.
const maxGroups = 100

func (s *search) object(term []literal) result {
	p := s.objects(term)
	if p.count.empty() {
		return nothing
	}
	if !p.reduce() {
		return nothing
	}
	r := p.violate(0)
	if r.ok == No && p.doubt != "" {
		return undecided(p.doubt)
	}
	return r
}

// objectsOf collects the atoms of a term.
func objectsOf(term []literal) *objects { return newSearch().objects(term) }

func (s *search) objects(term []literal) *objects {
	p := &objects{search: s, term: term, count: atLeast(0, familyMembers)}
	for _, l := range term {
		switch a := l.atom.(type) {
		case *fields:
			if l.neg {
				p.against = append(p.against, a)
			} else {
				p.shapes = append(p.shapes, a)
			}
		case counts:
			p.count = p.count.meet(a).(counts)
		}
	}
	if !p.count.empty() {
		p.addSlots()
	}
	return p
}

// addSlots makes a slot for each name that a shape names, and some for the names
// of each group that the rules of the shapes treat alike.
func (p *objects) addSlots() {
	var named []string
	names := map[string]*formula{}
	for _, t := range slices.Concat(p.shapes, p.against) {
		for _, f := range t.named {
			named = append(named, f.name)
		}
		for _, r := range t.rules {
			names[r.names.key] = r.names
		}
	}
	slices.Sort(named)
	named = slices.Compact(named)
	for _, name := range named {
		p.slots = append(p.slots, p.slot(name, 0))
	}
	delete(names, always.key)
	var rules []*formula
	for _, f := range names {
		rules = append(rules, f)
	}
	slices.SortFunc(rules, func(a, b *formula) int { return compareStrings(a.key, b.key) })
	group := 0
	p.groups(not(lit(textsOf(named...))), rules, func(f *formula) bool {
		group++
		p.addGroup(f, group)
		return group < maxGroups && p.left > 0
	})
}

// groups calls visit for each way in which names may fit rules or not, until it
// returns false.
func (p *objects) groups(f *formula, rules []*formula, visit func(*formula) bool) bool {
	if len(rules) == 0 {
		if !visit(f) {
			p.doubt = "there are too many patterns to tell apart"
			return false
		}
		return true
	}
	for _, g := range []*formula{rules[0], not(rules[0])} {
		h := and(f, g)
		if len(rules) > 1 && p.text(h).ok == No {
			continue
		}
		if !p.groups(h, rules[1:], visit) {
			return false
		}
	}
	return true
}

// addGroup makes slots for some of the names that f describes: one for each demand,
// and enough for the least number of members.
func (p *objects) addGroup(f *formula, group int) {
	least, _ := p.count.limits()
	want := min(len(p.against)+max(least, 8), maxElements)
	list, complete := p.texts(f, want)
	if len(list) == 0 {
		if !complete {
			p.doubt = doubts(f)
		}
		return
	}
	for _, name := range list {
		p.slots = append(p.slots, p.slot(name, group))
	}
	if last := p.slots[len(p.slots)-1]; last.set.Key() != Empty().Key() {
		p.more = p.more || !complete
	}
}

func (p *objects) slot(name string, group int) slot {
	s := slot{name: name, set: Any(), group: group}
	for _, t := range p.shapes {
		set, required, _ := t.at(name)
		s.set = s.set.meet(set)
		s.required = s.required || required
	}
	for _, t := range p.against {
		if _, _, certain := t.at(name); certain != Yes {
			p.doubt = "it cannot be told which members a pattern applies to"
		}
	}
	return s
}

// reduce drops the shapes that are violated in any case, and puts those first that
// can be violated in few ways. It reports false if one cannot be violated at all:
// otherwise the search would try all ways to violate the others before.
func (p *objects) reduce() bool {
	var against []*fields
	ways := map[*fields]int{}
	for _, t := range p.against {
		n, always := p.waysToViolate(t)
		if n == 0 && p.doubt == "" && p.left >= 0 {
			return false
		}
		if ways[t] = n; !always {
			against = append(against, t)
		}
	}
	slices.SortStableFunc(against, func(a, b *fields) int { return ways[a] - ways[b] })
	p.against = against
	return true
}

// waysToViolate counts the slots by which a shape can be violated; always says that
// a member that must be there violates it with all its values.
func (p *objects) waysToViolate(t *fields) (n int, always bool) {
	for _, s := range p.slots {
		set, required, _ := t.at(s.name)
		if required && !s.required {
			n++
		}
		if p.find(s.set.meet(set.complement())).ok != No {
			n++
			always = always || s.required && p.find(s.set.meet(set)).ok == No
		}
	}
	return n, always
}

// violate makes the object violate the shapes from the i-th on.
func (p *objects) violate(i int) result {
	if i == len(p.against) {
		return p.fill()
	}
	if !p.spend(20) {
		return p.exhausted()
	}
	t := p.against[i]
	r := nothing
	tried := 0 // the group of which an untouched slot has been tried
	for k := range p.slots {
		s := &p.slots[k]
		set, required, _ := t.at(s.name)
		before := *s
		if required && !s.required && !s.there {
			s.gone = true
			r = r.or(func() result { return p.violate(i + 1) })
			*s = before
		}
		if r.ok == Yes {
			return r
		}
		if s.gone || s.group != 0 && !s.there && s.group == tried {
			continue
		}
		if !s.there {
			tried = s.group
		}
		s.set, s.there = s.set.meet(set.complement()), true
		if p.find(s.set).ok != No {
			r = r.or(func() result { return p.violate(i + 1) })
		}
		*s = before
		if r.ok == Yes {
			return r
		}
	}
	return r
}

// fill chooses the members.
func (p *objects) fill() result {
	v := value{kind: ObjectKind}
	doubt := result{ok: Yes}
	var free []slot
	for _, s := range p.slots {
		if s.gone || !s.required && !s.there {
			if !s.gone {
				free = append(free, s)
			}
			continue
		}
		r := p.find(s.set)
		switch r.ok {
		case No:
			return nothing
		case Unknown:
			doubt = r
		}
		v.members = append(v.members, member{s.name, r.v})
	}
	if r := p.addMembers(&v, free); r.ok != Yes {
		return r
	}
	if doubt.ok != Yes {
		return doubt
	}
	v.sort()
	whole := conjunction(p.term)
	if p.decide(whole, &v) == Yes {
		return found(v)
	}
	return undecided(doubts(whole))
}

// addMembers adds free members until their number is allowed.
func (p *objects) addMembers(v *value, free []slot) result {
	unclear := ""
	for !p.count.has(len(v.members)) {
		if _, most := p.count.limits(); most >= 0 && len(v.members) > most {
			return nothing
		}
		if len(free) == 0 {
			if p.more || unclear != "" {
				return undecided("it cannot be told how many members an object has")
			}
			return nothing
		}
		r := p.find(free[0].set)
		switch r.ok {
		case Yes:
			v.members = append(v.members, member{free[0].name, r.v})
		case Unknown:
			unclear = r.why
		}
		free = free[1:]
	}
	return result{ok: Yes}
}
