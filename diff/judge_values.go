package diff

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// values judges that a claim has other values than a reading could meet so far.
func values(c *Change, r *schema.Read, rel relation) report.Judgement {
	if len(r.Members) > 0 && r.Use == "" && !r.Decides() {
		return members(c, r, rel)
	}
	out := unaffected("what it does with the claim is the same for all values")
	switch {
	case c.Kind == nullableAdded:
		return nulls(r)
	case c.carries() && rel.gains(valueset.NullKind):
		out = nulls(r)
	case (c.Kind == nullableRemoved || c.Kind == typeNarrowed && !keeps(r)) && r.AllowIf == nil && r.DenyIf == nil && r.Expects == nil:
		return unaffected("what it could meet it can still meet")
	case retyped(rel) || c.Kind == typeWidened || c.Kind == typeChanged:
		return types(r, rel)
	}
	for _, v := range []report.Judgement{empties(r, rel), denies(r, rel), allows(r, rel, r.AllowIf), truthy(r, rel), allowsAll(r, rel), processes(r, rel)} {
		out = worst(out, v)
	}
	if len(r.Members) > 0 {
		out = worst(out, members(c, r, rel))
	}
	if out.Verdict == report.Unaffected && rel.Kind == valueset.Undecided && r.Use != schema.UseDisplay && r.Use != schema.UseAudit {
		return mayBreak("how the values relate is not decided: " + rel.Reason())
	}
	return out
}

// members judges what is done with the members of an object, or of the objects in
// a list.
func members(c *Change, r *schema.Read, rel relation) report.Judgement {
	out := unaffected("what it reads of the claim is the same")
	inside := func(s valueset.Set, name string) (valueset.Set, valueset.Presence) {
		if s.Kinds()&valueset.ObjectKind == 0 {
			s = s.Elem()
		}
		return s.Member(name)
	}
	for _, m := range r.Members {
		old, was := inside(rel.old, m.Name)
		new, is := inside(rel.new, m.Name)
		switch {
		case was == valueset.Never:
		case is < was:
			out = worst(out, absent(m, "a claim without "+m.Name))
		case old.Key() != new.Key():
			out = worst(out, values(c, m, relation{old, new, valueset.Relate(old, new)}))
		}
	}
	return out
}

// gains says whether values may have types that none had before.
func (r relation) gains(k valueset.Kinds) bool { return r.old.Kinds()&k == 0 && r.new.Kinds()&k != 0 }

// retyped says whether no value has a type that it had before.
func retyped(rel relation) bool { return rel.old.Kinds()&rel.new.Kinds() == 0 }

// nulls judges that a claim may be null: the column "null" of the fail-open table.
func nulls(r *schema.Read) report.Judgement {
	const witness = "null"
	switch {
	case r.Expects != nil && r.Expects.Contains(witness) == valueset.Yes:
		return unaffected("it expects null")
	case r.DenyIf != nil:
		return breaksOpen("it refuses by a value, and null is none", witness)
	case r.Use == schema.UseTruthy:
		return breaksOpen("in some languages null lets in", witness)
	case r.Use == schema.UseMatch && r.OnMissing == schema.MissingAllow:
		return breaksOpen("null may match what is missing", witness)
	case r.Decides():
		return breaks("it refuses whoever comes with null", witness)
	case r.Use == schema.UseIdentity || r.Use == schema.UseRoute || r.OnMissing == schema.MissingFail:
		return breaks("it cannot work with null", witness)
	case r.OnMissing == schema.MissingDeny:
		return breaks("it refuses whoever comes with null", witness)
	case r.Expects != nil:
		return breaks(fmt.Sprintf("it expects %s", r.Expects), witness)
	case r.States("onMissing"):
		return unaffected("it says that it goes on without the claim")
	}
	return mayBreak("it does not say what it does with null")
}

// empties judges that a claim may be empty which never was: the column "empty" of
// the fail-open table. What stood in it may be true of the subject all the same.
func empties(r *schema.Read, rel relation) report.Judgement {
	for _, empty := range []valueset.JSON{"[]", `""`} {
		is := func(s *valueset.Set) bool { return s != nil && s.Contains(empty) == valueset.Yes }
		if rel.old.Contains(empty) != valueset.No || rel.new.Contains(empty) == valueset.No || is(r.Expects) {
			continue
		}
		switch {
		case r.AllowIfAll != nil && empty == "[]":
			return breaksOpen("it lets in whoever has an empty list", string(empty))
		case r.DenyIf != nil && !is(r.DenyIf):
			return breaksOpen("it refuses by a value, and an empty one is none", string(empty))
		case r.AllowIf != nil && !is(r.AllowIf), r.DenyIf != nil, r.Use == schema.UseMatch:
			return breaks("it refuses whoever comes with an empty value", string(empty))
		}
	}
	return report.Judgement{}
}

