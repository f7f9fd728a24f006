package audit

import (
	"io"
	"testing"

	"tokenctl.dev/internal/issuance"
	"tokenctl.dev/internal/scale"
	"tokenctl.dev/internal/source"
	"tokenctl.dev/schema"
)

// BenchmarkAudit writes the audit of a contract with 10,000 claims and 1,000
// clients in every format.
func BenchmarkAudit(b *testing.B) {
	c, err := schema.Load(source.Files("large", ".", map[string][]byte{"c.cue": scale.Contract(10000)}))
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct{ name, format, matrix string }{
		{"text", "text", ""}, {"csv", "csv", ""}, {"json", "json", ""}, {"matrix", "text", "tokens"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := &Report{Audits: []*Audit{New(issuance.Of(c), &Filter{})}, Matrix: bench.matrix}
				if err := r.Write(io.Discard, io.Discard, bench.format); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
