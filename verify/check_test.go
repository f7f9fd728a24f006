package verify

import (
	"fmt"
	"strings"
	"testing"

	"tokenctl.dev/internal/pairs"
	"tokenctl.dev/internal/valueset"
)

func of(t testing.TB, src string) valueset.Set {
	t.Helper()
	s, ok := pairs.Of(src)
	if !ok {
		t.Fatalf("%s is no constraint", src)
	}
	return s
}

const token = `{sub: =~"^[0-9]+$", exp: int, roles: [...("reader" | "payer")], act?: {sub: string, act?: {...}}, address?: {[=~"^[a-z]+$"]: string}, ` +
	`"https://bank.example/id"?: strings.MaxRunes(3), until?: time.Format("Jan 2")}`

func (p Problem) String() string {
	return fmt.Sprintf("%s at %q: want %q, found %q", p.Rule, p.Path, p.Expected, p.Found)
}

// TestProblems says what is wrong with a payload: all of it, and no value.
func TestProblems(t *testing.T) {
	c := New(of(t, token))
	for _, x := range []struct{ payload, want string }{
		{`{"sub":"1","exp":2,"roles":[]}`, ``},
		{`{"sub":"1","exp":2,"roles":["payer","reader"],"act":{"sub":"s"},"address":{"a":"b"},"https://bank.example/id":"abc"}`, ``},
		{`{"sub":"secret","exp":"2","roles":["payer",7,"secret"]}`, `
			wrong-value at "sub": want "=~\"^[0-9]+$\"", found "string"
			wrong-type at "exp": want "integer", found "string"
			wrong-type at "roles[1]": want "string", found "integer"
			wrong-value at "roles[2]": want "\"payer\" | \"reader\"", found "string"`},
		{`{"secret":1}`, `
			claim-unexpected at "secret": want "", found "integer"
			claim-missing at "exp": want "integer", found ""
			claim-missing at "roles": want "array", found ""
			claim-missing at "sub": want "string", found ""`},
		{`{"sub":"1","exp":2.5,"roles":null,"act":{"secret":1},"address":{"SECRET":"x","a":1},"https://bank.example/id":"secret"}`, `
			wrong-type at "exp": want "integer", found "number"
			wrong-type at "roles": want "array", found "null"
			member-unexpected at "act.*": want "", found "integer"
			member-missing at "act.sub": want "string", found ""
			member-unexpected at "address.*": want "", found "string"
			wrong-type at "address.*": want "string", found "integer"
			wrong-value at "[\"https://bank.example/id\"]": want "strings.MaxRunes(3)", found "string"`},
		{`{"sub":"1","exp":2,"roles":[],"sub":"2"}`, `name-twice at "sub": want "claims with names of their own", found ""`},
		{`{"sub":"1","exp":2,"roles":[],"act":{"sub":"1","act":{"secret":1,"secret":2}}}`, `name-twice at "": want "members with names of their own", found ""`},
		{`[]`, `wrong-type at "": want "object", found "array"`},
		{`{"sub":`, `unreadable at "": want "a JSON object in UTF-8", found "not JSON"`},
		{``, `unreadable at "": want "a JSON object in UTF-8", found "empty"`},
	} {
		got := c.Check([]byte(x.payload))
		var lines []string
		for _, p := range got.Problems {
			lines = append(lines, p.String())
		}
		if text, want := strings.Join(lines, "\n"), strings.TrimSpace(strings.ReplaceAll(x.want, "\t", "")); text != want {
			t.Errorf("%s:\n%s\nwant:\n%s", x.payload, text, want)
		}
	}
}

// TestNoValues looks for what a payload holds in what is said of it.
func TestNoValues(t *testing.T) {
	c := New(of(t, token))
	s := schemaOf(t, of(t, token))
	payload := `{"sub":"VALUE","exp":"VALUE","roles":["VALUE",{"VALUE":1}],"act":{"VALUE":{"VALUE":"VALUE"},"act":"VALUE"},"address":{"VALUE":1}}`
	for _, e := range []Engine{c, s} {
		got := e.Check([]byte(payload))
		if len(got.Problems) < 5 {
			t.Errorf("%T: only %v", e, got.Problems)
		}
		if text := fmt.Sprint(got); strings.Contains(text, "VALUE") {
			t.Errorf("%T: %s", e, text)
		}
	}
}

func TestUndecided(t *testing.T) {
	c := New(of(t, token))
	got := c.Check([]byte(`{"sub":"1","exp":2,"roles":[],"until":"whenever"}`))
	if !got.OK() || !got.Undecided {
		t.Errorf("%+v", got)
	}
	if u := c.Unchecked(); len(u) != 1 || u[0] != `time.Format("Jan 2")` {
		t.Errorf("unchecked: %q", u)
	}
	if got := c.Check([]byte(`{"sub":"1","exp":2,"roles":[]}`)); !got.OK() || got.Undecided {
		t.Errorf("without it: %+v", got)
	}
}

// TestBounded holds that the work on one payload has a limit: alternatives that
// nest take no more than it.
func TestBounded(t *testing.T) {
	c := New(of(t, `#X, #X: {a?: #X, k?: 1} | {a?: #X, k?: 2}`))
	deep := strings.Repeat(`{"a":`, 60) + `{"k":3}` + strings.Repeat("}", 60)
	got := c.Check([]byte(deep))
	if len(got.Problems) != 1 || got.Problems[0].Rule != TooComplex {
		t.Errorf("%+v", got)
	}
	nested := New(of(t, "#Tree")).Check([]byte(strings.Repeat(`{"sub":[`, 240) + strings.Repeat(`{"v":1},`, 1000) + `{"v":"x"}` + strings.Repeat("]}", 240)))
	if len(nested.Problems) != 1 {
		t.Errorf("%+v", nested)
	}
	many := c.Check([]byte(`{` + strings.Repeat(`"x":1,`, 10_000) + `"y":1}`))
	if n := len(many.Problems); n == 0 || n > maxProblems {
		t.Errorf("%d problems", n)
	}
}

// TestNoAllocation holds that a payload that is right costs no memory.
func TestNoAllocation(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("coverage allocates")
	}
	c := New(of(t, token))
	payload := []byte(`{"sub":"12345","exp":1893456000,"roles":["payer","reader"],"act":{"sub":"s\n"}}`)
	r := &run{}
	c.check(r, payload)
	if n := testing.AllocsPerRun(1000, func() {
		if !c.check(r, payload).OK() {
			t.Fatal("not in the set")
		}
	}); n > 0 {
		t.Errorf("%v allocations for each payload", n)
	}
}
