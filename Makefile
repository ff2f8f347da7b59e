# What a person types. Each target says what it does and how long it took.
SHELL := /bin/bash
CONFIG ?= release
PREFIX ?= /usr/local
STEP := scripts/step

.PHONY: help setup build demo test conformance lint format bench install uninstall clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: ## install what is missing on Debian and Ubuntu, and build the compiled part of the Lua shim
	@$(STEP) "Set-up" scripts/setup

build: setup ## build .build/release/parley
	@$(STEP) "Build ($(CONFIG))" scripts/build $(CONFIG)

demo: build ## five kernels work together on real weather data
	@$(STEP) "Demo" examples/weather/demo .build/$(CONFIG)/parley

test: setup ## run the tests of the Swift side and of every shim
	@$(STEP) "Tests" scripts/test

conformance: build ## play the tables of specs/conformance on every kernel that is installed
	@$(STEP) "Conformance" .build/$(CONFIG)/parley conformance

lint: setup ## check the style of the Swift code and of every shim
	@$(STEP) "Lint" scripts/lint

format: ## format the Swift code in place
	@$(STEP) "Format" swift format --in-place --parallel --recursive Package.swift Sources Tests

bench: build ## measure calls, events, start-up and memory against a floor in C
	@$(STEP) "Benchmark" scripts/bench

install: build ## install under PREFIX (default /usr/local)
	@$(STEP) "Install to $(PREFIX)" scripts/install "$(DESTDIR)$(PREFIX)"

uninstall: ## remove what install put under PREFIX
	rm -rf "$(DESTDIR)$(PREFIX)/bin/parley" "$(DESTDIR)$(PREFIX)/libexec/parley" "$(DESTDIR)$(PREFIX)/share/parley"

clean: ## remove what was built
	rm -rf .build kernels/lua/build
