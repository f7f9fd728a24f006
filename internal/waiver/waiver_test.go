package waiver

import (
	"strings"
	"testing"

	"tokenctl.dev/report"
	"tokenctl.dev/schema"
)

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"claims.user", "claims.user", true},
		{"claims.user", "claims.userById", false},
		{"claims.user*", "claims.userById", true},
		{"claims.*", "claims.user", true},
		{"claims.*", "claims.user.values.admin", false},
		{"claims", "claims.user", false},
		{"tokens.*.claims.email", "tokens.access_token.claims.email", true},
		{"tokens.*.claims.email", "tokens.claims.email", false},
		{`claims."https://a.example/*"`, `claims."https://a.example/roles"`, true},
		{`claims."https://a.example/*"`, `claims."https://b.example/roles"`, false},
		{`claims."a.b"`, "claims.a.b", false},
		{`claims."user"`, "claims.user", true},
		{`claims."a\"b.c"`, `claims."a\"b.c"`, true},
		{"claims.*a*b", "claims.xaxb", true},
		{"claims.*a*b", "claims.xbxa", false},
		{"claims.a*a", "claims.a", false},
		{"*", "claims.user", false},
		{"", "claims", false},
	} {
		if got := covers(c.pattern, c.path); got != c.want {
			t.Errorf("%q covers %q: %v, want %v", c.pattern, c.path, got, c.want)
		}
	}
}

const today = "2026-07-01"

// A waiver that lacks something accepts nothing, and is reported.
func TestLacks(t *testing.T) {
	days := func(n int64) schema.Duration { return schema.Seconds(n * 86400) }
	for _, c := range []struct {
		name   string
		policy schema.WaiverPolicy
		waiver schema.Waiver
		want   string
	}{
		{"nothing", schema.WaiverPolicy{}, schema.Waiver{Until: "2099-01-01"}, ""},
		{"no day", schema.WaiverPolicy{}, schema.Waiver{Until: "2026-13-45"}, "until is no day"},
		{"as long as it may", schema.WaiverPolicy{MaxAge: days(30)}, schema.Waiver{Until: "2026-07-31"}, ""},
		{"longer", schema.WaiverPolicy{MaxAge: days(30)}, schema.Waiver{Until: "2026-08-01"}, "longer than 30d"},
		{"ticket", schema.WaiverPolicy{Ticket: true}, schema.Waiver{Until: today, Ticket: "X-1"}, ""},
		{"no ticket", schema.WaiverPolicy{Ticket: true}, schema.Waiver{Until: today}, "policy wants a ticket"},
		{"approver", schema.WaiverPolicy{Approvers: []string{"a", "b"}}, schema.Waiver{Until: today, AcceptsBypass: true, ApprovedBy: "b"}, ""},
		{"another", schema.WaiverPolicy{Approvers: []string{"a", "b"}}, schema.Waiver{Until: today, AcceptsBypass: true, ApprovedBy: "c"}, "not approved by one of those"},
		{"nobody may", schema.WaiverPolicy{}, schema.Waiver{Until: today, AcceptsBypass: true, ApprovedBy: "c"}, "policy names nobody"},
	} {
		c.waiver.Rule, c.waiver.Subject = "r", "s"
		b := Of(&schema.Contract{Policy: schema.Policy{Waivers: c.policy}, Waivers: []*schema.Waiver{&c.waiver}}, today)
		found := []report.Finding{{Rule: "r", Subject: "s", Severity: report.Error}}
		b.Findings(found)
		about := b.Report([]string{"r"}, nil)
		if c.want == "" {
			if found[0].Waived == nil || len(about) > 0 && about[0].Rule == "waiver-incomplete" {
				t.Errorf("%s: not waived: %s", c.name, found[0].NotWaived)
			}
			continue
		}
		if found[0].Waived != nil || !strings.Contains(found[0].NotWaived, c.want) {
			t.Errorf("%s: %q, want %q", c.name, found[0].NotWaived, c.want)
		}
		if len(about) != 1 || about[0].Rule != "waiver-incomplete" || about[0].Severity != report.Error || !strings.Contains(about[0].Message, c.want) {
			t.Errorf("%s: reported as %v", c.name, about)
		}
	}
}

