package issuance

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Member is one claim of a payload.
type Member struct {
	Name  string
	Value valueset.JSON
}

// Payload is the claims of one token, in the order in which they are written.
type Payload []Member

// PayloadOf takes a JSON object apart. What is none has no members.
func PayloadOf(text string) Payload {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var out Payload
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return out
		}
		out = append(out, Member{name.(string), valueset.JSON(value)})
	}
	return out
}

// Get gives the value of a claim.
func (p Payload) Get(name string) (valueset.JSON, bool) {
	i := slices.IndexFunc(p, func(m Member) bool { return m.Name == name })
	if i < 0 {
		return "", false
	}
	return p[i].Value, true
}

func (p Payload) seconds(name string) (int64, bool) {
	v, _ := p.Get(name)
	n, ok := valueset.ParseNumber(string(v))
	if !ok {
		return 0, false
	}
	return n.Int64()
}

// Misfit is one thing for which a payload cannot be that of a token.
type Misfit struct {
	Why   Why
	Claim string        // that is wrong, or that is not there
	Value valueset.JSON // of the claim, if it is there
	// Values are those that the claim may have: of WrongValue.
	Values valueset.Set
	// With is the claim that it comes together with, and Words when: of Apart.
	With, Words string
	// Longest is how long the token lives at most: of TooLong.
	Longest schema.Duration
	// At is where the contract says so, of Missing, Apart and TooLong.
	At schema.Range
}

// Why says what is wrong with a claim of a payload.
type Why int

// What can be wrong.
const (
	NeverThere Why = iota // the token never has the claim
	WrongValue            // the claim never has the value
	Missing               // every such token has the claim
	Apart                 // the claim comes with another one that is there
	TooLong               // exp is too long after iat
)

// Misfits says for what the payload can be of no token of the situation. What cannot
// be decided is left out.
func (is *Issuance) Misfits(s Situation, p Payload) []Misfit {
	f := is.fitting(s, p)
	var out []Misfit
	for _, m := range p {
		if values, there := f.values(m.Name); !there {
			out = append(out, Misfit{Why: NeverThere, Claim: m.Name, Value: m.Value})
		} else if values.Contains(m.Value) == valueset.No {
			out = append(out, Misfit{Why: WrongValue, Claim: m.Name, Value: m.Value, Values: values})
		}
	}
	for _, claim := range f.claims {
		if m, absent := f.absent(claim); absent {
			out = append(out, m)
		}
	}
	if m, is := f.tooLong(); is {
		out = append(out, m)
	}
	return out
}

func (p Payload) value(name string) valueset.JSON {
	v, _ := p.Get(name)
	return v
}

// fitting is a payload that is held against the tokens of a situation.
type fitting struct {
	is     *Issuance
	s      Situation
	p      Payload
	facts  Facts
	claims []*schema.Claim // that some way leads into the token
}

func (is *Issuance) fitting(s Situation, p Payload) fitting {
	return fitting{is, s, p, is.Facts(s.Token, []*schema.Client{s.Client}), is.ClaimsIn(s.Client, s.Token)}
}

// named gives the claims of the token that a member of this name can be: the one of
// that name, or the families that it belongs to.
func (f fitting) named(name string) []*schema.Claim {
	var families []*schema.Claim
	for _, c := range f.claims {
		prefix, family := strings.CutSuffix(c.Name, "*")
		switch {
		case len(f.open(c)) == 0:
		case c.Name == name:
			return []*schema.Claim{c}
		case family && strings.HasPrefix(name, prefix):
			families = append(families, c)
		}
	}
	return families
}

// open gives the ways by which the claim may be in the token.
func (f fitting) open(c *schema.Claim) []Way {
	return slices.DeleteFunc(f.is.Ways(f.s.Client, f.s.Token, c), func(w Way) bool { return f.is.way(f.s, w) == no })
}

func (f fitting) values(name string) (out valueset.Set, there bool) {
	out = valueset.Empty()
	for _, c := range f.named(name) {
		for _, w := range f.open(c) {
			out, there = out.Union(f.facts.Values(w.Placement)), true
		}
	}
	return out, there
}

// absent says whether the token cannot be without a claim that the payload lacks.
func (f fitting) absent(c *schema.Claim) (Misfit, bool) {
	if _, there := f.p.Get(c.Name); there || strings.HasSuffix(c.Name, "*") || mayBeLeftOut(c) || f.inactive() {
		return Misfit{}, false
	}
	for _, w := range f.open(c) {
		if f.is.way(f.s, w) == surely {
			return Misfit{Why: Missing, Claim: c.Name, At: w.Placement.At()}, true
		}
		if with, ok := f.together(c, w); ok {
			return Misfit{Why: Apart, Claim: c.Name, With: with, Words: w.Placement.When, At: w.Placement.At()}, true
		}
	}
	return Misfit{}, false
}

// mayBeLeftOut says whether an issuer that has the claim for everybody may issue a
// token without it all the same.
func mayBeLeftOut(c *schema.Claim) bool {
	o := c.Source
	return c.Overage != nil || o != nil && o.From != nil && o.From.OnFailure == "omit"
}

// inactive says whether this is what introspection tells of a token that is not
// active: that, and nothing else (RFC 7662, 2.2).
func (f fitting) inactive() bool {
	return f.s.Token.Kind == schema.KindIntrospection && f.p.value("active") == "false"
}

// together finds a claim of the payload with the same words for when: those come
// together. A way that has other conditions too, or a claim that not everybody has, is
// not decided by the words.
func (f fitting) together(c *schema.Claim, w Way) (string, bool) {
	words := w.Placement.When
	if words == "" || w.Placement.States("presence") || c.Presence != schema.Always || !f.settled(w) {
		return "", false
	}
	for _, m := range f.p {
		other := func(o Way) bool { return o.Placement.When != words }
		for _, there := range f.named(m.Name) {
			if there.Name == m.Name && !slices.ContainsFunc(f.open(there), other) {
				return m.Name, true
			}
		}
	}
	return "", false
}

// settled says whether all that the way asks for is in the situation, but for what it
// says of presence.
func (f fitting) settled(w Way) bool {
	return (w.Scope == nil || f.s.Scopes.Has(w.Scope)) && atLeast(f.s.Levels, w.Placement.Assurance) &&
		(w.Detail == nil || slices.Contains(f.s.details, w.Detail)) &&
		(w.Resource == nil || w.Resource == f.s.Resource || slices.Contains(f.s.targets, w.Resource))
}

// tooLong says whether the token lives longer than its profile and its scopes allow, by
// its own dates. Scopes cap the lifetime of access tokens. A second is for issuers that
// read the clock twice.
func (f fitting) tooLong() (Misfit, bool) {
	exp, hasExp := f.p.seconds("exp")
	iat, hasIat := f.p.seconds("iat")
	_, longest := LifetimesFor(f.s.Client, f.s.Token)
	at := f.s.Token.FieldAt("lifetime")
	for _, scope := range f.s.Scopes {
		if cap := scope.MaxLifetime; f.s.Token.Kind == schema.KindAccess && cap.Stated && (!longest.Stated || cap.Less(longest)) {
			longest, at = cap, scope.FieldAt("maxLifetime")
		}
	}
	m := Misfit{Why: TooLong, Claim: "exp", Value: f.p.value("exp"), Longest: longest, At: at}
	return m, hasExp && hasIat && longest.Stated && exp-iat > longest.Seconds+1
}
