package lint

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var consumerExpectationMismatch = &Rule{
	ID:       "consumer-expectation-mismatch",
	Category: "consistency",
	Summary:  "a consumer waits for values of a claim that tokens do not carry, or cannot process those that they do",
	Why: "A list where the consumer expects one string, a value that its code has no case for, a rule on a value that " +
		"is misspelt or long gone: the contract and the consumer both look right, each by itself. What the consumer " +
		"cannot process breaks it; a rule that refuses by a value which no token carries refuses nobody.",
	Waive:    "When the value is on its way: declare it with the claim, or say that the claim is extensible.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"RFC 7519", "4.1.3"}, {"supabase/auth#1656", ""}},
	Check: func(p *Pass) {
		for r := range readings(p.Issuance) {
			if r.Expects == nil && r.AllowIf == nil && r.AllowIfAll == nil && r.DenyIf == nil && r.Use != schema.UseLimit {
				continue
			}
			met, _ := r.met(p.Issuance)
			if met.IsEmpty() != valueset.No {
				continue // no token gets here, or that is not known
			}
			p.processes(r, met)
			for _, t := range r.triggers() {
				p.fires(r, t, met)
			}
		}
	},
}

// processes reports values that the reader gets and cannot process.
func (p *Pass) processes(r reading, met valueset.Set) {
	f := report.Finding{
		Subject: r.Path,
		Key:     "expects",
		At:      r.FieldAt("#expects"),
		Related: []schema.Related{{At: r.Claim.At(), Message: "the values of the claim"}},
		Hint:    "narrow the claim's values to what the consumer can process, or let it process and declare more",
	}
	switch {
	case r.Expects == nil:
		if kinds := met.Kinds(); r.Use == schema.UseLimit && kinds&(valueset.NumberKind|valueset.StringKind) == 0 {
			f.At, f.Key = r.FieldAt("use"), "limit"
			f.Message = fmt.Sprintf("%s compares %s of token %q as a quantity, and its type is %s", r.who(), r.what(), r.Token.Name, kinds)
			p.Report(f)
		}
		return
	case r.Expects.Includes(met).Is == valueset.No:
		f.Message = fmt.Sprintf("%s expects %s of token %q to be %s, and it may be %s", r.who(), r.what(), r.Token.Name, r.Expects, brief(r.Expects.Includes(met).Witness))
	case r.Claim.Extensible && len(r.members) == 0 && isFinite(matched(*r.Expects)):
		f.Severity = report.Warning
		f.Message = fmt.Sprintf("%s expects %s of token %q to be %s, and the claim is extensible: more values will come", r.who(), r.what(), r.Token.Name, r.Expects)
	default:
		return
	}
	p.Report(f)
}

// A trigger is one rule on values.
type trigger struct {
	field, does string
	set         valueset.Set
}

func (r reading) triggers() []trigger {
	var out []trigger
	add := func(field, does string, set *valueset.Set) {
		if set != nil {
			out = append(out, trigger{field, does, *set})
		}
	}
	add("#allowIf", "lets in", r.AllowIf)
	add("#allowIfAll", "lets in", r.AllowIfAll)
	add("#denyIf", "refuses", r.DenyIf)
	return out
}

// fires reports a rule on values that no token carries.
func (p *Pass) fires(r reading, t trigger, met valueset.Set) {
	f := report.Finding{
		Subject: r.Path,
		Key:     t.field,
		At:      r.FieldAt(t.field),
		Related: []schema.Related{{At: r.Claim.At(), Message: "the values of the claim"}},
		Hint:    "name values that the claim has, or add the value to the claim",
	}
	if r.Claim.Separator != "" && len(r.members) == 0 {
		if r.Claim.Name == "scope" && !p.namesScope(t.set) {
			f.Related, f.Hint = nil, "name a scope of the contract, or add the scope to it"
			f.Message = fmt.Sprintf("%s %s if a scope is %s, and no scope of the contract is", r.who(), t.does, t.set)
			p.Report(f)
		}
		return // of other texts that are lists, the elements are not known
	}
	values := matched(met)
	dead := deadValues(t.set, values)
	if meant := didYouMean(dead, values); meant != "" {
		f.Hint = meant
	}
	switch {
	case values.Overlaps(t.set).Is == valueset.No:
		f.Message = fmt.Sprintf("%s %s if %s of token %q is %s, which it never is: it is %s", r.who(), t.does, r.what(), r.Token.Name, t.set, values)
		if r.Claim.Extensible {
			f.Severity = report.Warning
		}
	case len(dead) > 0 && !r.Claim.Extensible:
		f.Severity = report.Warning
		f.Message = fmt.Sprintf("%s %s if %s of token %q is %s, among other values, and it never is: it is %s", r.who(), t.does, r.what(), r.Token.Name, strings.Join(dead, " or "), values)
	default:
		return
	}
	p.Report(f)
}

// namesScope says whether some scope of the contract is in a set, or may be.
func (p *Pass) namesScope(set valueset.Set) bool {
	return slices.ContainsFunc(p.Contract.Scopes, func(s *schema.Scope) bool {
		return s.Reported && (len(s.Params) > 0 || set.ContainsText(s.Name) != valueset.No)
	}) || len(p.Contract.Scopes) == 0
}
