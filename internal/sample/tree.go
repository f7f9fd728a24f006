package sample

import (
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
)

// list makes an array; set has only arrays.
func (s work) list(set valueset.Set, about About, depth int) (valueset.JSON, bool) {
	least, most := set.Items()
	for _, n := range s.counts(least, most) {
		elems := s.elements(set, about, n, depth)
		if v := array(elems); len(elems) == n && holds(set, v) {
			return v, true
		}
	}
	return s.listed(set)
}

// counts are numbers of elements to try.
func (s work) counts(least, most int) []int {
	if most < 0 {
		most = max(least, longList)
	}
	switch s.Length {
	case Shortest:
		return []int{least}
	case Longest:
		return []int{most, least}
	}
	return []int{min(max(least, 2), most), min(max(least, 1), most), least}
}

// elements makes the first n elements of a list, all different as far as there are so
// many values.
func (s work) elements(set valueset.Set, about About, n, depth int) []valueset.JSON {
	var out []valueset.JSON
	for i := range n {
		elem := set.At(i)
		v, ok := s.next(i).value(elem, About{Name: singular(about.Name), Format: about.Format, Examples: about.Examples}, depth+1)
		for again := 1; ok && slices.Contains(out, v) && again < 4; again++ {
			v, ok = s.next(i+again).value(elem, About{}, depth+1)
		}
		if !ok {
			break
		}
		out = append(out, v)
	}
	return out
}

// singular is the name of an element of a list: roles have a role.
func singular(name string) string {
	if rest, ok := strings.CutSuffix(name, "es"); ok && strings.HasSuffix(rest, "ss") {
		return rest
	}
	return strings.TrimSuffix(name, "s")
}

// object makes an object; set has only objects.
func (s work) object(set valueset.Set, depth int) (valueset.JSON, bool) {
	named, _ := set.Members()
	all := map[string]valueset.JSON{}
	required := map[string]valueset.JSON{}
	for i, f := range named {
		if f.Presence == valueset.Never {
			continue
		}
		v, ok := s.next(i).value(f.Set, About{Name: f.Name}, depth+1)
		if !ok {
			continue
		}
		if all[f.Name] = v; f.Presence == valueset.Always {
			required[f.Name] = v
		}
	}
	tries := []map[string]valueset.JSON{all, required}
	if s.Length == Shortest {
		slices.Reverse(tries)
	}
	for _, members := range tries {
		if v := object(members); holds(set, v) {
			return v, true
		}
	}
	return s.listed(set)
}

// listed takes one of the values that can be listed, where putting together what the
// parts may be gave none.
func (s work) listed(set valueset.Set) (valueset.JSON, bool) {
	list := set.Sample(maxListed)
	if len(list) == 0 {
		return "", false
	}
	bySize := func(a, b valueset.JSON) int { return len(a) - len(b) }
	switch s.Length {
	case Shortest:
		return slices.MinFunc(list, bySize), true
	case Longest:
		return slices.MaxFunc(list, bySize), true
	}
	return list[s.Seed%uint64(len(list))], true
}

func array(elems []valueset.JSON) valueset.JSON {
	texts := make([]string, len(elems))
	for i, e := range elems {
		texts[i] = string(e)
	}
	return valueset.JSON("[" + strings.Join(texts, ",") + "]")
}

// object writes members, sorted by name.
func object(members map[string]valueset.JSON) valueset.JSON {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(valueset.Text(name) + ":" + members[name])
	}
	return valueset.JSON("{" + strings.Join(texts, ",") + "}")
}
