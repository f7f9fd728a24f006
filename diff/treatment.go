package diff

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

var treatmentChanged = &Kind{
	ID: "treatment-changed", Object: "claim", Aspect: "treatment", Action: "regulate", Mirror: "treatment-changed", Order: "consumers", Since: "0.1.0",
	Summary: "the data of a claim is of another category, or to be handled otherwise",
	Why:     "No token is another, so nobody notices. What was never to be in a log may be in one from now on; somebody has to want that.",
}

// treatment compares what kind of data a claim holds and how it is to be handled.
func (c *comparer) treatment(p pair[schema.Claim], what string, field func(string) func(*Change)) {
	old, new := treatmentOf(p.old), treatmentOf(p.new)
	for _, name := range sortedKeys(old) {
		if was, is := old[name], new[name]; was != is {
			ch := c.add(treatmentChanged, p.new.Path+"."+name, "%s of %s is %s; it was %s", name, what, orNothing(is), orNothing(was)).values(was, is)
			field(name)(ch)
			ch.field = name
		}
	}
}

// treatmentOf gives the fields by the names that authors know.
func treatmentOf(cl *schema.Claim) map[string]string {
	return map[string]string{
		"category": cl.Category, "purposes": strings.Join(cl.Purposes, ", "), "legalBasis": cl.LegalBasis, "logging": cl.Logging,
		"retention": cl.Retention.String(), "visibility": cl.Visibility, "regions": strings.Join(cl.Regions, ", "),
	}
}

// treated judges that a claim is to be handled otherwise, by what the consumer says that
// it does with it.
func (j *judge) treated(c *Change, r reader) report.Judgement {
	out := unaffected("the tokens are as they were")
	for _, read := range r.new.Reads {
		if !slices.Contains(c.places, place{read.Token.Name, read.Claim.Name}) {
			continue
		}
		switch c.field {
		case "logging":
			if logs(read, c.Old) && !logs(read, c.New) {
				out = worst(out, mayBreak(fmt.Sprintf("its logs hold the claim (%s), which is not to be any more", read.Logs)))
			}
		case "purposes":
			for _, purpose := range read.Purposes {
				if strings.Contains(", "+c.Old+",", " "+purpose+",") && !strings.Contains(", "+c.New+",", " "+purpose+",") {
					out = worst(out, mayBreak(fmt.Sprintf("it reads the claim for %s, which is no purpose of it any more", purpose)))
				}
			}
		}
	}
	return out
}

// logs says whether the claim may be in logs as a reading puts it there.
func logs(read *schema.Read, logging string) bool {
	strictness := []string{"", "allow", "hash", "redact", "never"}
	bears := map[string]string{"": "never", "plain": "allow", "hash": "hash", "mask": "redact"}
	return slices.Index(strictness, logging) <= slices.Index(strictness, bears[read.Logs])
}
