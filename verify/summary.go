package verify

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"tokenctl.dev/report"
)

// TooLong is a token of more than MaxToken bytes.
const TooLong = "too-long"

// Place is where a token stands in what was read.
type Place struct {
	File string // as its user names it
	Line int
}

// Group is one problem of any number of tokens. Its path has [] for the elements of
// lists.
type Group struct {
	Problem
	Tokens int
	First  Place
}

// Summary counts what was found in any number of tokens. Its size does not grow with
// them.
type Summary struct {
	Checked   int
	Wrong     int // with any problem
	JWTs      int // decoded; their signatures were not checked
	Undecided int // meet all that could be checked, while something could not
	// Unlisted counts problems beyond the first kinds of them, which no group counts.
	Unlisted int

	groups map[Problem]*Group
	last   map[*Group]int // the token that a group counted last
}

// maxGroups bounds the problems that are told apart. A contract and its tokens have
// fewer; unexpected claims with names of their own may be more.
const maxGroups = 1000

// Add counts a token. A nil token was too long to read.
func (s *Summary) Add(t *Tokens, at Place, token []byte) {
	s.Checked++
	if token == nil {
		s.wrong(at, []Problem{{Rule: TooLong, Expected: "at most 1 MiB"}})
		return
	}
	r, form := t.Check(token)
	if form == JWT {
		s.JWTs++
	}
	if r.Undecided {
		s.Undecided++
	}
	if !r.OK() {
		s.wrong(at, r.Problems)
	}
}

func (s *Summary) wrong(at Place, problems []Problem) {
	s.Wrong++
	if s.groups == nil {
		s.groups, s.last = map[Problem]*Group{}, map[*Group]int{}
	}
	for _, p := range problems {
		p.Path = index.ReplaceAllString(p.Path, "[]")
		g := s.groups[p]
		if g == nil {
			if len(s.groups) == maxGroups {
				s.Unlisted++
				continue
			}
			g = &Group{Problem: p, First: at}
			s.groups[p] = g
		}
		if s.last[g] != s.Checked { // once for each token
			g.Tokens++
			s.last[g] = s.Checked
		}
	}
}

var index = regexp.MustCompile(`\[[0-9]+\]`)

// Groups lists the problems, those of the most tokens first.
func (s *Summary) Groups() []Group {
	out := make([]Group, 0, len(s.groups))
	for _, g := range s.groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Tokens, a.Tokens), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Path, b.Path),
			strings.Compare(a.Expected, b.Expected), strings.Compare(a.Found, b.Found), boolCompare(a.InHeader, b.InHeader))
	})
	return out
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// Tokens is the summary as a report has it.
func (p *Profile) Tokens(s *Summary, t *Tokens) *report.Tokens {
	out := &report.Tokens{
		Profile: p.Token.Name, Checked: s.Checked, Wrong: s.Wrong, Undecided: s.Undecided, JWTs: s.JWTs,
		Unlisted: s.Unlisted, Unchecked: t.Unchecked(), Headers: s.Checked,
	}
	if p.Client != nil {
		out.Client = p.Client.Name
	}
	if t.header != nil {
		out.Headers = s.JWTs
	}
	return out
}
