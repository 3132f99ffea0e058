# Everything one does with this house. `make` alone lists it.
#
# All of it is built in the release profile, so that a fresh clone builds its large guests (DataFusion, Arrow) once.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.PHONY: help demo test bench fmt clean needs tools page browser

ifeq ($(CI),true)
# The same place for every run, so that a runner that keeps its home keeps what was built.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/custodia-target
export CARGO_INCREMENTAL := 0
endif

# Where cargo puts the program.
BINARY = binary=$$(cargo metadata --locked --offline --no-deps --format-version 1 | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/release/custodia

export CARGO_TERM_COLOR ?= auto
DENY_VERSION := 0.20.2

# install WHAT-IS-MISSING WHAT-ELSE-HELPS PACKAGE...: by Debian's packages, where that is allowed.
INSTALL = install() { \
	local missing=$$1 else=$$2 as_root=""; shift 2; \
	if [ "$$(id -u)" -ne 0 ]; then \
		if ! command -v sudo > /dev/null; then \
			echo "$$missing, and no right to install it: install $$*, $$else" >&2; \
			exit 2; \
		fi; \
		as_root=sudo; \
	fi; \
	$$as_root apt-get update; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$$@"; \
}

help:
	@echo "make demo    invent a small operation, examine it, write its report into demo/, open its page"
	echo "make test    everything that must hold before a change goes in; ends with: N passed, N failed"
	echo "make bench   CPU time and memory beside other tools, in the same run (BENCH_SCALE=small for a tenth)"
	echo "make page    build the page in web/, which the program carries"
	echo "make fmt     lay out the code"
	echo "make clean   remove what was built and the demo"

demo: needs page
	@cargo build --locked --release --workspace --bins
	$(BINARY)
	"$$binary" demo demo --again
	if [ -t 0 ] && [ -t 1 ]; then
		exec "$$binary" serve demo/case --open
	fi
	echo "The page of this operation: $$binary serve demo/case --open"

# A gate that fails counts as one failure, so the last line and the exit code never disagree.
test: needs tools browser
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT
	broken=0
	gate() {
		echo "== $$*"
		"$$@" 2>&1 || { echo "== FAILED: $$*"; broken=$$((broken + 1)); }
	}
	# The program carries the page, so the page comes first.
	gate $(MAKE) --no-print-directory page
	gate cargo fmt --all --check
	gate cargo deny --locked --offline check licenses bans sources
	gate cargo clippy --locked --release --workspace --all-targets -- -D warnings
	echo "== cargo test --locked --release --workspace --no-fail-fast"
	tests=0
	cargo test --locked --release --workspace --no-fail-fast 2>&1 | tee "$$log" || tests=1
	RUSTDOCFLAGS="-D warnings" gate cargo doc --locked --no-deps --release --workspace
	read -r passed failed < <(awk '/^test result:/ { passed += $$4; failed += $$6 } END { print passed + 0, failed + 0 }' "$$log")
	if [ "$$tests" -ne 0 ] && [ "$$failed" -eq 0 ]; then
		echo "== FAILED: the tests were not built, or one ended its process"
		broken=$$((broken + 1))
	fi
	gate npm --prefix web run --silent check
	rm -rf web/test-results
	echo "== the page: units, then in a browser"
	(cd web && npx vitest run --reporter=default --reporter=json --outputFile.json=test-results/units.json) 2>&1 || true
	$(BINARY)
	cargo build --locked --release --quiet --bin custodia || true
	(cd web && CUSTODIA_BIN="$$binary" npx playwright test) 2>&1 || true
	read -r more wrong < <(node web/tests/count.mjs)
	passed=$$((passed + more))
	failed=$$((failed + wrong + broken))
	echo "$$passed passed, $$failed failed"
	[ "$$failed" -eq 0 ] && [ "$$passed" -gt 0 ]

bench: needs
	@cargo build --locked --release --workspace --bins
	$(BINARY)
	python3 bench/bench.py --custodia "$$binary"

fmt:
	@cargo fmt --all

clean:
	@cargo clean
	rm -rf demo bench/results web/dist web/node_modules web/test-results

# Node packages are fetched anew only where the lock file has changed.
page:
	@if ! command -v npm > /dev/null || ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
		echo "the page needs Node 20.19 or later with npm; found: $$(node --version 2> /dev/null || echo none)" >&2
		exit 2
	fi
	cd web
	cmp -s package-lock.json node_modules/.custodia-lock || { npm ci --no-audit --no-fund && cp package-lock.json node_modules/.custodia-lock; }
	npm run --silent build -- --logLevel warn

# The browser of the page's tests: Debian's, since the test runner's own cannot be fetched everywhere.
browser:
	@if ! command -v $${CHROMIUM:-/usr/bin/chromium} > /dev/null; then
		$(INSTALL)
		install "no chromium" "or set CHROMIUM to a Chromium or Chrome" chromium fonts-dejavu-core
	fi

# A C compiler builds two guests: SQLite, which writes invented databases, and zstd, which packs tables.
needs:
	@if ! command -v cargo > /dev/null; then
		echo "cargo is not there: install Rust $$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or later with rustup" >&2
		exit 2
	fi
	if ! command -v cc > /dev/null; then
		$(INSTALL)
		install "no C compiler (cc)" "or any other" gcc libc6-dev
	fi
	cargo fetch --locked --quiet

# cargo-deny runs for a second: it is built as cheaply as a compiler can, about a minute and a half of one core.
tools:
	@if ! cargo deny --version > /dev/null 2>&1; then
		echo "building cargo-deny $(DENY_VERSION), about two minutes, once"
		scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT
		CARGO_TARGET_DIR="$$scratch" CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=false \
		CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_STRIP=debuginfo \
			cargo install cargo-deny --locked --quiet --version $(DENY_VERSION)
	fi
	if command -v rustup > /dev/null; then
		cargo fmt --version > /dev/null 2>&1 || rustup component add rustfmt
		cargo clippy --version > /dev/null 2>&1 || rustup component add clippy
	fi
