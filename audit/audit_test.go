package audit

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/schema"
)

func random(t *testing.T, cases int) iter.Seq[*schema.Contract] {
	return given.Random(t, given.Seed(t), given.Cases(cases, 20))
}

// key tells rows apart.
func key(words ...string) string { return strings.Join(words, "\t") }

// Whoever issuance says gets a claim stands in the audit, and nobody else; always
// and sometimes are what issuance says of each claim by itself.
func TestRowsAreWhatIsIssued(t *testing.T) {
	for _, c := range slices.AppendSeq(given.Project(t), random(t, 200)) {
		is := issuance.Of(c)
		got := map[string]schema.Presence{}
		for row := range New(is, &Filter{}).Rows() {
			got[key(row.Client.Name, row.Token.Name, row.Claim.Name, row.Grant)] = row.Presence
		}
		for _, cl := range c.Clients {
			consumer := is.Consumer(cl.Path)
			for _, token := range c.Tokens {
				grants := map[string]bool{}
				for _, s := range is.Situations(cl, token) {
					grants[s.Grant] = true
				}
				for _, claim := range c.Claims {
					rows, always := 0, 0
					for g := range grants {
						p, ok := got[key(cl.Name, token.Name, claim.Name, g)]
						delete(got, key(cl.Name, token.Name, claim.Name, g))
						if ok {
							rows++
						}
						if p == schema.Always {
							always++
						}
					}
					want := is.Meet(consumer, token, claim).Presence
					said := schema.Sometimes
					if rows == 0 {
						said = schema.Never
					}
					if always == len(grants) && always > 0 {
						said = schema.Always
					}
					if said != want || (rows > 0) != (len(is.Ways(cl, token, claim)) > 0 && is.MayGet(cl, token, claim)) {
						t.Errorf("%s: %s gets %s in %s: %s, issuance says %s", c.Name, cl, claim, token, said, want)
					}
				}
			}
		}
		for k := range got {
			t.Errorf("%s: nobody gets %q", c.Name, k)
		}
	}
}

