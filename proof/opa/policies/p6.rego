# deny if status != "active", default allow
package tokenctl.p6

default allow := true

allow := false if input.token.status != "active"
