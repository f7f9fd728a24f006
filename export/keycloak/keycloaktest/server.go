//go:build unix

package keycloaktest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tokenctl.dev/export/keycloak"
)

// Server is a running Keycloak on a loopback port, with an empty database.
type Server struct {
	Version keycloak.Version
	URL     string // without a slash at the end

	dir      string
	password string
	ended    chan struct{} // closed when the server has ended
	keeper   *exec.Cmd
	stdin    io.Closer // of the keeper
	lock     *os.File
	admin    adminToken
}

// startTimeout bounds a start. It takes half a minute on two idle cores.
const startTimeout = 5 * time.Minute

// keeperScript ends a group of processes, whose number it reads first, when its own
// standard input ends, and then removes a folder. That happens on Stop, and also
// when the test process dies in any way at all.
const keeperScript = `
read group
cat >/dev/null
kill -s KILL -- "-$group"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	kill -s 0 -- "-$group" 2>/dev/null || break
	sleep 0.1
done
rm -rf "$1"
`

// Start starts a server of the given version and waits until it answers.
func Start(ctx context.Context, version string) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	v, err := keycloak.ParseVersion(version)
	if err != nil {
		return nil, err
	}
	archive, err := Fetch(ctx, version)
	if err != nil {
		return nil, err
	}
	s := &Server{Version: v, password: rand.Text()}
	if s.lock, err = lock(ctx); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "tokenctl-keycloak-"); err != nil {
		s.lock.Close()
		return nil, err
	}
	if err := s.start(ctx, archive); err != nil {
		s.Stop()
		return nil, fmt.Errorf("starting Keycloak %s: %w", version, err)
	}
	return s, nil
}

// lock waits until no other process runs a server.
func lock(ctx context.Context) (*os.File, error) {
	dir, err := Cache()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "keycloak.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("another test runs a Keycloak: %w", ctx.Err())
		case <-time.After(time.Second):
		}
	}
	return f, nil
}

func (s *Server) start(ctx context.Context, archive string) error {
	if err := unpack(archive, filepath.Join(s.dir, "kc")); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	s.URL = "http://127.0.0.1:" + strconv.Itoa(port)
	logFile, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer logFile.Close()
	cmd := exec.Command(filepath.Join(s.dir, "kc", "bin", "kc.sh"), "start-dev", "--db=dev-mem",
		"--http-host=127.0.0.1", "--http-port="+strconv.Itoa(port))
	cmd.Env = append(os.Environ(),
		"JAVA_OPTS_KC_HEAP=-Xms256m -Xmx1g",
		"KC_BOOTSTRAP_ADMIN_USERNAME=admin", "KC_BOOTSTRAP_ADMIN_PASSWORD="+s.password,
		"KEYCLOAK_ADMIN=admin", "KEYCLOAK_ADMIN_PASSWORD="+s.password) // until 25
	cmd.Dir = s.dir
	cmd.Stdout, cmd.Stderr = logFile, logFile
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.keep(cmd); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go func() {
		cmd.Wait() // a server that ends is missed by await
		close(s.ended)
	}()
	return s.await(ctx)
}

// keep starts the server, and before it the keeper that will end it.
func (s *Server) keep(cmd *exec.Cmd) error {
	keeper := exec.Command("sh", "-c", keeperScript, "keeper", s.dir)
	keeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := keeper.StdinPipe()
	if err != nil {
		return err
	}
	if err := keeper.Start(); err != nil {
		return err
	}
	s.keeper, s.stdin = keeper, stdin
	if err := cmd.Start(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdin, cmd.Process.Pid)
	return err
}

// await polls until the server answers, or has ended.
func (s *Server) await(ctx context.Context) error {
	for {
		resp, err := http.Get(s.URL + "/realms/master/.well-known/openid-configuration")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.ended:
			return fmt.Errorf("it ended\n%s", s.Log(30))
		case <-ctx.Done():
			return fmt.Errorf("%w\n%s", ctx.Err(), s.Log(30))
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// Log returns the last lines of the server's log.
func (s *Server) Log(lines int) string {
	data, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// Stop ends the server and removes its files. It may be called more than once.
func (s *Server) Stop() {
	if s.stdin != nil {
		s.stdin.Close()
		s.keeper.Wait() // it reports nothing that could be done something about
		s.stdin = nil
	}
	os.RemoveAll(s.dir)
	s.lock.Close()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
