#!/usr/bin/env bash
# ONNX Runtime where the distribution has no package of it (Debian 12): the official shared library
# out of an npm package, and the headers out of Debian 13's libonnxruntime-dev, in FOLDER.
#
#   tools/fetch_onnxruntime.sh FOLDER
#
# apt reads Debian 13 through a configuration of its own; nothing of the system changes. The mirror
# is the one that the system's own apt uses.
set -euo pipefail
folder=$(realpath -m "${1:?folder}")
source=$(realpath "$(dirname "$0")/onnxruntime")
if [[ -e $folder/lib/libonnxruntime.so && ! $source/package-lock.json -nt $folder/lib ]]; then
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "setup: fetching ONNX Runtime" >&2
case $(dpkg --print-architecture) in
  amd64) architecture=x64 ;;
  arm64) architecture=arm64 ;;
  *) echo "no ONNX Runtime for $(dpkg --print-architecture): give -DONNXRUNTIME_ROOT=" >&2; exit 1 ;;
esac
cp "$source"/package*.json "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)

mkdir -p "$work"/apt/{lists/partial,archives/partial,empty}
mirror=$(apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
  awk '$1 == "Debian" && $2 == "main" {print $3; exit}')
if [[ -z $mirror ]]; then
  echo "apt knows no Debian mirror: run apt-get update, or give -DONNXRUNTIME_ROOT=" >&2
  exit 1
fi
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" \
  >"$work/apt/sources.list"
private=(-qq -o Dir::Etc::sourcelist="$work/apt/sources.list"
         -o Dir::Etc::sourceparts="$work/apt/empty" -o Dir::Etc::preferencesparts="$work/apt/empty"
         -o Dir::State::lists="$work/apt/lists" -o Dir::Cache="$work/apt"
         -o APT::Sandbox::User=root)
apt-get "${private[@]}" update
(cd "$work" && apt-get "${private[@]}" download libonnxruntime-dev)
dpkg-deb -x "$work"/libonnxruntime-dev_*.deb "$work/debian"

rm -rf "$folder.new"
mkdir -p "$folder.new/lib" "$folder.new/include"
cp "$work/node_modules/onnxruntime-node/bin/napi-v6/linux/$architecture/libonnxruntime.so.1" \
  "$folder.new/lib/"
ln -s libonnxruntime.so.1 "$folder.new/lib/libonnxruntime.so"
cp -r "$work"/debian/usr/include/onnxruntime/. "$folder.new/include/"
rm -rf "$folder"
mv "$folder.new" "$folder"
