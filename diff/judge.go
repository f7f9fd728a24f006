package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// Undeclared is the consumer of judgements about readers that the contract does
// not declare.
const Undeclared = "(readers not declared)"

// Judge says what each change means for each consumer that it can concern. The
// rules are told in docs/how-tokenctl-decides.md.
func Judge(changes []Change, old, new *issuance.Issuance) []report.Change {
	j := newJudge(old, new)
	out := make([]report.Change, 0, len(changes))
	for i := range changes {
		out = append(out, j.change(&changes[i]))
	}
	return out
}

type judge struct {
	old, new *issuance.Issuance
	readers  []reader // by path
	by       map[*Kind]judgementOf
	classes  map[string]classify.Class         // by claim
	seen     map[string][]sight                // by reader
	placed   map[*schema.Token][]*schema.Claim // in the new revision
	mirrors  map[string][]string               // of a token, in either revision
	own      map[place]bool                    // where placements have values of their own
	supposed *judge                            // if tokens came to whom nothing names; made when asked
}

func newJudge(old, new *issuance.Issuance) *judge {
	j := &judge{
		old: old, new: new, by: judgements(), classes: map[string]classify.Class{},
		seen: map[string][]sight{}, placed: map[*schema.Token][]*schema.Claim{}, own: map[place]bool{}, mirrors: map[string][]string{},
	}
	j.pair()
	j.index()
	return j
}

// pair joins the consumers of both revisions.
func (j *judge) pair() {
	byPath := map[string]reader{}
	for _, o := range j.old.Consumers {
		byPath[o.Path] = reader{old: o}
	}
	for _, n := range j.new.Consumers {
		r := byPath[n.Path]
		r.new = n
		byPath[n.Path] = r
	}
	for _, path := range sortedKeys(byPath) {
		j.readers = append(j.readers, byPath[path])
	}
}

// index gathers what is placed where.
func (j *judge) index() {
	for _, c := range []*schema.Contract{j.old.Contract, j.new.Contract} {
		for _, t := range c.Tokens {
			for m := t.Mirrors; m != nil; m = m.Mirrors {
				j.mirrors[m.Name] = union(j.mirrors[m.Name], []string{t.Name})
			}
		}
		known := map[place]bool{}
		for p := range c.Placements() {
			at := place{p.Token.Name, p.Claim.Name}
			if p.Presence != schema.Never && !known[at] {
				known[at] = true
				j.placed[p.Token] = append(j.placed[p.Token], p.Claim)
			}
			if p.Value != nil {
				j.own[at] = true
			}
		}
	}
}

func (j *judge) change(c *Change) report.Change {
	c = j.carriedFurther(c)
	out := report.Change{
		Kind: c.Kind.ID, Contract: j.new.Contract.Name, Subject: c.Subject, Old: c.Old, New: c.New, Exact: c.Exact, At: c.At, Was: c.Was,
		Message: c.Message, Severity: report.Note, Leads: c.Kind == waiverAdded || c.Kind == waiverBroadened || c.Kind == policyChanged,
	}
	for _, r := range j.readers {
		if !c.concerns(r) {
			continue
		}
		v := j.untargeted(c, r, j.verdict(c, r))
		v.Consumer, v.Severity = r.path(), severity(v.Verdict, r.third())
		out.Judgements = append(out.Judgements, v)
	}
	exposed := j.exposures(c)
	out.Judgements = slices.DeleteFunc(out.Judgements, func(v report.Judgement) bool {
		return v.Verdict == report.Unaffected && slices.ContainsFunc(exposed, func(e report.Judgement) bool { return e.Consumer == v.Consumer })
	})
	out.Judgements = append(out.Judgements, exposed...)
	if v, ok := j.undeclared(c); ok {
		out.Judgements = append(out.Judgements, v)
	}
	j.bySeverity(c.Kind, out.Judgements)
	slices.SortStableFunc(out.Judgements, func(a, b report.Judgement) int { return b.Verdict.Rank() - a.Verdict.Rank() })
	for _, v := range out.Judgements {
		out.Severity = max(out.Severity, v.Severity)
	}
	out.Hint = c.Hint
	if worst := out.Worst(); out.Hint == "" && (worst == report.Breaks || worst == report.BreaksOpen) {
		out.Hint = orders[c.Kind.Order]
	}
	return out
}

