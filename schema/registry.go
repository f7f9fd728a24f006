package schema

import (
	_ "embed"
	"strings"
	"sync"

	"cuelang.org/go/cue/cuecontext"

	"tokenctl.dev/internal/valueset"
)

//go:embed registry.tsv
var registryTSV string

// Registered is a claim that a standard defines. A contract that uses it and
// does not declare it means this.
type Registered struct {
	Name      string
	Type      string // the set of values, in CUE
	Category  string // of personal data; "system" for none
	Separator string // of a string that is a list
	Source    string
}

var registry = sync.OnceValue(func() map[string]*Registered {
	claims := map[string]*Registered{}
	for line := range strings.Lines(registryTSV) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		col := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		claims[col[0]] = &Registered{Name: col[0], Type: col[1], Category: col[2], Separator: col[3], Source: col[4]}
	}
	return claims
})

// Values is the set of values that the standard gives the claim.
func (r *Registered) Values() valueset.Set { return typeOf(r.Type) }

// types are the sets of values that the registry and the profiles name, by their
// text.
var types sync.Map

// typeOf is the set of values that a text of the registry or of a profile means.
func typeOf(cueType string) valueset.Set {
	if s, ok := types.Load(cueType); ok {
		return s.(valueset.Set)
	}
	s, _ := types.LoadOrStore(cueType, valueset.Of(cuecontext.New(cuecontext.CUE_DEBUG("")).CompileString(cueType)))
	return s.(valueset.Set)
}

// LookupRegistered gives the standard's claim of that name, or nil. A language
// tag is no part of the name: name#ja-Kana-JP (OpenID Connect Core, 5.2).
func LookupRegistered(name string) *Registered {
	base, _, _ := strings.Cut(name, "#")
	return registry()[base]
}

// requiredClaims are the claims that a kind of token brings, by the standard
// that defines it.
var requiredClaims = map[string][]string{
	KindID:            {"iss", "sub", "aud", "exp", "iat"},           // OpenID Connect Core, 2
	KindUserinfo:      {"sub"},                                       // OpenID Connect Core, 5.3.2
	KindIntrospection: {"active"},                                    // RFC 7662, 2.2
	KindLogout:        {"iss", "aud", "iat", "exp", "jti", "events"}, // OpenID Connect Back-Channel Logout, 2.4
	KindEvent:         {"iss", "iat", "jti", "events"},               // RFC 8417, 2.2
	KindWorkload:      {"sub", "aud", "exp"},                         // SPIFFE JWT-SVID, 3
	KindResponse:      {"access_token", "token_type"},                // RFC 6749, 5.1
}

// profileClaims are the claims that a profile of access tokens brings.
var profileClaims = map[string][]string{
	"rfc9068": {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}, // RFC 9068, 2.2
}

// profileHeader is the header that a profile brings where none is declared.
var profileHeader = map[string]string{
	"rfc9068": `{typ: "at+jwt" | "application/at+jwt", ...}`, // RFC 9068, 2.1
}
