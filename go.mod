module tokenctl.dev

go 1.26.0

require cuelang.org/go v0.17.1

require (
	github.com/cockroachdb/apd/v3 v3.2.3 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
)
