package convert

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/internal/valueset"
	"tokenctl.dev/schema"
)

// files writes the contract, one idea per file.
func (i *importer) files() map[string][]byte {
	i.settleClaims()
	out := map[string][]byte{}
	for name, text := range map[string]string{
		"realm.cue": i.realmFile(), "claims.cue": i.claimsFile(), "tokens.cue": i.tokensFile(),
		"scopes.cue": i.scopesFile(), "clients.cue": i.clientsFile(), "resources.cue": i.resourcesFile(),
	} {
		if text != "" {
			out[name] = []byte(text)
		}
	}
	return out
}

var (
	insideName  = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	outsideName = regexp.MustCompile(`[^a-z0-9]+`)
)

// contractName bends a realm's name until the language allows it.
func contractName(realm string) string {
	if insideName.MatchString(realm) {
		return realm
	}
	name := strings.Trim(outsideName.ReplaceAllString(strings.ToLower(realm), "-"), "-")
	if name == "" {
		return "realm"
	}
	return name
}

func (i *importer) header(comment string) string {
	name := outsideName.ReplaceAllString(contractName(i.realm.Name), "_")
	if name[0] >= '0' && name[0] <= '9' {
		name = "c" + name
	}
	if comment != "" {
		comment += "\n"
	}
	return comment + "package " + name + "\n\n"
}

func (i *importer) realmFile() string {
	var b strings.Builder
	b.WriteString(i.header(fmt.Sprintf("// Tokens of the realm %s of Keycloak %s: what they contain and who gets them.\n// Who reads them is not in a realm: add resources, and reads to the clients.", oneLine(i.realm.Name), i.version)))
	b.WriteString("import \"tokenctl.dev/schema@v0\"\n\nschema.#Contract\n\n")
	fmt.Fprintf(&b, "name: %s\nversion: \"0.1.0\"\n", quote(contractName(i.realm.Name)))
	fmt.Fprintf(&b, "issuer: {\n\t// A guess: a realm does not say under which address it is reached.\n\turl: %s\n\tproduct: \"keycloak\"\n\tlabels: \"keycloak/version\": %s\n\tunknownScopes: \"reject\"\n}\n", quote("https://keycloak.example.com/realms/"+i.realm.Name), quote(i.version.String()))
	if levels := i.levels(); len(levels) > 0 {
		fmt.Fprintf(&b, "\nassurance: loa: {levels: %s, claim: \"acr\"}\n", quotes(levels))
	}
	b.WriteString("\nsources: user: {kind: \"directory\", description: \"The users of the realm and their attributes\"}\n")
	return b.String()
}

// levels are the names of the levels of authentication, weakest first.
func (i *importer) levels() []string {
	var names map[string]int
	text, ok := i.realm.Attributes["acr.loa.map"]
	if !ok {
		return nil
	}
	if json.Unmarshal([]byte(text), &names) != nil {
		i.lose("assurance", "assurance", i.realm.At, nil, "acr.loa.map is not readable JSON")
		return nil
	}
	out := sortedKeys(names)
	slices.SortStableFunc(out, func(a, b string) int { return names[a] - names[b] })
	return out
}

// settleClaims decides for each claim which mapper its entry stands for: the first
// one of the first scope. Placements by other mappers say so.
func (i *importer) settleClaims() {
	for _, key := range sortedKeys(i.parts) {
		for _, token := range sortedKeys(i.parts[key].tokens) {
			for name, at := range i.parts[key].tokens[token] {
				c := i.claims[name]
				if len(at.mappers) == 1 && c.from == nil {
					c.from = &at.mappers[0]
				}
				c.all = append(c.all, at.mappers...)
			}
		}
	}
	for _, claims := range i.base.tokens {
		for name := range claims {
			i.claims[name].all = append(i.claims[name].all, mapping{}) // Keycloak itself
		}
	}
}

// constant is the value of a claim that one mapper writes wherever it is, and always
// the same. It is not for registered claims: Export has mappers of its own for some.
func (c *importedClaim) constant() (valueset.JSON, bool) {
	if c.from == nil || c.from.kind != constantMapper || c.members != nil || schema.LookupRegistered(c.name) != nil {
		return "", false
	}
	if slices.ContainsFunc(c.all, func(m mapping) bool { return !m.equal(*c.from) }) {
		return "", false
	}
	text := c.from.config["claim.value"]
	v := valueset.Text(text)
	if c.from.config["jsonType.label"] != "String" {
		var ok bool
		if v, ok = valueset.Compact([]byte(text)); !ok {
			return "", false
		}
	}
	return v, v != "null" && c.from.equal(mapping{constantMapper, constant(v)})
}

