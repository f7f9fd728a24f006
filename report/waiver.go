package report

// A Waiver is what accepts a finding, or what a change means for a consumer, for a
// while.
type Waiver struct {
	Path       string // in the contract
	Reason     string
	ApprovedBy string
	Ticket     string
	Until      string // the last day
}

// Acceptance says whether something is accepted. What is accepted is still
// reported, and still as bad as it is; it does not count.
type Acceptance struct {
	// Waived is by what; nil where nothing accepts it.
	Waived *Waiver
	// NotWaived says why a waiver that is about it does not accept it.
	NotWaived string
}

// Counts is how much the finding counts: not at all where it is waived.
func (f Finding) Counts() Severity {
	if f.Waived != nil {
		return Off
	}
	return f.Severity
}

// Counts is how much the change counts: as much as the worst that it means to a
// consumer and that is not waived.
func (c Change) Counts() Severity {
	waived, worst := false, Note
	for _, j := range c.Judgements {
		switch {
		case j.Waived != nil:
			waived = true
		default:
			worst = max(worst, j.Severity)
		}
	}
	switch {
	case !waived:
		return c.Severity
	case worst == Note:
		return Off
	}
	return worst
}

// Waived says whether all that the change means to consumers is waived.
func (c Change) Waived() bool { return c.Counts() == Off }

// acceptance says by what something is waived, or why it is not.
func (t *textWriter) acceptance(s Severity, a Acceptance, indent string) {
	if a.NotWaived != "" {
		t.line("%snot waived: %s", indent, a.NotWaived)
	}
	if w := a.Waived; w != nil {
		by := ""
		if w.ApprovedBy != "" {
			by = ", approved by " + w.ApprovedBy
		}
		if w.Ticket != "" {
			by += ", " + w.Ticket
		}
		t.line("%swaived until %s (%s; %s%s): %s", indent, w.Until, s, w.Path, by, w.Reason)
	}
}
