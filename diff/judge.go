package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// Undeclared is the consumer of judgements about readers that the contract does
// not declare.
const Undeclared = "(readers not declared)"

// Judge says what each change means for each consumer that it can concern. The
// rules are told in docs/how-tokenctl-decides.md.
func Judge(changes []Change, old, new *issuance.Issuance) []report.Change {
	j := &judge{old: old, new: new}
	out := make([]report.Change, 0, len(changes))
	for i := range changes {
		out = append(out, j.change(&changes[i]))
	}
	return out
}

type judge struct {
	old, new *issuance.Issuance
}

// A reader is one consumer in both revisions.
type reader struct {
	old, new *issuance.Consumer // either may be nil
}

func (r reader) path() string {
	if r.new != nil {
		return r.new.Path
	}
	return r.old.Path
}

// party is the stricter of the two.
func (r reader) third() bool {
	return r.new != nil && r.new.Party == "third" || r.old != nil && r.old.Party == "third"
}

func (j *judge) change(c *Change) report.Change {
	out := report.Change{
		Kind: c.Kind.ID, Contract: j.new.Contract.Name, Subject: c.Subject, Old: c.Old, New: c.New, At: c.At, Was: c.Was, Message: c.Message,
		Severity: report.Note,
	}
	if c.Kind.Order == "consumers" || c.Kind.Order == "both" {
		out.Hint = map[string]string{
			"consumers": "change the consumers first, then the issuer",
			"both":      "let old and new stand side by side until every consumer has moved",
		}[c.Kind.Order]
	}
	for _, r := range j.readers(c) {
		v := j.verdict(c, r)
		v.Consumer = r.path()
		v.Severity = severity(v.Verdict, r.third())
		out.Judgements = append(out.Judgements, v)
	}
	if v, ok := j.undeclared(c); ok {
		out.Judgements = append(out.Judgements, v)
	}
	slices.SortStableFunc(out.Judgements, func(a, b report.Judgement) int { return b.Verdict.Rank() - a.Verdict.Rank() })
	for _, v := range out.Judgements {
		out.Severity = max(out.Severity, v.Severity)
	}
	if out.Worst() == report.Unaffected {
		out.Hint = ""
	}
	return out
}

// readers gives the consumers that a change can concern, by path.
func (j *judge) readers(c *Change) []reader {
	byPath := map[string]reader{}
	for _, o := range j.old.Consumers {
		byPath[o.Path] = reader{old: o}
	}
	for _, n := range j.new.Consumers {
		r := byPath[n.Path]
		r.new = n
		byPath[n.Path] = r
	}
	var out []reader
	for path, r := range byPath {
		if c.consumer == path || c.consumer == "" && (len(r.readings()) > 0 || j.holds(c, r)) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b reader) int { return strings.Compare(a.path(), b.path()) })
	return out
}

func (r reader) readings() []*schema.Read {
	var out []*schema.Read
	if r.old != nil {
		out = append(out, r.old.Reads...)
	}
	if r.new != nil {
		out = append(out, r.new.Reads...)
	}
	return out
}

// holds says whether the client may be granted the scope that the change is
// about.
func (j *judge) holds(c *Change, r reader) bool {
	if c.Kind != scopeRemoved || r.old == nil || r.old.Client == nil {
		return false
	}
	return slices.ContainsFunc(r.old.Client.Scopes, func(cs *schema.ClientScope) bool { return cs.Scope.Name == c.Old })
}

// verdict judges one change for one consumer.
func (j *judge) verdict(c *Change, r reader) report.Judgement {
	switch {
	case r.new == nil:
		return unaffected("it is gone")
	case r.old == nil:
		return unaffected("it is new")
	}
	switch c.Kind {
	case unclassifiedChange:
		return j.unclassified(c, r)
	case tokenFormatChanged:
		return j.format(c, r)
	case lifetimeIncreased, lifetimeDecreased:
		return j.lifetime(c, r)
	case scopeRemoved:
		if j.holds(c, r) {
			return breaks("it requests the scope", "scope "+c.Old)
		}
	case clientLosesScope:
		if strings.HasPrefix(c.Subject, r.path()+".") {
			return breaks("it requests the scope", "scope "+c.Old)
		}
	case tokenRemoved:
		if slices.ContainsFunc(r.old.Reads, func(read *schema.Read) bool { return read.Token.Name == c.tokens[0] }) {
			return breaks("it reads the token", "no token "+c.tokens[0])
		}
	}
	worst := unaffected("it does not read the claim")
	for _, at := range c.places {
		for _, v := range j.place(c, r, at) {
			if v.Verdict.Rank() > worst.Verdict.Rank() || worst.Verdict == report.Unaffected && v.Verdict == report.Unaffected {
				worst = v
			}
		}
	}
	return worst
}

func unaffected(reason string) report.Judgement {
	return report.Judgement{Verdict: report.Unaffected, Reason: reason}
}

func breaks(reason, witness string) report.Judgement {
	return report.Judgement{Verdict: report.Breaks, Reason: reason, Witness: witness}
}

func mayBreak(reason string) report.Judgement {
	return report.Judgement{Verdict: report.MayBreak, Reason: reason}
}

func breaksOpen(reason, witness string) report.Judgement {
	return report.Judgement{Verdict: report.BreaksOpen, Reason: reason, Witness: witness}
}