func (i *importer) claimsFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + "claims: {\n")
	n := 0
	for _, name := range sortedKeys(i.claims) {
		if entry := i.claims[name].entry(); len(entry) > 0 {
			fmt.Fprintf(&b, "\t%s: {\n\t\t%s\n\t}\n", key(name), strings.Join(entry, "\n\t\t"))
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return b.String() + "}\n"
}

// entry are the fields of a claim's record: none where the registry says it all.
func (c *importedClaim) entry() []string {
	var out []string
	registered := schema.LookupRegistered(c.name)
	if text := c.typeText(); registered == nil || !sameTypes(registered.Type, text) && (c.from == nil || c.from.kind != "oidc-address-mapper") && c.known() {
		out = append(out, "#value: "+text)
	}
	if registered == nil {
		out = append(out, "// The realm does not say what it means.", "description: "+quote(c.about()))
	}
	if _, constant := c.constant(); constant || c.from == nil || c.isDefault(*c.from) {
		return out
	}
	if attr, ok := c.plainAttribute(*c.from); ok {
		return append(out, fmt.Sprintf("source: {from: \"user\", attribute: %s}", quote(attr)))
	}
	return append(out, "labels: "+labelsOf([]mapping{*c.from}))
}

// known says whether any type of the claim was seen.
func (c *importedClaim) known() bool {
	return (len(c.types) > 0 || c.members != nil) && c.name != "aud" // a list only from two on
}

// sameTypes says whether two types have the same alternatives.
func sameTypes(a, b string) bool {
	return slices.Equal(compact(strings.Split(a, " | ")), compact(strings.Split(b, " | ")))
}

func (c *importedClaim) about() string {
	if c.from == nil {
		return "Written by Keycloak itself"
	}
	if attr := c.from.config["user.attribute"]; c.from.kind == attributeMapper && attr != "" {
		return "The attribute " + attr + " of the user"
	}
	if c.from.kind == constantMapper {
		return "The same for everybody"
	}
	return "Written by a mapper of the kind " + c.from.kind
}

func (c *importedClaim) typeText() string {
	if v, ok := c.constant(); ok {
		return string(v)
	}
	types := sortedKeys(c.types)
	if c.members != nil {
		types = append(types, memberText(c.members))
	}
	if slices.Contains(types, "_") || len(types) == 0 {
		return "_"
	}
	return strings.Join(types, " | ")
}

func memberText(members map[string]any) string {
	var fields []string
	for _, name := range sortedKeys(members) {
		text, ok := members[name].(string)
		if !ok {
			text = memberText(members[name].(map[string]any))
		}
		label := key(name) + "?"
		if strings.Contains(name, "${client_id}") {
			label = "[string]"
		}
		fields = append(fields, label+": "+text)
	}
	if slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, "[string]") }) {
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return "{" + strings.Join(append(fields, "..."), ", ") + "}"
}

// plainAttribute says whether a mapper is the one that Export makes of a source with
// an attribute and the claim's type.
func (c *importedClaim) plainAttribute(m mapping) (string, bool) {
	attr := m.config["user.attribute"]
	if m.kind != attributeMapper || attr == "" || len(c.types) != 1 || c.members != nil {
		return "", false
	}
	want := map[string]string{"user.attribute": attr}
	switch sortedKeys(c.types)[0] {
	case "string":
		want["jsonType.label"] = "String"
	case "int":
		want["jsonType.label"] = "long"
	case "bool":
		want["jsonType.label"] = "boolean"
	case "[...string]":
		want["jsonType.label"], want["multivalued"] = "String", "true"
	case "[...int]":
		want["jsonType.label"], want["multivalued"] = "long", "true"
	default:
		return "", false
	}
	return attr, mapping{attributeMapper, want}.equal(m)
}