// types judges that a claim comes in another type, or in a further one: the
// column "other type" of the fail-open table.
func types(r *schema.Read, rel relation) report.Judgement {
	gained := rel.new.Without(valueset.OfKinds(rel.old.Kinds()))
	witness, _ := gained.Some()
	w := string(witness)
	if r.Expects != nil && r.Expects.Includes(rel.new).Is == valueset.Yes {
		return unaffected("it expects both types")
	}
	listToText := rel.old.Kinds()&valueset.ArrayKind != 0 && gained.Kinds()&valueset.StringKind != 0
	switch {
	case r.DenyIf != nil:
		return breaksOpen("it refuses by a value of another type than comes", w)
	case r.AllowIf != nil && listToText:
		return breaksOpen("it looks for an element of a list, and a part of a text may be taken for one", w)
	case r.Use == schema.UseLimit || r.Use == schema.UseTruthy:
		return breaksOpen("it compares a value of another type, which in some languages lets everybody in", w)
	case r.Decides():
		return breaks("it lets in by a value of another type than comes", w)
	case r.Use == schema.UseAudit:
		return mayBreak("it writes down a value of another type")
	}
	return breaks("it reads a value of another type", w)
}

// denies judges a rule that refuses by a value. It opens when a value that it
// looks for is not issued any more, and when a new value that should be refused
// is not one of those.
func denies(r *schema.Read, rel relation) report.Judgement {
	if r.DenyIf == nil {
		return report.Judgement{}
	}
	was, is := matched(rel.old), matched(rel.new)
	refusesAll := !lists(rel.new) && r.DenyIf.Includes(rel.new).Is == valueset.Yes
	if some, ok := rel.new.Some(); ok && refusesAll && r.DenyIf.Includes(rel.old).Is == valueset.No {
		return breaks(fmt.Sprintf("it refuses every value that comes, such as %s", some), string(some))
	}
	lost := was.Intersect(*r.DenyIf).Without(is)
	if some, ok := lost.Some(); ok && !succeeded(r.Claim, lost, *r.DenyIf) {
		return breaksOpen(fmt.Sprintf("it refuses %s, which is never issued any more", some), string(some))
	}
	if lost.IsEmpty() == valueset.Unknown {
		return mayBreak("whether a value that it refuses is still issued is not decided")
	}
	passes := is.Without(was).Without(*r.DenyIf)
	if v, ok := special(r.Claim, passes, func(v *schema.Value) bool { return v.Restricting }); ok {
		return breaksOpen(fmt.Sprintf("it does not refuse %s, which restricts", v), string(v))
	}
	if some, ok := passes.Some(); ok && !inherited(r.Claim, passes, *r.DenyIf, valueset.No) {
		return mayBreak(fmt.Sprintf("it lets %s in, since it does not refuse it", some))
	}
	return report.Judgement{}
}

// truthy judges a rule that lets in by whatever a language takes for true.
func truthy(r *schema.Read, rel relation) report.Judgement {
	if r.Use != schema.UseTruthy || lists(rel.old) || lists(rel.new) {
		return report.Judgement{}
	}
	set := valueset.Any()
	for _, falsy := range []valueset.JSON{"false", "null", "0", `""`} {
		set = set.Without(valueset.Const(falsy))
	}
	return allows(r, rel, &set)
}

func lists(s valueset.Set) bool { return s.Kinds()&valueset.ArrayKind != 0 }

// allows judges a rule that lets in by a value of a set.
func allows(r *schema.Read, rel relation, set *valueset.Set) report.Judgement {
	if set == nil {
		return report.Judgement{}
	}
	was, is := matched(rel.old), matched(rel.new)
	enters := is.Without(was).Intersect(*set)
	if v, ok := special(r.Claim, enters, func(v *schema.Value) bool { return v.Privileged }); ok {
		return breaksOpen(fmt.Sprintf("it lets in by %s, which is privileged and could not be issued before", v), string(v))
	}
	lost := was.Intersect(*set).Without(is)
	if some, ok := lost.Some(); ok && !succeeded(r.Claim, lost, *set) {
		if other, ok := enters.Some(); ok {
			return mayBreak(fmt.Sprintf("it lets in by %s no more, and by %s now; whether the one stands for the other is not declared", some, other))
		}
		return breaks(fmt.Sprintf("it lets in by %s, which is never issued any more", some), string(some))
	}
	if lost.IsEmpty() == valueset.Unknown {
		return mayBreak("whether a value that it lets in by is still issued is not decided")
	}
	if some, ok := enters.Some(); ok && !inherited(r.Claim, enters, *set, valueset.Yes) {
		return mayBreak(fmt.Sprintf("it lets in by %s, which could not be issued before", some))
	}
	return report.Judgement{}
}

