package valueset

// Answer is the answer to a question about two sets.
type Answer struct {
	Is Tri
	// Witness is a value that shows the answer, where one can: for Includes and No,
	// a value of the one set that is not in the other; for Overlaps and Yes, a value
	// of both.
	Witness JSON
	// Reason says why the answer is Unknown, in words for the author of a contract.
	Reason string
}

// Includes reports whether every value of t is in s. A No has a witness, a value in
// t and not in s; sets that were made from CUE have been asked by way of CUE.
func (s Set) Includes(t Set) Answer {
	if s.Key() == t.Key() {
		return Answer{Is: Yes}
	}
	a := ask(t.meet(s.complement()), func(v *value) bool {
		return t.holds(v, byCUE) == Yes && s.holds(v, byCUE) == No
	})
	a.Is = a.Is.not()
	return a
}

// Overlaps reports whether s and t have a value in common. A Yes has a witness.
func (s Set) Overlaps(t Set) Answer {
	return ask(s.meet(t), func(v *value) bool {
		return s.holds(v, byCUE) == Yes && t.holds(v, byCUE) == Yes
	})
}

// IsEmpty reports whether there is no value in s.
func (s Set) IsEmpty() Tri {
	return ask(s, func(v *value) bool { return s.holds(v, byCUE) == Yes }).Is.not()
}

// Some returns a value of the set, a small one; false if there is none or none was
// found.
func (s Set) Some() (JSON, bool) {
	a := ask(s, func(v *value) bool { return s.holds(v, byCUE) == Yes })
	return a.Witness, a.Is == Yes
}

// maxWitnesses bounds the values that are shown to CUE for one answer.
const maxWitnesses = 4

// ask looks for a value in the set that is confirmed.
func ask(set Set, confirmed func(*value) bool) Answer {
	s := newSearch()
	var refused *value
	for range maxWitnesses {
		r := s.find(set)
		switch {
		case r.ok == No && refused == nil:
			return Answer{Is: No}
		case r.ok == Unknown && refused == nil:
			return Answer{Reason: r.why}
		case r.ok != Yes:
			return unconfirmed(refused)
		case confirmed(&r.v):
			return Answer{Is: Yes, Witness: r.v.json()}
		}
		refused = &r.v
		set = set.meet(constSet(refused).complement())
	}
	return unconfirmed(refused)
}

func unconfirmed(v *value) Answer {
	return Answer{Reason: "CUE does not confirm it for " + shorten(string(v.json()), 60)}
}

// RelationKind is how a new set relates to an old one.
type RelationKind uint8

const (
	Undecided RelationKind = iota // at least one direction is not decided
	Equal
	Narrowed // some values are lost, none are gained
	Widened  // some values are gained, none are lost
	Changed  // some are lost and some are gained
)

// String returns the kind in lower case; "unknown" for Undecided.
func (k RelationKind) String() string {
	return [...]string{"unknown", "equal", "narrowed", "widened", "changed"}[k]
}

// Relation puts an old set beside a new one. If Kind is Undecided, one of Lost and
// Gained may still be known.
type Relation struct {
	Kind   RelationKind
	Lost   Answer // Yes: some values of old are not in new, such as the witness
	Gained Answer // Yes: some values of new are not in old, such as the witness
}

// Relate compares an old set with a new one, both ways.
func Relate(old, new Set) Relation {
	r := Relation{Lost: new.Includes(old), Gained: old.Includes(new)}
	r.Lost.Is, r.Gained.Is = r.Lost.Is.not(), r.Gained.Is.not()
	switch {
	case r.Lost.Is == Unknown || r.Gained.Is == Unknown:
	case r.Lost.Is == No && r.Gained.Is == No:
		r.Kind = Equal
	case r.Gained.Is == No:
		r.Kind = Narrowed
	case r.Lost.Is == No:
		r.Kind = Widened
	default:
		r.Kind = Changed
	}
	return r
}

// Reason says why a relation is not decided; it is empty if it is.
func (r Relation) Reason() string {
	if r.Lost.Reason != "" {
		return r.Lost.Reason
	}
	return r.Gained.Reason
}