// isDefault says whether Export makes this mapper for the claim without being told.
func (c *importedClaim) isDefault(m mapping) bool {
	switch c.name {
	case "sub":
		return m.kind == "oidc-sub-mapper"
	case "acr":
		return m.kind == "oidc-acr-mapper"
	case "amr":
		return m.kind == "oidc-amr-mapper"
	case "session_state":
		return m.kind == "oidc-session-state-mapper"
	case "nonce":
		return m.kind == "oidc-nonce-backwards-compatible-mapper"
	case "name":
		return m.kind == "oidc-full-name-mapper"
	case "auth_time":
		return m.equal(mapping{noteMapper, map[string]string{"user.session.note": "AUTH_TIME", "jsonType.label": "long"}})
	case "address":
		return m.equal(mapping{"oidc-address-mapper", addressParts()})
	case "email_verified":
		return m.equal(mapping{"oidc-usermodel-property-mapper", map[string]string{"user.attribute": "emailVerified", "jsonType.label": "boolean"}})
	}
	return false
}

// byItself says whether Keycloak writes a claim also without a mapper.
func (i *importer) byItself(claim string) bool {
	for token, claims := range i.base.tokens {
		if at := claims[claim]; at != nil && token != introspection && token != tokenResponse && claim != "sub" && claim != "nonce" {
			return true
		}
	}
	return false
}

// userGrants are the grants of the realm's clients that come with a user.
func (i *importer) userGrants() []string {
	list, _ := i.used([]string{grantCode, grantRefresh, "password"})
	return list
}

// users is a hidden field for what is there only with a user; "" where every token
// is.
func (i *importer) users() string {
	list := i.userGrants()
	if len(list) == 0 {
		return ""
	}
	return "// Only where a user is there: service accounts have no session.\n_user: grants: " + quotes(list) + "\n\n"
}

// says whether the entry of the claim stands for a mapper.
func (c *importedClaim) says(m mapping) bool {
	if c.from != nil && c.from.equal(m) {
		return true
	}
	return c.isDefault(m) && (c.from == nil || c.isDefault(*c.from))
}

// labelsOf writes mappers as labels: one by its settings, several as JSON.
func labelsOf(list []mapping) string {
	if len(list) == 1 {
		m := list[0]
		fields := []string{quote(LabelPrefix+"mapper") + ": " + quote(m.kind)}
		for _, key := range sortedKeys(m.config) {
			fields = append(fields, quote(LabelPrefix+key)+": "+quote(m.config[key]))
		}
		return "{\n\t\t\t" + strings.Join(fields, "\n\t\t\t") + "\n\t\t}"
	}
	var kept []keptMapper
	for _, m := range list {
		kept = append(kept, keptMapper{Kind: m.kind, Config: m.config})
	}
	text, _ := json.Marshal(kept) // texts always encode
	return "{" + quote(LabelPrefix+"mappers") + ": " + quote(string(text)) + "}"
}

// keptMapper is a mapper in a label.
type keptMapper struct {
	Name   string            `json:"name,omitempty"`
	Kind   string            `json:"mapper"`
	Config map[string]string `json:"config"`
}

// placement is the text of a placement, with its claim.
func (i *importer) placement(claim string, at *imported) string {
	var fields []string
	switch {
	case at.when != "":
		fields = append(fields, "when: "+quote(at.when))
	case !at.always:
		fields = append(fields, `presence: "sometimes"`)
	}
	if len(at.grants) > 0 && i.users() != "" && slices.Equal(at.grants, i.userGrants()) {
		if len(fields) == 0 && len(at.mappers) == 0 {
			return key(claim) + ": _user"
		}
		fields = append(fields, "_user")
	} else if len(at.grants) > 0 {
		fields = append(fields, "grants: "+quotes(at.grants))
	}
	c := i.claims[claim]
	if len(at.mappers) > 1 || len(at.mappers) == 1 && (!c.says(at.mappers[0]) || i.byItself(claim)) {
		fields = append(fields, "labels: "+labelsOf(at.mappers))
	}
	return field(claim, fields)
}

// releases is the text of a part, by token.
func (i *importer) releases(p *part, indent string) string {
	var b strings.Builder
	for _, token := range sortedKeys(p.tokens) {
		fmt.Fprintf(&b, "%s%s: {\n", indent, token)
		for _, claim := range sortedKeys(p.tokens[token]) {
			fmt.Fprintf(&b, "%s\t%s\n", indent, i.placement(claim, p.tokens[token][claim]))
		}
		fmt.Fprintf(&b, "%s}\n", indent)
	}
	return b.String()
}

