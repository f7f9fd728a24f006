package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tokenctl.dev/schema"
)

// writeText writes a report for people: the worst first, each with its place, its
// source line, what follows from it and what to do.
func writeText(w io.Writer, r *Report, colour bool) error {
	t := &textWriter{several: len(r.Coverage.Contracts) > 1, colour: colour, source: r.Source, lines: map[string][]string{}}
	for _, f := range r.Findings {
		t.finding(f)
	}
	for _, c := range r.Changes {
		t.change(c)
	}
	t.flows(r)
	t.summary(r)
	_, err := io.WriteString(w, t.b.String())
	return err
}

type textWriter struct {
	b       strings.Builder
	colour  bool
	several bool // contracts: each finding names its own
	source  func(string) []byte
	lines   map[string][]string // of the files that were asked for
}

func (t *textWriter) finding(f Finding) {
	t.headline(f.Counts(), f.Rule, f.Message)
	t.excerpt(f.At)
	t.contract(f.Contract)
	t.acceptance(f.Severity, f.Acceptance, "")
	for _, rel := range f.Related {
		t.line("%s: %s", rel.At, rel.Message)
	}
	if f.Hint != "" {
		t.line("hint: %s", f.Hint)
	}
	t.b.WriteByte('\n')
}

func (t *textWriter) change(c Change) {
	t.headline(c.Counts(), c.Kind, c.Message)
	t.excerpt(c.At)
	t.contract(c.Contract)
	unaffected := 0
	for _, j := range c.Judgements {
		if j.Verdict == Unaffected {
			unaffected++
			continue
		}
		t.line("%s %s: %s", t.paint(j.Severity, string(j.Verdict)), j.Consumer, j.Reason)
		if j.Witness != "" {
			t.line("  witness: %s", j.Witness)
		}
		t.acceptance(j.Severity, j.Acceptance, "  ")
	}
	switch {
	case unaffected == 1:
		t.line("1 consumer is unaffected")
	case unaffected > 1:
		t.line("%d consumers are unaffected", unaffected)
	}
	if c.Was.Line > 0 {
		t.line("was: %s", c.Was)
	}
	if c.Hint != "" {
		t.line("hint: %s", c.Hint)
	}
	t.b.WriteByte('\n')
}

func (t *textWriter) contract(name string) {
	if t.several && name != "" {
		t.line("contract: %s", name)
	}
}

func (t *textWriter) headline(s Severity, id, message string) {
	word := s.String()
	if s == Off {
		word = "waived"
	}
	fmt.Fprintf(&t.b, "%s %s\n", t.paint(s, word+"["+id+"]"), Printable(message))
}

func (t *textWriter) line(format string, args ...any) {
	t.b.WriteString("   = " + Printable(fmt.Sprintf(format, args...)) + "\n")
}

// paint marks a word by severity, for terminals. The words are the same without.
func (t *textWriter) paint(s Severity, word string) string {
	if !t.colour {
		return word
	}
	code := map[Severity]string{Error: "31;1", Warning: "33;1"}[s]
	if code == "" {
		code = "36;1"
	}
	return "\x1b[" + code + "m" + word + "\x1b[0m"
}

// excerpt writes the place, and the source line with the offending part marked.
func (t *textWriter) excerpt(at schema.Range) {
	if at.File == "" {
		return
	}
	fmt.Fprintf(&t.b, "  --> %s\n", Printable(at.String()))
	line, ok := t.sourceLine(at)
	if !ok {
		return
	}
	start, end := at.Col-1, len(line)
	if at.EndLine == at.Line && at.EndCol > at.Col {
		end = min(end, at.EndCol-1)
	}
	end = min(end, start+excerptWidth)
	shown := line
	if limit := max(end, excerptWidth); len(shown) > limit {
		shown = strings.ToValidUTF8(shown[:limit], "") + "..."
	}
	number := strconv.Itoa(at.Line)
	fmt.Fprintf(&t.b, "%s | %s\n", number, Printable(shown))
	fmt.Fprintf(&t.b, "%*s | %*s%s\n", len(number), "", width(line[:start]), "", strings.Repeat("^", max(1, width(line[start:end]))))
}

// excerptWidth is how much of a source line is shown, in bytes.
const excerptWidth = 120

func (t *textWriter) sourceLine(at schema.Range) (string, bool) {
	if t.source == nil || at.Line == 0 {
		return "", false
	}
	lines, ok := t.lines[at.File]
	if !ok {
		lines = strings.Split(string(t.source(at.File)), "\n")
		t.lines[at.File] = lines
	}
	if at.Line > len(lines) {
		return "", false
	}
	line := strings.ReplaceAll(strings.TrimSuffix(lines[at.Line-1], "\r"), "\t", " ")
	return line, at.Col-1 <= len(line)
}

