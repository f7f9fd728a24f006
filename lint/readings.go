package lint

import (
	"fmt"
	"iter"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// A reading is what one consumer does with a claim, or with a member of one.
type reading struct {
	consumer *issuance.Consumer
	*schema.Read
	members []string // names from the outside in; none for the claim itself
}

// readings gives every reading of a consumer that is still there, members too.
func readings(is *issuance.Issuance) iter.Seq[reading] {
	return func(yield func(reading) bool) {
		for _, c := range is.Consumers {
			if c.Retired != nil {
				continue
			}
			for _, r := range c.Reads {
				if !(reading{consumer: c, Read: r}).each(yield) {
					return
				}
			}
		}
	}
}

// each gives the reading, if it says anything itself, and those of members.
func (r reading) each(yield func(reading) bool) bool {
	if (r.Use != "" || r.Decides()) && !yield(r) {
		return false
	}
	for _, m := range r.Members {
		path := append(r.members[:len(r.members):len(r.members)], m.Name)
		if !(reading{r.consumer, m, path}).each(yield) {
			return false
		}
	}
	return true
}

// leaves gives a reading and those of its members.
func leaves(r *schema.Read) []*schema.Read {
	out := []*schema.Read{r}
	for _, m := range r.Members {
		out = append(out, leaves(m)...)
	}
	return out
}

// who names the reader: api "payments".
func (r reading) who() string { return who(r.consumer) }

func who(c *issuance.Consumer) string {
	if c.Resource != nil {
		return fmt.Sprintf("%s %q", c.Resource.Kind, c.Name)
	}
	return fmt.Sprintf("client %q", c.Name)
}

// what names what is read: claim "roles", member "country" of claim "address".
func (r reading) what() string {
	claim := fmt.Sprintf("claim %q", r.Claim.Name)
	if len(r.members) == 0 {
		return fmt.Sprintf("claim %q", r.Name) // as the reader calls one of a family
	}
	return fmt.Sprintf("member %q of %s", r.Name, claim)
}

// met gives the values that the reader meets of what it reads, and the values
// around it where that is a member.
func (r reading) met(is *issuance.Issuance) (values, around valueset.Set) {
	values = is.Met(r.consumer, r.Token, r.Claim)
	for _, name := range r.members {
		around = values
		if values.Kinds()&valueset.ObjectKind == 0 {
			values = values.Elem()
		}
		values, _ = values.Member(name)
	}
	return values, around
}

// without gives a value of the claim, or of the members around, that lacks the
// member which is read. It is not ok if there is none or that is not decided.
func (r reading) without(is *issuance.Issuance) (string, bool) {
	if len(r.members) == 0 {
		return "", false
	}
	_, around := r.met(is)
	a := withMember(r.Name).Includes(around)
	return brief(a.Witness), a.Is == valueset.No
}
