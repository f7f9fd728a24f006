package sample

import (
	"strings"

	"tokenctl.dev/internal/valueset"
)

// kind is a kind of data with the values that are reserved for examples of it.
type kind struct {
	format string
	names  []string // of claims and members, in lower case, letters and digits only
	values []valueset.JSON
}

func texts(list ...string) []valueset.JSON {
	out := make([]valueset.JSON, len(list))
	for i, t := range list {
		out[i] = valueset.Text(t)
	}
	return out
}

// formats are the kinds of data that samples know. None of the values reaches or
// names anybody: domains are those of RFC 2606, addresses those of RFC 5737, RFC 3849
// and RFC 9542 (2.1.2); telephone numbers 555-01xx of the North American plan and 020 7946
// 0xxx of Ofcom are kept for fiction; card numbers are the ones that payment networks
// publish for tests; account numbers are the examples of the IBAN registry. National
// numbers are such as were never given to anybody: 078-05-1120 was withdrawn after it
// had been printed on sample cards, and no day is the 00th.
var formats = []kind{
	{"uuid", []string{"sub", "jti", "sid", "uuid", "guid", "oid", "tid"}, texts("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002", "00000000-0000-4000-8000-000000000003")},
	{"date-time", []string{"createdat", "time", "timestamp"}, texts("2026-01-01T12:00:00Z", "2026-06-30T08:30:00Z")},
	{"date", []string{"birthdate", "dateofbirth", "dob", "birthday"}, texts("1990-01-01", "1985-12-31", "2000-02-29")},
	{"email", []string{"email", "mail", "emailaddress", "emails", "upn"}, texts("ada@example.com", "ben@example.org", "cleo@example.net")},
	{"uri", []string{"iss", "website", "profile", "url", "uri", "homepage"}, texts("https://example.com/", "https://www.example.org/a", "https://example.net/b")},
	{"picture", []string{"picture", "avatar", "photo"}, texts("https://example.com/ada.png")},
	{"ip", []string{"ip", "ipaddr", "ipaddress", "clientip", "remoteip"}, texts("192.0.2.44", "198.51.100.7", "203.0.113.9", "2001:db8::44")},
	{"ipv6", nil, texts("2001:db8::44", "2001:db8:1::9")},
	{"cidr", []string{"network", "subnet"}, texts("192.0.2.0/24", "2001:db8::/32")},
	{"mac", []string{"mac", "macaddress"}, texts("00:00:5e:00:53:01", "00-00-5E-00-53-01")},
	{"hostname", []string{"host", "hostname", "domain", "hd"}, texts("example.com", "www.example.org")},
	{"phone", []string{"phonenumber", "phone", "mobile", "mobilephone", "telephone", "tel", "msisdn"}, texts("+12025550123", "+12025550198", "+442079460958", "2025550123", "12025550123")},
	{"card", []string{"pan", "cardnumber", "creditcard", "card"}, texts("4111111111111111", "5555555555554444", "378282246310005")},
	{"iban", []string{"iban", "bankaccount", "accountiban"}, texts("NO9386011117947", "GB29NWBK60161331926819", "DE89370400440532013000")},
	{"national", []string{"ssn", "pid", "nin", "fnr", "nationalid", "nationalnumber", "personalnumber", "personnummer", "cpr", "taxid", "socialnumber", "personidentifier"},
		texts("078-05-1120", "078051120", "00000000000", "0000000000", "000000-0000", "000000000000")},
	{"name", []string{"name", "displayname", "fullname"}, texts("Ada Example", "Ben Example", "Cleo Example")},
	{"given", []string{"givenname", "firstname", "nickname", "middlename"}, texts("Ada", "Ben", "Cleo")},
	{"family", []string{"familyname", "lastname", "surname"}, texts("Example", "Sample")},
	{"username", []string{"preferredusername", "username", "login", "uid"}, texts("ada", "ben", "cleo")},
	{"gender", []string{"gender"}, texts("female", "male", "other")},
	{"address", []string{"address"}, []valueset.JSON{`{"country":"NO","formatted":"1 Example Street, Exampletown","locality":"Exampletown","street_address":"1 Example Street"}`, `"1 Example Street, Exampletown"`}},
	{"street", []string{"streetaddress", "street", "formatted"}, texts("1 Example Street")},
	{"locality", []string{"locality", "city", "region"}, texts("Exampletown")},
	{"country", []string{"country", "countrycode"}, texts("NO", "no", "NOR", "Norway")},
	{"language-tag", []string{"locale", "lang", "language"}, texts("en-GB", "nb-NO", "en")},
	{"time-zone", []string{"zoneinfo", "timezone"}, texts("Europe/Oslo", "America/New_York")},
	{"duration", nil, texts("15m", "1h30m", "PT15M")},
	{"base64url", []string{"athash", "chash", "shash", "nonce", "jkt", "x5ts256"}, texts("c2FtcGxlLXNhbXBsZS1zYQ", "c2FtcGxlLXNhbXBsZS1zYW1wbGUtc2FtcGxlLXNhbXBsZQ", "c2FtcGxl")},
	{"base64", nil, texts("c2FtcGxlcw==", "c2FtcGxl")},
	{"hex", nil, texts("00c0ffee", "0123456789abcdef")},
	{"json", nil, texts("{}", `{"a":1}`)},
	// The unsecured example of RFC 7519, 6.1.
	{"jwt", nil, texts("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.")},
	// Moments are seconds since 1970 (RFC 7519, 2).
	{"numeric-date", []string{"iat", "nbf", "authtime", "updatedat", "issuedat"}, []valueset.JSON{"1767225600"}},
	{"epoch-millis", nil, []valueset.JSON{"1767225600000"}},
	{"expiry", []string{"exp", "expiresat"}, []valueset.JSON{"1767226200"}},
}

// words stand for strings that may be any; none of them is the name of anything.
var words = texts("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")

var numbers = []valueset.JSON{"42", "7", "3", "1", "0", "100", "3600", "1.5", "0.5", "10.25"}

// reservedFor gives the values that are reserved for data of that name or format.
func reservedFor(about About) []valueset.JSON {
	name := plain(about.Name)
	var out []valueset.JSON
	for _, f := range formats {
		if about.Format != "" && f.format == about.Format {
			out = append(f.values[:len(f.values):len(f.values)], out...)
			continue
		}
		for _, n := range f.names {
			if n == name {
				out = append(out, f.values...)
			}
		}
	}
	return out
}

// plain is a name without what names of claims are decorated with: a namespace before
// the last slash or colon, capitals, underscores.
func plain(name string) string {
	name = name[strings.LastIndexAny(name, "/:")+1:]
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, name)
}