// unclassified is what tokenctl has no rule for: whoever it can concern may break.
func (j *judge) unclassified(c *Change, r reader) report.Judgement {
	reads := func(read *schema.Read) bool {
		return slices.Contains(c.tokens, read.Token.Name) || slices.Contains(c.places, place{read.Token.Name, read.Claim.Name})
	}
	if c.consumer == "" && len(c.tokens)+len(c.places) > 0 && !slices.ContainsFunc(r.readings(), reads) {
		return unaffected("it reads nothing that this is about")
	}
	return mayBreak("tokenctl has no rule for a change of " + c.field)
}

// place judges a change of one claim in one token, for each reading of it.
func (j *judge) place(c *Change, r reader, at place) []report.Judgement {
	var out []report.Judgement
	for _, was := range r.old.Reads {
		if was.Token.Name != at.token || was.Claim.Name != at.claim {
			continue
		}
		i := slices.IndexFunc(r.new.Reads, func(is *schema.Read) bool {
			return is.Token.Name == at.token && is.Claim.Name == at.claim && is.Name == was.Name
		})
		if i < 0 {
			out = append(out, j.dropped(c, r, was))
			continue
		}
		out = append(out, j.reading(c, r, was, r.new.Reads[i]))
	}
	if r.new.Strict == schema.Yes && len(out) == 0 && j.readsToken(r, at.token) {
		out = append(out, j.strict(c, r, at)...)
	}
	return out
}

func (j *judge) readsToken(r reader, token string) bool {
	return slices.ContainsFunc(r.new.Accepts, func(a *schema.Accept) bool { return a.Token.Name == token })
}

// strict judges a consumer that rejects what it does not know and does not read
// the claim.
func (j *judge) strict(c *Change, r reader, at place) []report.Judgement {
	before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
	if before.Presence == schema.Never && after.Presence != schema.Never {
		return []report.Judgement{breaks("it rejects tokens with claims that it does not know", request(after.Present, at, "has"))}
	}
	return nil
}

// dropped judges a reading that goes in the same change: whether the consumer is
// quicker than the issuer is not in the contract.
func (j *judge) dropped(c *Change, r reader, was *schema.Read) report.Judgement {
	if v := j.reading(c, r, was, was); v.Verdict != report.Unaffected {
		return mayBreak("it stops reading the claim in this same change: " + v.Reason)
	}
	return unaffected("it stops reading the claim")
}

// reading judges one change for one reading.
func (j *judge) reading(c *Change, r reader, was, is *schema.Read) report.Judgement {
	at := place{was.Token.Name, was.Claim.Name}
	before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
	if !before.Reached || before.Presence == schema.Never {
		if !before.Reached {
			return unaffected("no token of the kind reaches it")
		}
		return unaffected("it never got the claim")
	}
	if c.relation.Kind != 0 || c.Kind == valueRelationUnknown {
		return values(is, c.relation)
	}
	if rank(after.Presence) >= rank(before.Presence) {
		return unaffected("it gets the claim as before")
	}
	return absent(is, request(after.Absent, at, "lacks"))
}

// meet says what a consumer meets of a claim in one revision. What is not there
// is never met.
func (j *judge) meet(is *issuance.Issuance, c *issuance.Consumer, at place) issuance.Meeting {
	token, claim := is.Contract.Token(at.token), is.Contract.Claim(at.claim)
	if token == nil || c == nil {
		return issuance.Meeting{Presence: schema.Never}
	}
	if claim == nil {
		claim = &schema.Claim{Name: at.claim} // placed nowhere
	}
	return is.Meet(c, token, claim)
}

// request describes a situation as a witness: who asks for what, and what the
// token then has or lacks.
func request(s *issuance.Situation, at place, verb string) string {
	if s == nil {
		return fmt.Sprintf("no client gets a %s", at.token)
	}
	out := "client " + s.Client.Name
	if s.Grant != issuance.Unstated {
		out += ", grant " + s.Grant
	}
	if len(s.Scopes) > 0 {
		out += ", scope " + strings.Join(s.Scopes.Names(), " ")
	}
	return fmt.Sprintf("%s: %s %s %s", out, at.token, verb, at.claim)
}

// undeclared judges a change for readers that the contract does not declare:
// nobody knows what they do.
func (j *judge) undeclared(c *Change) (report.Judgement, bool) {
	if !harmful(c) {
		return report.Judgement{}, false
	}
	tokens := slices.Clone(c.tokens)
	for _, at := range c.places {
		if !slices.Contains(tokens, at.token) {
			tokens = append(tokens, at.token)
		}
	}
	if c.Kind == unclassifiedChange && len(tokens) == 0 && c.consumer == "" {
		v := mayBreak("tokenctl has no rule for a change of " + c.field)
		v.Consumer, v.Anonymous, v.Severity = Undeclared, true, report.Warning
		return v, true
	}
	var partial []string
	for _, name := range tokens {
		if t := j.old.Contract.Token(name); t != nil && !t.ReadersComplete {
			partial = append(partial, name)
		}
	}
	if len(partial) == 0 || c.consumer != "" {
		return report.Judgement{}, false
	}
	slices.Sort(partial)
	v := mayBreak("the readers of " + strings.Join(partial, ", ") + " are not declared complete")
	v.Consumer, v.Anonymous, v.Severity = Undeclared, true, report.Warning
	return v, true
}

// harmful says whether a change can hurt a reader that ignores what it does not
// know (RFC 7519, 4).
func harmful(c *Change) bool {
	switch c.Kind {
	case claimAdded, claimOptionalToRequired, scopeAdded, scopeClaimAdded, tokenAdded, tokenClaimAdded,
		absencePromised, absenceNotPromised, consumerAdded, clientGainsScope, readingAdded, readingRemoved, consumerRemoved:
		return false
	}
	return true
}
