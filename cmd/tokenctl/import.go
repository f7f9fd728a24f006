package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"tokenctl.dev/export"
	"tokenctl.dev/export/keycloak"
	"tokenctl.dev/export/keycloak/convert"
	"tokenctl.dev/internal/edit"
	"tokenctl.dev/internal/limit"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

type importOptions struct {
	file, out, losses string
	strict            bool
}

func newImport(g *global) *cobra.Command {
	o := &importOptions{}
	cmd := &cobra.Command{
		Use:   "import keycloak REALM.json --out DIR",
		Short: "write the contract of an issuer that runs",
		Long: `import reads the export of a Keycloak realm (24 to 26; older ones with a warning)
and writes the contract that it keeps today. What a contract has no words for is
kept in labels, and listed on stderr with its place in the realm. Secrets are never
read. What the realm does not say, such as who reads the tokens, is for you to add.

"tokenctl init --from keycloak" does the same for a new directory, and puts the
definitions of the language beside it.`,
		Example: `  tokenctl import keycloak realm-export.json --out contracts/shop
  tokenctl lint contracts/shop`,
		Args:      cobra.ExactArgs(2),
		ValidArgs: []string{"keycloak"},
		RunE: g.supervised(func(cmd *cobra.Command, args []string) error {
			if args[0] != "keycloak" {
				return &hinted{fmt.Sprintf("unknown source %q", args[0]), "imports are from keycloak"}
			}
			if o.out == "" {
				return &hinted{"an import is several files", "say where to write them: --out DIR"}
			}
			o.file = args[1]
			return runImport(cmd, o)
		}),
	}
	cmd.Flags().StringVar(&o.out, "out", "", "write the contract into this directory, all files or none")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "write nothing and exit with 1 if a contract has no words for something")
	cmd.Flags().StringVar(&o.losses, "losses", "", "write what a contract has no words for to this file, as JSON")
	return cmd
}

func runImport(cmd *cobra.Command, o *importOptions) error {
	files, losses, err := importRealm(cmd, o.file)
	if err != nil {
		return err
	}
	if o.losses != "" {
		text, err := export.LossesJSON("keycloak", losses)
		if err != nil {
			return err
		}
		if err := export.Write(filepath.Dir(o.losses), map[string][]byte{filepath.Base(o.losses): text}); err != nil {
			return err
		}
	}
	if o.strict && len(losses) > 0 {
		return errFindings
	}
	if err := export.Write(o.out, files); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(cmd.OutOrStdout(), filepath.ToSlash(filepath.Join(o.out, name)))
	}
	return nil
}

// importRealm reads a realm and gives the files of its contract, which loads.
// Warnings and losses go to stderr.
func importRealm(cmd *cobra.Command, file string) (map[string][]byte, []export.Loss, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()
	f, err := keycloak.Read(in, keycloak.ReadOptions{})
	var problem *keycloak.Problem
	if errors.As(err, &problem) {
		return nil, nil, &hinted{fmt.Sprintf("%s:%v", file, problem), problem.Hint}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	if n := len(f.Realms); n > 1 {
		return nil, nil, &hinted{fmt.Sprintf("%s holds %d realms, and a contract is about one", file, n), "take one of them into a file of its own"}
	}
	stderr := cmd.ErrOrStderr()
	for _, w := range f.Warnings {
		fmt.Fprintf(stderr, "%s:%s\n", file, report.Printable(w.Error()))
	}
	imported := convert.Import(f.Realms[0], file)
	for _, l := range imported.Losses {
		fmt.Fprintf(stderr, "%s: lost[%s] %s\n", l.At, l.Capability, report.Printable(l.Message))
	}
	files := map[string][]byte{}
	for name, text := range imported.Files {
		if files[name], err = edit.Format(text); err != nil {
			return nil, nil, fmt.Errorf("the contract of %s: %w", file, err)
		}
	}
	_, err = schema.Load(source.Files(file, ".", files))
	limit.Done()
	if err != nil {
		return nil, nil, fmt.Errorf("the contract of %s does not load, which is a mistake of tokenctl: %w", file, err)
	}
	return files, imported.Losses, nil
}
