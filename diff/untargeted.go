package diff

import "tokenctl.dev/report"

// untargeted judges a resource to which, as far as the contract says, no token comes,
// since nothing names it: what it reads it declares all the same. What would hurt it if
// tokens came may do so.
func (j *judge) untargeted(c *Change, r reader, v report.Judgement) report.Judgement {
	if v.Verdict != report.Unaffected || r.old == nil || r.old.Resource == nil || r.new == nil || !j.old.Untargeted(r.old.Resource) {
		return v
	}
	k := j.supposing()
	w := k.verdict(c, r)
	if exposed, ok := k.exposure(c, r); ok {
		w = worst(w, exposed)
	}
	if w.Verdict == report.Unaffected {
		return v
	}
	return mayBreak("whose tokens come to it is not in the contract; if any do, " + w.Reason)
}

// supposing is the judge of revisions in which tokens of all come to whom nothing names.
func (j *judge) supposing() *judge {
	if j.supposed == nil {
		k := *j
		k.old, k.new, k.seen = j.old.Open(), j.new.Open(), map[string][]sight{}
		j.supposed = &k
	}
	return j.supposed
}
