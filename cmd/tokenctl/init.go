package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tokenctl.dev/export"
	"tokenctl.dev/internal/edit"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

func newInit(g *global) *cobra.Command {
	from := ""
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "write a small contract to begin with",
		Long: `init writes a small contract that passes lint, and the definitions of the language
into cue.mod/pkg, so that plain "cue vet" and the CUE language server understand
it. Without DIR it writes into the current directory. It never overwrites a
contract.

With --from keycloak the contract is that of a realm export.`,
		Example: `  tokenctl init contracts/bank
  tokenctl lint contracts/bank

  # begin with what runs today
  tokenctl init --from keycloak realm-export.json contracts/bank`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case from == "" && len(args) > 1:
				return &hinted{fmt.Sprintf("init takes one directory, not %d", len(args)), "a realm to begin with is named after --from keycloak"}
			case from == "":
				return runInit(cmd, directory(args), "")
			case from != "keycloak":
				return &hinted{fmt.Sprintf("unknown source %q", from), "--from takes keycloak"}
			case len(args) == 0:
				return &hinted{"no realm to begin with", "name its export: tokenctl init --from keycloak realm-export.json [DIR]"}
			}
			return g.supervised(func(cmd *cobra.Command, args []string) error {
				return runInit(cmd, directory(args[1:]), args[0])
			})(cmd, args)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "begin with what runs: keycloak, and then the file of a realm export")
	return cmd
}

func directory(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return "."
}

// runInit writes a contract and the language into a directory: that of a realm if
// there is one, else a small one.
func runInit(cmd *cobra.Command, dir, realm string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if entries, err := os.ReadDir(abs); err == nil && holdsCUE(entries) {
		return &hinted{fmt.Sprintf("%s already holds CUE files", dir), "name another directory, or lint this one: tokenctl lint " + dir}
	}
	files := map[string][]byte{}
	root, ok := source.ModuleRoot(filepath.ToSlash(abs))
	if !ok {
		root = filepath.ToSlash(abs)
		maps.Copy(files, edit.NewModule())
	}
	below, err := filepath.Rel(root, abs)
	if err != nil {
		return err
	}
	if realm == "" {
		maps.Copy(files, edit.NewContract(filepath.ToSlash(below), path.Base(filepath.ToSlash(abs))))
	} else {
		contract, _, err := importRealm(cmd, realm)
		if err != nil {
			return err
		}
		for name, text := range contract {
			files[path.Join(filepath.ToSlash(below), name)] = text
		}
	}
	if !isLanguage(root) {
		maps.Copy(files, edit.Vendored())
	}
	if err := export.Write(filepath.FromSlash(root), files); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(cmd.OutOrStdout(), path.Join(filepath.ToSlash(relativeTo(root)), name))
	}
	return nil
}

// isLanguage says whether the module is the one that holds the language itself.
func isLanguage(root string) bool {
	b, err := os.ReadFile(filepath.Join(root, "cue.mod", "module.cue"))
	return err == nil && strings.Contains(string(b), strconv.Quote(schema.Module+"@v0"))
}

func relativeTo(root string) string {
	wd, err := os.Getwd()
	if err != nil {
		return root
	}
	if rel, err := filepath.Rel(wd, root); err == nil {
		return rel
	}
	return root
}
