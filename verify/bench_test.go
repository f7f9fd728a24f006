package verify

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// accessToken is a set much like those of real access tokens.
const accessToken = `{
	iss: "https://login.bank.example"
	sub: =~"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
	aud: string | [...string]
	exp: int & >0
	iat: int & >0
	jti: strings.MinRunes(8) & strings.MaxRunes(64)
	client_id: "web" | "app" | "acme-books"
	scope: =~"^[^ ]+( [^ ]+)*$"
	acr: "low" | "substantial" | "high"
	roles: [...("reader" | "payer" | "approver")]
	account_status?: "active" | "dormant" | "suspended"
	customer_no?: =~"^[0-9]{8}$"
	act?: {sub: string, client_id?: string}
}`

// tokens writes different payloads, one to a line.
func tokens(n int) [][]byte {
	g := rand.New(rand.NewPCG(1, 2))
	out := make([][]byte, n)
	for i := range out {
		v := map[string]any{
			"iss": "https://login.bank.example", "aud": []string{"https://api.bank.example/payments"}, "exp": 1893456000 + g.IntN(1000), "iat": 1893455400,
			"sub": fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", g.Uint32(), g.IntN(1<<16), g.IntN(1<<16), g.IntN(1<<16), g.Uint64N(1<<48)),
			"jti": fmt.Sprintf("%016x%016x", g.Uint64(), g.Uint64()), "client_id": []string{"web", "app", "acme-books"}[g.IntN(3)],
			"scope": "openid payments:read payments:write", "acr": "substantial", "roles": []string{"reader", "payer"}[:g.IntN(3)],
			"account_status": "active", "customer_no": fmt.Sprintf("%08d", g.IntN(100_000_000)),
		}
		if i%4 == 0 {
			v["act"] = map[string]any{"sub": "service-" + fmt.Sprint(i), "client_id": "app"}
		}
		out[i], _ = json.Marshal(v)
	}
	return out
}

// stream is an NDJSON stream of so many payloads, which are not all in memory.
type stream struct {
	lines [][]byte
	left  int
	rest  []byte
}

func (s *stream) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(s.rest) == 0 {
			if s.left == 0 {
				if n > 0 {
					return n, nil
				}
				return 0, io.EOF
			}
			s.left--
			s.rest = s.lines[s.left%len(s.lines)]
		}
		k := copy(p[n:], s.rest)
		n, s.rest = n+k, s.rest[k:]
	}
	return n, nil
}

// streamTokens is how many payloads the stream of a benchmark has.
const streamTokens = 300_000

// streamLines are the different payloads of a stream, made once.
var streamLines = sync.OnceValue(func() [][]byte {
	out := tokens(3000)
	for i := range out {
		out[i] = append(out[i], '\n')
	}
	return out
})

func newStream(n int) (*stream, int64) {
	s := &stream{lines: streamLines(), left: n}
	size := int64(0)
	for i := range n {
		size += int64(len(s.lines[i%len(s.lines)]))
	}
	return s, size
}

// BenchmarkStream reads one NDJSON stream in three ways: with the compiled check, by
// decoding it into any alone, and with the other library. One operation is the whole
// stream.
func BenchmarkStream(b *testing.B) {
	s := of(b, accessToken)
	own, second := New(s), schemaOf(b, s)
	streamLines() // not part of what is measured
	engine := func(e Engine) func(*testing.B, []byte) {
		return func(b *testing.B, line []byte) {
			if r := e.Check(line); !r.OK() {
				b.Fatal(r.Problems)
			}
		}
	}
	for _, x := range []struct {
		name string
		do   func(*testing.B, []byte)
	}{
		{"verify", engine(own)},
		{"decode-into-any", func(b *testing.B, line []byte) {
			var v any
			if err := json.Unmarshal(line, &v); err != nil {
				b.Fatal(err)
			}
		}},
		{"jsonschema-v5", engine(second)},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				in, size := newStream(streamTokens)
				b.SetBytes(size)
				lines := bufio.NewScanner(in)
				for lines.Scan() {
					x.do(b, lines.Bytes())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/streamTokens, "ns/token")
		})
	}
}

// BenchmarkWrong is the same with payloads of which each has two problems.
func BenchmarkWrong(b *testing.B) {
	c := New(of(b, accessToken))
	payload := []byte(strings.Replace(string(tokens(1)[0]), `"acr":"substantial"`, `"acr":"none","x":1`, 1))
	b.ReportAllocs()
	for b.Loop() {
		if r := c.Check(payload); len(r.Problems) != 2 {
			b.Fatal(r.Problems)
		}
	}
}
