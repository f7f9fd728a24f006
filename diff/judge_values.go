package diff

import (
	"fmt"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// absent judges that a claim may be missing which a reading got so far: the
// column "absent" of the fail-open table.
func absent(r *schema.Read, witness string) report.Judgement {
	decides := r.Decides()
	switch r.OnMissing {
	case schema.MissingFail:
		return breaks("it cannot work without the claim", witness)
	case schema.MissingDeny:
		return breaks("it refuses whoever comes without the claim", witness)
	case schema.MissingAllow:
		return breaksOpen("it lets in whoever comes without the claim", witness)
	case schema.MissingIgnore:
		switch {
		case decides:
			return breaksOpen("it goes on without the claim that it decides by", witness)
		case r.States("onMissing"):
			return unaffected("it says that it goes on without the claim")
		}
		return mayBreak("it uses the claim (" + r.Use + ") and does not say that it can do without")
	}
	return breaksOpen("it does not say what happens without the claim that it decides by", witness)
}

// values judges that a claim has other values than a reading could meet so far.
func values(r *schema.Read, rel relation) report.Judgement {
	worst := unaffected("what it does with the claim is the same for all values")
	for _, v := range []report.Judgement{denies(r, rel), allows(r, rel), allowsAll(r, rel), processes(r, rel)} {
		if v.Verdict != "" && v.Verdict.Rank() > worst.Verdict.Rank() {
			worst = v
		}
	}
	if worst.Verdict == report.Unaffected && rel.Kind == valueset.Undecided && r.Use != schema.UseDisplay && r.Use != schema.UseAudit {
		return mayBreak("how the values relate is not decided: " + rel.Reason())
	}
	return worst
}

// denies judges a rule that refuses by a value. It opens when a value that it
// looks for is not issued any more, and when a new value is not one of those.
func denies(r *schema.Read, rel relation) report.Judgement {
	if r.DenyIf == nil {
		return report.Judgement{}
	}
	if retyped(rel) {
		return breaksOpen("it refuses by a value of a type that does not come any more", string(rel.Gained.Witness))
	}
	was, is := matched(rel.old), matched(rel.new)
	if lost := was.Intersect(*r.DenyIf).Without(is); true {
		switch some, ok := lost.Some(); {
		case ok:
			return breaksOpen(fmt.Sprintf("it refuses %s, which is never issued any more", some), string(some))
		case lost.IsEmpty() == valueset.Unknown:
			return mayBreak("whether a value that it refuses is still issued is not decided")
		}
	}
	switch gained, ok := is.Without(was).Without(*r.DenyIf).Some(); {
	case ok:
		return mayBreak(fmt.Sprintf("it lets %s in, since it does not refuse it", gained))
	}
	return report.Judgement{}
}

// allows judges a rule that lets in by a value.
func allows(r *schema.Read, rel relation) report.Judgement {
	if r.AllowIf == nil {
		return report.Judgement{}
	}
	was, is := matched(rel.old), matched(rel.new)
	if retyped(rel) {
		if rel.old.Kinds()&valueset.ArrayKind != 0 && rel.new.Kinds()&valueset.StringKind != 0 {
			return breaksOpen("it looks for an element of a list, and a part of a text may be taken for one", string(rel.Gained.Witness))
		}
		return breaks("it lets in by a value of a type that does not come any more", string(rel.Gained.Witness))
	}
	lost := was.Intersect(*r.AllowIf).Without(is)
	switch some, ok := lost.Some(); {
	case ok:
		return breaks(fmt.Sprintf("it lets in by %s, which is never issued any more", some), string(some))
	case lost.IsEmpty() == valueset.Unknown:
		return mayBreak("whether a value that it lets in by is still issued is not decided")
	}
	if some, ok := is.Without(was).Intersect(*r.AllowIf).Some(); ok {
		return mayBreak(fmt.Sprintf("it lets in by %s, which could not be issued before", some))
	}
	return report.Judgement{}
}

// allowsAll judges a rule that lets in if every element is allowed: so it does if
// there is none.
func allowsAll(r *schema.Read, rel relation) report.Judgement {
	if r.AllowIfAll == nil {
		return report.Judgement{}
	}
	empty := valueset.Const("[]")
	if rel.old.Overlaps(empty).Is == valueset.No && rel.new.Overlaps(empty).Is != valueset.No {
		return breaksOpen("it lets in whoever has an empty list", "[]")
	}
	was, is := matched(rel.old), matched(rel.new)
	if some, ok := is.Without(was).Without(*r.AllowIfAll).Some(); ok {
		return breaks(fmt.Sprintf("it refuses whoever has %s", some), string(some))
	}
	return report.Judgement{}
}

// processes judges whether the consumer can work with the new values at all.
func processes(r *schema.Read, rel relation) report.Judgement {
	if r.Expects != nil {
		switch a := r.Expects.Includes(rel.new); a.Is {
		case valueset.No:
			if r.Expects.Contains(a.Witness) == valueset.No && rel.old.Contains(a.Witness) != valueset.Yes {
				return breaks(fmt.Sprintf("it expects %s", r.Expects), string(a.Witness))
			}
		case valueset.Unknown:
			return mayBreak("whether it can process the new values is not decided: " + a.Reason)
		}
		return report.Judgement{}
	}
	switch {
	case retyped(rel) && r.Use == schema.UseAudit:
		return mayBreak("it writes down a value of another type")
	case retyped(rel) && (r.Use == schema.UseLimit || r.Use == schema.UseTruthy):
		return breaksOpen("it compares a value of another type, which in some languages lets everybody in", string(rel.Gained.Witness))
	case retyped(rel):
		return breaks("it reads a value of another type", string(rel.Gained.Witness))
	case rel.Kind == valueset.Narrowed:
		return report.Judgement{}
	case r.Claim.Extensible:
		return report.Judgement{}
	case r.Use == schema.UseMatch || r.Use == schema.UseIdentity:
		return mayBreak("it compares the claim with values that it has kept")
	}
	return report.Judgement{}
}

// retyped says whether no value has a type that it had before.
func retyped(rel relation) bool { return rel.old.Kinds()&rel.new.Kinds() == 0 }