// bySeverity lets the policy of the old revision say how bad a kind of change is: the
// one that is proposed does not judge itself. What lets the wrong caller in or shows
// personal data is as bad as ever; off is a note, since no change is left out.
func (j *judge) bySeverity(k *Kind, judgements []report.Judgement) {
	i := slices.IndexFunc(j.old.Contract.Policy.Rules, func(p *schema.RulePolicy) bool { return p.Rule == k.ID && p.Severity != "" })
	if i < 0 {
		return
	}
	said, _ := report.ParseSeverity(j.old.Contract.Policy.Rules[i].Severity)
	for n := range judgements {
		if v := &judgements[n]; v.Verdict == report.Breaks || v.Verdict == report.MayBreak {
			v.Severity = max(said, report.Note)
		}
	}
}

// carriedFurther gives a change of claims in tokens that is also about the tokens
// that mirror those, and about what is in tokens that the claims embed.
func (j *judge) carriedFurther(c *Change) *Change {
	further := *c
	known := map[place]bool{}
	for _, at := range c.places {
		known[at] = true
	}
	further.places = slices.Clone(c.places)
	for i := 0; i < len(further.places); i++ { // it grows
		for _, at := range j.follows(further.places[i]) {
			if !known[at] {
				known[at] = true
				further.places = append(further.places, at)
			}
		}
	}
	return &further
}

// follows gives the places to which a claim in a token leads, in either revision.
func (j *judge) follows(at place) []place {
	var out []place
	for _, token := range j.mirrors[at.token] {
		out = append(out, place{token, at.claim})
	}
	for _, c := range []*schema.Contract{j.old.Contract, j.new.Contract} {
		claim := c.Claim(at.claim)
		if claim == nil || claim.Embeds == nil {
			continue
		}
		for _, inside := range j.placed[claim.Embeds] {
			out = append(out, place{claim.Embeds.Name, inside.Name})
		}
	}
	return out
}

// orders say who moves first.
var orders = map[string]string{
	"consumers": "change the consumers first, then the issuer",
	"both":      "let old and new stand side by side until every consumer has moved",
}

// A judgementOf judges one kind of change for one consumer that is in both
// revisions.
type judgementOf func(*judge, *Change, reader) report.Judgement

// verdict judges one change for one consumer.
func (j *judge) verdict(c *Change, r reader) report.Judgement {
	switch {
	case r.new == nil:
		return unaffected("it is gone")
	case r.old == nil:
		return unaffected("it is new")
	}
	if f := j.by[c.Kind]; f != nil {
		return f(j, c, r)
	}
	return (*judge).byPlaces(j, c, r)
}

