package waiver

import "tokenctl.dev/schema"

// Extent says whether new accepts more than old (1) or less (-1). 0 is neither: it
// accepts something else, or somebody else approves of it.
func Extent(old, new *schema.Waiver) int {
	if old.Rule != new.Rule || old.ApprovedBy != new.ApprovedBy {
		return 0
	}
	switch more, less := includes(new, old), includes(old, new); {
	case more && !less:
		return 1
	case less && !more:
		return -1
	}
	return 0
}

// includes says whether a accepts all that b accepts.
func includes(a, b *schema.Waiver) bool {
	return covers(a.Subject, b.Subject) &&
		(a.Consumer == "" || b.Consumer != "" && covers(a.Consumer, b.Consumer)) &&
		(a.Fingerprint == "" || a.Fingerprint == b.Fingerprint) &&
		(a.AcceptsBypass || !b.AcceptsBypass) &&
		a.Until >= b.Until
}
