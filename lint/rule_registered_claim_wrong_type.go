package lint

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var registeredClaimWrongType = &Rule{
	ID:       "registered-claim-wrong-type",
	Category: "standards",
	Summary:  "a claim that a standard defines has values of another type here",
	Why: "Libraries know the registered claims and decode them into the registered type. A list where they expect a " +
		"string, \"true\" where they expect true, milliseconds where they expect seconds: some refuse the token, some " +
		"drop the claim without a word, and some take the string \"false\" for true.",
	Waive:    "When every consumer is known and decodes the claim by itself: a name of one's own is better all the same.",
	Severity: report.Error,
	Since:    "0.1.0",
	Refs:     []Ref{{"RFC 7519", "4.1"}, {"OpenID Connect Core", "5.1"}, {"RFC 8693", "4.2"}, {"uc-cdis/fence#839", ""}},
	Check: func(p *Pass) {
		for _, c := range p.Contract.Claims {
			if c.Registered == nil || c.Retired != nil || !c.States("#value") || c.Value.Kinds() == valueset.AnyKind {
				continue
			}
			f := report.Finding{Subject: c.Path, At: c.FieldAt("#value")}
			if p.wrongType(c, &f) || inMilliseconds(c, &f) {
				p.Report(f)
			}
		}
	},
}

// wrongType says in the finding what is wrong with the values, if anything is for
// certain.
func (p *Pass) wrongType(c *schema.Claim, f *report.Finding) bool {
	registered := c.Registered.Values()
	a := registered.Includes(c.Value)
	if a.Is != valueset.No {
		return false
	}
	f.Hint = "give it the registered type, or give what this is a name of its own"
	null := valueset.OfKinds(valueset.NullKind)
	switch {
	case registered.Overlaps(c.Value).Is == valueset.No:
		f.Message = fmt.Sprintf("claim %q is %s here; by %s it is %s", c.Name, c.Value, c.Registered.Source, c.Registered.Type)
		switch {
		case strings.HasPrefix(c.Registered.Source, "RFC 9068"):
			f.Severity = report.Warning // what is in groups and roles is only advice
		case !isCore(c.Registered.Source):
			f.Severity = report.Note // few libraries know the name, and others may have had it before
		}
	case registered.Union(null).Includes(c.Value).Is == valueset.Yes:
		f.Severity = report.Warning
		f.Message = fmt.Sprintf("claim %q may be null; a registered claim without a value is left out", c.Name)
		f.Hint = "leave the claim out instead (presence: \"sometimes\")"
	default:
		f.Severity = report.Warning
		f.Message = fmt.Sprintf("claim %q may be %s; by %s it is %s", c.Name, brief(a.Witness), c.Registered.Source, c.Registered.Type)
	}
	return true
}

// isCore says whether a claim comes from the standards that every library for
// OAuth and OpenID Connect implements.
func isCore(source string) bool {
	return slices.ContainsFunc([]string{
		"RFC 6749", "RFC 7519", "RFC 7662", "RFC 7800", "RFC 8417", "RFC 8693", "RFC 9396", "RFC 9449", "OpenID Connect Core",
	}, func(core string) bool { return strings.HasPrefix(source, core) })
}

// numericDates are the claims that count seconds since 1970 (RFC 7519, 2).
var numericDates = []string{"exp", "iat", "nbf", "auth_time", "updated_at"}

// inMilliseconds finds dates whose values cannot be seconds.
func inMilliseconds(c *schema.Claim, f *report.Finding) bool {
	seconds, milliseconds := valueset.JSON("1767225600"), valueset.JSON("1767225600000") // the first moment of 2026
	if !slices.Contains(numericDates, c.Name) || c.Value.Contains(seconds) != valueset.No || c.Value.Contains(milliseconds) != valueset.Yes {
		return false
	}
	f.Message = fmt.Sprintf("claim %q counts milliseconds; by %s it counts seconds", c.Name, c.Registered.Source)
	f.Hint = "count seconds: libraries take such a date for one in fifty thousand years"
	return true
}
