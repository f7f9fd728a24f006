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

	"tokenctl.dev/internal/edit"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

func newInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "write a small contract to begin with",
		Long: `init writes a small contract that passes lint, and the definitions of the language
into cue.mod/pkg, so that plain "cue vet" and the CUE language server understand
it. Without DIR it writes into the current directory. It never overwrites a
contract.`,
		Example: `  tokenctl init contracts/bank
  tokenctl lint contracts/bank`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return runInit(cmd, dir)
		},
	}
}

func runInit(cmd *cobra.Command, dir string) error {
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
	maps.Copy(files, edit.NewContract(filepath.ToSlash(below), path.Base(filepath.ToSlash(abs))))
	if !isLanguage(root) {
		maps.Copy(files, edit.Vendored())
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeFile(filepath.Join(root, filepath.FromSlash(name)), files[name]); err != nil {
			return err
		}
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

func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o666)
}
