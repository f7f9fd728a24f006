// Package tokenctl holds nothing but this comment and tests of the whole: the
// program is cmd/tokenctl, and docs/architecture.md says what lives where.
package tokenctl
