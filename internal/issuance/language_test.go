package issuance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tokenctl.dev/internal/source"
	"tokenctl.dev/internal/want"
	"tokenctl.dev/schema"
)

// Each point of the language is stated by a contract, and means what it should.
func TestPointsOfTheLanguage(t *testing.T) {
	f := want.Fixtures(t, "../../testdata/language/points.txtar")[0]
	if len(f.Cases) != 25 {
		t.Errorf("%d points", len(f.Cases))
	}
	for _, c := range f.Cases {
		t.Run(c.Name, func(t *testing.T) {
			var facts []string
			for line := range strings.Lines(string(c.Files["facts"])) {
				facts = append(facts, strings.TrimSpace(line))
			}
			files := c.Contract()
			delete(files, "facts")
			trees, err := schema.Contracts(source.Files(c.Name, ".", files))
			if err != nil || len(trees) == 0 {
				t.Fatalf("%d contracts: %v", len(trees), err)
			}
			var got []want.Got
			var said []string
			for _, tree := range trees {
				contract, err := schema.Load(tree)
				var load *schema.LoadError
				if errors.As(err, &load) {
					for _, p := range load.Problems {
						got = append(got, want.Got{Mark: "want", File: p.At.File, Line: p.At.Line, Text: p.Message})
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if tree.Dir != "." {
					said = append(said, "base: "+tree.Dir)
				}
				said = append(said, statements(contract)...)
			}
			c.Check(t, got)
			for _, fact := range facts {
				if !slices.Contains(said, fact) {
					t.Errorf("not so: %s\n%s", fact, strings.Join(said, "\n"))
				}
			}
		})
	}
}

// statements says what a contract means, one line each.
func statements(c *schema.Contract) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, cl := range c.Claims {
		say("%s: %s", cl.Path, cl.Value)
		say("%s: %q", cl.Path, cl.Description)
		if cl.Embeds != nil {
			say("%s: embeds %s", cl.Path, cl.Embeds.Name)
		}
		if cl.Retired != nil {
			say("%s: retired for %s", cl.Path, strings.Join(cl.Retired.ReplacedBy, ", "))
		}
		var values []string
		for _, v := range cl.Values {
			values = append(values, v.Name)
		}
		say("%s: values %s", cl.Path, strings.Join(values, ", "))
		for _, m := range cl.Members {
			say("%s: %s", m.Path, m.Category)
		}
	}
	for _, t := range c.Tokens {
		say("%s: %s", t.Path, t.Format)
		say("%s: %d claims", t.Path, len(t.Claims))
		if t.Header != nil {
			say("%s: header %s", t.Path, t.Header)
		}
		for _, p := range t.Outer {
			say("%s: %s, shows %s", t.Path, t.Format, p.Claim.Name)
		}
		if t.ReadersComplete {
			say("%s: readers complete", t.Path)
		}
		for _, p := range t.Claims {
			by := ""
			if p.Implied {
				by = ", by its kind"
			}
			say("%s: %s%s", p.Path, p.Presence, by)
			say("%s: %q", p.Path, p.Description)
		}
	}
	for _, cl := range c.Clients {
		if cl.Many {
			say("%s: many", cl.Path)
		}
		say("%s: %s", cl.Path, cl.Party)
	}
	for consumer := range c.Consumers() {
		say("%s: %s", consumer.Path, [...]string{"", "not strict", "strict"}[consumer.Strict])
		say("%s: owner %s", consumer.Path, consumer.Owner.Team)
		for _, r := range consumer.Reads {
			sayReading(say, r)
		}
	}
	return append(out, meanings(c)...)
}

func sayReading(say func(string, ...any), r *schema.Read) {
	missing := r.OnMissing
	if missing == "" {
		missing = "nothing said"
	}
	say("%s: %s without it", r.Path, missing)
	for _, m := range r.Members {
		sayReading(say, m)
	}
}

// meanings says who gets and who meets what.
func meanings(c *schema.Contract) []string {
	var out []string
	is := Of(c)
	claims := slices.Clone(c.Claims)
	for _, name := range []string{"name", "email", "locale", "zoneinfo"} {
		if c.Claim(name) == nil {
			claims = append(claims, &schema.Claim{Name: name})
		}
	}
	for _, t := range c.Tokens {
		for _, claim := range claims {
			for _, consumer := range is.Consumers {
				m := is.Meet(consumer, t, claim)
				verb := "meets"
				if consumer.Client != nil {
					verb = "gets"
				}
				out = append(out, fmt.Sprintf("%s %s %s in %s: %s", consumer.Name, verb, claim.Name, t.Name, m.Presence))
			}
		}
		for _, r := range is.Consumers {
			if r.Resource == nil {
				continue
			}
			for _, cl := range c.Clients {
				reaches := "does not reach"
				for s := range is.Meetings(r, t) {
					if s.Client == cl {
						reaches = "reaches"
					}
				}
				out = append(out, fmt.Sprintf("%s %s %s with %s", cl.Name, reaches, r.Name, t.Name))
			}
		}
	}
	return out
}
