package valueset

import (
	"strings"
	"time"

	"cuelang.org/go/cue"
)

// formatOf is what is known of a validator for strings: all that it accepts match
// within, and all that match surely are accepted. If the two are one expression,
// the validator is modelled exactly. They are checked against CUE by tests.
type formatOf struct{ surely, within string }

func exactly(expr string) formatOf { return formatOf{expr, expr} }

func (f formatOf) set(v cue.Value) Set {
	within := lit(patternOf("^(?:" + f.within + ")$"))
	if f.surely == f.within {
		return onKinds(StringKind, within)
	}
	surely := lit(patternOf("^(?:" + f.surely + ")$"))
	return onKinds(StringKind, and(within, or(surely, opaqueFormula(v))))
}

const (
	reOctet = `(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`
	reIPv4  = reOctet + `(?:\.` + reOctet + `){3}`
	reZone  = `(?:%(?s:.+))?`

	reUUID = `[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}`

	reLeapYear = `(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)`
	reDate     = `(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|` +
		`(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|` + reLeapYear + `-02-29)`
	// Go takes an hour of one digit and any fraction, also after a comma.
	reHour     = `(?:2[0-3]|[01]?[0-9])`
	reMinute   = `:[0-5][0-9]`
	reFraction = `(?:[.,][0-9]+)?`
	reClock    = reHour + reMinute + reMinute + reFraction
	// Go takes an offset of 24 hours and of 60 minutes.
	reOffset = `(?:Z|[+-](?:2[0-4]|[01][0-9]):(?:60|[0-5][0-9]))`

	reUnit  = `(?:ns|us|µs|μs|ms|s|m|h)`
	reLabel = `[a-z0-9]{1,20}`
	reHost  = `[a-z0-9]+(?:[.-][a-z0-9]+)*`
	rePath  = `(?:/[A-Za-z0-9._~-]*)*`
)

// reIPv6 is an IPv6 address as package netip reads it: eight groups, the last two
// perhaps as an IPv4 address, with "::" for at least one group.
var reIPv6 = func() string {
	const h = `[0-9A-Fa-f]{1,4}`
	groups := func(n int) string { return h + strings.Repeat(":"+h, n-1) }
	forms := []string{groups(8), groups(6) + ":" + reIPv4}
	for before := range 8 {
		left := ""
		if before > 0 {
			left = groups(before)
		}
		tails := []string{""}
		for after := 1; before+after <= 7; after++ {
			tails = append(tails, groups(after))
			if after >= 2 {
				tails = append(tails, strings.TrimPrefix(strings.Repeat(h+":", after-2)+reIPv4, ":"))
			}
		}
		forms = append(forms, left+"::(?:"+strings.Join(tails, "|")+")")
	}
	return "(?:" + strings.Join(forms, "|") + ")"
}()

// formats are the validators without arguments.
var formats = map[string]formatOf{
	"uuid.Valid": exactly(`(?i:urn:uuid:)?` + reUUID + `|\{` + reUUID + `\}|[0-9A-Fa-f]{32}`),
	"time.Time":  exactly(reDate + "T" + reClock + reOffset),
	"net.IPCIDR": exactly(reIPv4 + `/(?:3[0-2]|[12]?[0-9])|` + reIPv6 + `/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])`),
	"time.Duration": {
		surely: `[+-]?(?:0|(?:(?:[0-9]{1,5}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})` + reUnit + `){1,6})`,
		within: `[+-]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)` + reUnit + `)+)`,
	},
	"net.FQDN": {
		surely: reLabel + `(?:\.` + reLabel + `){0,5}\.?`,
		within: `[\x00-\x7F]+`,
	},
	"net.URL": {
		surely: `(?:https?://` + reHost + `(?::[0-9]{1,4})?)?` + rePath,
		within: `[^\x00-\x1F\x7F]*`,
	},
	"net.AbsURL": {
		surely: `https?://` + reHost + `(?::[0-9]{1,4})?` + rePath + `|urn:[a-z0-9:.-]+`,
		within: `[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x1F\x7F]*`,
	},
	"regexp.Valid": {surely: `[A-Za-z0-9 _-]*`, within: `(?s:.*)`},
}

// layouts are the layouts of time.Format that are modelled.
var layouts = map[string]formatOf{
	time.DateOnly:         exactly(reDate),
	time.RFC3339:          exactly(reDate + "T" + reClock + reOffset),
	time.RFC3339Nano:      exactly(reDate + "T" + reClock + reOffset),
	time.DateTime:         exactly(reDate + " " + reClock),
	"2006-01-02T15:04:05": exactly(reDate + "T" + reClock),
	time.TimeOnly:         exactly(reClock),
	"15:04":               exactly(reHour + reMinute),
}

// layoutOf returns the layout of time.Format.
func layoutOf(name string, args []cue.Value) string {
	if name != "time.Format" || len(args) != 1 {
		return ""
	}
	s, err := args[0].String()
	if err != nil {
		return ""
	}
	return s
}
