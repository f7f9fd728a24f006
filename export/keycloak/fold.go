package keycloak

import (
	"cmp"
	"fmt"
	"slices"
)

// write is a rule with a value: something that a mapper puts into one token.
type write struct {
	path     []string
	how      how
	field    bool  // into the field of the token, if it has one of that name
	values   []any // one, or the ones that are possible
	multi    bool
	priority int
	mapper   *Mapper
}

// root is the state of one top-level claim while mappers write it. Keycloak keeps
// some claims in a field of the token, where most mappers reach them, and also in
// its map of other claims, where role mappers put whatever they are told.
type root struct {
	field any // nil: not there
	other any
	crash string // why the request failed
}

func (r root) clone() root { return root{clone(r.field), clone(r.other), r.crash} }

// outcomes returns the states that a top-level claim can end in. More than one
// means that Keycloak does not define which.
func outcomes(writes []write, s Surface) []root {
	slices.SortStableFunc(writes, func(a, b write) int { return cmp.Compare(a.priority, b.priority) })
	states := []root{{}}
	for len(writes) > 0 {
		n := 1
		for n < len(writes) && writes[n].priority == writes[0].priority {
			n++
		}
		states = advance(states, writes[:n], s)
		writes = writes[n:]
	}
	return states
}

// advance runs writes of one priority in every order that can make a difference.
func advance(states []root, class []write, s Surface) []root {
	var next []root
	seen := map[string]bool{}
	for _, order := range orders(class) {
		for _, st := range states {
			for _, end := range run([]root{st.clone()}, order, s) {
				key := canon(end.field) + "|" + canon(end.other) + "|" + end.crash
				if !seen[key] {
					seen[key] = true
					next = append(next, end)
				}
			}
		}
	}
	return next
}

// run applies writes in the given order, for each value that is possible.
func run(states []root, order []write, s Surface) []root {
	for _, w := range order {
		var next []root
		for _, st := range states {
			for _, v := range w.values {
				end := st.clone()
				end.apply(w, v, s)
				next = append(next, end)
			}
		}
		states = next
	}
	return states
}

// maxPermuted bounds the writes that are tried in all orders. Beyond it each gets
// to be the last once, which finds every value that can stay.
const maxPermuted = 5

// orders lists the orders to try: one, if the writes do not get in each other's
// way.
func orders(class []write) [][]write {
	var free, bound []write
	for i, w := range class {
		if inTheWay(class, i) {
			bound = append(bound, w)
		} else {
			free = append(free, w)
		}
	}
	var list [][]write
	switch {
	case len(bound) == 0:
		return [][]write{free}
	case len(bound) <= maxPermuted:
		permute(bound, 0, func(p []write) { list = append(list, slices.Concat(free, p)) })
	default:
		for i := range bound {
			list = append(list, slices.Concat(free, bound[:i], bound[i+1:], bound[i:i+1]))
		}
	}
	return list
}

// inTheWay says whether it makes a difference where in its class a write runs.
func inTheWay(class []write, i int) bool {
	for j, o := range class {
		if j != i && !commute(class[i], o) {
			return true
		}
	}
	return false
}

func permute(list []write, at int, yield func([]write)) {
	if at == len(list) {
		yield(slices.Clone(list))
		return
	}
	for i := at; i < len(list); i++ {
		list[at], list[i] = list[i], list[at]
		permute(list, at+1, yield)
		list[at], list[i] = list[i], list[at]
	}
}

// commute says whether the order of two writes makes no difference.
func commute(a, b write) bool {
	n := min(len(a.path), len(b.path))
	if !slices.Equal(a.path[:n], b.path[:n]) {
		return true
	}
	if len(a.path) != len(b.path) {
		return false
	}
	if a.how == b.how && (a.how == asAudience || a.how == asRoles && a.multi && b.multi) {
		return true
	}
	return len(a.values) == 1 && len(b.values) == 1 && canon(a.values[0]) == canon(b.values[0]) && a.how == b.how && a.multi == b.multi
}

