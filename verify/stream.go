package verify

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// MaxToken is the longest token that is read, in bytes: far more than any header
// holds. A longer one is a problem, and the next line is read.
const MaxToken = 1 << 20

// Each gives the tokens in a stream, with the line on which they begin: one to a line
// (JWTs, NDJSON), or a single JSON value that is written over several lines. Empty
// lines do not count. No more than one token is in memory, and it may be used only
// until each returns. A token that is too long is nil.
func Each(in io.Reader, each func(line int, token []byte)) error {
	r := bufio.NewReaderSize(in, MaxToken)
	first, err := r.Peek(1)
	if err != nil || first[0] != '{' {
		return lines(r, each)
	}
	// Is it a value of several lines? That shows in the first of them.
	begin, err := r.Peek(MaxToken)
	if err != nil && err != io.EOF {
		return err
	}
	var probe tape
	if i := bytes.IndexByte(begin, '\n'); i >= 0 && probe.scan(begin[:i]) != nil && err == io.EOF && probe.scan(begin) == nil {
		each(1, bytes.TrimSpace(begin))
		return nil
	}
	return lines(r, each)
}

// lines gives what stands on each line.
func lines(r *bufio.Reader, each func(line int, token []byte)) error {
	for line := 1; ; line++ {
		token, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			each(line, nil)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
		} else if token = bytes.TrimSpace(token); len(token) > 0 {
			each(line, token)
		}
		switch err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}
