# allow if role == "admin"
package tokenctl.p2

default allow := false

allow if input.token.role == "admin"
