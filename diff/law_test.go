package diff

import (
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/random"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// Laws of the verdicts, on random contracts that change at random: TOKENCTL_CASES
// says how many, TOKENCTL_SEED which; make fuzz draws others. They compare the two revisions as
// wholes, by what each consumer meets; Judge goes from change to change. What got
// worse for somebody and stands at no change is a hole that Judge would not show.
func TestVerdictsAreWhole(t *testing.T) {
	cases, seed := given.Cases(600, 200), given.FixedSeed(t)
	var held laws
	for i := range uint64(cases) {
		texts := []string{random.Contract(seed + i), random.Changed(seed+i, seed+i+1)}
		var cs []*schema.Contract
		for _, text := range texts {
			cs = append(cs, given.Files(t, "random", map[string][]byte{"c.cue": []byte(text)}))
		}
		held.check(t, cs[0], cs[1])
		held.check(t, cs[1], cs[0])
		if t.Failed() {
			t.Fatalf("TOKENCTL_SEED=%d\n%s", seed+i, changedLines(texts[0], texts[1]))
		}
	}
	t.Logf("%+v", held)
	if held.absent < cases/20 || held.values < cases/100 || held.strict < cases/100 || held.flows < cases/5 || held.shown < cases/50 || held.calm < cases/20 || held.refused < cases/100 {
		t.Errorf("some law was hardly put to the test: %+v", held)
	}
}

// laws counts how often each law had something to say.
type laws struct{ absent, values, strict, shown, flows, calm, refused int }

// check compares two revisions as wholes.
func (l *laws) check(t *testing.T, old, new *schema.Contract) {
	t.Helper()
	j := newJudge(issuance.Of(old), issuance.Of(new))
	facts := Compare(old, new)
	changes := Judge(facts, j.old, j.new)
	l.flowing(t, j, Flows(facts, j.old, j.new))
	for _, r := range j.readers {
		verdicts := verdictsFor(changes, r)
		if r.new != nil {
			l.exposures(t, j, r, verdicts)
		}
		if r.old == nil || r.new == nil {
			continue
		}
		hurt := slices.ContainsFunc(verdicts, func(v report.Judgement) bool { return v.Verdict.Rank() >= report.MayBreak.Rank() })
		as := j
		if r.old.Resource != nil && j.old.Untargeted(r.old.Resource) {
			as = j.supposing() // what may come to it counts
		}
		for _, read := range r.old.Reads {
			if worse := l.reading(as, r, read); worse != "" && !hurt {
				t.Errorf("%s reads %s in %s: %s, and nothing says so", r.path(), read.Name, read.Token.Name, worse)
			}
		}
		if what := l.refusal(j, r); what != "" && !hurt {
			t.Errorf("%s refuses tokens by their %s now, and nothing says so", r.path(), what)
		}
		if claim := l.unknown(j, r); claim != "" && !hurt {
			t.Errorf("%s is strict and comes to get %s, and nothing says so", r.path(), claim)
		}
		if unmoved(j, r) {
			l.calm++
			for _, v := range verdicts {
				if v.Verdict == report.BreaksOpen || v.Verdict == report.Breaks {
					t.Errorf("%s: nothing that it meets changed, but %s: %s (%s)", r.path(), v.Verdict, v.Reason, v.Witness)
				}
			}
		}
	}
	for _, c := range changes {
		for _, v := range c.Judgements {
			if v.Verdict.Rank() > report.MayBreak.Rank() && v.Witness == "" {
				t.Errorf("%s %s %s has no witness", c.Kind, v.Verdict, v.Consumer)
			}
		}
	}
}

func verdictsFor(changes []report.Change, r reader) []report.Judgement {
	var out []report.Judgement
	for _, c := range changes {
		for _, v := range c.Judgements {
			if v.Consumer == r.path() {
				out = append(out, v)
			}
		}
	}
	return out
}

// reading says what got worse for a reading: the claim may be missing that was
// there, or has values by which it does something else.
func (l *laws) reading(j *judge, r reader, read *schema.Read) string {
	at := place{read.Token.Name, read.Claim.Name}
	before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
	if !before.Reached || before.Presence == schema.Never {
		return ""
	}
	if l.lost(j, r, at, before, after) && absent(read, "").Verdict != report.Unaffected {
		l.absent++
		return string(before.Presence) + " there before, " + string(after.Presence) + " now"
	}
	token, claim := j.new.Contract.Token(at.token), j.new.Contract.Claim(at.claim)
	if after.Presence == schema.Never {
		return ""
	}
	rel := relation{old: j.old.Values(read.Token, read.Claim), new: j.new.Values(token, claim)}
	if rel.old.Key() == rel.new.Key() {
		return ""
	}
	rel.Relation = valueset.Relate(rel.old, rel.new)
	if v := values(&Change{Kind: valuesReplaced}, read, rel); v.Verdict != report.Unaffected {
		l.values++
		return v.Reason
	}
	return ""
}

// lost says whether a consumer meets a claim less than it did: nobody comes any
// more, or somebody comes without it. That callers who had the claim stay away is
// no loss to others.
func (l *laws) lost(j *judge, r reader, at place, before, after issuance.Meeting) bool {
	if rank(after.Presence) >= rank(before.Presence) {
		return false
	}
	for _, cl := range j.new.Contract.Clients {
		was, is := j.meet(j.old, r.old, at, cl.Name), j.meet(j.new, r.new, at, cl.Name)
		if !was.Reached {
			was = before
		}
		if is.Reached && rank(is.Presence) < rank(was.Presence) {
			return true
		}
	}
	return !after.Reached
}

// unknown gives a claim that a strict consumer did not meet before.
func (l *laws) unknown(j *judge, r reader) string {
	if r.old.Strict != schema.Yes || r.new.Strict != schema.Yes {
		return ""
	}
	for _, a := range r.new.Accepts {
		for _, claim := range j.new.Contract.Claims {
			at := place{a.Token.Name, claim.Name}
			if slices.ContainsFunc(r.old.Reads, func(read *schema.Read) bool { return read.Token.Name == at.token && read.Claim.Name == at.claim }) {
				continue
			}
			before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
			if before.Reached && before.Presence == schema.Never && after.Presence != schema.Never {
				l.strict++
				return claim.Name
			}
		}
	}
	return ""
}

// exposures demands that personal data which somebody newly sees is said to be
// exposed to him.
func (l *laws) exposures(t *testing.T, j *judge, r reader, verdicts []report.Judgement) {
	t.Helper()
	for _, s := range j.sights(r) {
		if s.before {
			continue
		}
		l.shown++
		if !slices.ContainsFunc(verdicts, func(v report.Judgement) bool { return v.Verdict == report.Exposes }) {
			t.Errorf("%s can read %s in %s now, and nothing says so", r.path(), s.claim, s.token)
		}
	}
}

// flowing demands the flows that a look at everything finds, and no other.
func (l *laws) flowing(t *testing.T, j *judge, flows []report.Flow) {
	t.Helper()
	listed := map[string]bool{}
	for _, f := range flows {
		listed[f.String()] = true
	}
	l.flows += len(listed)
	for _, r := range j.readers {
		for _, token := range j.new.Contract.Tokens {
			for _, claim := range union(names(j.old.Contract.Claims), names(j.new.Contract.Claims)) {
				at := place{token.Name, claim}
				was, is := j.readIn(j.old, r.old, at) != nil, j.readIn(j.new, r.new, at) != nil
				if was == is {
					continue
				}
				text := j.flow(r, at, nil, is).String()
				if !listed[text] {
					t.Errorf("not listed: %s", text)
				}
				delete(listed, text)
			}
		}
	}
	for text := range listed {
		t.Errorf("listed: %s", text)
	}
}

// refusal says by what a consumer refuses tokens that reached it.
func (l *laws) refusal(j *judge, r reader) string {
	for _, is := range r.new.Accepts {
		was := acceptOf(r.old.Consumer, is.Token.Name)
		if was == nil || !j.met(r, is.Token.Name) {
			continue
		}
		within := func(old, new valueset.Set, by *valueset.Set) bool {
			return old.Includes(*by).Is == valueset.Yes && new.Includes(*by).Is != valueset.Yes
		}
		iss := j.new.Contract.Issuer.Values()
		switch {
		case within(trustedBy(j.old.Contract, was), trustedBy(j.new.Contract, is), &iss):
			l.refused++
			return "iss"
		case slices.ContainsFunc(clients(j.old, r.old, was.Token), func(name string) bool {
			h := headerFor(j.new.Contract, name, is.Token.Name)
			return h != nil && within(orAny(was.Header), orAny(is.Header), h)
		}):
			l.refused++
			return "header"
		case r.new.Resource != nil && suffice(was.Token, r.old.Resource) && !suffice(is.Token, r.new.Resource):
			l.refused++
			return "proof"
		}
	}
	return ""
}

// suffice says whether tokens that are bound as the profile says pass a resource.
func suffice(t *schema.Token, r *schema.Resource) bool {
	return !slices.ContainsFunc(orNoProof(t.SenderConstraint), func(proof string) bool { return !suffices(proof, r.SenderConstraint) })
}

// unmoved says whether everything is as it was to a consumer: what it does, who
// comes to it, and what it meets of every claim.
func unmoved(j *judge, r reader) bool {
	if r.old.Client != nil && !r.old.Client.Same(&r.new.Client.Node) || j.old.Contract.Issuer.Values().Key() != j.new.Contract.Issuer.Values().Key() {
		return false
	}
	was, is := r.old.Resource, r.new.Resource
	for ; was != nil && is != nil; was, is = was.Behind, is.Behind {
		if !was.Same(&is.Node) {
			return false
		}
	}
	if was != is { // one of them has more in front
		return false
	}
	for _, is := range j.new.Contract.Tokens {
		was := j.old.Contract.Token(is.Name)
		if was == nil || was.Format != is.Format || orAny(was.Header).Key() != orAny(is.Header).Key() || !slices.Equal(was.SenderConstraint, is.SenderConstraint) || was.Lifetime != is.Lifetime || !slices.Equal(meetings(j.old, r.old, was), meetings(j.new, r.new, is)) {
			return false
		}
		for _, cl := range j.new.Contract.Clients {
			before, after := headerFor(j.old.Contract, cl.Name, is.Name), headerFor(j.new.Contract, cl.Name, is.Name)
			if orAny(before).Key() != orAny(after).Key() {
				return false
			}
		}
		for _, claim := range j.new.Contract.Claims {
			at := place{is.Name, claim.Name}
			before, after := j.meet(j.old, r.old, at), j.meet(j.new, r.new, at)
			old := j.old.Contract.Claim(claim.Name)
			if before.Reached != after.Reached || before.Presence != after.Presence || old == nil || j.old.Values(was, old).Key() != j.new.Values(is, claim).Key() {
				return false
			}
		}
	}
	return true
}

func meetings(is *issuance.Issuance, c *issuance.Consumer, t *schema.Token) []string {
	var out []string
	for s := range is.Meetings(c, t) {
		out = append(out, asked(&s))
	}
	return out
}

// changedLines gives the lines that two texts do not share.
func changedLines(old, new string) string {
	var b strings.Builder
	o, n := strings.Split(old, "\n"), strings.Split(new, "\n")
	for i := range o {
		if o[i] != n[i] {
			b.WriteString("- " + o[i] + "\n+ " + n[i] + "\n")
		} else {
			b.WriteString("  " + o[i] + "\n")
		}
	}
	return b.String()
}
