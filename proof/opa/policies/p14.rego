# allow if every role is reader or writer
package tokenctl.p14

default allow := false

allow if {
	every role in input.token.roles {
		role in {"reader", "writer"}
	}
}
