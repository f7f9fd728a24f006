package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tokenctl.dev/diff"
	"tokenctl.dev/internal/waiver"
	"tokenctl.dev/lint"
	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

// clock is the day that waivers are held against.
type clock struct{ now string }

func (c *clock) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.now, "now", "", "the day that waivers are held against, such as 2026-07-31 (default today, UTC)")
}

func (c *clock) check() error {
	if _, err := time.Parse(time.DateOnly, c.now); c.now != "" && err != nil {
		return &hinted{fmt.Sprintf("--now %s is not a day", c.now), "write it as 2026-07-31"}
	}
	return nil
}

func (c *clock) today() string {
	if c.now != "" {
		return c.now
	}
	return time.Now().UTC().Format(time.DateOnly)
}

// onWaivers gives what is to be said of the waivers themselves.
func onWaivers(book *waiver.Book, c *schema.Contract, mine, others []string) []report.Finding {
	found := book.Report(mine, others)
	for i := range found {
		found[i].Contract = c.Name
	}
	return found
}

// ruleIDs are what lint looks for, and what waivers of its findings name.
func ruleIDs() []string {
	var out []string
	for _, r := range lint.Rules() {
		out = append(out, r.ID)
	}
	return out
}

// changeIDs are what diff looks for.
func changeIDs() []string {
	out := []string{contractGone}
	for _, k := range diff.Kinds() {
		out = append(out, k.ID)
	}
	return out
}