func (i *importer) tokensFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + i.users() + "tokens: {\n")
	token := func(name string, fields ...string) {
		fmt.Fprintf(&b, "\t%s: {\n", name)
		for _, f := range fields {
			if f != "" {
				fmt.Fprintf(&b, "\t\t%s\n", f)
			}
		}
		if claims := i.base.tokens[name]; len(claims) > 0 {
			b.WriteString("\t\t// What Keycloak writes without any mapper.\n\t\tclaims: {\n")
			for _, claim := range sortedKeys(claims) {
				fmt.Fprintf(&b, "\t\t\t%s\n", i.placement(claim, claims[claim]))
			}
			b.WriteString("\t\t}\n")
		}
		b.WriteString("\t}\n")
	}
	life := duration(min(i.realm.AccessTokenLifespan, i.realm.SessionMax))
	alg := "#header: " + headerText(i.realm.DefaultSignatureAlgorithm, "JWT")
	token(idToken, `kind: "id"`, "lifetime: "+life, alg)
	token(userinfo, `kind: "userinfo"`)
	token(accessToken, `kind: "access"`, "lifetime: "+life, alg)
	of := []string{accessToken}
	if i.light {
		token(lightToken, `kind: "access"`, `description: "Thin access tokens, for the clients that are set to get them"`,
			"lifetime: "+life, alg, `labels: "`+LabelPrefix+`lightweight": "true"`)
		of = append(of, lightToken)
	}
	token(introspection, `kind: "introspection"`, "of: "+quotes(of))
	token("refresh_token", `kind: "refresh"`, "lifetime: "+duration(i.realm.SessionMax), "idleLifetime: "+duration(min(i.realm.SessionIdle, i.realm.SessionMax)),
		"rotation: "+strconv.FormatBool(i.realm.RevokeRefreshToken))
	if i.response {
		token(tokenResponse, `kind: "response"`)
	}
	return b.String() + "}\n"
}

func headerText(alg, typ string) string {
	if alg == "" {
		alg = "RS256"
	}
	return fmt.Sprintf("{alg: %s, typ: %s, kid: string}", quote(alg), quote(typ))
}

func duration(seconds int) string { return quote(schema.Seconds(int64(seconds)).String()) }

func (i *importer) scopesFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + "scopes: {\n\t// Keycloak grants it to every client that asks.\n\topenid: {}\n")
	for _, key := range sortedKeys(i.parts) {
		if name, ok := strings.CutPrefix(key, "scope/"); ok && name != "openid" {
			i.scope(&b, i.realm.Scope(name), i.parts[key])
		}
	}
	return b.String() + "}\n"
}

func (i *importer) scope(b *strings.Builder, s *keycloak.Scope, p *part) {
	fmt.Fprintf(b, "\t%s: {\n", key(s.Name))
	field := func(format string, args ...any) { fmt.Fprintf(b, "\t\t"+format+"\n", args...) }
	if s.Description != "" {
		field("description: %s", quote(s.Description))
	}
	if v, ok := s.Attributes["display.on.consent.screen"]; !ok || strings.EqualFold(v, "true") {
		field("consent: true")
	}
	if !s.InToken() {
		field("reported: false")
	}
	if v, ok := s.Attributes["include.in.openid.provider.metadata"]; ok && !strings.EqualFold(v, "true") {
		field("published: false")
	}
	if len(p.audiences) > 0 {
		field("resources: %s", quotes(compact(p.audiences)))
	}
	labels := keptLabel(p)
	if len(s.Roles) > 0 && s.Name != "offline_access" {
		i.lose("roles", "scopes."+s.Name, s.At, nil, "only users with one of some roles get the scope: %v", s.Roles)
		var refs []string
		for _, r := range s.Roles {
			refs = append(refs, r.String())
		}
		slices.Sort(refs)
		labels = append(labels, quote(LabelPrefix+"roles")+": "+quote(strings.Join(refs, " ")))
	}
	if len(labels) > 0 {
		field("labels: {%s}", strings.Join(labels, ", "))
	}
	if len(p.tokens) > 0 {
		fmt.Fprintf(b, "\t\treleases: {\n%s\t\t}\n", i.releases(p, "\t\t\t"))
	}
	b.WriteString("\t}\n")
}

