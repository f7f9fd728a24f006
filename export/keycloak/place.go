package keycloak

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Place is where something stands in the file it was read from, 1-based, columns
// in bytes. Its zero value means unknown.
type Place struct{ Line, Col int }

// String is line:col, or a dash for an unknown place.
func (p Place) String() string {
	if p.Line == 0 {
		return "-"
	}
	return fmt.Sprintf("%d:%d", p.Line, p.Col)
}

// window hands a file to a decoder that reads ahead, and keeps the bytes that the
// decoder has not passed yet. So any offset that was not passed can be turned
// into a place, and no more is held than the decoder itself holds.
type window struct {
	r    io.Reader
	left int64 // bytes that may still be read
	max  int64
	err  error // that the file is too large, once that is known

	buf       []byte // from offset off on
	off       int64
	line      int
	lineStart int64
}

func newWindow(r io.Reader, max int64) *window {
	return &window{r: r, left: max, max: max, line: 1}
}

// errTooLarge ends the reading of a file that is larger than allowed.
type errTooLarge struct{ max int64 }

func (e errTooLarge) Error() string { return "larger than " + size(e.max) }

func size(n int64) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}

func (w *window) Read(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if int64(len(p)) > w.left+1 {
		p = p[:w.left+1]
	}
	n, err := w.r.Read(p)
	if int64(n) > w.left {
		n, err = int(w.left), errTooLarge{w.max}
		w.err = err
	}
	w.left -= int64(n)
	w.buf = append(w.buf, p[:n]...)
	return n, err
}

// pass drops everything before off and returns the place of off.
func (w *window) pass(off int64) Place {
	n := min(off-w.off, int64(len(w.buf)))
	if n > 0 {
		gone := w.buf[:n]
		w.line += bytes.Count(gone, []byte{'\n'})
		if i := bytes.LastIndexByte(gone, '\n'); i >= 0 {
			w.lineStart = w.off + int64(i) + 1
		}
		w.buf, w.off = w.buf[n:], w.off+n
	}
	return Place{w.line, int(w.off-w.lineStart) + 1}
}

// next is pass, and then on to the next byte that is neither space nor one of the
// separators between JSON tokens. It is meant for an offset where a token ended,
// after the token behind it has been read.
func (w *window) next(off int64) Place {
	w.pass(off)
	return w.skip(" \t\r\n,:")
}

// offence is the place of what a decoder that came to off complains about: the next
// byte but space, and behind one separator unless the complaint is about that.
func (w *window) offence(off int64, complaint string) Place {
	w.pass(off)
	at := w.skip(" \t\r\n")
	if len(w.buf) > 0 && strings.IndexByte(",:", w.buf[0]) >= 0 && !strings.Contains(complaint, "'"+string(w.buf[0])+"'") {
		w.pass(w.off + 1)
		at = w.skip(" \t\r\n")
	}
	return at
}

// skip passes the bytes at the front that are in the set.
func (w *window) skip(set string) Place {
	n := 0
	for n < len(w.buf) && strings.IndexByte(set, w.buf[n]) >= 0 {
		n++
	}
	return w.pass(w.off + int64(n))
}
