package verify

import (
	"strings"
	"testing"

	"tokenctl.dev/schema"
)

func tokensOf(t testing.TB) *Tokens {
	t.Helper()
	header := of(t, `{alg: "ES256", typ?: "at+jwt", kid: string}`)
	p := &Profile{Token: &schema.Token{}, Payload: of(t, `{sub: string, iat?: int, exp?: int}`), Header: &header, Longest: schema.Seconds(600), Shortest: schema.Seconds(60)}
	return p.Compile(nil)
}

func TestMaxBytes(t *testing.T) {
	p := &Profile{Token: &schema.Token{}, Payload: of(t, `{sub: string}`), MaxBytes: 40}
	for sub, want := range map[string]int{"a": 0, "a much longer subject": 1} {
		if r, _ := p.Compile(nil).Check([]byte(jwt("{}", `{"sub":"`+sub+`"}`))); len(r.Problems) != want {
			t.Errorf("%s: %v", sub, r.Problems)
		}
	}
}

func TestTokens(t *testing.T) {
	const good = `{"alg":"ES256","kid":"k"}`
	for _, x := range []struct {
		token, want string
		form        Form
	}{
		{`{"sub":"a"}`, "", JSON},
		{` {"sub":"a"} ` + "\n", "", JSON},
		{jwt(good, `{"sub":"a"}`), "", JWT},
		{jwt(good, `{"sub":1}`), "wrong-type sub", JWT},
		{jwt(`{"alg":"none","x":1}`, `{"sub":1}`), "wrong-type sub, header-wrong alg, header-unexpected x, header-missing kid", JWT},
		{jwt(`[`, `{"sub":"a"}`), "unreadable ", JWT},
		{jwt(good, `no`), "unreadable ", JWT},
		{"a.b", "unreadable ", JSON},
		{"a.b.c.d.e", "unreadable ", JSON},
		{"!.b.c", "unreadable ", JSON},
		{"..", "unreadable ", JSON},
		{"é.é.é", "unreadable ", JSON},
		{"", "unreadable ", JSON},
		{`["sub"]`, "unreadable ", JSON},
		{`{"sub":"a","iat":1000,"exp":1600}`, "", JSON},
		{`{"sub":"a","iat":1000,"exp":1601}`, "", JSON},
		{`{"sub":"a","iat":1000,"exp":1602}`, "wrong-lifetime exp", JSON},
		{`{"sub":"a","iat":1000,"exp":1059}`, "", JSON},
		{`{"sub":"a","iat":1000,"exp":1058}`, "wrong-lifetime exp", JSON},
		{`{"sub":"a","iat":1000,"exp":1000}`, "wrong-lifetime exp", JSON},
		{`{"sub":"a","iat":1000,"exp":"x"}`, "wrong-type exp", JSON},
		{`{"sub":2,"iat":1000,"exp":9000}`, "wrong-lifetime exp, wrong-type sub", JSON},
	} {
		r, form := tokensOf(t).Check([]byte(x.token))
		var got []string
		for _, p := range r.Problems {
			got = append(got, p.Rule+" "+p.Path)
			if p.InHeader != strings.HasPrefix(p.Rule, "header-") && p.Rule != Unreadable {
				t.Errorf("%s: %+v", x.token, p)
			}
		}
		if text := strings.Join(got, ", "); text != x.want || form != x.form {
			t.Errorf("%s: %s (%v), want %s (%v)", x.token, text, form, x.want, x.form)
		}
	}
}
