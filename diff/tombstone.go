package diff

import (
	"fmt"
	"strings"

	"tokenctl.dev/schema"
)

// Tombstone gives a problem that keeps the new revision from loading the hint that it
// deserves where a claim of the old one is gone and still named: with a tombstone it
// loads, and the diff says whom that breaks.
func Tombstone(p *schema.Problem, old *schema.Contract, today string) {
	if p.Claim == "" || old == nil || old.Claim(p.Claim) == nil {
		return
	}
	claim := old.Claim(p.Claim)
	p.Related = append(p.Related, schema.Related{At: claim.At(), Message: "it was declared here"})
	p.Hint = fmt.Sprintf("if it is to go, take it out of the tokens and leave a tombstone, and the diff says whom that breaks: claims: %s: retired: since: %q", strings.TrimPrefix(claim.Path, "claims."), today)
}
