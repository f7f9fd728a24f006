package export

import (
	"bytes"
	"encoding/json"
)

// The JSON of losses has its own types, so that it does not change when Loss does.
type wireLosses struct {
	Schema string     `json:"schema"`
	Target string     `json:"target"`
	Losses []wireLoss `json:"losses"`
}

type wireLoss struct {
	Capability string       `json:"capability"`
	Subject    string       `json:"subject"`
	At         wirePlace    `json:"at"`
	Message    string       `json:"message"`
	Effects    []wireEffect `json:"effects,omitempty"`
}

type wirePlace struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

type wireEffect struct {
	Client string `json:"client,omitempty"`
	Token  string `json:"token"`
	Claim  string `json:"claim"`
	Change string `json:"change"`
}

// LossesJSON writes losses for programs.
func LossesJSON(target string, losses []Loss) ([]byte, error) {
	w := wireLosses{Schema: "tokenctl/v1", Target: target, Losses: []wireLoss{}}
	for _, l := range losses {
		wl := wireLoss{Capability: l.Capability, Subject: l.Subject, Message: l.Message,
			At: wirePlace{l.At.File, l.At.Line, l.At.Col, l.At.EndLine, l.At.EndCol}}
		for _, e := range l.Effects {
			wl.Effects = append(wl.Effects, wireEffect{e.Client, e.Token, e.Claim, string(e.Change)})
		}
		w.Losses = append(w.Losses, wl)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(w)
	return b.Bytes(), err
}
