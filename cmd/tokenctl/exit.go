package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"tokenctl.dev/audit"
	"tokenctl.dev/internal/limit"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/report"
)

// Exit statuses. All others are reserved.
const (
	exitOK       = 0 // nothing at or above --fail-on
	exitFindings = 1
	exitFailure  = 2 // tokenctl could not do its work
)

// errFindings says that the report holds something at or above --fail-on. It has
// been printed.
var errFindings = errors.New("findings")

// errReported says that a failure has been printed as part of a report.
var errReported = errors.New("the contract does not load")

// childStatus is the exit status of the supervised child, which has said why.
type childStatus int

func (s childStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// hinted is an error with what to do about it.
type hinted struct {
	message, hint string
}

func (e *hinted) Error() string { return e.message }

// exitStatus prints an error and gives the exit status for it.
func exitStatus(err error, stderr io.Writer) int {
	var (
		child    childStatus
		exceeded *limit.ExceededError
		opening  *source.Error
		hint     *hinted
		noMatch  *audit.NoMatchError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, errReported):
		return exitFailure
	case errors.As(err, &child):
		return int(child)
	case errors.As(err, &exceeded):
		printError(stderr, exceeded.Message, exceeded.Hint)
	case errors.As(err, &opening):
		printError(stderr, err.Error(), opening.Hint)
	case errors.As(err, &noMatch):
		printError(stderr, err.Error(), noMatch.Hint)
	case errors.As(err, &hint):
		printError(stderr, err.Error(), hint.hint)
	default:
		printError(stderr, err.Error(), "")
	}
	return exitFailure
}

// printError says what happened to the run: lower case, no full stop, and a hint
// that says what to do.
func printError(w io.Writer, message, hint string) {
	fmt.Fprintf(w, "tokenctl: %s\n", report.Printable(message))
	if hint != "" {
		fmt.Fprintf(w, "hint: %s\n", report.Printable(hint))
	}
}

// newExitStatusTopic is a help topic, not a command.
func newExitStatusTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-status",
		Short: "what the exit status says",
		Long: `0  nothing at or above --fail-on
1  findings, or changes that break somebody
2  tokenctl could not do its work: bad flags, a contract that does not load, a
   revision that is not there, a limit reached, nothing found to check

The status does not encode severity. All others are reserved.`,
	}
}
