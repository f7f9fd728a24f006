package verify

import (
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// WrongLifetime is a token that is valid for longer or shorter than the contract
// says, by its own iat and exp (RFC 7519, 4.1.4 and 4.1.6).
const WrongLifetime = "wrong-lifetime"

// leeway is for issuers that read the clock twice.
const leeway = 1

// lifetime are the limits of exp - iat.
type lifetime struct{ shortest, longest schema.Duration }

// problem compares exp with iat. Tokens without one of them, or with something else
// in it, are the set's matter.
func (l lifetime) problem(r *run) (Problem, bool) {
	exp, ok := r.seconds("exp")
	iat, ok2 := r.seconds("iat")
	if !ok || !ok2 {
		return Problem{}, false
	}
	p := Problem{Rule: WrongLifetime, Path: "exp", Claim: "exp"}
	switch valid := exp - iat; {
	case valid <= 0:
		p.Expected, p.Found = "a time after iat", "a time that is not"
	case l.longest.Stated && valid > l.longest.Seconds+leeway:
		p.Expected, p.Found = "at most "+l.longest.String()+" after iat", "later"
	case l.shortest.Stated && valid < l.shortest.Seconds-leeway:
		p.Expected, p.Found = "at least "+l.shortest.String()+" after iat", "earlier"
	default:
		return p, false
	}
	return p, true
}

// seconds reads a claim that is a time in whole seconds.
func (r *run) seconds(claim string) (int64, bool) {
	if r.nodes[0].kind != valueset.ObjectKind {
		return 0, false
	}
	for j := int32(1); j < r.nodes[0].next; j = r.nodes[j+1].next {
		if string(r.bytes(&r.nodes[j])) == claim {
			v := &r.nodes[j+1]
			if v.kind != valueset.IntegerKind {
				return 0, false
			}
			return smallInt(r.bytes(v))
		}
	}
	return 0, false
}
