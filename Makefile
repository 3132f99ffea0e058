# Everything one does with this house. `make` alone lists it.
#
# All of it is built in the release profile, so that a fresh clone builds its large guests (DataFusion, Arrow) once.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.PHONY: help demo test bench fmt clean needs tools

ifeq ($(CI),true)
# The same place for every run, so that a runner that keeps its home keeps what was built.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/custodia-target
export CARGO_INCREMENTAL := 0
endif

export CARGO_TERM_COLOR ?= auto
DENY_VERSION := 0.20.2

help:
	@echo "make demo    invent a small operation, examine it, write its report into demo/"
	echo "make test    everything that must hold before a change goes in; ends with: N passed, N failed"
	echo "make bench   CPU time and memory beside other tools, in the same run (BENCH_SCALE=small for a tenth)"
	echo "make fmt     lay out the code"
	echo "make clean   remove what was built and the demo"

demo: needs
	@cargo build --locked --release --workspace --bins
	cargo run --locked --release --quiet --bin custodia -- demo demo --again
	if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] && command -v xdg-open > /dev/null; then xdg-open demo/case/report.html; fi

# A gate that fails counts as one failure, so the last line and the exit code never disagree.
test: needs tools
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT
	broken=0
	gate() {
		echo "== $$*"
		"$$@" 2>&1 || { echo "== FAILED: $$*"; broken=$$((broken + 1)); }
	}
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
	failed=$$((failed + broken))
	echo "$$passed passed, $$failed failed"
	[ "$$failed" -eq 0 ] && [ "$$passed" -gt 0 ]

bench: needs
	@cargo build --locked --release --workspace --bins
	binary=$$(cargo metadata --locked --offline --no-deps --format-version 1 | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/release/custodia
	python3 bench/bench.py --custodia "$$binary"

fmt:
	@cargo fmt --all

clean:
	@cargo clean
	rm -rf demo bench/results

# A C compiler builds two guests: SQLite, which writes invented databases, and zstd, which packs tables.
needs:
	@if ! command -v cargo > /dev/null; then
		echo "cargo is not there: install Rust $$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or later with rustup" >&2
		exit 2
	fi
	if ! command -v cc > /dev/null; then
		as_root=""
		if [ "$$(id -u)" -ne 0 ]; then
			if ! command -v sudo > /dev/null; then
				echo "no C compiler (cc), and no right to install one: install gcc and libc6-dev" >&2
				exit 2
			fi
			as_root=sudo
		fi
		$$as_root apt-get update
		$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev
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
