//go:build !linux

package limit

// boundMemory limits what the process may allocate.
func boundMemory(limit int64) { watch(limit) }
