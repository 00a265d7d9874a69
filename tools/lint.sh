#!/usr/bin/env bash
# clang-tidy over every source of src/ that BUILD/compile_commands.json names, tests left out,
# several at a time; at most 25 minutes.
#   tools/lint.sh BUILD [JOBS]
set -euo pipefail
build=${1:?usage: tools/lint.sh BUILD [JOBS]}
jobs=${2:-$(nproc)}

mapfile -t sources < <(
  sed -n 's/^ *"file": "\(.*\/src\/.*\.cc\)".*/\1/p' "$build/compile_commands.json" |
    grep -v '_test\.cc$' | sort -u)
((${#sources[@]} > 0)) || { echo "lint: $build names no source" >&2; exit 1; }

# The commands are g++'s: clang-tidy does not know all of its warning names.
printf '%s\0' "${sources[@]}" |
  timeout 25m xargs -0 -P "$jobs" -n 1 \
    clang-tidy --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option
echo "lint: ${#sources[@]} sources are clean" >&2
