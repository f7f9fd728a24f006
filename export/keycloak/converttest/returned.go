package converttest

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/diff"
	"tokenctl.dev/export"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

// Returned is a contract that was exported and imported again.
type Returned struct {
	*Subject
	Again *schema.Contract
}

// Difference is one between a contract and what it came back as.
type Difference struct {
	diff.Change
	Why string // a reason of the table, or "" if there is none
}

// Differences compares a contract with what it came back as, as tokenctl diff does.
func (r *Returned) Differences() []Difference {
	var out []Difference
	for _, ch := range diff.Compare(r.Is.Contract, r.Again) {
		d := Difference{Change: ch}
		for _, row := range Reasons() {
			if row.covers(r, &ch) {
				d.Why = row.Why
				break
			}
		}
		out = append(out, d)
	}
	return out
}

// Inside compares what each client's phantom tokens hold and show with what came back:
// introspection answers the one and lightweight tokens show the other, which are other
// tokens to tokenctl diff. It gives what differs and no loss explains. What Keycloak
// writes itself is left to the comparison of tokens.
func (r *Returned) Inside() []string {
	var out []string
	again := issuance.Of(r.Again)
	for _, c := range r.Is.Contract.Clients {
		for _, t := range r.Is.Contract.Tokens {
			if t.Kind != schema.KindAccess || issuance.FormatFor(c, t) != schema.FormatPhantom {
				continue
			}
			back, inside, outside := r.Again.Client(c.Name), r.Again.Token("introspection"), r.Again.Token("lightweight_access_token")
			for _, claim := range r.Again.Claims {
				held := has(r.Is, c, t, claim.Name)
				answered := has(again, back, inside, claim.Name)
				shown := has(again, back, outside, claim.Name)
				switch itself := written(inside, claim) || written(outside, claim); {
				case held && !answered:
					out = r.unless(out, c, t, claim, export.Missing)
				case !held && answered && !itself, shown && !itself && !shows(t, claim):
					out = r.unless(out, c, t, claim, export.Extra)
				}
			}
		}
	}
	return out
}

func has(is *issuance.Issuance, c *schema.Client, t *schema.Token, claim string) bool {
	known := is.Contract.Claim(claim)
	return known != nil && is.MayGet(c, t, known)
}

func (r *Returned) unless(out []string, c *schema.Client, t *schema.Token, claim *schema.Claim, change export.Change) []string {
	if export.Allows(r.Losses, c.Name, t.Name, claim.Name, change) {
		return out
	}
	return append(out, fmt.Sprintf("%s of client %s: %s is %s", t.Name, c.Name, claim.Name, change))
}

// written says whether the token itself has a claim.
func written(t *schema.Token, claim *schema.Claim) bool { return places(t.Claims, claim) }

// shows says whether a claim is to be read outside of the token.
func shows(t *schema.Token, claim *schema.Claim) bool { return places(t.Outer, claim) }

func places(list []*schema.Placement, claim *schema.Claim) bool {
	return slices.ContainsFunc(list, func(p *schema.Placement) bool { return p.Claim.Name == claim.Name })
}

// A Reason is why contracts come back different.
type Reason struct {
	Why string
	// Kinds are kinds of change, and of those that are about any field: kind/field.
	Kinds []string
	// Losses are capabilities, one of which the export must have lost of just that.
	// Without any, it is what a realm does not say, or says in another way.
	Losses []string
	holds  func(*Returned, *diff.Change) bool
}

func (w *Reason) covers(r *Returned, ch *diff.Change) bool {
	path := schemaPath(ch.Subject)
	kind := ch.Kind.ID
	if !slices.Contains(w.Kinds, kind) && !slices.Contains(w.Kinds, kind+"/"+path[len(path)-1]) {
		return false
	}
	if w.holds != nil && !w.holds(r, ch) {
		return false
	}
	return len(w.Losses) == 0 || slices.ContainsFunc(r.Losses, func(l export.Loss) bool {
		return slices.Contains(w.Losses, l.Capability) && concerns(l, path)
	})
}

// concerns says whether a loss is about what a path leads to: about the same claim in
// the same token, as far as they say so, or else on one path with it.
func concerns(l export.Loss, path []string) bool {
	lost := schemaPath(l.Subject)
	claim, token := placed(path)
	if claim != "" {
		if other, in := placed(lost); other == claim && (token == "" || in == "" || token == in) {
			return true
		}
		if len(l.Effects) > 0 {
			return slices.ContainsFunc(l.Effects, func(e export.Effect) bool {
				return (e.Claim == claim || e.Claim == "*") && (token == "" || token == e.Token)
			})
		}
	}
	n := min(len(lost), len(path))
	return slices.Equal(lost[:n], path[:n])
}

// placed are the claim that a path is about, and the token if it says so.
func placed(path []string) (claim, token string) {
	switch {
	case path[0] == "claims" && len(path) > 1:
		return path[1], ""
	case path[0] == "tokens" && len(path) > 3 && path[2] == "claims":
		return path[3], path[1]
	case len(path) > 4 && path[2] == "releases":
		return path[4], path[3]
	}
	return "", ""
}

// schemaPath divides a path of a contract: scopes."a.b".releases.
func schemaPath(path string) []string {
	var out []string
	for path != "" {
		if strings.HasPrefix(path, `"`) {
			end := strings.Index(path[1:], `"`) + 1
			out, path = append(out, path[1:end]), strings.TrimPrefix(path[end+1:], ".")
			continue
		}
		name, rest, _ := strings.Cut(path, ".")
		out, path = append(out, name), rest
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out
}

// String is for people.
func (d Difference) String() string {
	return fmt.Sprintf("%s %s (%q, then %q)", d.Kind.ID, d.Subject, d.Old, d.New)
}
