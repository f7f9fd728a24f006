package docgen

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"tokenctl.dev/internal/want"
)

// Published is the contract of a real issuer: its file, and what comments in it say
// of what its issuer publishes.
type Published struct {
	Name      string
	File      string // from the root of the repository
	Title     string
	Facts     []string
	NotStated []Gap
}

// A Gap is something that cannot be stated, or is not found.
type Gap struct{ Where, What, Reason string }

var (
	fact      = regexp.MustCompile(`// fact: (.*)`)
	notStated = regexp.MustCompile(`// not stated: ([^:\n]*): (.+)`)
	judged    = regexp.MustCompile(`^([a-z-]+) (breaks-open|breaks|exposes|may-break) `)
	sentence  = regexp.MustCompile(`\.\s`)
)

// ReadPublished reads the comments of a contract: what it is, the facts that it
// states (each beside what states it) and those that it cannot.
func ReadPublished(file string, text []byte) Published {
	p := Published{Name: strings.TrimSuffix(path.Base(file), ".cue"), File: file}
	var head []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "// ") {
			break
		}
		head = append(head, strings.TrimSpace(line[3:]))
	}
	p.Title = first(strings.Join(head, " "))
	for _, m := range fact.FindAllStringSubmatch(string(text), -1) {
		p.Facts = append(p.Facts, m[1])
	}
	for _, m := range notStated.FindAllStringSubmatch(string(text), -1) {
		p.NotStated = append(p.NotStated, Gap{file, m[1], m[2]})
	}
	return p
}

// ReadGaps reads a list of what cannot be stated: a line each, with tabs between
// where, what and the reason.
func ReadGaps(text []byte) ([]Gap, error) {
	var out []Gap
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 3 {
			return nil, fmt.Errorf("not a name, a thing and a reason: %q", line)
		}
		out = append(out, Gap{cells[0], cells[1], cells[2]})
	}
	return out, nil
}

// Coverage says what the language can state, by the fixtures that do: its points,
// what real issuers publish, and what broke real consumers.
func Coverage(points want.Fixture, published []Published, incidents []want.Fixture, gaps []Gap) []byte {
	b := page("What the language can state")
	b.WriteString("Each line is held by a fixture that the tests run, or has the reason why there is none.\n\n")
	fmt.Fprintf(b, "## The points of the language\n\n[%[1]s.txtar](../testdata/language/%[1]s.txtar) states each of them, and what the contract then means.\n\n| point | stated by the case |\n|---|---|\n", points.Name)
	for _, c := range points.Cases {
		fmt.Fprintf(b, "| %s | %s |\n", cell(Title(c)), c.Name)
	}
	b.WriteString("\n## What issuers publish\n\nThe contracts are in `contracts`; a comment stands beside what states each fact.\n")
	for _, p := range published {
		fmt.Fprintf(b, "\n### %s\n\n%s ([contract](../%s)).\n\n", p.Name, p.Title, p.File)
		for _, f := range p.Facts {
			fmt.Fprintf(b, "- %s\n", f)
		}
		for _, g := range p.NotStated {
			fmt.Fprintf(b, "- not stated: %s, because %s\n", g.What, g.Reason)
		}
	}
	fmt.Fprintf(b, "\n## Incidents\n\n%d incidents, each told in its fixture in `testdata/incidents`, with where it is recorded.\n\n| incident | what happened | what tokenctl says of it |\n|---|---|---|\n", len(incidents))
	for _, f := range incidents {
		fmt.Fprintf(b, "| [%[1]s](../testdata/incidents/%[1]s.txtar) | %[2]s. | %[3]s |\n", f.Name, cell(first(oneLine(f.Comment))), strings.Join(Says(f), " · "))
	}
	b.WriteString("\n### What cannot be stated, or is not found\n\n| incident | what | why |\n|---|---|---|\n")
	for _, g := range gaps {
		fmt.Fprintf(b, "| %s | %s | %s |\n", g.Where, cell(g.What), cell(g.Reason))
	}
	return []byte(b.String())
}

// Title is the comment that a point of the language begins with.
func Title(c want.Case) string {
	title, _, _ := strings.Cut(string(c.Files["c.cue"]), "\n")
	return strings.TrimSuffix(strings.TrimPrefix(title, "// "), ".")
}

// Says lists what is expected of an incident: the kinds of change by which somebody
// is hurt, with the verdicts, and the rules that find it.
func Says(f want.Fixture) []string {
	verdicts := map[string][]string{}
	var ids []string
	add := func(link, verdict string) {
		if !slices.Contains(ids, link) {
			ids = append(ids, link)
		}
		if verdict != "" && !slices.Contains(verdicts[link], verdict) {
			verdicts[link] = append(verdicts[link], verdict)
		}
	}
	for _, c := range f.Cases {
		for _, w := range c.Wants() {
			m := judged.FindStringSubmatch(w.Text)
			switch id, _, _ := strings.Cut(w.Text, ":"); {
			case m != nil:
				add(fmt.Sprintf("[%s](changes/%s.md)", m[1], m[1]), m[2])
			case !c.IsPair():
				add(fmt.Sprintf("[%s](rules/%s.md)", id, id), "")
			}
		}
	}
	for i, id := range ids {
		if v := verdicts[id]; len(v) > 0 {
			slices.Sort(v)
			ids[i] += ": " + strings.Join(v, ", ")
		}
	}
	return ids
}

func first(text string) string {
	if at := sentence.FindStringIndex(text + " "); at != nil {
		return text[:at[0]]
	}
	return text
}
