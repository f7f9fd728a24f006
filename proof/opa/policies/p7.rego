# deny if amount > max_amount, default allow
package tokenctl.p7

default allow := true

allow := false if input.request.amount > input.token.max_amount
