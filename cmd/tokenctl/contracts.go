package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tokenctl.dev/internal/limit"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// supervised runs a command that reads contracts: in a child process, within the
// limits.
func (g *global) supervised(f func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		limits, err := g.parsed()
		if err != nil {
			return err
		}
		if limit.InChild() {
			return f(cmd, args)
		}
		status, err := limit.Run(cmd.Context(), limits, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		switch {
		case err != nil:
			return err
		case status != exitOK:
			return childStatus(status)
		}
		return nil
	}
}

func (g *global) parsed() (limit.Limits, error) {
	units := map[string]int64{"GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10}
	for unit, size := range units {
		if number, ok := strings.CutSuffix(g.memory, unit); ok {
			n, err := strconv.ParseInt(number, 10, 32)
			if err == nil && n > 0 {
				return limit.Limits{Time: g.limits.Time, Memory: n * size}, nil
			}
		}
	}
	return limit.Limits{}, &hinted{fmt.Sprintf("--memory %s is not a size", g.memory), "write it as 512MiB or 2GiB"}
}

// errNone says that there is no contract where one was named.
var errNone = &hinted{"there is no contract here", "a contract is a directory with a CUE package that embeds schema.#Contract; tokenctl init writes one"}

// A side is the contracts that one spec names.
type side struct {
	spec      string
	contracts []*schema.Contract
	in        map[string]*schema.Contract // by directory
	trees     []*source.Tree
	problems  []schema.Problem
	dirs      []string // of the problems' contracts
	unloaded  []string // contracts that do not load
}

// here is what is meant where no contract is named: the one in the current
// directory, or every one below.
func here() string {
	entries, err := os.ReadDir(".")
	if err != nil || holdsCUE(entries) {
		return "."
	}
	return "./..."
}

func holdsCUE(entries []os.DirEntry) bool {
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !e.IsDir() && filepath.Ext(e.Name()) == ".cue" })
}

// open loads what a spec names. Contracts that do not load are kept as problems.
func open(ctx context.Context, spec, defaultPath string) (*side, error) {
	tree, err := source.Open(ctx, spec, defaultPath)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	trees, err := schema.Contracts(tree)
	if err != nil {
		return nil, err
	}
	if len(trees) == 0 {
		if all := tree.In(tree.Dir); !tree.All {
			all.All = true
			if below, err := schema.Contracts(all); err == nil && len(below) > 0 {
				return nil, &hinted{fmt.Sprintf("%s: there is no contract in this directory", spec), "every contract below: " + strings.TrimSuffix(spec, "/") + "/..."}
			}
		}
		return nil, fmt.Errorf("%s: %w", spec, errNone)
	}
	s := &side{spec: spec, trees: trees, in: map[string]*schema.Contract{}}
	for _, t := range trees {
		c, err := schema.Load(t)
		var load *schema.LoadError
		switch {
		case errors.As(err, &load):
			s.problems = append(s.problems, load.Problems...)
			s.dirs = append(s.dirs, slices.Repeat([]string{t.Dir}, len(load.Problems))...)
			s.unloaded = append(s.unloaded, t.Show(t.Dir))
		case err != nil:
			return nil, fmt.Errorf("%s: %w", t.Show(t.Dir), err)
		default:
			s.contracts, s.in[t.Dir] = append(s.contracts, c), c
		}
	}
	return s, nil
}

// source gives the text of a file by the name that places use.
func (s *side) source(file string) []byte {
	for _, t := range s.trees {
		if b, ok := t.Text(file); ok {
			return b
		}
	}
	return nil
}

// problemFindings are the mistakes that keep contracts from loading, as findings.
func problemFindings(problems []schema.Problem) []report.Finding {
	var out []report.Finding
	for _, p := range problems {
		out = append(out, report.Finding{
			Rule: p.ID, Severity: report.Error, Subject: p.Subject, At: p.At,
			Message: p.Message, Hint: p.Hint, Related: p.Related, Key: p.Message,
		})
	}
	return out
}

// fromHere writes a path so that a revision takes it relative to the current
// directory.
func fromHere(p string) string {
	p = filepath.ToSlash(p)
	if filepath.IsAbs(p) || strings.HasPrefix(p, ".") {
		return p
	}
	return "./" + p
}
