# Everything that people and CI type. "make" alone lists the targets.

GO          ?= go
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT  ?= github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: try
try: bin/tokenctl ## see the main job: lint a contract, diff it against what a colleague proposes
	bin/tokenctl lint contracts/bank
	bin/tokenctl diff contracts/bank testdata/try/bank || test $$? -eq 1

.PHONY: bin/tokenctl
bin/tokenctl:
	$(GO) build -o $@ ./cmd/tokenctl

.PHONY: test
test: ## run the tests; needs Go alone
	$(GO) test ./...

.PHONY: e2e
e2e: ## export contracts into a real Keycloak and compare the tokens; needs Java 17 and Maven
	$(GO) test -tags e2e -timeout 15m -count 1 -run 'TestContracts' ./export/keycloak/converttest

.PHONY: e2e-versions
e2e-versions: ## hold the evaluator to Keycloak 24, 25 and 26; needs Java 17 and Maven
	$(GO) test -tags e2e -timeout 60m -count 1 -v -run 'TestEvaluator' ./export/keycloak/keycloaktest

.PHONY: update
update: ## write goldens and generated documents
	TOKENCTL_UPDATE=1 $(GO) test ./...
	cd proof/opa && TOKENCTL_UPDATE=1 $(GO) test -count=1 ./...

.PHONY: proof
proof: ## hold the fail-open table to a policy engine (a module of its own)
	cd proof/opa && $(GO) vet ./... && $(GO) mod tidy -diff
	cd proof/opa && $(GO) run $(STATICCHECK) ./...
	cd proof/opa && $(GO) test -count=1 ./... # what it reads lies outside of its module: no cached result

.PHONY: bench
bench: ## measure loading, lint and diff, beside plain CUE
	GOBIN=$(CURDIR)/bin $(GO) install cuelang.org/go/cmd/cue@v0.17.1
	TOKENCTL_CUE=$(CURDIR)/bin/cue $(GO) test -run '^$$' -bench . -benchmem -benchtime 3s ./...

# How many random cases, and how long each fuzz target runs.
CASES    ?= 1000000
FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## a million random constraints, random changes of contracts, and every fuzz target for a while
	$(GO) test ./internal/valueset -run Random -cases $(CASES) -timeout 0 -v
	TOKENCTL_SEED=$$(date +%s) TOKENCTL_CASES=20000 $(GO) test ./diff -run VerdictsAreWhole -timeout 0 -v
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; \
			$(GO) test $$pkg -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) || exit 1; \
		done; \
	done

.PHONY: check
check: format vet staticcheck cross race ## everything that CI demands of a change

.PHONY: format
format:
	@files="$$(gofmt -l .)"; test -z "$$files" || { echo "not gofmt-ed: $$files"; exit 1; }

.PHONY: vet
vet:
	$(GO) vet ./...
	$(GO) mod tidy -diff

.PHONY: staticcheck
staticcheck:
	$(GO) run $(STATICCHECK) ./...
	$(GO) run $(ACTIONLINT) -shellcheck= -pyflakes=

.PHONY: cross
cross:
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...

.PHONY: race
race:
	$(GO) test -race -short ./...
