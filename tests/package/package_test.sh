#!/usr/bin/env bash
# Installs the program and the library, builds examples/embed against them as a user would, and runs
# what came out on a bundle.
#
#   package_test.sh SOURCE BUILD MAKE_BUNDLE
set -euo pipefail
source=$1 build=$2 make_bundle=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$make_bundle" "$work"
cmake --install "$build" --prefix "$work/usr" >/dev/null
cmake -S "$source/examples/embed" -B "$work/embed" -G Ninja -DCMAKE_PREFIX_PATH="$work/usr" \
  -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/embed" >/dev/null

expect() {  # expect WORD COMMAND...: the command succeeds and says the word
  local word=$1
  shift
  "$@" >"$work/out"
  grep -q -- "$word" "$work/out" || { echo "$* did not say $word:"; cat "$work/out"; exit 1; }
}
expect 'lesion.jpg: [A-Z]' "$work/embed/classify" "$work/tiny.bundle" "$work/lesion.jpg"
expect '^MEL 0\.' "$work/embed/classify_c" "$work/tiny.bundle" "$work/lesion.jpg"
expect 'golden answers agree' "$work/usr/bin/dermscope" verify "$work/tiny.bundle"
if "$work/embed/classify" "$work/nothing" "$work/lesion.jpg" 2>"$work/err"; then
  echo "a missing bundle was accepted"
  exit 1
fi
grep -q 'no such bundle' "$work/err"

# What a device loads: no training library, and no name of ours but those of the two headers.
if ldd "$work/usr/bin/dermscope" "$work"/usr/lib/libdermscope.so | grep -E 'torch|opencv|libonnx\.'; then
  echo "the device's programs load a library that is not for devices"
  exit 1
fi
if nm -DC --defined-only "$work/usr/lib/libdermscope.so" | grep -E '\bderm::'; then
  echo "names leak out of libdermscope"
  exit 1
fi
(($(wc -l <"$source/examples/embed/classify.cc") < 60))
