# allow if contains(roles, "admin")
package tokenctl.p11

default allow := false

allow if contains(input.token.roles, "admin")
