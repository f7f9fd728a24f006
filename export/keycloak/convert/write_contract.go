package convert

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
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
