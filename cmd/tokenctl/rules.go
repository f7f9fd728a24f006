package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"tokenctl.dev/internal/catalogue"
)

func newRules() *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "rules [ID]",
		Short: "list the rules and kinds of change, or explain one",
		Long: `rules lists everything that tokenctl reports: what lint looks for, which changes
diff knows, and what is said of waivers. With the name of one it says why it
matters, with an example, and when it is fine.`,
		Example: `  # what does "fail-open-on-absence" mean?
  tokenctl rules fail-open-on-absence`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRules(cmd, format, args)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "how to write it: text, json")
	return cmd
}

func runRules(cmd *cobra.Command, format string, args []string) error {
	if err := oneOf("format", format, []string{"text", "json"}); err != nil {
		return err
	}
	entries := catalogue.All()
	if len(args) > 0 {
		e, hint, ok := catalogue.Find(args[0])
		if !ok {
			return &hinted{fmt.Sprintf("there is no rule or kind of change %q", args[0]), noneOr(hint)}
		}
		entries = []catalogue.Entry{e}
	}
	switch {
	case format == "json":
		return catalogue.WriteJSON(cmd.OutOrStdout(), version(), entries)
	case len(args) > 0:
		_, err := cmd.OutOrStdout().Write(entries[0].Page())
		return err
	}
	return catalogue.WriteText(cmd.OutOrStdout())
}

func noneOr(hint string) string {
	if hint == "" {
		return "tokenctl rules lists them; what keeps a contract from loading says itself what to do"
	}
	return hint
}
