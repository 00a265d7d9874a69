#!/usr/bin/env bash
# clang-tidy over every source that BUILD/compile_commands.json names, several at a time; at most
# ten minutes.
#   tools/lint.sh BUILD [JOBS]
set -euo pipefail
build=${1:?usage: tools/lint.sh BUILD [JOBS]}
jobs=${2:-$(nproc)}

# The commands are g++'s: clang-tidy does not know all of its warning names.
sed -n 's/^ *"file": "\(.*\/src\/.*\.cc\)".*/\1/p' "$build/compile_commands.json" | sort -u |
  timeout 10m xargs -P "$jobs" -n 2 \
    clang-tidy --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option
echo "lint: clean" >&2