// keptLabel writes the mappers that no claim stands for.
func keptLabel(p *part) []string {
	if len(p.kept) == 0 {
		return nil
	}
	var kept []keptMapper
	for _, m := range p.kept {
		kept = append(kept, keptMapper{m.Name, m.Kind, m.Config})
	}
	text, _ := json.Marshal(kept) // texts always encode
	return []string{quote(LabelPrefix+"kept") + ": " + quote(string(text))}
}

func (i *importer) clientsFile() string {
	var b strings.Builder
	b.WriteString(i.header("") + "clients: {\n")
	for _, c := range i.clients {
		i.client(&b, c, i.parts["client/"+c.ClientID])
	}
	if len(i.clients) == 0 {
		return ""
	}
	return b.String() + "}\n"
}

func (i *importer) client(b *strings.Builder, c *keycloak.Client, p *part) {
	fmt.Fprintf(b, "\t%s: {\n", key(c.ClientID))
	field := func(format string, args ...any) { fmt.Fprintf(b, "\t\t"+format+"\n", args...) }
	if text := oneOf(c.Description, c.Name); text != "" && !strings.HasPrefix(text, "${") {
		field("description: %s", quote(text))
	}
	if c.ConsentRequired {
		field("// A guess: its users are asked for consent.\n\t\tparty: \"third\"")
	} else {
		field("// Party: not in the realm. Its users are not asked for consent, so perhaps \"first\".\n\t\tconsent: \"skipped\"")
	}
	clientType := "confidential"
	if c.Public {
		clientType = "public"
	}
	field("type: %s", quote(clientType))
	if method := authMethod(c); method != "" {
		field("authMethod: %s", quote(method))
	}
	field("grants: %s", quotes(grantsOf(c)))
	i.clientSettings(field, c)
	labels := keptLabel(p)
	if slices.Contains(reservedClients(), c.ClientID) {
		labels = append(labels, quote(LabelPrefix+"builtin")+`: "true"`)
	}
	for _, key := range settingsWithoutWords() {
		if v, ok := c.Attributes[key]; ok {
			labels = append(labels, quote(LabelPrefix+"attribute/"+key)+": "+quote(v))
		}
	}
	if !c.FullScope {
		labels = append(labels, quote(LabelPrefix+"fullScopeAllowed")+`: "false"`)
	}
	if len(labels) > 0 {
		field("labels: {%s}", strings.Join(labels, ", "))
	}
	field("scopes: {")
	field("\topenid: {}")
	for _, name := range slices.Sorted(slices.Values(c.DefaultScopes)) {
		if i.parts["scope/"+name] != nil {
			field("\t%s: always: true", key(name))
		}
	}
	for _, name := range slices.Sorted(slices.Values(c.OptionalScopes)) {
		if i.parts["scope/"+name] != nil {
			field("\t%s: {}", key(name))
		}
	}
	field("}")
	if len(p.audiences) > 0 {
		field("resources: %s", quotes(compact(p.audiences)))
	}
	if len(p.tokens) > 0 {
		fmt.Fprintf(b, "\t\treleases: {\n%s\t\t}\n", i.releases(p, "\t\t\t"))
	}
	b.WriteString("\t}\n")
}

