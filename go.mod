module tokenctl.dev

go 1.26.0
