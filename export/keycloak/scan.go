package keycloak

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxDepth bounds how deep a file may nest, also in the parts that are skipped.
// Realms nest to about 12.
const maxDepth = 200

// scanner walks a JSON file token by token, so that it knows the place of each
// value and holds none of the parts it skips. Values are read as Keycloak's own
// parser reads them: a scalar of another type is converted where that is possible,
// of two members with one name the last counts, and null is the same as absence.
type scanner struct {
	dec  *json.Decoder
	win  *window
	at   Place    // of the token read last
	path []string // of the value being read: clients, [3], publicClient
}

func newScanner(r io.Reader, max int64) *scanner {
	w := newWindow(r, max)
	dec := json.NewDecoder(w)
	dec.UseNumber()
	return &scanner{dec: dec, win: w}
}

// fault is the error for the value read last.
func (s *scanner) fault(format string, args ...any) *Problem {
	return &Problem{At: s.at, Path: pathText(s.path), Text: fmt.Sprintf(format, args...)}
}

// pathText is a path as people write it, cut off where it gets too long to read.
func pathText(path []string) string {
	const most = 16
	text := strings.ReplaceAll(strings.Join(path[:min(len(path), most)], "."), ".[", "[")
	if len(path) > most {
		text += "..."
	}
	return text
}

// token reads the next token. After it, at is the place where it begins.
func (s *scanner) token() (json.Token, error) {
	end := s.dec.InputOffset()
	tok, err := s.dec.Token()
	if err != nil {
		return nil, s.syntax(err)
	}
	s.at = s.win.next(end)
	return tok, nil
}

// syntax turns an error of the decoder into a Problem at its place.
func (s *scanner) syntax(err error) error {
	var bad *json.SyntaxError
	var large errTooLarge
	switch {
	case errors.As(err, &large):
		s.at = s.win.pass(s.win.off + int64(len(s.win.buf)))
		p := s.fault("the file is larger than %s", size(large.max))
		p.Hint = "export the realm without its users: kc.sh export --users skip"
		return p
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		s.at = s.win.pass(s.win.off + int64(len(s.win.buf)))
		return s.fault("the file ends before the realm does")
	case errors.As(err, &bad):
		s.at = s.win.offence(s.dec.InputOffset(), bad.Error())
		if len(s.win.buf) > 0 && s.win.buf[0] == '$' {
			return s.placeholder("what stands where JSON expects a value")
		}
		return s.fault("not JSON: %s", bad.Error())
	}
	return fmt.Errorf("reading the realm: %w", err)
}

// object calls member for each member of the object that comes next. The callback
// must read or skip the value. Null counts as an object without members.
func (s *scanner) object(member func(name string) error) error {
	if ok, err := s.open('{', "an object"); !ok {
		return err
	}
	return s.members(member)
}

// members is object after its opening brace.
func (s *scanner) members(member func(name string) error) error {
	if len(s.path) > maxDepth {
		return s.fault("nested deeper than %d levels", maxDepth)
	}
	for s.dec.More() {
		tok, err := s.token()
		if err != nil {
			return err
		}
		name, _ := tok.(string)
		s.path = append(s.path, name)
		if err := member(name); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
	}
	_, err := s.token()
	return err
}

// list calls element before each element of the list that comes next; the callback
// must read or skip it. Null counts as an empty list.
func (s *scanner) list(element func() error) error {
	if ok, err := s.open('[', "a list"); !ok {
		return err
	}
	for i := 0; s.dec.More(); i++ {
		s.path = append(s.path, "["+strconv.Itoa(i)+"]")
		if err := element(); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
	}
	_, err := s.token()
	return err
}

// open reads the token that must be the delimiter d. It is false for null.
func (s *scanner) open(d json.Delim, want string) (bool, error) {
	tok, err := s.token()
	if err != nil || tok == nil {
		return false, err
	}
	if tok != d {
		return false, s.fault("%s where %s belongs", nameOf(tok), want)
	}
	return true, nil
}

// skip reads over the value that comes next and keeps nothing of it.
func (s *scanner) skip() error {
	for depth := 0; ; {
		tok, err := s.dec.Token()
		if err != nil {
			return s.syntax(err)
		}
		s.win.pass(s.dec.InputOffset())
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth > maxDepth {
			s.at = s.win.pass(s.dec.InputOffset())
			return s.fault("nested deeper than %d levels", maxDepth)
		}
		if depth == 0 {
			return nil
		}
	}
}

// text reads a string; numbers and booleans become their spelling.
func (s *scanner) text(dst *string) error {
	tok, err := s.token()
	if err != nil {
		return err
	}
	switch v := tok.(type) {
	case nil:
		*dst = ""
	case string:
		*dst = v
	case json.Number:
		*dst = v.String()
	case bool:
		*dst = strconv.FormatBool(v)
	default:
		return s.fault("%s where a string belongs", nameOf(tok))
	}
	if strings.Contains(*dst, "$(") {
		return s.placeholder(strconv.Quote(*dst))
	}
	return nil
}

// name is text for a value that decides what the realm means, so that a
// placeholder of any kind in it is an error.
func (s *scanner) name(dst *string) error {
	if err := s.text(dst); err != nil {
		return err
	}
	if strings.Contains(*dst, "${") {
		return s.placeholder(strconv.Quote(*dst))
	}
	return nil
}

// flag reads true or false, also written as a string.
func (s *scanner) flag(dst *bool) error {
	var v string
	if err := s.name(&v); err != nil || v == "" {
		return err
	}
	switch strings.ToLower(v) {
	case "true":
		*dst = true
	case "false":
		*dst = false
	default:
		return s.fault("%q where true or false belongs", v)
	}
	return nil
}

// number reads an integer, also written as a string.
func (s *scanner) number(dst *int) error {
	var v string
	if err := s.name(&v); err != nil || v == "" {
		return err
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return s.fault("%q where a whole number belongs", v)
	}
	*dst = n
	return nil
}

// names reads a list of names. The result is not nil even if the list is empty:
// for scopes, an empty list and no list differ.
func (s *scanner) names(dst *[]string) error {
	*dst = []string{}
	return s.list(func() error {
		var v string
		err := s.name(&v)
		*dst = append(*dst, v)
		return err
	})
}

func nameOf(tok json.Token) string {
	switch tok.(type) {
	case json.Delim:
		if tok == json.Delim('{') {
			return "an object"
		}
		return "a list"
	case string:
		return "a string"
	case bool:
		return "true or false"
	case nil:
		return "null"
	}
	return "a number"
}

func (s *scanner) placeholder(what string) *Problem {
	p := s.fault("%s is a placeholder that some other tool replaces, so the file does not say what the realm is", what)
	p.Hint = "replace the placeholders first, or export the realm from the server that runs it"
	return p
}

// Problem is something about a realm file that its author or whoever reads the
// result must know: the error that ended the reading, or a warning.
type Problem struct {
	At   Place
	Path string // of the value: clients[3].publicClient; empty for the file
	Text string // what is true of the file, lower case, no full stop
	Hint string // what to do, if anything
}

// Error is the place, the path and the text.
func (p *Problem) Error() string {
	msg := p.At.String() + ": "
	if p.Path != "" {
		msg += p.Path + ": "
	}
	return msg + p.Text
}
