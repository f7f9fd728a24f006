# allow if owner == subject
package tokenctl.p9

default allow := false

allow if input.request.owner == input.token.subject
