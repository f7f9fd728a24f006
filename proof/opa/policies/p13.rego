# deny if "blocked" in roles, default allow
package tokenctl.p13

default allow := true

allow := false if "blocked" in input.token.roles
