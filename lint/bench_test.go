package lint

import (
	"fmt"
	"testing"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/scale"
)

func BenchmarkRun(b *testing.B) {
	for _, claims := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(claims), func(b *testing.B) {
			c := load(b, "large", map[string][]byte{"c.cue": scale.Contract(claims)})
			for b.Loop() {
				Run(issuance.Of(c), c.Policy)
			}
		})
	}
}
