package lint

import (
	"bytes"
	"fmt"
	"testing"

	"tokenctl.dev/internal/given"
	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/scale"
)

func BenchmarkRun(b *testing.B) {
	for _, claims := range []int{100, 1000, 10000} {
		text := scale.Contract(claims)
		b.Run(fmt.Sprint(claims), func(b *testing.B) { benchmark(b, text) })
		// Readings that need the claim make rules ask which tokens reach the reader.
		needed := bytes.ReplaceAll(text, []byte(`use: "data"`), []byte(`use: "identity"`))
		b.Run(fmt.Sprintf("%d-needed", claims), func(b *testing.B) { benchmark(b, needed) })
	}
}

func benchmark(b *testing.B, text []byte) {
	c := given.Files(b, "large", map[string][]byte{"c.cue": text})
	for b.Loop() {
		Run(issuance.Of(c), c.Policy)
	}
}
