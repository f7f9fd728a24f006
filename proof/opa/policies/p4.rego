# allow if status != "suspended"
package tokenctl.p4

default allow := false

allow if input.token.status != "suspended"
