//go:build unix

package limit

import (
	"io"
	"os"
	"os/exec"
	"syscall"
)

// keepDone keeps the pipe from the processes that the child starts.
func keepDone() { syscall.CloseOnExec(doneFD) }

// passDone gives the child the writing end of a pipe; the function waits until
// it is closed.
func passDone(cmd *exec.Cmd) (wait func(), err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{w} // becomes doneFD
	return func() {
		w.Close() // the parent's copy; the child has its own by now
		io.Copy(io.Discard, r)
		r.Close()
	}, nil
}
