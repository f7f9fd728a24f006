package limit

import (
	"bytes"
	"errors"
	"testing"
)

// What the runtime says as it dies is never what a user reads.
func TestStatus(t *testing.T) {
	for text, want := range map[string]string{
		"fatal error: runtime: out of memory\n":                                                         "the contract took more than 512 MiB to evaluate",
		"runtime/cgo: pthread_create failed: Resource temporarily unavailable\nSIGABRT: abort\nPC=0x7f": "the contract took more than 512 MiB to evaluate",
		"fatal error: stack overflow\n":                                                                 "the contract made the evaluator fail: fatal error: stack overflow",
		"tokenctl: no such revision\n":                                                                  "",
	} {
		messages := &bounded{max: maxStderr}
		messages.WriteString(text)
		var stderr bytes.Buffer
		_, err := status(nil, messages, Limits{Memory: 512 << 20}, &stderr)
		var exceeded *ExceededError
		switch {
		case errors.As(err, &exceeded):
			if exceeded.Message != want || stderr.Len() > 0 {
				t.Errorf("%q: %s, and %q on stderr", text, exceeded.Message, stderr.String())
			}
		case want != "" || err != nil || stderr.String() != text:
			t.Errorf("%q: no limit (%v), %q on stderr", text, err, stderr.String())
		}
	}
}
