# Every target sets up what it needs; `make quickstart` and `make test` are the two to know.
SWIFT_BUILD = swift build -c release --explicit-target-dependency-import-check error

.PHONY: setup build test lint quickstart conformance conformance-fast kill-test bench instructions report-check clean

setup: ## install the system packages Pacer needs (asks for nothing when they are there)
	@scripts/setup

build: setup ## release build; leaves .build/release/pacer
	$(SWIFT_BUILD) --product pacer

quickstart: build ## the whole FastDraft run on the shipped target; goes on where it was interrupted
	@if [ -f runs/quickstart/config.yaml ]; then .build/release/pacer resume runs/quickstart; \
	else .build/release/pacer run recipes/fastdraft/quickstart.yaml; fi

test: setup lint ## everything a change must pass
	$(SWIFT_BUILD) --build-tests
	swift test -c release --skip-build

lint: ## format, walls and file sizes
	@scripts/lint

conformance: build ## files and figures against transformers, llama.cpp and others, in a virtual environment; writes docs/conformance.md
	@scripts/conformance

conformance-fast: build ## the part of it without llama.cpp and TensorBoard
	@scripts/conformance fast

kill-test: build ## kill -9 a run at random moments, resume it, compare the final bits
	@scripts/kill-test

bench: build ## training steps beside PyTorch's, in a virtual environment of its own; writes docs/performance.md
	@scripts/bench

instructions: build ## instructions of the hot kernels, under callgrind, against their limits
	@scripts/instructions

report-check: build ## reports of a small run in a real browser: parts, requests, console, width; leaves screenshots
	@scripts/check-report

clean:
	rm -rf .build
