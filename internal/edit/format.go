package edit

import "cuelang.org/go/cue/format"

// Format formats a CUE file as "cue fmt" does.
func Format(src []byte) ([]byte, error) { return format.Source(src) }
