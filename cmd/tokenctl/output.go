package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tokenctl.dev/internal/limit"
	"tokenctl.dev/report"
)

// output are the flags of every command that writes a report.
type output struct {
	format string
	failOn string
}

func (o *output) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.format, "format", "text", "how to write the report: "+strings.Join(report.Formats(), ", "))
	cmd.Flags().StringVar(&o.failOn, "fail-on", "error", "exit with 1 from this severity on: error, warning, note, never")
}

// check sees to it that the flags have values that exist, before any work.
func (o *output) check() error {
	if !slices.Contains(report.Formats(), o.format) {
		return &hinted{fmt.Sprintf("unknown format %q", o.format), "formats are " + strings.Join(report.Formats(), ", ")}
	}
	if s, ok := report.ParseSeverity(o.failOn); o.failOn != "never" && (!ok || s == report.Off) {
		return &hinted{fmt.Sprintf("unknown severity %q", o.failOn), "--fail-on takes error, warning, note or never"}
	}
	return nil
}

// write writes the report. The error is errFindings if it holds something at or
// above --fail-on.
func (o *output) write(cmd *cobra.Command, r *report.Report) error {
	limit.Done()
	r.Version = version()
	r.Sort()
	if err := report.Write(cmd.OutOrStdout(), r, o.format, colour(cmd)); err != nil {
		return err
	}
	threshold, ok := report.ParseSeverity(o.failOn)
	if ok && r.Worst() >= threshold {
		return errFindings
	}
	return nil
}

// colour says whether stdout is a terminal that wants colour (no-color.org).
func colour(cmd *cobra.Command) bool {
	f, ok := cmd.OutOrStdout().(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// version is that of the module, which the Go command writes into the program.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
