package limit

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// outOfMemory is the exit status of a child that noticed by itself.
const outOfMemory = 113

// watch ends the process when its heap outgrows the limit. It sees growth in many
// steps; a single allocation beyond the limit is stopped by the system, where
// there is a limit of the system's.
func watch(limit int64) {
	debug.SetMemoryLimit(limit * 9 / 10) // collect harder before giving up
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		for range time.Tick(50 * time.Millisecond) {
			metrics.Read(sample)
			if sample[0].Value.Uint64()-sample[1].Value.Uint64() > uint64(limit) {
				os.Exit(outOfMemory)
			}
		}
	}()
}
