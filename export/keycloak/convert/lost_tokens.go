package convert

import (
	"slices"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/schema"
)

func (e *exporter) lostOfToken(t *schema.Token) {
	switch t.Kind {
	case schema.KindEvent, schema.KindWorkload, schema.KindEmbedded:
		e.lose("token-kinds", t.Path, t.FieldAt("kind"), nil, "Keycloak does not issue %s tokens", t.Kind)
		return
	case schema.KindLogout, schema.KindRefresh:
		if own := slices.ContainsFunc(t.Claims, func(p *schema.Placement) bool { return !p.Implied }); own {
			e.lose("token-kinds", t.Path, t.FieldAt("claims"), nil, "no mapper writes into %s tokens", t.Kind)
		}
		return
	}
	e.lostFormat(t)
	e.lostLifetime(t)
	e.lostAudience(t)
	if len(t.Requestable) > 0 {
		e.lose("claims-parameter", t.Path, t.FieldAt("requestable"), nil, "Keycloak does not put claims into tokens because the claims parameter asks for them")
	}
	if t.MaxBytes > 0 {
		e.lose("sizes", t.Path, t.FieldAt("maxBytes"), nil, "Keycloak does not bound the size of tokens")
	}
	e.lostProfiles(t)
}

func (e *exporter) lostFormat(t *schema.Token) {
	if t.Kind == schema.KindUserinfo && t.Format != schema.FormatJSON && t.Format != schema.FormatJWT ||
		t.Kind == schema.KindID && t.Format != schema.FormatJWT {
		e.lose("format", t.Path, t.FieldAt("format"), nil, "Keycloak does not write %s as %s", t.Name, t.Format)
	}
	if t.Kind != schema.KindAccess {
		return
	}
	for _, c := range e.holders(t) {
		format := issuance.FormatFor(c, t)
		if format == schema.FormatJWT {
			continue
		}
		at := t.FieldAt("format")
		if ct := clientToken(c, t); ct.Format != "" {
			at = ct.FieldAt("format")
		}
		// Keycloak writes the subject also outside: the mapper of pairwise subjects
		// knows no flags, and service accounts have no session to take it from.
		if c.SubjectType == "pairwise" || slices.Contains(c.Grants, grantService) {
			effects := []export.Effect{{Client: c.Name, Token: t.Name, Claim: "sub", Change: export.Extra}}
			e.lose("format", t.Path, at, effects, "the access tokens of client %s show sub outside", c.Name)
		}
		e.lose("format", t.Path, at, nil, "access tokens of Keycloak are JWTs: where the contract says %s, clients get lightweight ones, which show %s",
			format, strings.Join(e.server[keycloak.LightweightAccessToken], ", "))
	}
}

// lostLifetime: an ID token of Keycloak lives as long as the access token.
func (e *exporter) lostLifetime(t *schema.Token) {
	if t.Kind != schema.KindID && t.Kind != schema.KindAccess {
		return
	}
	for _, c := range e.holders(t) {
		life, is := issuance.LifetimeFor(c, t), keycloak.SettingsOf(e.Realm, e.Realm.Client(c.Name), e.Realm.Version).AccessLifespan
		if life.Stated && int(life.Seconds) != is {
			e.lose("lifetime", t.Path, t.FieldAt("lifetime"), []export.Effect{{Client: c.Name, Token: t.Name, Claim: "exp", Change: export.Value}},
				"%s tokens live %s and not %s: in Keycloak ID tokens and access tokens live equally long", t.Kind, schema.Seconds(int64(is)), life)
		}
	}
}

// lostAudience: without a scope for a resource, access tokens have no audience.
func (e *exporter) lostAudience(t *schema.Token) {
	if t.Kind != schema.KindAccess && t.Kind != schema.KindIntrospection {
		return
	}
	for _, p := range t.Claims {
		if p.Claim.Name == "aud" && p.Presence != schema.Never {
			e.lose("audience", p.Path, p.At(), []export.Effect{{Token: t.Name, Claim: "aud", Change: export.Missing}},
				"tokens that are for no resource of the contract have no aud")
		}
	}
}

// lostProfiles: a client that gets several profiles of one kind gets one token that
// has what is in any.
func (e *exporter) lostProfiles(t *schema.Token) {
	for _, c := range e.holders(t) {
		for _, o := range e.ofKind(t.Kind) {
			if o == t || !e.gets(c, o) {
				continue
			}
			var effects []export.Effect
			for _, claim := range e.is.ClaimsIn(c, o) {
				effects = append(effects, export.Effect{Client: c.Name, Token: t.Name, Claim: claim.Name, Change: export.Extra})
			}
			e.lose("profiles", t.Path, t.At(), effects, "clients that get %s and %s get one token that has what is in both", t.Name, o.Name)
		}
	}
}
