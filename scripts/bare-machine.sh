#!/usr/bin/env bash
# Runs a command in a fresh clone of this repository on a bare Debian with nothing but Node and npm, to see what the
# project installs by itself. For developers, on Debian as root with mmdebstrap.
#
#   scripts/bare-machine.sh 'npm install && npm test'
#
# BARE_KEEP=1 keeps the machine's folder and says where it is; BARE_AT=FOLDER enters a kept one again, for a second run.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 'COMMAND'" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "$0 makes a root file system, and must run as root" >&2; exit 2; }

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rai
base=$cache/bare-$codename.tar
command=$1

make_base() {
  command -v mmdebstrap >/dev/null || apt-get install -y -q --no-install-recommends mmdebstrap
  mkdir -p "$cache"
  local sources options=() option
  sources=$(mktemp)
  # The machine's own sources and ways out, whatever they are.
  apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' >"$sources"
  while IFS= read -r option; do options+=("--aptopt=$option"); done < <(apt-config dump | grep -E '^Acquire::(https?|Check-)' || true)
  mmdebstrap --quiet --variant=minbase ${options[@]+"${options[@]}"} "$codename" "$base.part.tar" "$sources"
  mv "$base.part.tar" "$base"
  rm -f "$sources"
}

copy_node() {
  local node npm
  node=$(readlink -f "$(command -v node)")
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  install -D "$node" "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -a "$npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
}

# So that npm there reaches what npm here reaches.
copy_settings() {
  local file
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  [ ! -f "$HOME/.npmrc" ] || cp "$HOME/.npmrc" "$root/root/.npmrc"
  for file in "${NODE_EXTRA_CA_CERTS:-}" "$(npm config get cafile)"; do
    [ ! -f "$file" ] || install -D -m 644 "$file" "$root$file"
  done
}

if [ -n "${BARE_AT:-}" ]; then
  root=$BARE_AT
else
  [ -f "$base" ] || make_base
  root=$(mktemp -d /var/tmp/rai-bare-XXXXXX)
  tar -xf "$base" -C "$root" --numeric-owner
  copy_node
  copy_settings
  mkdir "$root/home/project"
  git clone -q "$repository" "$root/home/project/rai"
  [ ! -d "$repository/../shared" ] || cp -r "$repository/../shared" "$root/home/project/shared"
fi
export root command

# Every mount and process below lives in namespaces of its own and ends with them. So what is removed afterwards is a
# plain folder: --one-file-system is only the second belt.
finish() {
  if [ -n "${BARE_KEEP:-}${BARE_AT:-}" ]; then
    echo "kept: BARE_AT=$root" >&2
  elif grep -q " $root" /proc/self/mounts; then
    echo "something is still mounted under $root: left in place" >&2
  else
    rm -rf --one-file-system "$root"
  fi
}
trap finish EXIT

unshare --mount --pid --fork --kill-child --propagation private bash -euc '
  mount --bind "$root" "$root"
  cd "$root"
  mount -t proc proc proc
  mount -t sysfs sys sys
  mount --rbind /dev dev
  mount -t tmpfs tmpfs run
  mkdir -p .outside
  # Not chroot: a container runtime refuses to work where the root is no mount.
  pivot_root . .outside
  umount -l .outside
  exec /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" CI="${CI:-}" LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"} \
    bash -c "cd /home/project/rai && $command"
'
