# The commands of the project. Each needs the .NET SDK and make; packages are restored on the way.

SHELL := /bin/bash
CONFIGURATION := Release
PROGRAM := checker/Cli/bin/$(CONFIGURATION)/net10.0/verify
BENCHMARK := dotnet run -c $(CONFIGURATION) --project tests/Benchmarks/Verify.Benchmarks.csproj --
# Recorded traces.
TRACES := $(wildcard counterexamples/*.json counterexamples/*/*.json)
TRACE ?= $(TRACES)

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.DEFAULT_GOAL := help
.PHONY: help verify smt2 test build solvers peers bench bench-large bench-sampling bench-long bench-live bench-proofs medium kills soak mutate replay format clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

verify: build solvers ## check the whole catalogue against its expected verdicts
	$(PROGRAM) all

smt2: build solvers ## let z3 and cvc5 decide every proof obligation alone, from its file; SHARE=k/n every nth only
	.ci/smt2

test: solvers peers ## run the tests
	dotnet test Verify.sln -c $(CONFIGURATION)

build: ## build everything; the program is checker/Cli/bin/Release/net10.0/verify
	dotnet build Verify.sln -c $(CONFIGURATION)

solvers: ## install the SMT solvers where they are missing (as root, from Debian)
	@.ci/solvers

peers: ## install SPIN, Rumur and gcc where they are missing (as root, from Debian)
	@.ci/peers

bench: peers ## measure exploration beside SPIN and Rumur, into artifacts/bench.json; REPEATS=n, MODELS=names
	$(BENCHMARK) explore $(or $(REPEATS),3) $(MODELS)

bench-large: peers ## the same at sizes that take other tools minutes
	$(BENCHMARK) large $(or $(REPEATS),1) $(MODELS)

bench-sampling: ## steps/s of random walks, into artifacts/bench-sampling.json; REPEATS=n, MODELS=names
	$(BENCHMARK) sampling $(or $(REPEATS),3) $(MODELS)

bench-long: ## one run of a thousand million states; MEMORY=MiB for them, the rest goes to /var/tmp
	$(BENCHMARK) long $(or $(MEMORY),18432)

bench-live: ## one claim about whole runs on forty million states; MEMORY=MiB
	$(BENCHMARK) live $(or $(MEMORY),4096)

medium: ## explore smmu-attach and iommu-core whole at scope medium, against expected verdicts and pinned counts
	VERIFY_MEDIUM=all dotnet test tests -c $(CONFIGURATION) --filter FullyQualifiedName~MediumTests

kills: ## kill checks a hundred times (or 3 times KILLS=n) while they explore; what they find in the end must be right
	VERIFY_KILLS=$(or $(KILLS),33) dotnet test tests -c $(CONFIGURATION) --filter FullyQualifiedName~KillTests

bench-proofs: solvers ## measure the proofs, into artifacts/bench-proofs.json
	$(BENCHMARK) prove

soak: ## explore again and again: counts and memory must stay; HOURS=1 or a part of it, SEED=n
	DOTNET_TieredCompilation=0 $(BENCHMARK) soak $(or $(HOURS),1) $(SEED)

mutate: ## mutation tests of model/ and properties/; SINCE=ref what changed only, MINUTES=n a time bound
	SINCE='$(SINCE)' MINUTES='$(MINUTES)' tests/Mutation/run

replay: build ## replay recorded counterexamples; TRACE=file one of them
	@if [ -z '$(TRACE)' ]; then echo 'replay: no trace given, and none recorded in counterexamples/' >&2; exit 2; fi
	$(PROGRAM) replay $(TRACE)

format: ## put the sources into the form that the build asks for
	dotnet format Verify.sln

clean: ## remove what was built and reported
	find model checker properties tests -depth -type d \( -name bin -o -name obj \) -exec rm -rf {} +
	rm -rf artifacts
