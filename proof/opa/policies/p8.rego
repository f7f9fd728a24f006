# allow if amount <= max_amount
package tokenctl.p8

default allow := false

allow if input.request.amount <= input.token.max_amount
