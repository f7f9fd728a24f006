package classify

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

const header = `package example

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "example"
version: "1.0.0"
`

func load(t *testing.T, text string) *schema.Contract {
	t.Helper()
	if !strings.Contains(text, "issuer:") {
		text += "\nissuer: url: \"https://login.example.com\"\n"
	}
	c, err := schema.Load(source.Files("example", ".", map[string][]byte{"c.cue": []byte(header + text)}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Names that look like what they are not, and the other way round.
func TestTraps(t *testing.T) {
	data, err := os.ReadFile("testdata/traps.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows(string(data), func(col []string) {
		name, values, category, confidence := col[0], col[1], col[2], col[3]
		claim := &schema.Claim{Name: name, Registered: schema.LookupRegistered(name)}
		if values != "" {
			claim = load(t, fmt.Sprintf("claims: %q: #value: %s", name, values)).Claim(name)
		}
		got := Of(&schema.Contract{}, claim)
		if got.Category != strings.TrimPrefix(category, "-") || got.Confidence.String() != confidence {
			t.Errorf("%s (%s) is %s, %s; want %s, %s; because of %q", name, values, got, got.Confidence, category, confidence, got.Reason)
		}
	})
}

// What is said more firmly wins.
func TestStages(t *testing.T) {
	for _, test := range []struct {
		what, contract string
		want           Class
	}{
		{"declared before policy", `claims: x: {#value: string, category: "user.genetic"}
			policy: categories: x: "user.name"`,
			Class{"user.genetic", Special, Declared, High, ""}},
		{"policy before the registry", `claims: x: #value: string
			policy: categories: {"*": "user.genetic", "x*": "system", "xy*": "user.name"}`,
			Class{"system", Technical, ByPolicy, High, ""}},
		{"an exact name in policy before a family", `claims: x: #value: string
			policy: categories: {"x*": "system", x: "user.name"}`,
			Class{"user.name", Direct, ByPolicy, High, ""}},
		{"a category of one's own", `claims: x: {#value: string, category: "acme.segment"}`,
			Class{"acme.segment", Personal, Declared, High, ""}},
		{"the issuer's product decides", `claims: x: #value: string
			claims: pid: #value: string
			issuer: {url: "https://login.example.com", product: "idporten"}`,
			Class{"user.government_id", Sensitive, Registry, High, "=idporten"}},
		{"format", `claims: x: {#value: string, format: "email"}`,
			Class{"user.contact.email", Direct, ByValue, High, "format email"}},
		{"an identifier made of an address", `claims: sub: source: {from: "directory", attribute: "mail"}
			sources: directory: {}`,
			Class{"user.contact.email", Direct, ByName, Medium, "source attribute mail"}},
		{"what is made of an address is none", `claims: sub: source: {from: "directory", attribute: "mail", transform: "hash"}
			sources: directory: {}`,
			Class{"user.unique_id", Pseudonymous, Registry, High, "RFC 7519, 4.1"}},
		{"a member whose category is declared", `claims: x: {#value: {a: string}, members: a: category: "user.financial"}`,
			Class{"user.financial", Sensitive, Declared, High, "member a"}},
		{"a member that is declared to be nothing", `claims: x: {#value: {email: string}, members: email: category: "system"}`,
			Class{Basis: Unknown}},
	} {
		c := load(t, test.contract)
		claim := c.Claim("x")
		for _, name := range []string{"pid", "sub"} {
			if other := c.Claim(name); other != nil && other.Declared {
				claim = other
			}
		}
		if got := Of(c, claim); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.what, got, test.want)
		}
	}
}

func TestMembers(t *testing.T) {
	c := load(t, `claims: account: {
		#value: {owner: {email: string, tags: [...{label: string, ssn: string}]}, limit: number}
		members: owner: members: email: category: "user.contact.email"
	}`)
	for _, test := range []struct {
		path, category string
	}{
		{"owner.email", "user.contact.email"},
		{"owner.tags.ssn", "user.government_id"},
		{"owner.tags.label", ""},
		{"limit", ""},
		{"missing", ""},
	} {
		if got := OfMember(c.Claim("account"), strings.Split(test.path, ".")...); got.Category != test.category {
			t.Errorf("%s is %v, want %q", test.path, got, test.category)
		}
	}
}

// The tables say one thing of each phrase, in categories that have a tier, and
// every phrase is found by itself.
func TestTables(t *testing.T) {
	seen := map[string]term{}
	rows(namesTSV, func(col []string) {
		if len(col) != 3 || !slices.Contains([]string{strong, whole, weak}, col[1]) {
			t.Fatalf("not a row: %q", col)
		}
		if _, ok := TierOf(col[0]); !ok {
			t.Errorf("category %s has no tier", col[0])
		}
		for phrase := range strings.SplitSeq(col[2], ", ") {
			key := strings.Join(split(fold(phrase)), "")
			this := term{col[0], col[1], phrase}
			if other, ok := seen[key]; ok && (other.category != this.category || other.strength != this.strength) {
				t.Errorf("%q is %v and %v", phrase, other, this)
			}
			seen[key] = this
			for _, name := range []string{phrase, digraphs.Replace(phrase), strings.ReplaceAll(phrase, " ", "_")} {
				got := byName(name)
				if got.Category != col[0] {
					t.Errorf("%q is %s (%s), want %s", name, got, got.Reason, col[0])
				}
			}
		}
	})
	roles := []string{"suffix", "prefix", "person", "thing", "machine", "beside", "value"}
	rows(wordsTSV, func(col []string) {
		if len(col) != 2 || !slices.Contains(roles, col[0]) {
			t.Errorf("not a row: %q", col)
		}
	})
	rows(vendorsTSV, func(col []string) {
		if _, ok := TierOf(col[1]); len(col) != 3 || !ok && col[1] != "-" {
			t.Errorf("not a row: %q", col)
		}
	})
	rows(valuesTSV, func(col []string) {
		if _, ok := TierOf(col[0]); len(col) != 3 || !ok && col[0] != "control" {
			t.Errorf("not a row: %q", col)
		}
	})
	rows(tiersTSV, func(col []string) {
		if n, err := strconv.Atoi(col[1]); err != nil || n < int(Technical) || n > int(Secret) {
			t.Errorf("not a row: %q", col)
		}
	})
}

func TestSplit(t *testing.T) {
	for name, want := range map[string]string{
		"given_name":               "given name",
		"phoneNumber2":             "phone number 2",
		"SAMLNameID":               "saml name id",
		"x5t#S256":                 "x 5 t",
		"https://a.example/b/cDe":  "c de",
		"https://a.example/claims": "claims",
		"urn:a:b:postalCode":       "postal code",
		"a.b/c[0].d":               "d (a b c 0)",
		"emails[0].value":          "emails 0",
		"naïve-Straße":             "naive strasse",
		"":                         "",
		"://":                      "",
		"日本語":                      "日本語",
	} {
		l := read(name)
		got := strings.Join(l.words, " ")
		if len(l.container) > 0 {
			got += " (" + strings.Join(l.container, " ") + ")"
		}
		if got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
