package waiver

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// soon is how long before its end a waiver is mentioned.
const soon = 14 * 24 * time.Hour

// Report gives what is to be said of the waivers themselves, after Findings and
// Changes. Mine are the rules or kinds that this run looked for, others those that
// another command looks for; what is in neither is no rule.
func (b *Book) Report(mine, others []string) []report.Finding {
	var out []report.Finding
	for _, e := range b.entries {
		if f, ok := b.about(e, mine, others); ok {
			out = append(out, f)
		}
	}
	return out
}

func (b *Book) about(e *entry, mine, others []string) (report.Finding, bool) {
	what := fmt.Sprintf("waiver %q (%s of %s)", e.Name, e.Rule, e.Subject)
	switch {
	case e.lacks != "" && (!b.diff || e.pending || e.matched):
		return b.finding("waiver-incomplete", report.Error, e, "", "%s does not count: %s", what, e.lacks), true
	case e.pending || slices.Contains(others, e.Rule):
		return report.Finding{}, false
	case !slices.Contains(mine, e.Rule):
		if b.diff {
			return report.Finding{}, false // lint says it
		}
		f := b.finding("waiver-unused", report.Warning, e, "rule", "%s accepts nothing: there is no rule or kind of change %q", what, e.Rule)
		f.Hint = cmp.Or(schema.DidYouMean(e.Rule, slices.Concat(mine, others)), "tokenctl accept writes waivers as they have to be")
		return f, true
	case !e.matched && e.now == nil:
		return report.Finding{}, false // it is gone with what it accepted
	case !e.matched:
		f := b.finding("waiver-unused", report.Warning, e, "", "%s accepts nothing: there is no such finding", what)
		f.Hint = "take it out"
		if b.diff {
			f.Message = what + " accepts nothing: there is no such change"
			f.Hint = "take it out, unless the change is still to come"
		}
		return f, true
	case e.Until < b.today:
		f := b.finding("waiver-expired", report.Error, e, "until", "%s expired on %s, and what it accepted is there: it counts again", what, e.Until)
		f.Hint = "put it right, or let whoever decides accept it until another day"
		return f, true
	case b.endsSoon(e.Waiver):
		return b.finding("waiver-expiring", report.Note, e, "until", "%s ends on %s", what, e.Until), true
	}
	return report.Finding{}, false
}

func (b *Book) endsSoon(w *schema.Waiver) bool {
	until, err := time.Parse(time.DateOnly, w.Until)
	today, err2 := time.Parse(time.DateOnly, b.today)
	return err == nil && err2 == nil && !until.After(today.Add(soon))
}

// finding has its place where the waiver is now, or was.
func (b *Book) finding(id string, s report.Severity, e *entry, field, format string, args ...any) report.Finding {
	f := report.Finding{Rule: id, Severity: s, Subject: e.Path, Message: fmt.Sprintf(format, args...)}
	at := cmp.Or(e.now, e.Waiver).FieldAt(field)
	if e.now == nil {
		f.Was = at
	} else {
		f.At = at
	}
	return f
}
