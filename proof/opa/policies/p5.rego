# deny if status == "suspended", default allow
package tokenctl.p5

default allow := true

allow := false if input.token.status == "suspended"