// special gives a value of the set of which something is known.
func special(claim *schema.Claim, set valueset.Set, is func(*schema.Value) bool) (valueset.JSON, bool) {
	for _, v := range claim.Values {
		for _, json := range []valueset.JSON{valueset.Text(v.Name), valueset.JSON(v.Name)} {
			if is(v) && set.Contains(json) == valueset.Yes {
				return json, true
			}
		}
	}
	return "", false
}

// allowsAll judges a rule that lets in if every element is allowed.
func allowsAll(r *schema.Read, rel relation) report.Judgement {
	if r.AllowIfAll == nil {
		return report.Judgement{}
	}
	if some, ok := matched(rel.new).Without(matched(rel.old)).Without(*r.AllowIfAll).Some(); ok {
		return breaks(fmt.Sprintf("it refuses whoever has %s", some), string(some))
	}
	return report.Judgement{}
}

// processes judges whether the consumer can work with the new values at all.
func processes(r *schema.Read, rel relation) report.Judgement {
	gained := rel.new.Without(rel.old)
	if r.Expects != nil {
		unexpected := gained.Without(*r.Expects)
		if some, ok := unexpected.Some(); ok {
			return breaks(fmt.Sprintf("it expects %s", r.Expects), string(some))
		}
		if unexpected.IsEmpty() == valueset.Unknown {
			return mayBreak("whether it can process the new values is not decided")
		}
		if r.Expects.Overlaps(rel.old).Is == valueset.Yes && r.Expects.Overlaps(rel.new).Is == valueset.No {
			some, _ := rel.new.Some()
			return breaks(fmt.Sprintf("it expects %s, and no such value comes any more", r.Expects), string(some))
		}
		return report.Judgement{}
	}
	if keeps(r) {
		if rel.old.Overlaps(rel.new).Is == valueset.No {
			some, _ := rel.new.Some()
			if r.Use == schema.UseMatch {
				return breaks("no value that it could match comes any more", string(some))
			}
			return breaks("no value that it has kept comes any more", string(some))
		}
	}
	some, more := gained.Some()
	gone, fewer := rel.old.Without(rel.new).Without(null).Some()
	switch {
	case fewer && !more && keeps(r):
		return mayBreak(fmt.Sprintf("it compares the claim with values that it has kept; %s does not come any more", gone))
	case !more || r.Claim.Extensible || r.Use == schema.UseDisplay || r.Use == schema.UseAudit:
		return report.Judgement{}
	case keeps(r):
		return mayBreak(fmt.Sprintf("it compares the claim with values that it has kept; %s is new", some))
	}
	return report.Judgement{}
}

// keeps says whether a reading compares the claim with values that it has kept.
func keeps(r *schema.Read) bool { return r.Use == schema.UseIdentity || r.Use == schema.UseMatch }

// knowsAll says whether a consumer breaks by values that it does not know: one
// that is strict does; a third party that does not say may.
func knowsAll(r reader, rel relation, read *schema.Read) report.Judgement {
	some, more := rel.new.Without(rel.old).Some()
	if !more || read.Claim.Extensible || read.Expects != nil {
		return report.Judgement{}
	}
	switch {
	case r.new.Strict == schema.Yes:
		return breaks(fmt.Sprintf("it rejects values that it does not know, such as %s", some), string(some))
	case r.new.Strict == schema.Unstated && r.third():
		return mayBreak(fmt.Sprintf("it is a third party that does not say whether it can process %s", some))
	}
	return report.Judgement{}
}

var valueKinds = []*Kind{valueAdded, valuesReplaced, valuesWidened, valueRelationUnknown}

// strictly adds what strictness means to a judgement of values.
func strictly(c *Change, r reader, read *schema.Read, v report.Judgement) report.Judgement {
	if !slices.Contains(valueKinds, c.Kind) && !c.carries() {
		return v
	}
	return worst(v, knowsAll(r, *c.relation, read))
}
