# Every target sets up what it needs; `make quickstart` and `make test` are the two to know.
SWIFT_BUILD = swift build -c release --explicit-target-dependency-import-check error

.PHONY: setup build test lint quickstart clean

setup: ## install the system packages Pacer needs (asks for nothing when they are there)
	@scripts/setup

build: setup ## release build; leaves .build/release/pacer
	$(SWIFT_BUILD) --product pacer

test: setup lint ## everything a change must pass
	$(SWIFT_BUILD) --build-tests
	swift test -c release --skip-build

lint: ## format, walls and file sizes
	@scripts/lint

clean:
	rm -rf .build
