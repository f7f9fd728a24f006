package audit

import (
	"slices"
	"strings"

	"tokenctl.dev/internal/issuance"
)

// An Audience is who can read some rows: those of one client's token mostly share
// it, and it may be long, so what is said of it is worked out once.
type Audience struct {
	Readers []issuance.Reader
	names   []string
	text    string
	doubts  []string
}

func newAudience(readers []issuance.Reader) *Audience {
	a := &Audience{Readers: readers}
	for _, r := range readers {
		name := browser
		if r.Consumer != nil {
			name = r.Name
			if r.Client != nil {
				name = holder
			}
		}
		if r.Doubt != "" {
			name += "?"
			if !slices.Contains(a.doubts, r.Doubt) {
				a.doubts = append(a.doubts, r.Doubt)
			}
		}
		a.names = append(a.names, name)
	}
	a.text = strings.Join(a.names, ", ")
	return a
}

// audiences finds the audience of readers that were found before: issuance gives
// the same slice again.
type audiences struct{ all []*Audience }

func (as *audiences) of(readers []issuance.Reader) *Audience {
	i := slices.IndexFunc(as.all, func(a *Audience) bool {
		return len(a.Readers) == len(readers) && (len(readers) == 0 || &a.Readers[0] == &readers[0])
	})
	if i < 0 {
		i = len(as.all)
		as.all = append(as.all, newAudience(readers))
	}
	return as.all[i]
}