// A filter leaves exactly the rows that match it one by one.
func TestFilters(t *testing.T) {
	for _, c := range given.Project(t) {
		is := issuance.Of(c)
		var all []Row
		for row := range New(is, &Filter{}).Rows() {
			all = append(all, row)
		}
		for i := 0; i < len(all); i += 1 + len(all)/10 {
			probe := all[i]
			set := probe.Routes[0].Scopes[0].Names()
			readers := []string{browser}
			if len(probe.Audience.Readers) > 0 && probe.Audience.Readers[0].Consumer != nil {
				readers = []string{probe.Audience.Readers[0].Path}
			}
			for _, f := range []struct {
				name   string
				filter Filter
				keep   func(Row) bool
			}{
				{"client", Filter{Clients: Parse([]string{probe.Client.Name})}, func(r Row) bool { return r.Client == probe.Client }},
				{"token", Filter{Tokens: Parse([]string{probe.Token.Name[:2] + "*"})}, func(r Row) bool { return strings.HasPrefix(r.Token.Name, probe.Token.Name[:2]) }},
				{"claim", Filter{Claims: Parse([]string{probe.Claim.Name})}, func(r Row) bool { return r.Claim == probe.Claim }},
				{"grant", Filter{Grants: Parse([]string{orUndeclared(probe.Grant)})}, func(r Row) bool { return r.Grant == probe.Grant }},
				{"party", Filter{Parties: Parse([]string{orUndeclared(probe.Client.Party)})}, func(r Row) bool { return r.Client.Party == probe.Client.Party }},
				{"category", Filter{Categories: Parse([]string{"user"})}, func(r Row) bool { return strings.HasPrefix(classify.Of(c, r.Claim).Category+".", "user.") }},
				{"scope", Filter{Scopes: Parse(set)}, func(r Row) bool { return needsAny(r, set) }},
				{"reader", Filter{Readers: Parse(readers)}, func(r Row) bool { return readBy(r, readers[0]) }},
			} {
				if f.name == "claim" && strings.Contains(probe.Claim.Name, "*") { // a family: as a pattern it is more
					continue
				}
				if f.name == "scope" && len(set) == 0 || f.name == "grant" && probe.Grant != issuance.Unstated && slices.ContainsFunc(c.Clients, func(cl *schema.Client) bool { return len(cl.Grants) == 0 }) {
					continue
				}
				var got, want []string
				for row := range New(is, &f.filter).Rows() {
					got = append(got, key(row.Client.Name, row.Token.Name, row.Claim.Name, row.Grant))
				}
				for _, row := range all {
					if f.keep(row) {
						want = append(want, key(row.Client.Name, row.Token.Name, row.Claim.Name, row.Grant))
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, --%s: %d rows, want %d", c.Name, f.name, len(got), len(want))
				}
			}
		}
	}
}

func orUndeclared(s string) string {
	if s == "" {
		return undeclared
	}
	return s
}

func needsAny(r Row, scopes []string) bool {
	for _, route := range r.Routes {
		for _, set := range route.Scopes {
			for _, name := range set.Names() {
				if slices.Contains(scopes, name) {
					return true
				}
			}
		}
	}
	return false
}

func readBy(r Row, path string) bool {
	for _, reader := range r.Audience.Readers {
		if reader.Consumer == nil && path == browser || reader.Consumer != nil && reader.Path == path {
			return true
		}
	}
	return false
}

// Each cell of a matrix is what the consumers meet, taken together.
func TestMatrix(t *testing.T) {
	for _, c := range given.Project(t) {
		is := issuance.Of(c)
		a := New(is, &Filter{})
		tokens := (&Report{Matrix: "tokens"}).matrixOf(a, newTally())
		clients := (&Report{Matrix: "clients"}).matrixOf(a, newTally())
		for _, claim := range c.Claims {
			for _, token := range c.Tokens {
				want := []schema.Presence{}
				for _, cl := range c.Clients {
					if len(is.Situations(cl, token)) > 0 {
						want = append(want, is.Meet(is.Consumer(cl.Path), token, claim).Presence)
					}
				}
				if got, want := tokens.cells[cell{claim, token.Name}], together(want); got != want {
					t.Errorf("%s: %s in %s: %q, want %q", c.Name, claim, token, got, want)
				}
			}
			for _, cl := range c.Clients {
				want := schema.Presence("")
				for _, token := range c.Tokens {
					p := is.Meet(is.Consumer(cl.Path), token, claim).Presence
					if p == schema.Always || p == schema.Sometimes && want == "" {
						want = p
					}
				}
				if got := clients.cells[cell{claim, cl.Name}]; got != want {
					t.Errorf("%s: %s for %s: %q, want %q", c.Name, claim, cl, got, want)
				}
			}
		}
	}
}

func together(all []schema.Presence) schema.Presence {
	always := !slices.ContainsFunc(all, func(p schema.Presence) bool { return p != schema.Always })
	switch {
	case always && len(all) > 0:
		return schema.Always
	case slices.ContainsFunc(all, func(p schema.Presence) bool { return p != schema.Never }):
		return schema.Sometimes
	}
	return ""
}

// A pattern has to find a name: of a client, of an instance of a scope, of a member
// of a family, of what any client without grant types may use.
func TestCheck(t *testing.T) {
	c := given.Text(t, `
claims: {"x_*": category: "user.contact.email", x_own: {}}
tokens: access_token: {kind: "access", claims: {"x_*": {}, x_own: {}}}
scopes: "pay:{id}": #params: id: =~"^[0-9]+$"
clients: web: {grants: ["authorization_code"], scopes: "pay:{id}": {}}
resources: api: reads: access_token: x_own: use: "data"
`)
	for _, test := range []struct {
		filter Filter
		hint   string // empty: it is fine
	}{
		{Filter{Clients: Parse([]string{"w*"})}, ""},
		{Filter{Clients: Parse([]string{"api"})}, "it has web"},
		{Filter{Claims: Parse([]string{"x_more"})}, ""},
		{Filter{Claims: Parse([]string{"x_more2", "z_own"})}, `did you mean "x_own"?`},
		{Filter{Scopes: Parse([]string{"pay:12"})}, ""},
		{Filter{Scopes: Parse([]string{"pay:x"})}, "it has pay:{id}"},
		{Filter{Categories: Parse([]string{"user.contact"})}, ""},
		{Filter{Categories: Parse([]string{"unknown"})}, ""},
		{Filter{Categories: Parse([]string{"user.health"})}, "it has user.contact.email"},
		{Filter{Grants: Parse([]string{"authorization?code"})}, ""},
		{Filter{Grants: Parse([]string{"implicit"})}, "it has authorization_code, undeclared"},
		{Filter{Parties: Parse([]string{"undeclared"})}, ""},
		{Filter{Readers: Parse([]string{"browser"})}, ""},
		{Filter{Readers: Parse([]string{"resources.api"})}, ""},
		{Filter{Readers: Parse([]string{"gateway"})}, "it has api, browser, client, clients.web, resources.api, web"},
		{Filter{Tokens: Parse([]string{"id_token"})}, "it has access_token"},
	} {
		err := test.filter.Check(c)
		e, _ := err.(*NoMatchError)
		if test.hint == "" && err != nil || test.hint != "" && (e == nil || e.Hint != test.hint) {
			t.Errorf("%+v: %v (%+v), want %q", test.filter, err, e, test.hint)
		}
	}
	rows := 0
	for range New(issuance.Of(c), &Filter{Claims: Parse([]string{"x_own"})}).Rows() {
		rows++
	}
	if rows != 1 {
		t.Errorf("x_own has a claim of its own, and is in %d rows", rows)
	}
}
