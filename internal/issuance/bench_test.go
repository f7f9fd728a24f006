package issuance

import (
	"fmt"
	"testing"

	"tokenctl.dev/internal/scale"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

func BenchmarkFlows(b *testing.B) {
	for _, claims := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(claims), func(b *testing.B) {
			c, err := schema.Load(source.Files("large", ".", map[string][]byte{"c.cue": scale.Contract(claims)}))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				n := 0
				for range Of(c).Flows() {
					n++
				}
				b.ReportMetric(float64(n), "flows")
			}
		})
	}
}
