// Package limit runs the program in a child process of bounded time and memory.
//
// A contract in a pull request may be made to evaluate for ever or to fill the
// machine, and CUE's evaluator cannot be cancelled. So the command runs in a
// second process of the same program; the first watches it, ends it when it goes
// too far, and then says one line instead of what the runtime would print.
package limit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits are what a command may use.
type Limits struct {
	// Time is for reading and evaluating contracts; see Done.
	Time time.Duration
	// Memory is in bytes.
	Memory int64
}

// Default is enough for contracts of 10,000 claims on a slow machine.
var Default = Limits{Time: 10 * time.Second, Memory: 1 << 30}

// childEnv tells a process that it is the child, and its memory limit.
const childEnv = "TOKENCTL_CHILD_MEMORY"

// doneFD is the pipe on which the child says that what is limited in time is
// over.
const doneFD = 3

// An ExceededError says which limit a command ran into.
type ExceededError struct{ Message, Hint string }

func (e *ExceededError) Error() string { return e.Message }

// InChild says whether this process is the child, and bounds its memory if so.
// Call it first.
func InChild() bool {
	bytes, err := strconv.ParseInt(os.Getenv(childEnv), 10, 64)
	if err != nil {
		return false
	}
	os.Unsetenv(childEnv)
	keepDone()
	boundMemory(bytes)
	return true
}

// Done ends the limit on time: what follows is output, or the work on a stream
// that may be as long as it likes. Only the first call counts: the number of the
// pipe may be another file's afterwards.
func Done() { closeDone() }

var closeDone = sync.OnceFunc(func() {
	if f := os.NewFile(doneFD, "done"); f != nil {
		f.Close()
	}
})

// maxStderr is how much of the child's messages is kept.
const maxStderr = 1 << 20

// Run runs this program again, with the same arguments and streams, within the
// limits. It gives the child's exit status. The error is an *ExceededError, or
// says that there could be no child.
func Run(ctx context.Context, l Limits, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cmd := exec.CommandContext(ctx, self, os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(childEnviron(), fmt.Sprintf("%s=%d", childEnv, l.Memory))
	cmd.Stdin, cmd.Stdout = stdin, stdout
	messages := &bounded{max: maxStderr}
	cmd.Stderr = messages
	done, err := passDone(cmd)
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	timeout := &ExceededError{
		Message: fmt.Sprintf("the contract took longer than %v to evaluate", l.Time),
		Hint:    "if it is meant to be that large: --timeout " + (3 * l.Time).String(),
	}
	timer := time.AfterFunc(l.Time, func() { cancel(timeout) })
	go func() { // the pipe closes when the child says so, or ends
		done()
		timer.Stop()
	}()
	err = cmd.Wait()
	timer.Stop()
	if context.Cause(ctx) == error(timeout) {
		return 0, timeout
	}
	return status(err, messages, l, stderr)
}

// status tells an orderly end from a crash.
func status(err error, messages *bounded, l Limits, stderr io.Writer) (int, error) {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	code := 0
	if exit != nil {
		code = exit.ExitCode()
	}
	text := messages.String()
	switch {
	case code == outOfMemory || starved(text):
		return 0, &ExceededError{
			Message: fmt.Sprintf("the contract took more than %d MiB to evaluate", l.Memory>>20),
			Hint:    fmt.Sprintf("if it is meant to be that large: --memory %dMiB", l.Memory>>20*3),
		}
	case code < 0 || strings.Contains(text, "goroutine 1 [") || strings.HasPrefix(text, "fatal error: "):
		return 0, &ExceededError{Message: "the contract made the evaluator fail: " + firstLine(text), Hint: "this is a mistake in tokenctl or CUE; please report it"}
	}
	_, err = io.WriteString(stderr, text)
	return code, err
}

// starved says whether the runtime died for want of memory: of its own, of the system's,
// or of the stack of a new thread, which the limit counts too (pthread_create(3), EAGAIN).
func starved(text string) bool {
	return strings.Contains(text, "out of memory") || strings.Contains(text, "cannot allocate memory") ||
		strings.HasPrefix(text, "runtime/cgo: pthread_create failed")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// childEnviron is the environment without what changes how CUE evaluates:
// CUE_DEBUG=opendef would switch closedness off, and a gate could be walked
// around.
func childEnviron() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "CUE_DEBUG=") && !strings.HasPrefix(kv, "CUE_EXPERIMENT=") {
			env = append(env, kv)
		}
	}
	return env
}

// bounded keeps the first bytes written to it.
type bounded struct {
	bytes.Buffer
	max int
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.max - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