// judgements are the kinds that are not judged by what a consumer meets of a
// claim, or not by that alone.
func judgements() map[*Kind]judgementOf {
	nothing := func(*judge, *Change, reader) report.Judgement { return unaffected("it changes nothing that it reads") }
	return map[*Kind]judgementOf{
		unclassifiedChange:      (*judge).unclassified,
		scopeRemoved:            (*judge).scopeGone,
		scopeRenamed:            (*judge).scopeGone,
		clientLosesScope:        (*judge).scopeGone,
		scopeBecameOptional:     (*judge).scopeOptional,
		clientLosesGrant:        (*judge).grantGone,
		tokenRemoved:            (*judge).tokenGone,
		tokenConditionsChanged:  (*judge).tokenConditions,
		tokenFormatChanged:      (*judge).format,
		headerChanged:           (*judge).header,
		lifetimeIncreased:       (*judge).lifetime,
		lifetimeDecreased:       (*judge).lifetime,
		scopeResourcesChanged:   (*judge).resources,
		hiddenOutside:           (*judge).outside,
		issuerChanged:           (*judge).issuer,
		issuerAlternativeAdded:  (*judge).alternative,
		audienceAdded:           (*judge).audience,
		audienceRemoved:         (*judge).audience,
		subjectBecamePairwise:   (*judge).subject,
		subjectBecamePublic:     (*judge).subject,
		sectorChanged:           (*judge).subject,
		checkAdded:              (*judge).newCheck,
		checkDropped:            (*judge).lostCheck,
		senderConstraintChanged: (*judge).bound,
		encryptionChanged:       (*judge).decrypts,
		tokenSizeChanged:        (*judge).larger,
		treatmentChanged:        (*judge).treated,
		limitsChanged:           (*judge).letThrough,
		demandedProofChanged:    (*judge).demanded,
		issuerTrusted:           (*judge).trusted,
		issuerDistrusted:        (*judge).distrust,
		acceptedHeadersChanged:  (*judge).acceptedHeaders,
		readingAdded:            (*judge).newReading,
		readingChanged:          (*judge).newReading,

		readingRemoved: (*judge).newReading,

		consumerRemoved:          nothing,
		shownOutside:             nothing,
		issuerAlternativeRemoved: nothing, readersDeclaredComplete: nothing, readersDeclaredPartial: nothing,
		deprecationAdded: nothing, deprecationChanged: nothing, deprecationRemoved: nothing,
		tombstoneAdded: nothing, tombstoneRemoved: nothing,
		policyChanged: nothing, waiverAdded: nothing, waiverRemoved: nothing, waiverBroadened: nothing, waiverNarrowed: nothing,
	}
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

// worst gives the worse judgement; of two that are as bad, the first.
func worst(a, b report.Judgement) report.Judgement {
	if b.Verdict != "" && (a.Verdict == "" || b.Verdict.Rank() > a.Verdict.Rank()) {
		return b
	}
	return a
}

// unclassified is what tokenctl has no rule for: whoever it can concern may break.
func (j *judge) unclassified(c *Change, r reader) report.Judgement {
	reads := func(read *schema.Read) bool {
		return slices.Contains(c.tokens, read.Token.Name) || slices.Contains(c.places, place{read.Token.Name, read.Claim.Name})
	}
	if c.client != "" && !c.of(r) && !j.reaches(c.client, r) {
		return unaffected("no token of the client reaches it")
	}
	if c.consumer == "" && len(c.tokens)+len(c.places) > 0 && !slices.ContainsFunc(r.readings(), reads) {
		return unaffected("it reads nothing that this is about")
	}
	return mayBreak("tokenctl has no rule for a change of " + c.field)
}

// undeclared judges a change for readers that the contract does not declare:
// nobody knows what they do.
func (j *judge) undeclared(c *Change) (report.Judgement, bool) {
	v := report.Judgement{Consumer: Undeclared, Anonymous: true, Verdict: report.MayBreak, Severity: report.Warning}
	if c.consumer != "" || harmless[c.Kind.Action] && c.Kind != unclassifiedChange {
		return v, false
	}
	if c.Kind == unclassifiedChange && len(c.tokens)+len(c.places) == 0 || c.Kind == issuerChanged {
		v.Reason = "nobody knows who else reads the tokens"
		return v, !j.allComplete()
	}
	tokens := slices.Clone(c.tokens)
	places := c.places
	if c.scope != "" { // who reads the scope claim goes by its name
		places = append(slices.Clone(places), j.scopeClaims()...)
	}
	for _, at := range places {
		if !slices.Contains(tokens, at.token) {
			tokens = append(tokens, at.token)
		}
	}
	var partial []string
	for _, name := range tokens {
		if t := j.old.Contract.Token(name); t != nil && !t.ReadersComplete {
			partial = append(partial, name)
		}
	}
	slices.Sort(partial)
	v.Reason = fmt.Sprintf("the readers of %s are not declared complete", strings.Join(partial, ", "))
	return v, len(partial) > 0
}

// scopeClaims are the claims that name the granted scopes (RFC 9068, 2.2.3).
func (j *judge) scopeClaims() []place {
	var out []place
	for p := range j.old.Contract.Placements() {
		if p.Claim.Name == "scope" && p.Presence != schema.Never {
			out = append(out, place{p.Token.Name, p.Claim.Name})
		}
	}
	return out
}

// harmless are the actions that cannot hurt a reader who ignores what he does not
// know (RFC 7519, 4).
var harmless = map[string]bool{
	"add": true, "strengthen": true, "relax": true, "complete": true, "open": true, "regulate": true, "deprecate": true, "undeprecate": true,
	"redate": true, "release": true, "retire": true, "free": true, "remove-null": true,
}

func (j *judge) allComplete() bool {
	return !slices.ContainsFunc(j.old.Contract.Tokens, func(t *schema.Token) bool { return !t.ReadersComplete })
}
