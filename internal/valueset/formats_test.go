package valueset

import (
	"regexp"
	"strings"
	"testing"

	"cuelang.org/go/cue/cuecontext"
)

// mutations are changes that turn a valid string into one that is just not, or just
// still valid.
func (g gen) mutate(s string) string {
	r := []rune(s)
	for range 1 + g.IntN(2) {
		if len(r) == 0 {
			return g.word()
		}
		i := g.IntN(len(r))
		c := []rune(g.pick("0", "1", "2", "3", "5", "6", "9", "a", "f", "g", "F", "Z", "z", ":", "-", ".", "+", ",", "/", "%", " ", "T", "h", "m", "s", "µ", "{", "}", "é", "\n", "xn--"))
		switch g.IntN(3) {
		case 0:
			r[i] = c[0]
		case 1:
			r = append(r[:i:i], append(c, r[i:]...)...)
		case 2:
			r = append(r[:i:i], r[i+1:]...)
		}
	}
	return string(r)
}

// TestFormats holds the expressions for CUE's validators against the validators.
func TestFormats(t *testing.T) {
	seeds := map[string][]string{
		"uuid.Valid": {"00000000-0000-4000-8000-000000000000", "URN:uuid:00000000-0000-4000-8000-00000000000a",
			"{00000000-0000-4000-8000-000000000000}", "0123456789abcdefABCDEF0123456789"},
		"time.Time": {"2026-11-21T10:00:00Z", "2024-02-29T23:59:59.123456789012+01:00", "0000-02-29T1:00:00,5-24:60",
			"1900-02-28T00:00:00Z", "2000-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z"},
		"time.Duration()":                    {"1h30m", "0", "-1.5h", "+.5s", "1.s", "100000h", "2562047h47m16.854775807s", "2562048h", "1us1µs1μs1ns1ms", "9999999999h"},
		"net.IPv4":                           {"192.0.2.1", "0.0.0.0", "255.255.255.255", "1.2.3.04"},
		"net.IPv6":                           {"::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "fe80::1%eth0", "::%\n", "1::2:192.0.2.1", "1:2:3:4:5::192.0.2.1"},
		"net.IP":                             {"192.0.2.1", "::1"},
		"net.IPCIDR":                         {"192.0.2.0/24", "::/128", "2001:db8::/0", "1.2.3.4/33", "::/129", "::/01", "fe80::%a/64"},
		"net.FQDN":                           {"example.com", "example.com.", "a-b.c", "a..b", "xn--nxasmq6b.example", "aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb", "-a.b", "_dmarc.example.com", "A.B"},
		"net.URL":                            {"https://example.com/a?b#c", "/a/b", "", "a:b", "http://[::1]:80/", "%zz", "//a:b", "http://a:99999/", "1:2"},
		"net.AbsURL":                         {"https://example.com:443/a.b~c", "urn:a:b", "http://a-b.c/", "a:", "http:", "mailto:a@b"},
		"regexp.Valid":                       {"a b-c_", "(", "[", "a{2}"},
		`time.Format("15:04")`:               {"10:00", "1:59", "24:00", "23:60"},
		`time.Format("2006-01-02")`:          {"2026-11-21", "2024-02-29", "2023-02-29"},
		`time.Format("2006-01-02 15:04:05")`: {"2026-11-21 10:00:00", "2026-11-21 9:00:00.5"},
		`time.Format("2006-01-02T15:04:05")`: {"2026-11-21T10:00:00"},
		`time.Format("2006-01-02T15:04:05Z07:00")`: {"2026-11-21T10:00:00Z", "2026-11-21T10:00:00.5+01:00"},
		`time.Format("15:04:05")`:                  {"10:00:00", "10:00:00.000"},
	}
	for src, valid := range seeds {
		t.Run(src, func(t *testing.T) {
			v := constraint(cuecontext.New(), src)
			s := Of(v)
			var counts [3]int
			for i, text := range valid {
				g := newGen(uint64(i))
				for n := range 300 {
					w := stringValue(text)
					if n > 0 {
						w = stringValue(g.mutate(text))
					}
					got := s.parts().of[iString].truth(func(n *formula) Tri {
						if _, ok := n.atom.(*opaque); ok {
							return Unknown // what the expressions say without CUE
						}
						return n.atom.holds(&w, byModel)
					})
					counts[got]++
					if want := accepts(v, &w); got != Unknown && got != want {
						t.Errorf("%q: %v, CUE says %v", w.text, got, want)
					}
				}
			}
			if counts[Yes] == 0 || counts[No] == 0 && formats[src].within != `(?s:.*)` {
				t.Errorf("unknown, yes, no: %v", counts)
			}
		})
	}
}

// TestFormatsAreTested demands a test for each format.
func TestFormatsAreTested(t *testing.T) {
	src := readFile(t, "formats_test.go")
	for name := range formats {
		if !strings.Contains(src, `"`+name) {
			t.Errorf("%s has no test", name)
		}
	}
	for layout := range layouts {
		if !regexp.MustCompile(regexp.QuoteMeta(`time.Format("`+layout+`")`)).MatchString(src) && layout != "2006-01-02T15:04:05.999999999Z07:00" {
			t.Errorf("layout %s has no test", layout)
		}
	}
}
