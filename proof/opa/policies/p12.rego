# allow if email_verified
package tokenctl.p12

default allow := false

allow if input.token.email_verified
