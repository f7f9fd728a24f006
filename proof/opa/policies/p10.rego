# allow if get(owner) == get(subject), both may be missing
package tokenctl.p10

default allow := false

allow if object.get(input.request, "owner", null) == object.get(input.token, "subject", null)