func (i *importer) clientSettings(field func(string, ...any), c *keycloak.Client) {
	a := c.Attributes
	is := func(key string) bool { return strings.EqualFold(a[key], "true") }
	for _, m := range c.Mappers {
		if m.Kind == "oidc-sha256-pairwise-sub-mapper" {
			field("subjectType: \"pairwise\"")
			if uri := m.Config["sectorIdentifierUri"]; uri != "" {
				field("sector: %s", quote(uri))
			}
		}
	}
	if a["pkce.code.challenge.method"] == "S256" {
		field("pkce: true")
	}
	if is("require.pushed.authorization.requests") {
		field("par: true")
	}
	back, front := is("backchannel.logout.session.required"), is("frontchannel.logout.session.required")
	if back || front {
		field("logout: {backChannel: %t, frontChannel: %t, sessionRequired: true}", back, front)
	}
	s := keycloak.SettingsOf(i.realm, c, i.version)
	realm := keycloak.SettingsOf(i.realm, &keycloak.Client{Attributes: map[string]string{}}, i.version)
	name := accessToken
	if s.Lightweight {
		name = lightToken
	}
	var access, id []string
	if s.AccessLifespan != realm.AccessLifespan {
		access = append(access, "lifetime: "+duration(s.AccessLifespan))
		id = append(id, "lifetime: "+duration(s.AccessLifespan))
	}
	if s.AccessAlg != realm.AccessAlg || s.AccessHeader != realm.AccessHeader {
		access = append(access, "#header: "+headerText(s.AccessAlg, s.AccessHeader))
	}
	if s.IDAlg != realm.IDAlg {
		id = append(id, "#header: "+headerText(s.IDAlg, "JWT"))
	}
	if s.IDEncAlg != "" {
		id = append(id, fmt.Sprintf("encryption: {alg: [%s], enc: [%s]}", quote(s.IDEncAlg), quote(s.IDEncEnc)))
	}
	var bound []string
	if s.DPoP {
		bound = append(bound, "dpop")
	}
	if s.MTLS {
		bound = append(bound, "mtls")
	}
	if len(bound) > 0 {
		access = append(access, "senderConstraint: "+quotes(bound))
	}
	if len(access) > 0 || i.light {
		field("tokens: %s: {%s}", name, strings.Join(access, ", "))
	}
	if len(id) > 0 {
		field("tokens: id_token: {%s}", strings.Join(id, ", "))
	}
	if s.UserInfoAlg != "" {
		i.lose("userinfo", "clients."+c.ClientID, c.At, []export.Effect{{Client: c.ClientID, Token: userinfo, Claim: "iss", Change: export.Extra}},
			"userinfo of client %s is a JWT", c.ClientID)
	}
}

// settingsWithoutWords are attributes of clients that decide on tokens and that the
// language has no words for: labels keep them.
func settingsWithoutWords() []string {
	return []string{
		"client_credentials.use_refresh_token", "token.response.type.bearer.lower-case", "user.info.response.signature.alg",
		"user.info.encrypted.response.alg", "user.info.encrypted.response.enc", "allow.token.introspection.without.audience.check",
		"allow.userinfo.with.lightweight.access.token", "default.acr.values", "minimum.acr.value", "acr.loa.map", "client.session.max.lifespan",
	}
}

// grantsOf are the grant types of a client, in words of the language.
func grantsOf(c *keycloak.Client) []string {
	out := []string{}
	add := func(yes bool, grant string) {
		if yes {
			out = append(out, grant)
		}
	}
	on := func(key string) bool { return strings.EqualFold(c.Attributes[key], "true") }
	add(c.StandardFlow, grantCode)
	add(c.ImplicitFlow, "implicit")
	add(c.DirectAccess, "password")
	refresh := c.Attributes["use.refresh.tokens"]
	add((c.StandardFlow || c.DirectAccess) && (refresh == "" || strings.EqualFold(refresh, "true")), grantRefresh)
	add(c.ServiceAccounts && !c.Public, grantService)
	add(on("oauth2.device.authorization.grant.enabled"), grantDevice)
	add(on("oidc.ciba.grant.enabled"), grantCIBA)
	add(on("standard.token.exchange.enabled"), grantExchange)
	return out
}

func authMethod(c *keycloak.Client) string {
	switch {
	case c.Public:
		return ""
	case c.Authenticator == "client-jwt":
		return "private_key_jwt"
	case c.Authenticator == "client-secret-jwt":
		return "client_secret_jwt"
	case c.Authenticator == "client-x509":
		return "tls_client_auth"
	}
	return ""
}

func (i *importer) resourcesFile() string {
	if len(i.audiences) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(i.header("") + "// Whoever is named in aud. What they read is not in the realm.\nresources: {\n")
	for _, aud := range sortedKeys(i.audiences) {
		fmt.Fprintf(&b, "\t%s: audience: [%s]\n", key(aud), quote(aud))
	}
	return b.String() + "}\n"
}

func quote(s string) string { return string(valueset.Text(s)) }

var identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// key writes the name of a field: quoted where CUE wants it, or would take it for
// one of its own words.
func key(s string) string {
	switch s {
	case "package", "import", "for", "in", "if", "let", "true", "false", "null", "func", "try", "else":
		return quote(s)
	}
	if identifier.MatchString(s) {
		return s
	}
	return quote(s)
}

// field writes a field: with braces only where there are several in it.
func field(name string, fields []string) string {
	if len(fields) == 1 {
		return key(name) + ": " + fields[0]
	}
	return key(name) + ": {" + strings.Join(fields, ", ") + "}"
}

func quotes(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, quote(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func compact(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func oneOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// oneLine keeps a name from breaking out of a comment.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
