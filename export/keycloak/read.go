package keycloak

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"slices"
)

// DefaultMaxBytes is the size above which Read refuses a file unless told
// otherwise. Realms without users have less than one megabyte.
const DefaultMaxBytes = 64 << 20

// ReadOptions change what Read accepts. The zero value is what most callers want.
type ReadOptions struct {
	MaxBytes int64 // 0: DefaultMaxBytes
}

// File is what a realm file holds.
type File struct {
	Realms   []*Realm   // in the order of the file, at least one
	Warnings []*Problem // in the order of their places
}

// Read reads a realm export of Keycloak: one realm, or a list of realms. It keeps
// what the types of this package have room for and reads over everything else, so
// that its memory is bounded by MaxBytes also for files full of users. Users (but
// for roles, groups and attributes of service accounts), credentials and keys are
// never kept, nor is any setting that may be a secret.
//
// The error for a file that is not a realm, or a realm that cannot be understood,
// is a *Problem. Realms of Keycloak 24 to 26.7 are read in full, those of 4 to 23
// and of later versions with a warning, and those of 3 and earlier, which had no
// client scopes, are refused.
func Read(r io.Reader, opts ReadOptions) (*File, error) {
	if opts.MaxBytes == 0 {
		opts.MaxBytes = DefaultMaxBytes
	}
	in := bufio.NewReader(r)
	if err := skipMark(in); err != nil {
		return nil, err
	}
	s := &reader{scanner: newScanner(in, opts.MaxBytes), file: new(File)}
	if err := s.realms(); err != nil {
		return nil, err
	}
	end := s.dec.InputOffset()
	switch _, err := s.dec.Token(); err {
	case io.EOF:
		slices.SortStableFunc(s.file.Warnings, func(a, b *Problem) int {
			return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Col, b.At.Col))
		})
		return s.file, nil
	case nil:
		s.at = s.win.next(end)
		return nil, s.fault("the file goes on after the realm ends")
	default:
		return nil, s.syntax(err)
	}
}

// skipMark skips a byte order mark, which Keycloak's parser allows. A file in
// UTF-16, as some shells write when output is redirected, gets an error of its
// own: to a JSON parser it is garbage.
func skipMark(in *bufio.Reader) error {
	head, _ := in.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := in.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return &Problem{At: Place{1, 1}, Text: "the file is UTF-16", Hint: "save it as UTF-8"}
	}
	return nil
}

// reader builds realms from the values that its scanner walks over.
type reader struct {
	*scanner
	file *File
}

func (r *reader) realms() error {
	// The scanner cannot look ahead, so the first token decides, and the realm is
	// read as if it had been opened already.
	end := r.dec.InputOffset()
	tok, err := r.dec.Token()
	if err != nil {
		return r.syntax(err)
	}
	r.at = r.win.next(end)
	switch nameOf(tok) {
	case "an object":
		return r.realm(r.at)
	case "a list":
		for r.dec.More() {
			if ok, err := r.open('{', "a realm"); err != nil {
				return err
			} else if !ok {
				return r.fault("null where a realm belongs")
			}
			if err := r.realm(r.at); err != nil {
				return err
			}
		}
		if len(r.file.Realms) == 0 {
			return r.fault("the list holds no realm")
		}
		_, err := r.token()
		return err
	}
	return r.fault("not a realm: %s", nameOf(tok))
}

func (r *reader) warn(at Place, path, text, hint string) {
	r.file.Warnings = append(r.file.Warnings, &Problem{At: at, Path: path, Text: text, Hint: hint})
}