func width(s string) int { return utf8.RuneCountInString(Printable(s)) }

// Printable gives text in which nothing acts on a terminal: control characters
// and those that change the direction of writing are escaped. Contracts in pull
// requests are hostile input.
func Printable(s string) string {
	if plain(s) || strings.IndexFunc(s, acts) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if acts(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain says that all is printable ASCII: nearly everything is, and it is quick to
// see.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func acts(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

// shownFlows is how many flows are worth a line each.
const shownFlows = 20

// flows says who can read more than before, and who less.
func (t *textWriter) flows(r *Report) {
	if len(r.Flows) == 0 {
		return
	}
	gained := 0
	for _, f := range r.Flows {
		if f.Gained {
			gained++
		}
	}
	fmt.Fprintf(&t.b, "data flows: %d gained, %d lost\n", gained, len(r.Flows)-gained)
	for i, f := range r.Flows {
		if i == shownFlows {
			fmt.Fprintf(&t.b, "  and %d more: --format json has them all\n", len(r.Flows)-i)
			break
		}
		t.b.WriteString("  " + Printable(f.String()) + "\n")
	}
	t.b.WriteByte('\n')
}

func (t *textWriter) summary(r *Report) {
	counts := map[Severity]int{}
	for _, f := range r.Findings {
		counts[f.Counts()]++
	}
	for _, c := range r.Changes {
		counts[c.Counts()]++
	}
	var parts []string
	for _, s := range []Severity{Error, Warning, Note} {
		if n := counts[s]; n > 0 {
			parts = append(parts, count(n, s.String()))
		}
	}
	if n := counts[Off]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", n))
	}
	head := strings.Join(parts, ", ")
	switch {
	case head == "" && r.Command == "diff":
		head = "no changes"
	case head == "":
		head = "no findings"
	}
	if hit := hit(r.Changes); hit != "" {
		head += "; " + hit
	}
	fmt.Fprintln(&t.b, head)
	if r.Tokens == nil {
		fmt.Fprintln(&t.b, Printable(r.Coverage.String()))
		return
	}
	for _, line := range append(r.Tokens.lines(), "checked against "+strings.Join(r.Coverage.Contracts, ", ")) {
		fmt.Fprintln(&t.b, Printable(line))
	}
}

// hit says how many consumers a set of changes hits, by their worst verdict.
func hit(changes []Change) string {
	worst := map[string]Verdict{}
	for _, c := range changes {
		for _, j := range c.Judgements {
			if j.Anonymous || j.Waived != nil {
				continue
			}
			if v, ok := worst[j.Consumer]; !ok || j.Verdict.Rank() > v.Rank() {
				worst[j.Consumer] = j.Verdict
			}
		}
	}
	counts := map[Verdict]int{}
	for _, v := range worst {
		counts[v]++
	}
	var parts []string
	for _, w := range []struct {
		verdict   Verdict
		one, many string
	}{{BreaksOpen, "breaks open", "break open"}, {Breaks, "breaks", "break"}, {Exposes, "is exposed", "are exposed"}, {MayBreak, "may break", "may break"}} {
		switch n := counts[w.verdict]; {
		case n == 1:
			parts = append(parts, "1 consumer "+w.one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d consumers %s", n, w.many))
		}
	}
	return strings.Join(parts, ", ")
}

// String says what a report was judged against, in one line.
func (c Coverage) String() string {
	if len(c.Unloaded) > 0 {
		unloaded := strings.Join(c.Unloaded, ", ") + ": not checked, since it does not load"
		if len(c.Contracts) == 0 {
			return unloaded
		}
		loaded := c
		loaded.Unloaded = nil
		return loaded.String() + "\n" + unloaded
	}
	if len(c.Contracts) == 0 {
		return "nothing is left to check"
	}
	out := "checked " + strings.Join(c.Contracts, ", ")
	if c.Consumers == 0 {
		return out + "; only structure was checked: no consumer declares what it reads"
	}
	out += fmt.Sprintf(" against %s with %s", count(c.Consumers, "consumer"), count(c.Reads, "reading"))
	switch {
	case len(c.Complete) == 0:
		out += "; no token's readers are declared complete"
	default:
		out += "; readers are complete for " + strings.Join(c.Complete, ", ")
	}
	if c.Unknown > 0 {
		out += fmt.Sprintf("; %s not decided", count(c.Unknown, "relation"))
	}
	return out
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
