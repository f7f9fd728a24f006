package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

var (
	valueAdded = &Kind{
		ID: "value-added", Object: "claim", Aspect: "values", Action: "add", Mirror: "value-removed", Order: "consumers", Since: "0.1.0",
		Summary: "a claim may have values that it could not have before",
		Why:     "Consumers that know all values meet one that they do not know; a rule that refuses some values lets the new one through.",
	}
	valueRemoved = &Kind{
		ID: "value-removed", Object: "claim", Aspect: "values", Action: "remove", Mirror: "value-added", Order: "issuer", Since: "0.1.0",
		Summary: "values of a claim are not issued any more",
		Why:     "A rule that looks for one of them never fires again: who allows by it shuts out, who refuses by it lets in.",
	}
	valuesReplaced = &Kind{
		ID: "values-replaced", Object: "claim", Aspect: "values", Action: "replace", Mirror: "values-replaced", Order: "both", Since: "0.1.0",
		Summary: "values of a claim are gone and others came",
		Why:     "A value that was renamed looks like this: rules that name the old one do not fire.",
	}
	valuesWidened = &Kind{
		ID: "values-widened", Object: "claim", Aspect: "values", Action: "widen", Mirror: "values-narrowed", Order: "consumers", Since: "0.1.0",
		Summary: "a claim may have values that it could not have before, too many to list",
		Why:     "Consumers meet values that they could not meet before.",
	}
	valuesNarrowed = &Kind{
		ID: "values-narrowed", Object: "claim", Aspect: "values", Action: "narrow", Mirror: "values-widened", Order: "issuer", Since: "0.1.0",
		Summary: "a claim has fewer values than before, too many to list",
		Why:     "A rule that looks for a value that is gone never fires again.",
	}
	valueRelationUnknown = &Kind{
		ID: "value-relation-unknown", Object: "claim", Aspect: "values", Action: "unknown", Mirror: "value-relation-unknown", Order: "both", Since: "0.1.0",
		Summary: "the values of a claim changed in a way that tokenctl cannot decide",
		Why:     "Nothing is said to be compatible that is not proven to be.",
	}
	typeChanged = &Kind{
		ID: "type-changed", Object: "claim", Aspect: "type", Action: "replace", Mirror: "type-changed", Order: "both", Since: "0.1.0",
		Summary: "a claim has another JSON type",
		Why:     "Comparisons with the old type are false or, in some languages, true: negated rules open.",
	}
	typeWidened = &Kind{
		ID: "type-widened", Object: "claim", Aspect: "type", Action: "widen", Mirror: "type-narrowed", Order: "consumers", Since: "0.1.0",
		Summary: "a claim may come in another JSON type as well",
		Why:     "A single value that comes as a string and several that come as a list are two types: consumers know one.",
	}
	typeNarrowed = &Kind{
		ID: "type-narrowed", Object: "claim", Aspect: "type", Action: "narrow", Mirror: "type-widened", Order: "issuer", Since: "0.1.0",
		Summary: "a claim does not come in one of its JSON types any more",
		Why:     "Only a rule that looks for the type that is gone notices.",
	}
	scalarToList = &Kind{
		ID: "scalar-to-list", Object: "claim", Aspect: "type", Action: "widen", Mirror: "list-to-scalar", Order: "both", Since: "0.1.0",
		Summary: "a single value became a list",
		Why:     "Comparisons for equality are false from now on: rules that refuse by a value open.",
	}
	listToScalar = &Kind{
		ID: "list-to-scalar", Object: "claim", Aspect: "type", Action: "narrow", Mirror: "scalar-to-list", Order: "both", Since: "0.1.0",
		Summary: "a list became a single value",
		Why:     "Where a language looks for a part of a text as for an element of a list, \"not-admin\" holds \"admin\".",
	}
	nullableAdded = &Kind{
		ID: "nullable-added", Object: "claim", Aspect: "type", Action: "add-null", Mirror: "nullable-removed", Order: "consumers", Since: "0.1.0",
		Summary: "a claim may be null",
		Why:     "null is neither a value nor absent: rules that refuse by a value do not fire, and in some languages it is true.",
	}
	nullableRemoved = &Kind{
		ID: "nullable-removed", Object: "claim", Aspect: "type", Action: "remove-null", Mirror: "nullable-added", Order: "issuer", Since: "0.1.0",
		Summary: "a claim is never null any more",
		Why:     "Nobody minds but who told something by it.",
	}
)

// A relation is how two sets of values stand to one another.
type relation struct {
	old, new valueset.Set
	valueset.Relation
}

var null = valueset.OfKinds(valueset.NullKind)

