package classify

import (
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// maxDepth is how far members of members are looked at.
const maxDepth = 3

// ofMembers gives the class of the most harmful member of an object-valued claim:
// whoever gets the claim gets them all.
func ofMembers(claim *schema.Claim) Class {
	return worstMember(claim.Name, claim.Members, claim.Value, maxDepth)
}

func worstMember(container string, facts []*schema.Member, values valueset.Set, depth int) Class {
	out := Class{Basis: Unknown}
	values = single(values)
	if depth == 0 || values.Kinds()&valueset.ObjectKind == 0 || values.Kinds() == valueset.AnyKind {
		return out
	}
	named, _ := values.Members()
	for _, f := range named {
		if c := memberClass(container, f.Name, facts, f.Set, depth); c.Tier > Technical {
			out = worse(out, c)
		}
	}
	return out
}

func memberClass(container, name string, facts []*schema.Member, values valueset.Set, depth int) Class {
	path := container + "." + name
	m := factsOf(facts, name)
	if m.Category != "" {
		return class(m.Category, Declared, High, "member "+name)
	}
	c := worse(inferred(path, m.Format, values), worstMember(path, m.Members, values, depth-1))
	if c.Basis != Unknown && !strings.HasPrefix(c.Reason, "member ") {
		c.Reason = "member " + name
	}
	return c
}

// factsOf gives what is declared of a member; an empty record where nothing is.
func factsOf(facts []*schema.Member, name string) *schema.Member {
	i := slices.IndexFunc(facts, func(m *schema.Member) bool { return m.Name == name })
	if i < 0 {
		return &schema.Member{}
	}
	return facts[i]
}

// OfMember classifies a member of a claim, by its names from the outside in.
func OfMember(claim *schema.Claim, names ...string) Class {
	container, facts, values := claim.Name, claim.Members, claim.Value
	for _, name := range names[:len(names)-1] {
		container += "." + name
		values, _ = single(values).Member(name)
		facts = factsOf(facts, name).Members
	}
	last := names[len(names)-1]
	values, _ = single(values).Member(last)
	return memberClass(container, last, facts, values, maxDepth)
}