// apply puts a value where a write wants it.
func (r *root) apply(w write, v any, s Surface) {
	if c, ok := v.(crash); ok {
		r.crash = cmp.Or(r.crash, c.why)
	}
	switch v.(type) {
	case crash, Absent:
		return
	}
	switch {
	case w.how == asAudience:
		r.field = addTo(r.field, v)
	case w.how == asField && w.field:
		r.field = v
	case w.how == asRoles && roleField(w.path, v, s):
		r.addRoles(w.path, v.(Set))
	case w.how == asClaim && property(w.path, s):
		r.setField(w.path[0], v)
	default:
		r.other = r.put(r.other, w.path[1:], w, v)
	}
}

// roleField says whether roles go into the fields that access tokens have for them,
// where each is kept once. Userinfo and introspection are access tokens too.
func roleField(path []string, v any, s Surface) bool {
	if _, list := v.(Set); !list || s == IDToken {
		return false
	}
	return len(path) == 2 && path[0] == "realm_access" && path[1] == "roles" ||
		len(path) == 3 && path[0] == "resource_access" && path[2] == "roles"
}

func (r *root) addRoles(path []string, roles Set) {
	if r.field == nil {
		r.field = map[string]any{}
	}
	at := r.field.(map[string]any)
	if len(path) == 3 {
		if at[path[1]] == nil {
			at[path[1]] = map[string]any{}
		}
		at = at[path[1]].(map[string]any)
	}
	have, _ := at["roles"].(Set)
	for _, role := range roles {
		have = addNew(have, role)
	}
	at["roles"] = have
}

// setField sets a claim that the token has a field for, through the text of the
// value, and aud through the texts of the list.
func (r *root) setField(name string, v any) {
	switch name {
	case "aud":
		texts := Set{}
		for _, e := range elements(v) {
			texts = append(texts, javaText(e))
		}
		r.field = texts
	case "auth_time":
		if n := convert(javaText(v), "long", Latest()); n != (Absent{}) {
			r.field = n
		}
	default:
		r.field = javaText(v)
	}
}

// javaText is the text that Java makes of a value.
func javaText(v any) any {
	switch v := v.(type) {
	case Unknown, Set, []any, jsonObject, map[string]any:
		return Unknown{Type{Name: "string"}}
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// put sets a value at a path below at and returns what at becomes.
func (r *root) put(at any, path []string, w write, v any) any {
	if len(path) == 0 {
		return join(at, w, v)
	}
	m, ok := at.(map[string]any)
	if at == nil {
		m = map[string]any{}
	} else if !ok {
		r.crash = cmp.Or(r.crash, fmt.Sprintf("%q is no object", w.path[len(w.path)-len(path)-1]))
		return at
	}
	m[path[0]] = r.put(m[path[0]], path[1:], w, v)
	return m
}

// join is what becomes of a claim that is there already.
func join(have any, w write, v any) any {
	old, oldMap := have.(map[string]any)
	switch {
	case w.how == asMembers && oldMap:
		for k, e := range v.(map[string]any) {
			old[k] = e
		}
		return old
	case w.how == asRoles && isList(have) && isList(v):
		return append(Set(elements(have)), elements(v)...)
	case w.how != asClaim || !w.multi || have == nil:
		return v
	}
	joined := Set(slices.Clone(elements(have)))
	for _, e := range elements(v) {
		joined = addNew(joined, e)
	}
	return joined
}

// isList says whether a value is a list to mappers. A list that came as JSON is a
// single value to them.
func isList(v any) bool {
	_, ok := v.(Set)
	return ok
}

// elements returns the elements of a list, or the value as the only one.
func elements(v any) []any {
	if set, ok := v.(Set); ok {
		return set
	}
	return []any{v}
}

func addTo(have, v any) any {
	if have == nil {
		return Set{v}
	}
	return addNew(Set(elements(have)), v)
}

func addNew(set Set, v any) Set {
	if slices.ContainsFunc(set, func(e any) bool { return canon(e) == canon(v) }) {
		return set
	}
	return append(set, v)
}
