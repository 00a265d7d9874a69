# The front door. Every target does its own set-up, so any of them works on a fresh machine.
BUILD ?= build
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
SOURCES = $(shell git ls-files --cached --others --exclude-standard '*.cc' '*.h')

.DEFAULT_GOAL := help
.PHONY: help setup build test demo bench format format-check lint asan install clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

setup:  ## install the packages that are missing (apt, with sudo when not root; npm)
	@tools/setup.sh

$(BUILD)/build.ninja: | setup
	cmake --preset release -B $(BUILD)

build: setup $(BUILD)/build.ninja  ## configure and build everything, optimised
	cmake --build $(BUILD) -j $(JOBS)

test: build  ## build and run every test
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

demo: build  ## the whole job on generated images: data, teacher, students, report, int8 bundle
	tools/demo.sh $(BUILD)/src/cli/dermdistill $(BUILD)/src/dermscope/dermscope

bench: build  ## benchmarks against their Python peers: bench/results.json and a table
	bench/run.sh $(BUILD)

format:  ## clang-format every source in place
	@clang-format -i $(SOURCES)

format-check:  ## fail where clang-format would change something
	@clang-format --dry-run -Werror $(SOURCES)

lint: setup  ## clang-tidy on the layers without torch
	cmake --preset lint
	tools/lint.sh build-lint $(JOBS)

asan: setup  ## address and undefined-behaviour sanitizers: build and test the layers without torch
	cmake --preset asan
	cmake --build build-asan -j $(JOBS)
	ctest --test-dir build-asan --output-on-failure -j $(JOBS)

install: build  ## install below PREFIX (default /usr/local)
	cmake --install $(BUILD) --prefix $(PREFIX)

clean:  ## remove the build folders
	rm -rf $(BUILD) build-asan build-lint
