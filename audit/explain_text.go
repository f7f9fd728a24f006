package audit

import (
	"fmt"
	"io"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
)

// How much is listed for people: ways to release a claim, and its readers.
const (
	maxReleases = 5
	maxListed   = 12
)

// WriteText writes the explanation for people.
func (e *Explanation) WriteText(w io.Writer, cov report.Coverage) error {
	out := &printer{w: w}
	line := func(format string, args ...any) {
		out.print(report.Printable(fmt.Sprintf(format, args...)) + "\n")
	}
	e.headline(line)
	for _, in := range e.Tokens {
		if !in.silent() {
			line("")
			in.write(line, e.audit)
		}
	}
	if none := e.placedNowhere(); len(none) > 0 {
		line("")
		line("%s: nothing puts it there", strings.Join(none, ", "))
	}
	line("")
	e.doubts(line)
	for _, l := range strings.Split(cov.String(), "\n") {
		line("%s", l)
	}
	return out.err
}

type liner func(format string, args ...any)

func (e *Explanation) headline(line liner) {
	who := e.Client.Name
	if e.Client.Party != "" {
		who += " (" + e.Client.Party + " party)"
	}
	if e.Client.Many {
		who += ", which stands for many clients,"
	}
	if gets := e.gets(); len(gets) > 0 {
		line("%s gets %q in %s", who, e.Claim.Name, strings.Join(gets, ", "))
	} else {
		line("%s does not get %q", who, e.Claim.Name)
	}
	if r := e.Claim.Retired; r != nil {
		line("the claim is retired: %s", r.At())
	}
}

func (in InToken) write(line liner, a *Audit) {
	line("%s: %s", in.Token.Name, in.Presence)
	for _, group := range in.groups() {
		t := textRow{Flow: group[0].Flow}
		for _, row := range group {
			t.grants = append(t.grants, row.Grant)
		}
		line("  by %s: %s", grantCell(t, len(group) == len(in.Rows)), group[0].Presence)
		for _, r := range group[0].Routes {
			sometimes := ""
			if !r.Always {
				sometimes = ", but it is not always there"
			}
			line("    %s%s", through(r.Way), sometimes)
			line("      --> %s", r.Placement.At())
			for _, set := range r.Scopes {
				line("      with scopes %s", Option{set.Names(), a.needs(group[0].Client, r, set)})
			}
		}
		readers := some(group[0].Audience.names, maxListed, ", ")
		if readers == "" {
			readers = "nobody that is declared"
		}
		line("    read by %s", readers)
	}
	if s := in.Absent; s != nil {
		line("  may be absent: a token by %s with scopes %s may lack it", grantName(s.Grant), Option{Scopes: s.Scopes.Names()})
	}
	for i, r := range in.Releases {
		if i == maxReleases {
			line("  and in %s", count(len(in.Releases)-i, "other way"))
			break
		}
		line("  would come if the client also had %s", r)
	}
	for _, b := range in.Blocks {
		line("  no scope or grant would release it: %s", b)
	}
}

// through says what carries a way.
func through(w issuance.Way) string {
	switch kind, name := carrier(w); kind {
	case "token":
		return "token " + name + " has it"
	case "request":
		return "the client requests it with the claims parameter"
	case "client":
		return "the client has it released"
	case "resource":
		return "resource " + name + " has it in tokens for it"
	case "authorizationDetail":
		return "authorization detail " + name + " releases it"
	default:
		return kind + " " + name + " releases it"
	}
}

func grantName(grant string) string {
	if grant == issuance.Unstated {
		return "any other grant type"
	}
	return grant
}

func (e *Explanation) doubts(line liner) {
	sum := newTally()
	for _, in := range e.Tokens {
		for _, row := range in.Rows {
			sum.add(e.audit, row)
		}
	}
	for _, d := range sum.doubts {
		line("?: %s", d)
	}
}
