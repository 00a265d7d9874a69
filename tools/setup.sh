#!/usr/bin/env bash
# Installs what building and testing need: the Debian packages of tools/packages.txt, the pinned npm
# packages of web/, and ONNX Runtime where the release has no package of it (not where
# ONNXRUNTIME_ROOT names one). Does nothing, and needs no network, where everything is there already.
set -euo pipefail
cd "$(dirname "$0")/.."

# A name that is no number (testing) is newer than any release.
release=$(. /etc/os-release && echo "${VERSION_ID:-99}")

missing=()
while read -r package since; do
  if ((${since:-0} > ${release%%.*})); then continue; fi
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $state == "install ok installed" ]] || missing+=("$package")
done < <(grep -v -e '^#' -e '^$' tools/packages.txt)
# Any node will do, the distribution's or another.
if [[ -e web/package-lock.json ]] && ! command -v npm >/dev/null; then missing+=(nodejs npm); fi

if ((${#missing[@]} > 0)); then
  as_root=()
  if ((EUID != 0)); then as_root=(sudo); fi
  echo "setup: installing ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ((${release%%.*} < 13)) && [[ -z ${ONNXRUNTIME_ROOT:-} ]]; then
  tools/fetch_onnxruntime.sh build-deps/onnxruntime
fi

if [[ -e web/package-lock.json && web/package-lock.json -nt web/node_modules ]]; then
  echo "setup: npm ci in web/" >&2
  (cd web && npm ci --no-audit --no-fund && touch node_modules)
fi
