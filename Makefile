# Every target sets up what it needs; `make quickstart` and `make test` are the two to know.
SWIFT_BUILD = swift build -c release --explicit-target-dependency-import-check error

.PHONY: setup build test lint quickstart conformance kill-test bench instructions clean

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

conformance: build ## scores, exports, chat templates, texts of a server and event files against transformers, llama.cpp and TensorBoard, in a virtual environment
	@scripts/conformance

kill-test: build ## kill -9 a run at random moments, resume it, compare the final bits
	@scripts/kill-test

bench: build ## training steps beside PyTorch's, in a virtual environment of its own; writes docs/performance.md
	@scripts/bench

instructions: build ## instructions of the hot kernels, under callgrind, against their limits
	@scripts/instructions

clean:
	rm -rf .build
