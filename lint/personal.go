package lint

import (
	"tokenctl.dev/lint/classify"
	"tokenctl.dev/report"
)

// sure says whether a class is sure enough to accuse by. Precision comes before
// recall: what rests on a doubtful word alone is a note at most.
func sure(c classify.Class) bool { return c.Confidence >= classify.Medium }

// cautious lowers a severity to what the confidence of a class bears.
func cautious(s report.Severity, c classify.Class) report.Severity {
	if sure(c) {
		return s
	}
	return min(s, report.Note)
}

// isOrMay words how sure a class is.
func isOrMay(c classify.Class) string {
	if sure(c) {
		return "is"
	}
	return "may be"
}
