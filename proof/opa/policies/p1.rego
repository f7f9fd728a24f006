# allow if "admin" in roles
package tokenctl.p1

default allow := false

allow if "admin" in input.token.roles
