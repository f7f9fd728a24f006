// Package verify holds real tokens against a contract.
//
// New compiles a set of payloads into a Checker, and Profile says what set a token
// profile of a contract is, for one client. Checking reads the payload once, asks
// nothing of CUE and allocates nothing for a payload that is right; only for one that
// is not does it go over it again, to say everything that is wrong with it. What it
// says is where, what was expected and what kind of value was found, and never the
// value.
package verify

import (
	"errors"
	"slices"
	"sync"

	"tokenctl.dev/internal/valueset"
)

// What can be wrong with a payload.
const (
	Unreadable       = "unreadable"        // no JSON, or none that can be taken apart
	NameTwice        = "name-twice"        // an object has two members of one name
	WrongType        = "wrong-type"        // another kind of value
	WrongValue       = "wrong-value"       // the right kind, but not one of the values
	ClaimMissing     = "claim-missing"     // that must be there
	ClaimUnexpected  = "claim-unexpected"  // that must not be there
	MemberMissing    = "member-missing"    // of an object within the payload
	MemberUnexpected = "member-unexpected" // likewise
	TooComplex       = "too-complex"       // the check was given up
)

// Problem is one thing that is wrong with a payload.
type Problem struct {
	Rule string
	// Path is where: realm_access.roles[2]. Members that the set does not name are
	// written as *, since their names may be personal; claims are named always.
	Path string
	// Claim is the member of the payload that the path leads into, or "".
	Claim string
	// Expected and Found say what should be there and what sort of value is. Either
	// may be empty.
	Expected, Found string
	// InHeader says that the path leads into the JOSE header.
	InHeader bool
}

// Result is what a check found.
type Result struct {
	Problems []Problem // none if nothing is wrong
	// Undecided says that the payload meets all that could be checked, while part of
	// the set is something that only CUE can decide.
	Undecided bool
}

// OK reports whether nothing is wrong.
func (r Result) OK() bool { return len(r.Problems) == 0 }

// Engine checks payloads.
type Engine interface {
	// Check checks one payload. It is safe for concurrent use.
	Check(payload []byte) Result
	// Unchecked lists the conditions that cannot be checked.
	Unchecked() []string
}

// Checker is a set of payloads, compiled. It is safe for concurrent use.
type Checker struct {
	root      *set
	lifetime  *lifetime // nil: not checked
	unchecked []string
	runs      sync.Pool
}

// New compiles a set.
func New(s valueset.Set) *Checker {
	c := compiler{sets: map[string]*set{}, names: map[string]*reference{}}
	out := &Checker{root: c.set(s)}
	out.unchecked = c.unchecked
	slices.Sort(out.unchecked)
	out.runs.New = func() any { return &run{} }
	return out
}

// Unchecked lists the conditions of the set that only CUE can decide. Payloads are
// taken to meet them.
func (c *Checker) Unchecked() []string { return c.unchecked }

// Bounds of the work on one payload, by the number of its values. Only alternatives
// within alternatives come near them, and telling what is wrong far down in a payload.
const (
	stepsAlways  = 10_000
	stepsEach    = 200
	explainsEach = 20
	maxProblems  = 100
)

// Check checks one payload.
func (c *Checker) Check(payload []byte) Result {
	r := c.runs.Get().(*run)
	defer c.runs.Put(r)
	return c.check(r, payload)
}

func (c *Checker) check(r *run, payload []byte) Result {
	if err := r.scan(payload); err != nil {
		return Result{Problems: []Problem{unreadable(err)}}
	}
	r.steps = stepsAlways + stepsEach*len(r.nodes)
	t := c.root.holds(r, 0)
	if r.steps < 0 {
		return Result{Problems: []Problem{{Rule: TooComplex, Expected: "a payload that can be checked within limits"}}}
	}
	e := explanation{run: r}
	if c.lifetime != nil {
		if p, wrong := c.lifetime.problem(r); wrong {
			e.problems = append(e.problems, p)
		}
	}
	if t != no && r.duplicates < 0 {
		return Result{Problems: e.problems, Undecided: t == unknown && len(e.problems) == 0}
	}
	if r.duplicates >= 0 {
		e.duplicate()
	}
	if t == no {
		before := len(e.problems)
		r.steps = stepsAlways + explainsEach*len(r.nodes)
		if e.set(c.root, 0); len(e.problems) == before { // it took too long to tell where
			e.add(WrongValue, c.root.expected(r.nodes[0].kind), r.nodes[0].kind.String())
		}
	}
	return Result{Problems: e.problems}
}

func unreadable(err error) Problem {
	p := Problem{Rule: Unreadable, Expected: "a JSON object in UTF-8", Found: err.Error()}
	if errors.Is(err, errTooDeep) || errors.Is(err, errTooLong) || errors.Is(err, errNumber) {
		p.Expected = "a payload that can be read within limits"
	}
	return p
}

var _ Engine = (*Checker)(nil)
