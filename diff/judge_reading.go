package diff

import (
	"fmt"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// absent judges that a claim may be missing which a reading got so far: the
// column "absent" of the fail-open table.
func absent(r *schema.Read, witness string) report.Judgement {
	switch r.OnMissing {
	case schema.MissingFail:
		return breaks("it cannot work without the claim", witness)
	case schema.MissingDeny:
		return breaks("it refuses whoever comes without the claim"+byDefault(r), witness)
	case schema.MissingAllow:
		return breaksOpen("it lets in whoever comes without the claim"+byDefault(r), witness)
	case schema.MissingIgnore:
		switch {
		case r.Decides():
			return breaksOpen("it goes on without the claim that it decides by", witness)
		case r.States("onMissing"):
			return unaffected("it says that it goes on without the claim")
		case len(r.Members) > 0:
			return absentMembers(r, witness)
		}
		return mayBreak("it uses the claim (" + r.Use + ") and does not say that it can do without")
	}
	return breaksOpen("it does not say what happens without the claim that it decides by", witness)
}

// byDefault tells whoever reads the reason that nobody said so.
func byDefault(r *schema.Read) string {
	if r.States("onMissing") {
		return ""
	}
	return " (the default of onMissing)"
}

// absentMembers judges a claim that is missing by what is done with its members.
func absentMembers(r *schema.Read, witness string) report.Judgement {
	out := report.Judgement{}
	for _, m := range r.Members {
		out = worst(out, absent(m, witness))
	}
	return out
}

// restated judges what changed about a claim whose values and presence are the
// same: by kind of change.
var restated = map[string]func(r *schema.Read, witness string) report.Judgement{
	"meaning-changed": func(r *schema.Read, witness string) report.Judgement {
		switch {
		case r.Decides():
			return breaksOpen("it decides by the claim, which means something else", "semantics "+witness)
		case r.Use == schema.UseDisplay || r.Use == schema.UseAudit:
			return mayBreak("it shows or writes down a claim that means something else")
		}
		return breaks("it works with the claim, which means something else", "semantics "+witness)
	},
	"claim-format-changed": func(r *schema.Read, witness string) report.Judgement {
		switch r.Use {
		case schema.UseLimit:
			return breaksOpen("it compares the claim as a quantity in another form", witness)
		case schema.UseIdentity, schema.UseMatch, schema.UseData, schema.UseRoute:
			return breaks("it reads the claim in another form", witness)
		}
		return mayBreak("it reads the claim in another form")
	},
	"identifier-weakened": func(r *schema.Read, witness string) report.Judgement {
		switch {
		case r.Use == schema.UseIdentity || r.Use == schema.UseMatch:
			return breaksOpen("it tells subjects apart by the claim, which does not stay with one as it did", witness)
		case r.Decides():
			return mayBreak("it decides by the claim, which may come to stand for another subject")
		}
		return unaffected("it tells nobody apart by the claim")
	},
	"identifier-strengthened": func(*schema.Read, string) report.Judgement { return unaffected("the claim stays with its subject") },
	"trust-lowered": func(r *schema.Read, witness string) report.Judgement {
		if r.Use == schema.UseIdentity || r.Decides() {
			return breaksOpen("it relies on the claim, which can be relied on less", witness)
		}
		return unaffected("it does not rely on the claim")
	},
	"source-changed":    otherOrigin,
	"overage-tightened": outgrown,
	"overage-relaxed":   func(*schema.Read, string) report.Judgement { return unaffected("the list is whole") },
	"trust-raised":      func(*schema.Read, string) report.Judgement { return unaffected("the claim can be relied on more") },
}

// newReading judges a reading that is new, does something else or is gone: whether
// the contract gives it what it needs. One of the granted scopes also lets callers
// in, or does not.
func (j *judge) newReading(c *Change, r reader) report.Judgement {
	out := unaffected("the contract gives it what it reads")
	if c.everywhere {
		out = worst(out, j.byPlaces(c, r))
	}
	for _, at := range c.places {
		for _, read := range r.new.Reads {
			if read.Path != c.Subject || read.Token.Name != at.token || read.Claim.Name != at.claim {
				continue
			}
			m := j.meet(j.new, r.new, at)
			switch {
			case !m.Reached:
				return mayBreak("no token of the kind reaches it")
			case m.Presence != schema.Always:
				out = worst(out, absent(read, request(m.Absent, at, "lacks")))
			}
			was := same(r.old, read)
			for _, f := range []func(*issuance.Issuance, *schema.Read) report.Judgement{unexpected, unmet} {
				if was == nil || f(j.old, was).Verdict == "" {
					out = worst(out, f(j.new, read))
				}
			}
			out = worst(out, j.logged(r, read))
		}
	}
	return out
}

// logged judges personal data that a consumer newly writes into its logs.
func (j *judge) logged(r reader, read *schema.Read) report.Judgement {
	class := j.class(read.Claim)
	if read.Logs != "plain" || !personal(class) {
		return report.Judgement{}
	}
	if was := same(r.old, read); was != nil && was.Logs == "plain" {
		return report.Judgement{}
	}
	return report.Judgement{Verdict: report.Exposes, Reason: fmt.Sprintf("it writes %s (%s) into its logs as it is", read.Name, class.Category), Witness: "logs: plain"}
}
