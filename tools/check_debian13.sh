#!/usr/bin/env bash
# Builds and tests the project in a fresh Debian 13 root: g++ 14, libtorch 2.6, newer libraries.
#
#   sudo tools/check_debian13.sh [--suite NAME] [--root FOLDER] [COMMAND...]
#
#   --suite NAME   another release than trixie
#   --root FOLDER  make the root there, or use the one that is there already, and leave it in place;
#                  without it the root lives in a new temporary folder that is removed at the end
#   COMMAND        runs in a copy of the sources; without it: configure, build, ctest
#
# Needs mmdebstrap and root. The packages come from the mirror that this system's own apt uses; the
# build has no network. The host's /dev and /proc are never mounted in the tree: it gets a proc of
# its own process namespace, inside a mount namespace that ends with the command.
set -euo pipefail
source_dir=$(cd "$(dirname "$0")/.." && pwd)

fail() { echo "check_debian13: $*" >&2; exit 1; }

suite=trixie root="" work=""
while (($# > 0)); do
  case $1 in
    --suite) suite=${2:?}; shift 2 ;;
    --root) root=${2:?}; shift 2 ;;
    --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    *) break ;;
  esac
done
if (($# == 0)); then
  set -- bash -c 'cmake -S . -B build -G Ninja && ninja -C build &&
    ctest --test-dir build --output-on-failure'
fi
((EUID == 0)) || fail "run as root (mmdebstrap makes device nodes and owned files)"
command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing: apt-get install mmdebstrap"

# The tree is removed only when this run made it, and only with nothing mounted below it.
remove_work() {
  if [[ -z $work ]]; then return; fi
  if grep -qF " $work/" /proc/self/mountinfo; then
    echo "check_debian13: something is mounted below $work: left in place" >&2
  else
    rm -rf --one-file-system -- "$work"
  fi
}
if [[ -z $root ]]; then
  work=$(mktemp -d "${TMPDIR:-/tmp}/derm-debian.XXXXXXXX")
  trap remove_work EXIT
  root=$work/root
fi

system_mirror() {
  apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian" && $2 == "main" {print $3; exit}'
}

if [[ ! -e $root/etc/debian_version ]]; then
  mirror=$(system_mirror)
  [[ -n $mirror ]] || fail "apt knows no Debian mirror: run apt-get update first"
  packages=$(awk '!/^#/ && NF {print $1}' "$source_dir/tools/packages.txt" | paste -sd,)
  unshare --mount --propagation private \
    mmdebstrap --mode=root --variant=apt --skip=chroot/mount \
    --aptopt='APT::Install-Recommends "false"' --include="$packages" "$suite" "$root" "$mirror"
fi
root=$(cd "$root" && pwd)

# Tracked and new files, as they are now, and the npm packages that pages are built from.
rm -rf --one-file-system -- "$root/src/dermdistill"
mkdir -p "$root/src/dermdistill"
copy() { tar --create "$@" --files-from=- | tar --extract -C "$root/src/dermdistill"; }
cd "$source_dir"
git ls-files --cached --others --exclude-standard -z | copy --null
if [[ -d web/node_modules ]]; then echo web/node_modules | copy; fi

unshare --mount --pid --net --fork --kill-child --propagation private \
  bash -c 'root=$1; shift
    ip link set lo up 2>/dev/null || true
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/tmp"
    exec chroot "$root" env -i PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin HOME=/root LANG=C.UTF-8 \
      bash -c "cd /src/dermdistill && exec \"\$@\"" check "$@"' \
  check "$root" "$@"
