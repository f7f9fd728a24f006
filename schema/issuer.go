package schema

import (
	"regexp"
	"strings"

	"tokenctl.dev/internal/valueset"
)

// Values are what iss may be: the issuer's url and its alternatives; anything where
// the contract states no issuer.
func (i *Issuer) Values() valueset.Set {
	if i == nil {
		return valueset.Any()
	}
	urls := []string{i.URL}
	for _, a := range i.Alternatives {
		urls = append(urls, a.URL)
	}
	return IssuerSet(urls...)
}

// IssuerSet gives the values of iss that some identifiers stand for. {name} in one
// of them stands for any value.
func IssuerSet(urls ...string) valueset.Set {
	out := valueset.Empty()
	for _, url := range urls {
		out = out.Union(issuerSet(url))
	}
	return out
}

func issuerSet(url string) valueset.Set {
	if !parameter.MatchString(url) {
		return valueset.Const(valueset.Text(url))
	}
	var b strings.Builder
	last := 0
	for _, at := range parameter.FindAllStringIndex(url, -1) {
		b.WriteString(regexp.QuoteMeta(url[last:at[0]]) + "(?s:.+)")
		last = at[1]
	}
	out, _ := valueset.Matching(`^` + b.String() + regexp.QuoteMeta(url[last:]) + `$`)
	return out
}

var parameter = regexp.MustCompile(`\{[^{}]*\}`)
