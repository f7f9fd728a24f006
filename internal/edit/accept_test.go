package edit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

const header = `package shop

import "tokenctl.dev/schema@v0"

schema.#Contract

name:    "shop"
version: "1.0.0"
issuer: url: "https://login.example.com"
`

var accepted = schema.Waiver{
	Name: "0f1e2d3c4b5a6978", Rule: "claim-removed", Subject: `claims."https://a.example/x"`, Consumer: "resources.api",
	Fingerprint: "0f1e2d3c4b5a6978", Reason: "It says \"no\" \\ and\n\tthat is \u2028 it", ApprovedBy: "security", Ticket: "X-1", Until: "2026-12-31", AcceptsBypass: true,
}

// What Accept writes is what was there with some lines more, loads, says what the
// waiver says, and is as clean as it was.
func checkAccept(t *testing.T, files map[string][]byte) (name, added string) {
	t.Helper()
	name, got, err := Accept(files, accepted)
	if err != nil {
		t.Fatal(err)
	}
	src := files[name]
	prefix := 0
	for prefix < len(src) && prefix < len(got) && src[prefix] == got[prefix] {
		prefix++
	}
	if prefix > 0 && prefix < len(src) { // the lines added may begin as the next one does
		prefix = bytes.LastIndexByte(src[:prefix], '\n') + 1
	}
	if len(got) <= len(src) || !bytes.HasSuffix(got, src[prefix:]) {
		t.Fatalf("%s: another byte was touched:\n%s", name, got)
	}
	added = string(got[prefix : len(got)-(len(src)-prefix)])
	if (src == nil || clean(src)) && !clean(got) {
		t.Errorf("%s: not as cue fmt has it any more:\n%s", name, got)
	}
	all := map[string][]byte{}
	for n, b := range files {
		all[n] = b
	}
	all[name] = got
	c, err := schema.Load(source.Files("shop", ".", all))
	if err != nil {
		t.Fatalf("%s: the result does not load: %v\n%s", name, err, got)
	}
	for _, w := range c.Waivers {
		if w.Name == accepted.Name {
			got := *w
			got.Entry = accepted.Entry
			if fmt.Sprint(got) != fmt.Sprint(accepted) {
				t.Errorf("%s: the waiver is %v, want %v", name, got, accepted)
			}
			return name, added
		}
	}
	t.Errorf("%s: the waiver is not there:\n%s", name, got)
	return name, added
}

// clean says whether a file is as cue fmt has it.
func clean(src []byte) bool {
	text, err := format.Source(src)
	return err == nil && bytes.Equal(text, src)
}

