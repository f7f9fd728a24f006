package convert

import (
	"fmt"
	"slices"
	"strings"

	"tokenctl.dev/schema"
)

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
