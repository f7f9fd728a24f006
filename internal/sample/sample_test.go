package sample

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/valueset"
)

func TestValue(t *testing.T) {
	for _, c := range []struct {
		src   string
		about About
		want  [3]string // typical, shortest, longest; "" for any
	}{
		{`string`, About{}, [3]string{`"alpha"`, `""`, ""}},
		{`string`, About{Name: "email"}, [3]string{`"ada@example.com"`, `""`, ""}},
		{`=~"@"`, About{}, [3]string{`"ada@example.com"`, `"@"`, ""}},
		{`=~"^[0-9a-f]{4}$"`, About{}, [3]string{"", "", ""}},
		{`string`, About{Examples: []valueset.JSON{`1`, ` "declared" `}}, [3]string{`"declared"`, `""`, ""}},
		{`string`, About{Name: "https://bank.example/claims/phone_number"}, [3]string{`"+12025550123"`, `""`, ""}},
		{`string`, About{Format: "date"}, [3]string{`"1990-01-01"`, `""`, ""}},
		{`"a" | "bcd"`, About{}, [3]string{`"a"`, `"a"`, `"bcd"`}},
		{`null | "a"`, About{}, [3]string{`"a"`, `"a"`, `null`}},
		{`*"b" | "a"`, About{}, [3]string{`"b"`, `"b"`, `"b"`}},
		{`int & >=5 & <=2000`, About{}, [3]string{`42`, `5`, `2000`}},
		{`bool`, About{}, [3]string{`true`, `true`, `false`}},
		{`[...("a" | "b")] & list.MaxItems(2)`, About{}, [3]string{`["a","b"]`, `[]`, ""}},
		{`[string, int]`, About{}, [3]string{`["alpha",7]`, `["",0]`, ""}},
		{`{a: "x", b?: "yy" | "z"}`, About{}, [3]string{`{"a":"x","b":"z"}`, `{"a":"x"}`, `{"a":"x","b":"yy"}`}},
		{`string | [...string]`, About{}, [3]string{`"alpha"`, `""`, ""}},
	} {
		set := valueset.Of(constraint(c.src))
		for l, want := range c.want {
			v, ok := Source{Length: Length(l)}.Value(set, c.about)
			if !ok || !holds(set, v) || want != "" && len(want) != len(v) || want != "" && l == int(Typical) && string(v) != want {
				t.Errorf("%s %+v, length %d: %s %v, want %s", c.src, c.about, l, v, ok, want)
			}
		}
	}
	if v, ok := (Source{}).Value(valueset.Empty(), About{}); ok {
		t.Errorf("nothing has the value %s", v)
	}
}

func TestOutside(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`"a" | "b"`, `null it is null; true it is of another type; "a-x" it is none of the values`},
		{`int & >=5 & <=20`, `null it is null; true it is of another type; 4 it is too small; 21 it is too large; 5.5 it is not a whole number; 42 it is none of the values`},
		{`strings.MinRunes(2) & =~"^[a-z]*$"`, `null it is null; true it is of another type; "a" it is too short; "alph!" it is not of the form`},
		{`[...bool] & list.UniqueItems() & list.MinItems(1)`, `null it is null; true it is of another type; [] it has too few elements; [true,true] it has an element twice; [null,false] [0] is null; [17,false] [0] is of another type`},
		{`{a: null, b?: "x"}`, `null it is null; true it is of another type; {"b":"x"} a is missing; {"a":true,"b":"x"} a is of another type; {"a":null,"b":null} b is null; {"a":null,"b":true} b is of another type; {"a":null,"b":"x-x"} b is none of the values; {"a":null,"b":"x","unexpected_member":"unexpected"} unexpected_member is not expected`},
		{`_`, ``},
	} {
		set := valueset.Of(constraint(c.src))
		var got []string
		for _, w := range (Source{}).Outside(set, About{}) {
			got = append(got, string(w.Value)+" "+w.String())
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.src, strings.Join(got, "; "), c.want)
		}
	}
}

// TestReserved demands that data about people is what is kept for examples.
func TestReserved(t *testing.T) {
	allowed := map[string]string{
		"email": `@example\.(com|org|net)$`,
		"phone": `^(\+?1?20255501\d\d|\+442079460\d{3})$`,
		"ip":    `^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8::)`,
		"ipv6":  `^2001:db8:`,
		"cidr":  `^(192\.0\.2\.0/24|2001:db8::/32)$`,
		"mac":   `(?i)^00[:-]00[:-]5e[:-]00[:-]53[:-]`,
		"uri":   `^https://(www\.)?example\.(com|org|net)/`,
	}
	for format, expr := range allowed {
		i := slices.IndexFunc(formats, func(f kind) bool { return f.format == format })
		if i < 0 {
			t.Errorf("no values of format %s", format)
			continue
		}
		for _, v := range formats[i].values {
			if !regexp.MustCompile(expr).MatchString(stringOf(v)) {
				t.Errorf("%s: %s is not reserved", format, v)
			}
		}
	}
	for _, name := range []string{"email", "E-Mail", "phone_number", "client_ip", "pid", "ssn", "given_name", "birthdate"} {
		if len(reservedFor(About{Name: name})) == 0 {
			t.Errorf("nothing is reserved for %s", name)
		}
	}
	for _, f := range formats {
		for _, v := range f.values {
			if j, ok := valueset.Compact([]byte(v)); !ok || j != v {
				t.Errorf("%s is written %s", v, j)
			}
		}
	}
}
