package main

import (
	"context"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"tokenctl.dev/internal/limit"
)

const rootDoc = `tokenctl keeps the OAuth/OIDC token contract of an organisation: what its
tokens contain, who gets them and who reads them.

The contract is a CUE package. tokenctl lints it, and diffs two revisions of it:
what breaks, for which consumer, and which authorization rule would let the wrong
caller in.

A contract is named by a directory (contracts/bank), a directory at a revision
(HEAD~1:contracts/bank, merge-base:main:contracts/bank, index:contracts/bank,
latest-tag:v*:contracts/bank) or an archive (contracts.zip). ./... means every
contract below.`

// run is the program: it gives the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cmd := newRoot()
	cmd.SetArgs(args)
	cmd.SetIn(stdin)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	return exitStatus(cmd.ExecuteContext(ctx), stderr)
}

// global are the flags of every command that reads contracts.
type global struct {
	limits limit.Limits
	memory string
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "tokenctl",
		Short:         "keep the OAuth/OIDC token contract",
		Long:          rootDoc,
		SilenceErrors: true, // exitStatus prints them
		SilenceUsage:  true,
	}
	g := &global{limits: limit.Default}
	root.PersistentFlags().DurationVar(&g.limits.Time, "timeout", limit.Default.Time, "the longest that reading contracts may take")
	root.PersistentFlags().StringVar(&g.memory, "memory", "1GiB", "the most memory to use, such as 512MiB")
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(newLint(g), newDiff(g), newAudit(g), newExplain(g), newAccept(g), newExport(g), newImport(g), newInit(g), newVerify(g), newRules(), newVersion(), newExitStatusTopic())
	return root
}
