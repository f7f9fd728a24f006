package lint

import (
	"fmt"
	"slices"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var unboundedCollection = &Rule{
	ID:       "unbounded-collection",
	Category: "size",
	Summary:  "a token that travels in headers has a list or an object that can grow without a limit",
	Why: "Tokens go in headers, and servers and gateways cut headers off at 8 KiB or less. A list of groups grows with " +
		"the user's years in the company, and on some day the oldest users cannot log in any more; an issuer with a " +
		"limit of its own leaves the claim out, and rules decide without it.",
	Waive:    "When the list is short by nature, or the token never leaves the data centre.",
	Severity: report.Warning,
	Since:    "0.1.0",
	Refs:     []Ref{{"RFC 9068", "2.2.3.1"}, {"OpenDataCapture#1534", ""}, {"Microsoft Entra ID, groups overage claim", ""}},
	Check: func(p *Pass) {
		for _, pl := range placements(p.Contract) {
			if !p.travels(pl.token) || pl.token.MaxBytes > 0 || pl.claim.Overage != nil || short(pl.claim) || ofMachines(pl) {
				continue
			}
			path, what := grows(p.Issuance.Values(pl.token, pl.claim), pl.claim.States("#value"), maxNesting)
			if what == "" {
				continue
			}
			name := fmt.Sprintf("claim %q", pl.claim.Name)
			if path != "" {
				name = fmt.Sprintf("member %q of %s", path, name)
			}
			p.Report(report.Finding{
				Subject: pl.subject(),
				At:      pl.at(),
				Message: fmt.Sprintf("%s in %s token %q is %s", name, pl.token.Kind, pl.token.Name, what),
				Related: append(pl.others(), schema.Related{At: pl.claim.At(), Message: "the values of the claim"}),
				Hint:    "limit it (list.MaxItems), say what the issuer does beyond a limit (overage), or let consumers ask for it",
			})
		}
	},
}

// travels says whether clients send the token about as it is.
func (p *Pass) travels(t *schema.Token) bool {
	if t.Retired != nil || t.Kind != schema.KindAccess && t.Kind != schema.KindID && t.Kind != schema.KindWorkload {
		return false
	}
	return t.Format == schema.FormatJWT
}

// short says whether a claim is a short list by its definition, or one that only
// the protocol fills.
func short(c *schema.Claim) bool {
	if slices.Contains(protocolClaims, c.Name) || c.Name == "amr" || c.Name == "act" || c.Name == "address" {
		return true
	}
	long := []string{"groups", "roles", "entitlements", "authorization_details"}
	return c.Registered != nil && !c.States("#value") && !slices.Contains(long, c.Name)
}

// ofMachines says whether only machine clients get the claim: what they may do is
// set up once and does not grow with a user.
func ofMachines(pl placed) bool {
	return !slices.ContainsFunc(pl.by, func(by *schema.Placement) bool {
		return len(by.Grants) != 1 || by.Grants[0] != clientCredentials
	})
}

const maxNesting = 3

// grows finds a list without a limit, or an object that any member may be in: the
// place in the values, and what it is. A list of a few known values is none: it
// need not repeat them. Open objects count where the author says so.
func grows(s valueset.Set, stated bool, depth int) (path, what string) {
	kinds := s.Kinds()
	if kinds == valueset.AnyKind || depth == 0 {
		return "", ""
	}
	if _, most := s.Items(); kinds.Has(valueset.ArrayKind) && most < 0 && !isFinite(s.Elem()) {
		return "", "a list without a limit"
	}
	if !kinds.Has(valueset.ObjectKind) {
		return "", ""
	}
	if stated && s.Open() {
		return "", "an object that any member may be in"
	}
	named, _ := s.Members()
	for _, m := range named {
		if m.Presence == valueset.Never {
			continue
		}
		if below, what := grows(m.Set, stated, depth-1); what != "" {
			if below != "" {
				return m.Name + "." + below, what
			}
			return m.Name, what
		}
	}
	return "", ""
}
