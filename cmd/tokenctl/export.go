package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/limit"
	"tokenctl.dev/report"
)

// targets is the list of export targets.
func targets() []*export.Target { return convert.Targets() }

type exportOptions struct {
	target, spec string
	out          string
	check        bool
	strict       bool
	losses       string
}

func newExport(g *global) *cobra.Command {
	o := &exportOptions{}
	cmd := &cobra.Command{
		Use:   "export TARGET [CONTRACT]",
		Short: "write configuration that issues what the contract says",
		Long: `export writes a contract as configuration of an issuer. What the target cannot
express is listed on stderr, each with its place in the contract; --strict makes
that a failure, --losses writes it for programs.

Targets:
` + targetList(),
		Example: `  # a realm to look at
  tokenctl export keycloak contracts/bank

  # in CI: the files that are kept are those that the contract gives
  tokenctl export keycloak contracts/bank --out deploy/keycloak --check`,
		Args:      cobra.RangeArgs(1, 2),
		ValidArgs: targetNames(),
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			o.target = args[0]
			if len(args) > 1 {
				o.spec = args[1]
			}
			return runExport(cmd, o)
		}),
	}
	cmd.Flags().StringVar(&o.out, "out", "", "write the files below this directory, all or none")
	cmd.Flags().BoolVar(&o.check, "check", false, "write nothing; exit with 1 if files below --out differ")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "write nothing and exit with 1 if the target cannot express everything")
	cmd.Flags().StringVar(&o.losses, "losses", "", "write what the target cannot express to this file, as JSON")
	return cmd
}

func targetNames() []string {
	var out []string
	for _, t := range targets() {
		out = append(out, t.Name)
	}
	return out
}

func targetList() string {
	var b strings.Builder
	for _, t := range targets() {
		fmt.Fprintf(&b, "  %-20s %s\n", t.Name, t.Title)
	}
	return strings.TrimRight(b.String(), "\n")
}

func runExport(cmd *cobra.Command, o *exportOptions) error {
	i := slices.Index(targetNames(), o.target)
	if i < 0 {
		return &hinted{fmt.Sprintf("unknown target %q", o.target), "targets are " + strings.Join(targetNames(), ", ")}
	}
	if o.check && o.out == "" {
		return &hinted{"--check needs --out", "name the directory that holds the files: --out DIR"}
	}
	target := targets()[i]
	o.spec = cmp.Or(o.spec, here())
	s, err := open(cmd.Context(), o.spec, ".")
	if err != nil {
		return err
	}
	if len(s.problems) > 0 {
		return unloadable(cmd, s)
	}
	if len(s.contracts) != 1 {
		return &hinted{fmt.Sprintf("%s holds %d contracts, and export takes one", o.spec, len(s.contracts)), "name one of them"}
	}
	result, err := target.Run(issuance.Of(s.contracts[0]))
	limit.Done()
	var refusal *export.Refusal
	if errors.As(err, &refusal) {
		s.problems = refusal.Problems
		return unloadable(cmd, s)
	}
	if err != nil {
		return err
	}
	return deliver(cmd, o, target, result)
}

// unloadable reports on stderr why a contract cannot be exported.
func unloadable(cmd *cobra.Command, s *side) error {
	limit.Done()
	r := &report.Report{Command: "export", Version: version(), Findings: problemFindings(s.problems), Source: s.source}
	r.Coverage.Unloaded = s.unloaded
	r.Sort()
	if err := report.Write(cmd.ErrOrStderr(), r, "text", false); err != nil {
		return err
	}
	return errReported
}

// deliver prints what is lost, and then writes or compares the files.
func deliver(cmd *cobra.Command, o *exportOptions, target *export.Target, result *export.Result) error {
	stderr := cmd.ErrOrStderr()
	for _, l := range result.Losses {
		fmt.Fprintf(stderr, "%s: lost[%s] %s\n", l.At, l.Capability, report.Printable(l.Message))
	}
	if n := len(result.Losses); n > 0 {
		fmt.Fprintf(stderr, "tokenctl: %s cannot express %d of the things that the contract says\n", target.Name, n)
	}
	if o.losses != "" {
		text, err := export.LossesJSON(target.Name, result.Losses)
		if err != nil {
			return err
		}
		if err := export.Write(filepath.Dir(o.losses), map[string][]byte{filepath.Base(o.losses): text}); err != nil {
			return err
		}
	}
	if o.strict && len(result.Losses) > 0 {
		return errFindings
	}
	switch {
	case o.check:
		return checkFiles(cmd, o, result.Files)
	case o.out != "":
		if err := export.Write(o.out, result.Files); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(result.Files)) {
			fmt.Fprintln(cmd.OutOrStdout(), filepath.ToSlash(filepath.Join(o.out, name)))
		}
		return nil
	case len(result.Files) > 1:
		return &hinted{fmt.Sprintf("%s is %d files", target.Name, len(result.Files)), "say where to write them: --out DIR"}
	}
	for _, text := range result.Files {
		if _, err := cmd.OutOrStdout().Write(text); err != nil {
			return err
		}
	}
	return nil
}

func checkFiles(cmd *cobra.Command, o *exportOptions, files map[string][]byte) error {
	differ, err := export.Differing(o.out, files)
	if err != nil {
		return err
	}
	for _, name := range differ {
		fmt.Fprintf(cmd.OutOrStdout(), "%s is not what the contract gives\n", filepath.ToSlash(filepath.Join(o.out, name)))
	}
	if len(differ) > 0 {
		printError(cmd.ErrOrStderr(), "files differ", fmt.Sprintf("write them anew: tokenctl export %s %s --out %s", o.target, o.spec, o.out))
		return errFindings
	}
	return nil
}
