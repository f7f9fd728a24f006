// Package scale makes contracts of a given size, for benchmarks: the shape of
// large real ones, with nothing random in it.
package scale

import (
	"fmt"
	"strings"
)

// Contract gives a contract with so many claims, as CUE source. It has a tenth as
// many scopes, each releasing ten claims, as many clients with ten scopes each,
// and a thirtieth as many resources with ten readings each.
func Contract(claims int) []byte {
	scopes := max(claims/10, 1)
	resources := max(claims/30, 1)
	var b strings.Builder
	b.WriteString("package large\n\nimport \"tokenctl.dev/schema@v0\"\n\nschema.#Contract\n\n")
	b.WriteString("name:    \"large\"\nversion: \"1.0.0\"\nissuer: url: \"https://login.example.com\"\n\nclaims: {\n")
	for i := range claims {
		writeClaim(&b, i)
	}
	b.WriteString("}\n\ntokens: {\n\tid_token: {kind: \"id\", lifetime: \"5m\"}\n\tuserinfo: kind: \"userinfo\"\n")
	b.WriteString("\taccess_token: {kind: \"access\", profile: \"rfc9068\", lifetime: \"10m\", readers: \"complete\"}\n}\n\nscopes: {\n\topenid: {}\n")
	for i := range scopes {
		fmt.Fprintf(&b, "\t%s: releases: %s: {", scope(i), token(i))
		for j := range 10 {
			fmt.Fprintf(&b, "%s: {}, ", claim((i*10+j)%claims))
		}
		b.WriteString("}\n")
	}
	b.WriteString("}\n\nclients: {\n")
	for i := range scopes {
		fmt.Fprintf(&b, "\tclient%d: {\n\t\tparty: %q, type: \"confidential\"\n\t\tgrants: [\"authorization_code\", \"refresh_token\"]\n\t\tscopes: {openid: always: true, ", i, []string{"first", "third"}[i%2])
		for j := range 10 {
			fmt.Fprintf(&b, "%s: {}, ", scope((i*7+j)%scopes))
		}
		b.WriteString("}\n\t}\n")
	}
	b.WriteString("}\n\nresources: {\n")
	for i := range resources {
		fmt.Fprintf(&b, "\tapi%d: {\n\t\tkind: \"api\", party: \"first\", audience: [\"https://api%d.example.com\"]\n\t\treads: access_token: {\n", i, i)
		for j := range 10 {
			fmt.Fprintf(&b, "\t\t\t%s: use: \"data\"\n", claim((i*20+j)%claims))
		}
		b.WriteString("\t\t}\n\t}\n")
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func claim(i int) string { return fmt.Sprintf("claim_%d", i) }
func scope(i int) string { return fmt.Sprintf("scope_%d", i) }

// token alternates by scope, so that every token has its share.
func token(i int) string { return []string{"access_token", "userinfo"}[i%2] }

func writeClaim(b *strings.Builder, i int) {
	fmt.Fprintf(b, "\t%s: {\n\t\tdescription: \"Claim number %d of the benchmark\"\n", claim(i), i)
	switch i % 5 {
	case 0:
		fmt.Fprintf(b, "\t\t#value: \"a%d\" | \"b\" | \"c\" | \"d\"\n", i%7)
	case 1:
		fmt.Fprintf(b, "\t\t#value: =~\"^[A-Z]{2}[0-9]{%d}$\"\n", 4+i%9)
	case 2:
		b.WriteString("\t\t#value: int & >=0 & <1000\n\t\tpresence: \"sometimes\"\n")
	case 3:
		b.WriteString("\t\t#value: [...(\"reader\" | \"payer\" | \"admin\")]\n\t\tstability: \"mutable\"\n")
	case 4:
		b.WriteString("\t\t#value: {street: string, country: =~\"^[A-Z]{2}$\", since?: int}\n\t\tpurposes: [\"kyc\"]\n")
	}
	b.WriteString("\t}\n")
}
