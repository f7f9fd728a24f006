package schema

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a span of time in whole seconds. The zero Duration is not stated.
type Duration struct {
	Stated  bool
	Seconds int64
}

// Seconds is a stated duration.
func Seconds(n int64) Duration { return Duration{Stated: true, Seconds: n} }

// String writes a duration as contracts do: 1h30m.
func (d Duration) String() string {
	if !d.Stated {
		return ""
	}
	if d.Seconds == 0 {
		return "0s"
	}
	var b strings.Builder
	rest := d.Seconds
	for _, u := range units {
		if n := rest / u.seconds; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			rest -= n * u.seconds
		}
	}
	return b.String()
}

// Less says whether d is the shorter one; both must be stated.
func (d Duration) Less(e Duration) bool { return d.Stated && e.Stated && d.Seconds < e.Seconds }

var units = []struct {
	name    string
	seconds int64
}{{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}}

// longest keeps sums of durations and dates within what time.Duration holds.
const longest = int64(math.MaxInt64 / int64(time.Second) / 2)

// parseDuration reads "1h30m". The schema has seen to its form.
func parseDuration(text string) (Duration, error) {
	d := Seconds(0)
	for rest := text; rest != ""; {
		i := strings.IndexAny(rest, "smhd")
		if i < 0 {
			return d, fmt.Errorf("%q is not a duration", text)
		}
		n, err := strconv.ParseInt(rest[:i], 10, 64)
		if err != nil {
			return d, fmt.Errorf("%q is too long", text)
		}
		for _, u := range units {
			if u.name == rest[i:i+1] {
				if n > longest/u.seconds || d.Seconds > longest-n*u.seconds {
					return d, fmt.Errorf("%q is too long", text)
				}
				d.Seconds += n * u.seconds
			}
		}
		rest = rest[i+1:]
	}
	return d, nil
}
