package verify

import (
	"fmt"
	"strings"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// NotChecked is the finding that part of the contract could not be checked.
const NotChecked = "not-checked"

// Findings says what was found, at the places of the contract that say otherwise.
func (p *Profile) Findings(c *schema.Contract, s *Summary, unchecked []string) []report.Finding {
	var out []report.Finding
	for _, g := range s.Groups() {
		f := report.Finding{
			Rule: g.Rule, Severity: report.Error, Contract: c.Name, Subject: p.Token.Path, At: p.Token.At(),
			Message: p.message(c, g) + seen(g.Tokens, s.Checked), Count: g.Tokens,
			Related: []schema.Related{{At: schema.Range{File: g.First.File, Line: g.First.Line, Col: 1}, Message: "seen here first"}},
			Hint:    hints[g.Rule], Key: g.Path + "\x00" + g.Expected + "\x00" + g.Found,
		}
		if g.Claim != "" && !g.InHeader {
			f.Subject += ".claims." + g.Claim
			if claim := c.Claim(g.Claim); claim != nil && g.Rule != ClaimUnexpected {
				f.At = p.place(c, claim)
			}
		}
		out = append(out, f)
	}
	if s.Undecided > 0 {
		out = append(out, report.Finding{
			Rule: NotChecked, Severity: report.Note, Contract: c.Name, Subject: p.Token.Path, At: p.Token.At(), Count: s.Undecided,
			Message: "part of the contract can only be decided by CUE: " + strings.Join(unchecked, ", ") + seen(s.Undecided, s.Checked),
		})
	}
	return out
}

// place is where the contract says of the tokens what a claim is: where it is declared,
// or else where it is put into them.
func (p *Profile) place(c *schema.Contract, claim *schema.Claim) schema.Range {
	if !claim.Declared {
		for pl := range c.Placements() {
			if pl.Token == p.Token && pl.Claim == claim {
				return pl.At()
			}
		}
	}
	return claim.At()
}

// hints say what to do where that is not plain.
var hints = map[string]string{
	ClaimUnexpected: "place the claim in the contract, or take it out of the token",
	Unreadable:      "one token to a line, or one JSON object in a file",
	NameTwice:       "readers differ on which of the two counts (RFC 7519, 4)",
}

// message says what is true of the tokens.
func (p *Profile) message(c *schema.Contract, g Group) string {
	what := g.what()
	switch g.Rule {
	case ClaimMissing, MemberMissing, HeaderMissing:
		return what + " must be there, and is not"
	case ClaimUnexpected:
		return what + " is there, and " + p.unplaced(c, g.Claim)
	case MemberUnexpected, HeaderUnexpected:
		return what + " is there, and the contract has none of that name"
	case WrongType, WrongValue, HeaderWrong:
		if g.Found == "" { // the other engine does not tell
			return what + " is not " + g.Expected
		}
	}
	switch g.Rule {
	case WrongType:
		return fmt.Sprintf("%s is %s, and not %s", what, withArticle(g.Found), withArticle(g.Expected))
	case WrongValue, HeaderWrong:
		return fmt.Sprintf("%s is %s, but not in the set %s", what, withArticle(g.Found), g.Expected)
	case WrongLifetime:
		return fmt.Sprintf("%s must be %s, and is %s", what, g.Expected, g.Found)
	case NameTwice:
		return what + " comes twice in one object"
	case TooLong:
		return "a token is too long: " + g.Expected + " are read"
	case TooLarge:
		return "a token is larger than the contract promises: " + g.Expected
	case TooComplex:
		return "the check of a token was given up: it takes too long"
	}
	return "a token is not readable: " + g.Found
}

// what names the part of a token that is wrong.
func (p Problem) what() string {
	part := "claim"
	if p.InHeader {
		part = "header parameter"
	}
	switch {
	case p.Path == "" && (p.Rule == WrongType || p.Rule == WrongValue || p.Rule == HeaderWrong):
		return "the whole of it"
	case p.Path == "" && p.Rule == NameTwice:
		return "a name"
	case p.Path == "":
		return "a " + part
	case p.Path == pathText([]segment{{p.Claim, -1}}):
		return fmt.Sprintf("%s %q", part, p.Claim)
	case p.Rule == MemberMissing || p.Rule == MemberUnexpected:
		part = "member"
	}
	return part + " " + p.Path
}

// unplaced says why the contract does not expect a claim.
func (p *Profile) unplaced(c *schema.Contract, name string) string {
	claim := c.Claim(name)
	switch {
	case name == "":
		return "the contract has none of that name"
	case claim == nil:
		return "the contract does not know it"
	case claim.Retired != nil:
		return "the contract has retired it"
	case p.Client == nil:
		return fmt.Sprintf("the contract puts it into no token %q", p.Token)
	}
	return fmt.Sprintf("the contract puts it into no token %q of client %q", p.Token, p.Client)
}

func seen(n, of int) string {
	if of == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d of %d tokens)", n, of)
}

func withArticle(text string) string {
	switch text {
	case "null", "nothing", "":
		return text
	}
	if strings.ContainsAny(text[:1], "aeiou") {
		return "an " + text
	}
	return "a " + text
}
