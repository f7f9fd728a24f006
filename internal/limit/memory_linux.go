package limit

import "syscall"

const rlimitData = 2 // RLIMIT_DATA; package syscall does not name it

// boundMemory limits what the process may allocate. RLIMIT_DATA counts what is in
// use; RLIMIT_AS would count the addresses that the Go runtime reserves at its
// start, 1.2 GB (measured with Go 1.26).
func boundMemory(limit int64) {
	r := syscall.Rlimit{Cur: uint64(limit), Max: uint64(limit)}
	// Where the system refuses, the watch below is the limit.
	_ = syscall.Setrlimit(rlimitData, &r)
	watch(limit)
}
