package converttest

import (
	"slices"
	"strings"

	"tokenctl.dev/diff"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// Reasons are all reasons for which a contract comes back different.
func Reasons() []Reason {
	return slices.Concat(lost(), notInRealms(), saidOtherwise())
}

// lost is what the export says that it loses.
func lost() []Reason {
	lost := func(why string, kinds string, losses ...string) Reason {
		return Reason{Why: why, Kinds: strings.Fields(kinds), Losses: losses}
	}
	return []Reason{
		lost("values: not checked", "values-widened nullable-added nullable-removed", "values"),
		lost("presence: no value, no claim", "claim-required-to-optional", "presence", "protocol-claims", "audience"),
		lost("claims that Keycloak cannot write there", "claim-removed claim-dropped-from-token release-removed claim-moved-between-tokens",
			"protocol-claims", "surfaces", "claim-families", "audience", "token-kinds", "format"),
		lost("claims that Keycloak writes also", "claim-added-to-token release-added claim-moved-between-tokens release-removed", "closed-world", "format", "claim-families", "profiles"),
		lost("token kinds", "token-removed unclassified-change/embeds", "token-kinds", "profiles"),
		lost("formats", "token-format-changed", "format", "values"),
		lost("lifetime", "lifetime-increased lifetime-decreased", "lifetime"),
		lost("grant types", "client-gains-grant client-loses-grant", "grants"),
		lost("conditions", "release-conditions-changed scope-conditions-changed token-conditions-changed", "assurance", "grant-conditions", "protocol-claims", "closed-world", "profiles"),
		lost("scopes", "scope-removed", "parametric-scopes"),
		lost("scopes", "implication-removed", "implied-scopes"),
		lost("scopes", "grant-rules-changed/requires", "required-scopes"),
		lost("scopes", "unclassified-change/maxLifetime", "scope-lifetimes"),
		lost("scopes", "client-scope-became-optional", "openid"),
		lost("exchanges", "unclassified-change/exchanges", "exchanges"),
		lost("transforms and defaults", "source-changed", "transforms"),
	}
}

// notInRealms is what a realm has no place for.
func notInRealms() []Reason {
	none := func(why, kinds string) Reason { return Reason{Why: why, Kinds: strings.Fields(kinds)} }
	field := func(why, fields string) Reason {
		r := Reason{Why: why}
		for _, f := range strings.Fields(fields) {
			r.Kinds = append(r.Kinds, "unclassified-change/"+f)
		}
		return r
	}
	treatment := field("what data are, and what they are for", "sensitive privileged restricting ranking extensible separator")
	treatment.Kinds = append(treatment.Kinds, "treatment-changed")
	return []Reason{
		none("who reads what, and which readers are all of them", "reading-removed readers-partial"),
		none("resources but for their audience", "consumer-removed"),
		none("that a claim is never there", "absence-not-promised"),
		none("how claims age", "deprecation-removed tombstone-removed"),
		none("how a text is to be read", "claim-format-changed"),
		none("how far a claim is to be trusted, and whom it identifies", "trust-lowered identifier-weakened"),
		none("who is first party", "client-party-changed"),
		treatment,
		field("how fresh values are", "maxStaleness source"),
		field("about clients: platform, agreements, response types, how many there are", "platform agreement responseTypes many"),
		field("about the issuer: its keys, its namespaces, what it does with unknown scopes", "keys namespaces unknownScopes"),
		field("that a token repeats another, and that reuse of refresh tokens is seen", "mirrors reuseDetection"),
	}
}

// saidOtherwise is what a realm says in other words than the contract, and what it
// says where the contract says nothing.
func saidOtherwise() []Reason {
	when := func(why, kinds string, holds func(*Returned, *diff.Change) bool) Reason {
		return Reason{Why: why, Kinds: strings.Fields(kinds), holds: holds}
	}
	return []Reason{
		when("the issuer is Keycloak now", "issuer-changed unclassified-change/product", nil),
		when("one source: the users of the realm", "unclassified-change unclassified-change/kind unclassified-change/trust", ofSources),
		when("one source: the users of the realm", "source-changed", (*Returned).sameAttribute),
		when("resources are named by their audience", "consumer-added scope-resources-changed", (*Returned).sameAudiences),
		when("hidden scopes hold what tokens contain whatever is granted", "scope-added client-gains-scope release-moved", (*Returned).hiddenScope),
		when("hidden scopes hold what introspection repeats from another token", "claim-added-to-token", (*Returned).mirrored),
		when("scopes that every realm has", "scope-added client-gains-scope", ofEveryRealm),
		when("pairwise subjects and client_id are written by mappers of the client", "release-added release-moved", byClient),
		when("Keycloak writes it whatever is granted", "claim-added claim-added-to-token release-moved release-removed release-conditions-changed", (*Returned).byServer),
		when("Keycloak issues tokens that the contract does not speak of", "token-added unclassified-change/of", (*Returned).unspoken),
		when("settings where the contract says nothing", "lifetime-decreased unclassified-change/type", saysNothing),
		when("consent is not asked for", "grant-rules-changed/consentSkipped", (*Returned).noConsent),
		when("headers are said in full", "header-changed", (*Returned).fullHeader),
		when("what shows outside of tokens is another token, a lightweight one", "grant-rules-changed/lightweight_access_token grant-rules-changed/access_token header-changed claim-dropped-from-token", (*Returned).lightweight),
		when("token responses are imported where a mapper writes into them", "token-removed", (*Returned).response),
		when("claims of tokens that are not imported", "claim-removed", (*Returned).inLost),
		when("what Keycloak writes itself has any value of its type", "values-widened", (*Returned).byServer),
		when("tokens that are granted no scope have no claim scope", "claim-required-to-optional", func(_ *Returned, ch *diff.Change) bool {
			claim, _ := placed(schemaPath(ch.Subject))
			return claim == "scope"
		}),
		when("there is one ladder of levels, and its name is loa", "unclassified-change", func(_ *Returned, ch *diff.Change) bool { return schemaPath(ch.Subject)[0] == "assurance" }),
		when("presence is said where a claim is placed", "claim-optional-to-required", nil),
		when("amr of Keycloak is a list of texts", "values-replaced", func(_ *Returned, ch *diff.Change) bool { return ch.Subject == "claims.amr" && ch.New == "[...string]" }),
		when("NumericDates are whole seconds", "type-narrowed", func(_ *Returned, ch *diff.Change) bool { return ch.Old == "number" && ch.New == "int" }),
		when("aud is one text or a list", "type-widened", func(_ *Returned, ch *diff.Change) bool { return ch.Subject == "claims.aud" }),
		when("JSON in an attribute is any JSON", "type-widened nullable-added", func(_ *Returned, ch *diff.Change) bool { return ch.New == "_" || ch.New == "!=null" }),
	}
}

func ofSources(_ *Returned, ch *diff.Change) bool { return schemaPath(ch.Subject)[0] == "sources" }

// sameAttribute says whether a claim still comes from the attribute that the contract
// names. An address is made of six.
func (r *Returned) sameAttribute(ch *diff.Change) bool {
	claim := schemaPath(ch.Subject)[1]
	old, now := r.Is.Contract.Claim(claim).Source, r.Again.Claim(claim).Source
	if old == nil || old.Attribute == "" || claim == "address" {
		return true
	}
	return now != nil && now.Attribute == old.Attribute
}

// sameAudiences says whether a resource, or those of a scope, are for audiences of the
// contract.
func (r *Returned) sameAudiences(ch *diff.Change) bool {
	path := schemaPath(ch.Subject)
	if path[0] == "resources" {
		return slices.ContainsFunc(r.Is.Contract.Resources, func(o *schema.Resource) bool { return slices.Contains(o.Audience, path[1]) })
	}
	return slices.Equal(audiences(r.Is.Contract.Scope(path[1])), audiences(r.Again.Scope(path[1])))
}

func audiences(s *schema.Scope) []string {
	var out []string
	for _, r := range s.Resources {
		out = append(out, r.Audience...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hiddenScope says whether a scope is one that the export made.
func (r *Returned) hiddenScope(ch *diff.Change) bool {
	path := schemaPath(ch.Subject)
	i := slices.Index(path, "scopes")
	if i < 0 {
		return false
	}
	s := r.Realm.Scope(path[i+1])
	return s != nil && !s.InToken() && r.Is.Contract.Scope(s.Name) == nil
}

func (r *Returned) mirrored(ch *diff.Change) bool {
	claim, token := placed(schemaPath(ch.Subject))
	t := r.Is.Contract.Token(token)
	return r.hiddenScope(ch) && t != nil && t.Mirrors != nil &&
		slices.ContainsFunc(r.Is.Contract.Tokens, func(o *schema.Token) bool {
			return o == t.Mirrors && slices.ContainsFunc(o.Claims, func(p *schema.Placement) bool { return p.Claim.Name == claim })
		})
}

func ofEveryRealm(_ *Returned, ch *diff.Change) bool {
	return strings.HasSuffix(ch.Subject, "scopes.openid") || ch.Subject == "scopes.offline_access"
}

func byClient(_ *Returned, ch *diff.Change) bool {
	path := schemaPath(ch.Subject)
	return path[0] == "clients" && (path[len(path)-1] == "sub" || path[len(path)-1] == "client_id")
}

// byServer says whether a claim is in tokens now without any mapper.
func (r *Returned) byServer(ch *diff.Change) bool {
	claim, token := placed(schemaPath(ch.Subject))
	there := false
	for _, t := range r.Again.Tokens {
		itself := slices.ContainsFunc(t.Claims, func(p *schema.Placement) bool { return p.Claim.Name == claim })
		there = there || itself && (token == "" || token == t.Name)
	}
	return there
}

// unspoken says whether a token is of a kind of which the contract has none, or a
// lightweight one.
func (r *Returned) unspoken(ch *diff.Change) bool {
	t := r.Again.Token(schemaPath(ch.Subject)[1])
	return t.Labels[convert.LabelPrefix+"lightweight"] != "" || t.Kind == schema.KindIntrospection && ch.Kind.ID != "token-added" ||
		!slices.ContainsFunc(r.Is.Contract.Tokens, func(o *schema.Token) bool { return o.Kind == t.Kind })
}

func saysNothing(_ *Returned, ch *diff.Change) bool { return ch.Old == "" }

// noConsent says whether no scope of the client asks for consent.
func (r *Returned) noConsent(ch *diff.Change) bool {
	c := r.Is.Contract.Client(schemaPath(ch.Subject)[1])
	return !slices.ContainsFunc(c.Scopes, func(s *schema.ClientScope) bool { return s.Scope.Consent })
}

// fullHeader says whether the contract allows for the headers that are now said.
func (r *Returned) fullHeader(ch *diff.Change) bool {
	name := schemaPath(ch.Subject)[1]
	old, now := r.Is.Contract.Token(name).Header, r.Again.Token(name).Header
	return old == nil || old.Includes(*now).Is == valueset.Yes
}

// response says whether a token is the response of the token endpoint, into which
// nothing writes.
func (r *Returned) response(ch *diff.Change) bool {
	return r.Is.Contract.Token(schemaPath(ch.Subject)[1]).Kind == schema.KindResponse
}

// inLost says whether a claim is only in tokens that did not come back, but for where
// it must not be.
func (r *Returned) inLost(ch *diff.Change) bool {
	for p := range r.Is.Contract.Placements() {
		if p.Claim.Name == schemaPath(ch.Subject)[1] && p.Presence != schema.Never && r.Again.Token(p.Token.Name) != nil {
			return false
		}
	}
	return true
}

// lightweight says whether the contract hides what is in a token, or in some token of
// the client. What is inside is what introspection answers.
func (r *Returned) lightweight(ch *diff.Change) bool {
	path := schemaPath(ch.Subject)
	if claim, token := placed(path); claim != "" {
		for p := range r.Again.Placements() {
			if p.Claim.Name == claim && p.Token.Kind == schema.KindIntrospection {
				return r.hides(r.Is.Contract.Token(token))
			}
		}
		return false
	}
	if path[0] == "tokens" {
		return r.hides(r.Is.Contract.Token(path[1]))
	}
	return slices.ContainsFunc(r.Is.Contract.Tokens, r.hides)
}

// hides says whether clients cannot read a token.
func (r *Returned) hides(t *schema.Token) bool {
	return slices.ContainsFunc(r.Is.Contract.Clients, func(c *schema.Client) bool {
		return t.Kind == schema.KindAccess && issuance.FormatFor(c, t) != schema.FormatJWT
	})
}