// What is said of a waiver itself depends on the day, on whether there is what it
// accepts, and on whether this command looks for it.
func TestReport(t *testing.T) {
	for _, c := range []struct {
		name, rule, until string
		there             bool
		want              string
	}{
		{"holds", "r", "2027-01-01", true, ""},
		{"its last day is near", "r", "2026-07-15", true, "waiver-expiring"},
		{"a day more", "r", "2026-07-16", true, ""},
		{"its last day", "r", today, true, "waiver-expiring"},
		{"over", "r", "2026-06-30", true, "waiver-expired"},
		{"nothing there", "r", "2027-01-01", false, "waiver-unused"},
		{"nothing there, and over", "r", "2026-06-30", false, "waiver-unused"},
		{"for another command", "kind", "2026-06-30", false, ""},
		{"no rule", "rr", "2027-01-01", false, "waiver-unused"},
	} {
		w := &schema.Waiver{Name: "w", Rule: c.rule, Subject: "s", Until: c.until}
		b := Of(&schema.Contract{Waivers: []*schema.Waiver{w}}, today)
		var found []report.Finding
		if c.there {
			found = append(found, report.Finding{Rule: "r", Subject: "s"})
		}
		b.Findings(found)
		got := ""
		for _, f := range b.Report([]string{"r"}, []string{"kind"}) {
			got += f.Rule
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A diff says nothing of an unused waiver that is gone in the same change, and of
// one for findings, which lint sees.
func TestReportOfADiff(t *testing.T) {
	w := &schema.Waiver{Name: "w", Rule: "kind", Subject: "s", Until: "2027-01-01"}
	other := &schema.Waiver{Name: "x", Rule: "r", Subject: "s", Until: "2020-01-01"}
	old := &schema.Contract{Waivers: []*schema.Waiver{w, other}}
	for _, c := range []struct {
		name string
		new  *schema.Contract
		want int
	}{{"still there", old, 1}, {"gone", &schema.Contract{}, 0}, {"no contract", nil, 0}} {
		found := Between(old, c.new, today).Report([]string{"kind"}, []string{"r"})
		if len(found) != c.want || c.want == 1 && (found[0].Rule != "waiver-unused" || found[0].Severity != report.Warning) {
			t.Errorf("%s: %v", c.name, found)
		}
	}
}

func TestExtent(t *testing.T) {
	base := schema.Waiver{Rule: "r", Subject: "claims.x", Consumer: "resources.api", Fingerprint: "f", Until: "2026-07-01", AcceptsBypass: true, ApprovedBy: "a"}
	with := func(f func(*schema.Waiver)) *schema.Waiver { w := base; f(&w); return &w }
	for _, c := range []struct {
		name string
		new  *schema.Waiver
		want int
	}{
		{"the same", with(func(w *schema.Waiver) { w.Reason = "other" }), 0},
		{"longer", with(func(w *schema.Waiver) { w.Until = "2026-08-01" }), 1},
		{"any consumer", with(func(w *schema.Waiver) { w.Consumer = "" }), 1},
		{"any value", with(func(w *schema.Waiver) { w.Fingerprint = "" }), 1},
		{"pattern", with(func(w *schema.Waiver) { w.Subject = "claims.*" }), 1},
		{"shut", with(func(w *schema.Waiver) { w.AcceptsBypass = false }), -1},
		{"other subject", with(func(w *schema.Waiver) { w.Subject = "claims.y" }), 0},
		{"pattern, but shorter", with(func(w *schema.Waiver) { w.Subject, w.Until = "claims.*", "2026-06-01" }), 0},
		{"other approver", with(func(w *schema.Waiver) { w.Until, w.ApprovedBy = "2026-08-01", "b" }), 0},
	} {
		if got, back := Extent(&base, c.new), Extent(c.new, &base); got != c.want || back != -c.want {
			t.Errorf("%s: %d, back %d, want %d", c.name, got, back, c.want)
		}
	}
}
