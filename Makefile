# Two commands do everything on a fresh Debian machine, as root: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DATA   ?= demo-data
LISTEN ?= 127.0.0.1:8080
SCALE  ?= small
TARGET := $(or $(CARGO_TARGET_DIR),target)

.PHONY: help run test soak tools test-tools ui build rust-tests properties browser-tests fmt clippy bench clean

help:
	@echo "make run    build, install what is missing, start the demonstration, print address and accounts"
	@echo "make test   every test: rules, both databases, browser"
	@echo "make properties   the property tests again and again, each time with other random cases"

## What a machine needs; each line says how it gets there.
tools:
	@tools/need.sh cc gcc
	@tools/need.sh node nodejs
	@tools/need.sh npm npm
	@tools/need.sh --file /usr/share/fonts/truetype/croscore/Tinos-Regular.ttf fonts-croscore
	@tools/need.sh --rust 1.89

test-tools: tools
	@tools/need.sh --file '/usr/lib/postgresql/*/bin/initdb' postgresql
	@tools/need.sh chromium chromium
	@tools/need.sh pdftotext poppler-utils
	@tools/need.sh --pyhanko
	@tools/need.sh softhsm2-util softhsm2
	@tools/need.sh --file '/usr/share/tesseract-ocr/*/tessdata/vie.traineddata' tesseract-ocr-vie
	@tools/need.sh tesseract tesseract-ocr
	@tools/need.sh --file /usr/sbin/mosquitto mosquitto
	@tools/need.sh mosquitto_pub mosquitto-clients
	@tools/need.sh openssl openssl

ui/node_modules/.package-lock.json: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund

ui/dist/manifest.json: ui/node_modules/.package-lock.json $(shell find ui/src ui/build.mjs -type f)
	cd ui && npm run --silent build

ui: ui/dist/manifest.json

build: tools ui
	cargo build --locked --workspace

run: tools ui
	cargo build --locked --workspace
	exec $(TARGET)/debug/phusa demo --data $(DATA) --listen $(LISTEN) --scale $(SCALE)

## What `make test` draws at random it draws the same each time; `make properties` draws anew.
rust-tests: export PROPTEST_RNG_SEED := $(or $(PROPTEST_RNG_SEED),20261123)
rust-tests: test-tools ui
	cargo test --locked --workspace --no-fail-fast

ROUNDS ?= 20
properties: test-tools ui
	for round in $$(seq $(ROUNDS)); do cargo test --locked --workspace --lib || exit 1; done

# `cargo test` has built the program too; only a browser test on its own has to build it.
$(TARGET)/debug/phusa:
	cargo build --locked --workspace

browser-tests: test-tools ui | $(TARGET)/debug/phusa
	cd ui && npm run --silent check && npm run --silent test:unit
	tools/browser-tests.sh

test: rust-tests
	$(MAKE) browser-tests
	@echo "make test: everything passed"

## The long tests at their full numbers: kills, payments and messages with faults, a city's index, walks, leaks. Takes an hour.
soak: test-tools ui
	PHUSA_SOAK=1 cargo test --locked --workspace --no-fail-fast -- kill:: volume:: provider:: many_dossiers a_city_equals leaks:: every_procedure_by_the_api

fmt:
	cargo fmt --all
# Figures of docs/performance.md; takes a while and wants a quiet machine.
bench: test-tools build
	benches/run.sh

clippy: ui
	cargo clippy --workspace --all-targets

clean:
	rm -rf target ui/dist ui/node_modules demo-data test-output