func TestAccept(t *testing.T) {
	const entry = `"0f1e2d3c4b5a6978": {`
	const other = `rule: "r", subject: "s", reason: "why", until: "2026-01-01"`
	for _, c := range []struct {
		name  string
		files map[string]string
		file  string
		first string // line that is added
	}{
		{"no waivers", map[string]string{"c.cue": header}, "waivers.cue", "package shop"},
		{"a table", map[string]string{"c.cue": header + "waivers: {\n\tw: {\n\t\t" + strings.ReplaceAll(other, ", ", "\n\t\t") + "\n\t}\n}\n\nclaims: x: {}\n"}, "c.cue", "\t" + entry},
		{"a table of one line", map[string]string{"c.cue": header + "waivers: {w: {" + other + "}}\n"}, "c.cue", ""},
		{"a table with one entry in a line", map[string]string{"c.cue": header + "waivers: {\n\tw: {" + other + "}\n}\n"}, "c.cue", "\t" + entry},
		{"an empty table", map[string]string{"c.cue": header + "waivers: {}\n"}, "c.cue", ""},
		{"a chain", map[string]string{"c.cue": header + "waivers: w: {" + other + "}\n"}, "c.cue", ""},
		{"without a last line end", map[string]string{"c.cue": header + "waivers: w: {" + other + "}"}, "c.cue", ""},
		{"a last comment", map[string]string{"c.cue": header + "waivers: w: {" + other + "}\n// The end."}, "c.cue", ""},
		{"quoted", map[string]string{"c.cue": header + "\"waivers\": {\n}\n"}, "c.cue", "\t" + entry},
		{"not as cue fmt has it", map[string]string{"c.cue": header + "waivers : {\n   w :{" + other + "}\n  }\n"}, "c.cue", "  \t" + entry},
		{"lines that end otherwise", map[string]string{"c.cue": strings.ReplaceAll(header+"waivers: {\n}\n", "\n", "\r\n")}, "c.cue", "\t" + entry + "\r"},
		{"a file of their own", map[string]string{"c.cue": header, "waivers.cue": "package shop\n"}, "waivers.cue", ""},
		{"the file of their own of several", map[string]string{"a.cue": header + "waivers: a: {" + other + "}\n", "waivers.cue": "package shop\n\nwaivers: b: {" + other + "}\n"}, "waivers.cue", ""},
		{"the first of several", map[string]string{"b.cue": "package shop\n\nwaivers: b: {" + other + "}\n", "a.cue": header + "waivers: a: {" + other + "}\n"}, "a.cue", ""},
		{"several parts", map[string]string{"c.cue": header + "waivers: a: {" + other + "}\nwaivers: {\n\tb: {" + other + "}\n}\n"}, "c.cue", "\t" + entry},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string][]byte{}
			for name, text := range c.files {
				files[name] = []byte(text)
			}
			name, added := checkAccept(t, files)
			first, _, _ := strings.Cut(added, "\n")
			if name != c.file || strings.TrimSuffix(first, "\n") != c.first {
				t.Errorf("%q is added to %s, want %q in %s", first, name, c.first, c.file)
			}
		})
	}
}

// Accept refuses where it cannot tell what package the contract is.
func TestAcceptRefuses(t *testing.T) {
	for name, files := range map[string]map[string][]byte{
		"nothing":         {},
		"broken":          {"c.cue": []byte("package shop\n{")},
		"another package": {"c.cue": []byte(header), "waivers.cue": []byte("package other\n")},
	} {
		if file, _, err := Accept(files, accepted); err == nil {
			t.Errorf("%s: written to %s", name, file)
		}
	}
}

// The same over contracts whose waivers are written in random ways.
func TestAcceptAnyShape(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			raw := []byte(header + randomWaivers(rand.New(rand.NewPCG(seed, 1))))
			checkAccept(t, map[string][]byte{"c.cue": raw})
			formatted, err := format.Source(raw)
			if err != nil || !clean(formatted) {
				t.Fatalf("not formatted: %v\n%s", err, formatted)
			}
			checkAccept(t, map[string][]byte{"c.cue": formatted})
		})
	}
}

func randomWaivers(r *rand.Rand) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var b strings.Builder
	n := 0
	field := func() string {
		n++
		sep := pick(", ", "\n", "\n\t", ", // why\n", "\n\n")
		return fmt.Sprintf("%s: {rule: \"r\"%ssubject: \"s\"%sreason: \"}\"%suntil: \"2026-01-01\"}", pick(fmt.Sprintf("w%d", n), fmt.Sprintf("\"w{%d\"", n)), sep, sep, sep)
	}
	for range 1 + r.IntN(3) {
		b.WriteString(pick("", "// before\n", "\n\n", "claims: x: {}\n"))
		switch r.IntN(4) {
		case 0:
			b.WriteString("waivers: " + field() + pick("\n", " // end\n"))
		case 1:
			b.WriteString("waivers: {" + field() + pick("", ", ", "\n") + "}\n")
		case 2:
			b.WriteString("waivers: {" + pick("\n", " // of 2026\n", "\n\n"))
			for range r.IntN(3) {
				b.WriteString(pick("", "\t", "  ") + field() + pick("\n", ",\n", " // end\n", "\n// between\n"))
			}
			b.WriteString(pick("", "\t") + "}" + pick("\n", " // end\n"))
		case 3:
			b.WriteString("waivers: {\n\tif true {\n\t\t" + field() + "\n\t}\n}\n")
		}
	}
	return b.String() + pick("", "\n", "// end", "tokens: {}\n", "_hidden: {waivers: 1}\n")
}
