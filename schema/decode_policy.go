package schema

func (d *decoder) policy(n item) Policy {
	p := Policy{
		Entry: entry(n), Profiles: n.strs("profiles"), Lifetimes: d.durations(n.sub("lifetimes")),
		Sizes: sizes(n.sub("sizes")), Targets: n.strs("targets"), Categories: n.strMap("categories"),
	}
	for _, r := range n.items("rules") {
		p.Rules = append(p.Rules, &RulePolicy{
			Node: origin(r), Description: r.str("description"),
			Rule: r.name, Severity: r.str("severity"), Reason: r.str("reason"),
		})
	}
	if f := n.sub("notice"); f.node != nil {
		p.Notice = Notice{Node: origin(f), Description: f.str("description"), First: d.duration(f, "first"), Third: d.duration(f, "third")}
	}
	for _, f := range n.items("forbid") {
		p.Forbid = append(p.Forbid, &Forbidden{
			Node: origin(f), Description: f.str("description"), Name: f.name,
			Tokens: d.tokens(f, "tokens"), Claims: d.claims(f, "claims"), Categories: f.strs("categories"),
			Party: f.str("party"), Reason: f.str("reason"),
		})
	}
	if f := n.sub("waivers"); f.node != nil {
		p.Waivers = WaiverPolicy{
			Node: origin(f), Description: f.str("description"),
			MaxAge: d.duration(f, "maxAge"), Approvers: f.strs("approvers"), Ticket: f.bool("ticket"),
		}
	}
	return p
}

func (d *decoder) durations(table item) map[string]Duration {
	if table.node == nil {
		return nil
	}
	out := map[string]Duration{}
	for _, n := range table.fields {
		out[n.name] = d.duration(table, n.name)
	}
	return out
}

func sizes(table item) map[string]int {
	if table.node == nil {
		return nil
	}
	out := map[string]int{}
	for _, n := range table.fields {
		out[n.name] = int(n.node.number)
	}
	return out
}

func waiver(n item) *Waiver {
	return &Waiver{
		Entry: entry(n), Name: n.name, Rule: n.str("rule"), Subject: n.str("subject"),
		Consumer: n.str("consumer"), Fingerprint: n.str("fingerprint"), Reason: n.str("reason"),
		ApprovedBy: n.str("approvedBy"), Ticket: n.str("ticket"), Until: n.str("until"), AcceptsBypass: n.bool("acceptsBypass"),
	}
}

func (d *decoder) example(n item) *Example {
	e := &Example{
		Entry: entry(n), Name: n.name, Scopes: n.strs("scopes"), Grant: n.str("grant"),
		Assurance: d.levels(n, "assurance"), Header: n.str("header"), Payload: n.str("payload"), Invalid: n.str("invalid"),
	}
	e.Token = maybe(d, n, "token", d.c.Tokens, "token")
	e.Client = maybe(d, n, "client", d.c.Clients, "client")
	return e
}
