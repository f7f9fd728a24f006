# allow if not status == "suspended"
package tokenctl.p3

default allow := false

allow if not input.token.status == "suspended"