// values compares two sets of values and records how they differ: null by
// itself, then the type, then the values of the types that stayed.
func (c *comparer) values(subject, what string, claim *schema.Claim, old, new valueset.Set, at func(*Change)) {
	if old.Key() == new.Key() {
		return
	}
	record := func(k *Kind, rel relation, format string, args ...any) {
		ch := c.add(k, subject, format, args...).sets(&rel.old, &rel.new)
		ch.relation = &rel
		at(ch)
	}
	hadNull, hasNull := old.Kinds()&valueset.NullKind != 0, new.Kinds()&valueset.NullKind != 0
	if hadNull != hasNull && old.Kinds() != valueset.NullKind && new.Kinds() != valueset.NullKind {
		rel := relation{old, new, valueset.Relate(old, new)}
		if hasNull {
			record(nullableAdded, rel, "%s may be null", what)
		} else {
			record(nullableRemoved, rel, "%s is never null any more", what)
		}
		old, new = old.Without(null), new.Without(null)
	}
	shared := old.Kinds() & new.Kinds()
	switch {
	case shared == 0:
		c.retyped(what, old, new, record)
		return
	case old.Kinds() != new.Kinds():
		kind, verb := typeWidened, "may now also be"
		gained, lost := new.Kinds()&^shared, old.Kinds()&^shared
		switch {
		case lost != 0 && gained != 0:
			kind, verb = typeChanged, "may be "+gained.String()+" and is never"
			gained = lost
		case lost != 0:
			kind, verb, gained = typeNarrowed, "is never", lost
		}
		record(kind, relation{old, new, valueset.Relate(old, new)}, "%s %s %s", what, verb, gained)
		old, new = old.Intersect(valueset.OfKinds(shared)), new.Intersect(valueset.OfKinds(shared))
	}
	if old.Key() != new.Key() {
		c.related(what, claim, relation{old, new, valueset.Relate(old, new)}, record)
	}
}

type recorder func(k *Kind, rel relation, format string, args ...any)

// retyped records sets that share no type.
func (c *comparer) retyped(what string, old, new valueset.Set, record recorder) {
	rel := relation{old, new, valueset.Relate(old, new)}
	wasList, isList := old.Kinds() == valueset.ArrayKind, new.Kinds() == valueset.ArrayKind
	switch {
	case isList && old.Elem().Kinds() == 0 && new.Elem().Kinds()&old.Kinds() != 0:
		record(scalarToList, rel, "%s is a list; it was a single value", what)
	case wasList && old.Elem().Kinds()&new.Kinds() != 0:
		record(listToScalar, rel, "%s is a single value; it was a list", what)
	default:
		record(typeChanged, rel, "%s is %s; it was %s", what, new.Kinds(), old.Kinds())
	}
}

// related records sets of the same types.
func (c *comparer) related(what string, claim *schema.Claim, rel relation, record recorder) {
	lost, gained, finite := differences(rel.old, rel.new)
	switch rel.Kind {
	case valueset.Equal:
	case valueset.Undecided:
		record(valueRelationUnknown, rel, "the values of %s changed from %s to %s; how they relate is not decided: %s", what, rel.old, rel.new, rel.Reason())
	case valueset.Widened:
		switch {
		case !finite:
			record(valuesWidened, rel, "%s may now be %s; it was %s", what, rel.new, rel.old)
		default:
			record(valueAdded, rel, "%s may now be %s%s", what, join(gained), known(claim, gained, "privileged", func(v *schema.Value) bool { return v.Privileged }))
		}
	case valueset.Narrowed:
		switch {
		case !finite:
			record(valuesNarrowed, rel, "%s is now only %s; it was %s", what, rel.new, rel.old)
		default:
			record(valueRemoved, rel, "%s is never %s any more%s", what, join(lost), known(claim, lost, "restricting", func(v *schema.Value) bool { return v.Restricting }))
		}
	default:
		if finite {
			record(valuesReplaced, rel, "%s may now be %s and is never %s any more", what, join(gained), join(lost))
			return
		}
		record(valuesReplaced, rel, "%s is now %s; it was %s", what, rel.new, rel.old)
	}
}

// known adds to a message what the contract knows of some of the values.
func known(claim *schema.Claim, values []valueset.JSON, word string, is func(*schema.Value) bool) string {
	if claim == nil {
		return ""
	}
	for _, v := range claim.Values {
		if is(v) && slices.ContainsFunc(values, v.Is) {
			return fmt.Sprintf(" (%q is %s)", v.Name, word)
		}
	}
	return ""
}

// differences lists what two finite sets, or lists over finite sets, do not
// share. It is not finite where the elements are the same and the lists are not.
func differences(old, new valueset.Set) (lost, gained []valueset.JSON, finite bool) {
	o, ok1 := matched(old).Values()
	n, ok2 := matched(new).Values()
	if !ok1 || !ok2 {
		return nil, nil, false
	}
	for _, v := range o {
		if !slices.Contains(n, v) {
			lost = append(lost, v)
		}
	}
	for _, v := range n {
		if !slices.Contains(o, v) {
			gained = append(gained, v)
		}
	}
	return lost, gained, len(lost)+len(gained) > 0
}

// matched is what a rule looks at: the value, or the elements of a list.
func matched(s valueset.Set) valueset.Set {
	if s.Kinds()&valueset.ArrayKind == 0 {
		return s
	}
	return s.Intersect(valueset.OfKinds(valueset.AnyKind &^ valueset.ArrayKind)).Union(s.Elem())
}

func join(values []valueset.JSON) string {
	var out []string
	for i, v := range values {
		if i == 5 && len(values) > 6 {
			return strings.Join(out, ", ") + fmt.Sprintf(" or %d others", len(values)-i)
		}
		out = append(out, string(v))
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + " or " + out[len(out)-1]
}
