#!/usr/bin/env bash
# Runs every benchmark program of BUILD and, beside it, its Python peer doing the same work on the
# same machine. Writes bench/results.json and prints a Markdown table with ratios.
#
#   bench/run.sh [BUILD] [--quick]
#
# --quick: a smoke run of our programs alone, results in BUILD/bench. Peers need python3-torch,
# python3-torchvision and python3-pil, and are left out where these are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build}
quick=${2:-}
out=bench/results.json
if [[ $quick == --quick ]]; then out=$build/bench/results.json; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python=""
if [[ -z $quick ]]; then
  for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import PIL, torch, torchvision' 2>/dev/null; then python=$candidate; break; fi
  done
  if [[ -z $python ]]; then
    echo "bench: no python3 with torch, torchvision and Pillow here: peers are left out" >&2
  fi
fi

cat >"$work/machine.json" <<JSON
{
  "cpu": "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)",
  "cores": $(nproc),
  "kernel": "$(uname -sr)",
  "peer_torch": "$([[ -z $python ]] || "$python" -c 'import torch; print(torch.__version__)')"
}
JSON

arguments=()
for program in "$build"/bench/*_bench; do
  name=$(basename "$program" _bench)
  peer=bench/peers/${name}_peer.py
  echo "bench: $name" >&2
  "$program" ${quick:+"$quick"} >"$work/$name.json"
  : >"$work/$name.peer.json"
  if [[ -n $python && -e $peer ]]; then
    echo "bench: $name, Python peer" >&2
    "$python" "$peer" >"$work/$name.peer.json"
  fi
  arguments+=("$name" "$work/$name.json" "$work/$name.peer.json")
done
"$build/bench/bench_summary" "$work/machine.json" "$out" "${arguments[@]}"
