// Package edit makes and changes the CUE files of contracts: new ones from a
// template, and edits that leave every other byte alone.
package edit

import (
	"path"
	"regexp"
	"strings"

	"tokenctl.dev/schema"
)

// NewContract gives the files of a small contract that passes lint, by their
// paths below dir, which is relative to the root of the CUE module. Name is what
// the contract is called; a name that the language does not allow is bent until
// it does.
func NewContract(dir, name string) map[string][]byte {
	name = contractName(name)
	text := strings.ReplaceAll(template, "NAME", name)
	text = strings.ReplaceAll(text, "PACKAGE", packageName(name))
	return map[string][]byte{path.Join(dir, "contract.cue"): []byte(text)}
}

// Vendored gives the files that let plain "cue vet" and the CUE language server
// resolve the import of the language, by their paths below the root of the CUE
// module.
func Vendored() map[string][]byte {
	out := map[string][]byte{}
	for name, b := range schema.Files() {
		out[path.Join("cue.mod/pkg", schema.Module, "schema", name)] = b
	}
	return out
}

// NewModule gives the module file of a CUE module for contracts.
func NewModule() map[string][]byte {
	return map[string][]byte{"cue.mod/module.cue": []byte("module: \"contracts.invalid\"\nlanguage: version: \"" + schema.CUEVersion + "\"\n")}
}

var outsideName = regexp.MustCompile(`[^a-z0-9]+`)

func contractName(name string) string {
	name = strings.Trim(outsideName.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if name == "" {
		return "contract"
	}
	return name
}

func packageName(name string) string {
	name = strings.ReplaceAll(name, "-", "_")
	if name[0] >= '0' && name[0] <= '9' {
		return "c" + name
	}
	return name
}

const template = `// What the tokens of this issuer contain, who gets them and who reads them.
// "tokenctl lint" checks it, "tokenctl diff" says whom a change breaks.
package PACKAGE

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "NAME"
version: "0.1.0"
issuer: url: "https://login.example.com"

// Claims of the standards (sub, email, ...) are known. An entry says what is
// particular to them here, or declares a claim of your own.
claims: roles: {
	#value: [...("reader" | "admin")]
	description: "What the user may do in the API"
}

tokens: {
	id_token: {kind: "id", lifetime: "5m"}
	userinfo: kind: "userinfo"
	access_token: {kind: "access", profile: "rfc9068", lifetime: "10m"}
}

// What clients may be granted, and which claims that puts into which token.
scopes: {
	openid: {}
	email: releases: userinfo: {email: {}, email_verified: {}}
	"api:use": {resources: ["api"], releases: access_token: roles: {}}
}

clients: web: {
	party: "first"
	type:  "confidential"
	grants: ["authorization_code", "refresh_token"]
	scopes: {openid: always: true, email: {}, "api:use": {}}
	reads: {
		id_token: sub: use:   "identity"
		userinfo: email: use: "display"
	}
}

// Whoever else reads tokens, and what it does with each claim: this is how
// tokenctl knows what a change breaks.
resources: api: {
	party: "first"
	audience: ["https://api.example.com"]
	accepts: access_token: validates: ["signature", "iss", "aud", "exp", "typ"]
	reads: access_token: {
		sub: use:        "identity"
		roles: #allowIf: "reader" | "admin"
	}
}
`
